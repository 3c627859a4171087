#!/usr/bin/env bash
# Line coverage of core by its own tests, against the sandbox too. Needs llvm-profdata and llvm-cov of rustc's LLVM
# version (`rustc -vV`): rustup's llvm-tools, or a distribution's llvm-NN package.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
tools=$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin
find_tool() { command -v "$tools/$1" || command -v "$1-$version" || { echo "no $1 of LLVM $version" >&2; exit 1; }; }
profdata=$(find_tool llvm-profdata) cov=$(find_tool llvm-cov)
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")/coverage
rm -rf "$target/profiles"
export RUSTFLAGS="-C instrument-coverage" CARGO_TARGET_DIR=$target LLVM_PROFILE_FILE="$target/profiles/%p-%m.profraw"
cargo test --package shiren --no-fail-fast "$@"
programs=()
while read -r program; do programs+=(--object "$program"); done < <(
  cargo test --package shiren --no-run --message-format=json 2>/dev/null |
    sed -n 's/.*"executable":"\([^"]*\)".*/\1/p')
"$profdata" merge --sparse --output "$target/core.profdata" "$target"/profiles/*.profraw
"$cov" report --instr-profile "$target/core.profdata" "${programs[@]}" \
  --ignore-filename-regex '/registry/|/rustc/|sandbox/|/tests/|/tests\.rs|/benches/|harness\.rs|sample\.rs|/examples/' |
  awk 'NR == 1 || /TOTAL/ || /\.rs/' | awk '{ print $1, "lines", $8, "missed", $9, "covered", $10 }'
