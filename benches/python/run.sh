#!/usr/bin/env bash
# Python: calls from Python beside requests, httpx and aiohttp with pycryptodome; import time and size of the wheel beside
# other packages. The wheel is a release build.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$(realpath "${CARGO_TARGET_DIR:-target}")
venv=$target/venv-python-bench
if [ ! -x "$venv/bin/maturin" ]; then
  "${SHIREN_PYTHON:-python3}" -m venv "$venv"
  "$venv/bin/pip" install --quiet --requirement benches/python/requirements.txt
fi
cargo build --quiet --release --package shiren-cli
wheels=$target/wheels-python-bench
rm -rf "$wheels"
"$venv/bin/maturin" build --quiet --release --manifest-path bindings/python/Cargo.toml --out "$wheels" --interpreter "$venv/bin/python"
"$venv/bin/pip" install --quiet --no-index --no-deps --force-reinstall "$wheels"/shiren-*.whl
SHIREN_BINARY=$target/release/shiren "$venv/bin/python" benches/python/compare.py
echo "wheel: $(du --bytes "$wheels"/shiren-*.whl | cut -f 1) bytes"
