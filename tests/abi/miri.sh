#!/usr/bin/env bash
# The C ABI's unit tests that need no socket under Miri, which sees every undefined step of unsafe code. Not part of
# `make test`: it needs a nightly toolchain with miri and rust-src (`rustup +nightly component add miri rust-src`).
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
# A completion's tag carries a pointer as a number: user_data.
CARGO_TARGET_DIR=$target/miri MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-permissive-provenance" \
  cargo +nightly miri test --package shiren-ffi --lib -- boundary:: request:: response:: json:: error::
