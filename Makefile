# Every command that a user or a contributor needs. Nothing here reaches a real vendor.

CARGO ?= cargo

.PHONY: demo test lint style generate bench coverage install clean

demo: ## Impossible people verified by all three vendors, offline, on the sandbox
	@$(CARGO) run --quiet --package shiren-cli -- demo

test: ## Everything, in all languages; sets up what it needs
	@tests/run.sh

lint: style ## Formatting, clippy, documentation, and that generated files are up to date
	$(MAKE) --no-print-directory generate GENERATE=--check

style: ## Formatting, clippy and documentation
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --quiet -- --deny warnings
	$(CARGO) clippy --package shiren --no-default-features --quiet -- --deny warnings
	RUSTDOCFLAGS="--deny warnings" $(CARGO) doc --workspace --no-deps --quiet

generate: ## The reference pages and the typed surfaces of all languages, from the registry
	@$(CARGO) run --quiet --package shiren-cli -- ops --reference docs/reference $(GENERATE)
	@$(CARGO) run --quiet --package shiren-codegen -- $(GENERATE)

bench: ## Every bench in one run, and one table of ratios
	@benches/run.sh

coverage: ## Line coverage of core; needs the llvm tools of rustc's LLVM version
	tests/coverage.sh

install: ## Library, headers, pkg-config files and CMake package: PREFIX=… [DESTDIR=…] [LIBDIR=lib] [PROFILE=release]
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" LIBDIR="$(LIBDIR)" PROFILE="$(PROFILE)" CARGO="$(CARGO)" ffi/install.sh

clean:
	$(CARGO) clean
