#!/usr/bin/env bash
# Python: calls beside requests, httpx and aiohttp with pycryptodome, import time and size beside other packages. The wheel
# is a release build. SHIREN_PYTHON chooses the interpreter.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR=$target
venv=$target/venv-python-bench
requirements=benches/python/requirements.txt
if ! cmp -s "$requirements" "$venv/requirements.txt"; then
  rm -rf "$venv"
  "${SHIREN_PYTHON:-python3}" -m venv "$venv"
  "$venv/bin/pip" install --quiet --requirement "$requirements"
  cp "$requirements" "$venv/requirements.txt"
fi
cargo build --quiet --release --package shiren-cli
wheels=$target/wheels-python-bench
rm -rf "$wheels"
"$venv/bin/maturin" build --quiet --release --manifest-path bindings/python/Cargo.toml --out "$wheels" --interpreter "$venv/bin/python"
"$venv/bin/pip" install --quiet --no-index --no-deps --force-reinstall "$wheels"/shiren-*.whl
export SHIREN_BINARY=$target/release/shiren
"$venv/bin/python" -m compileall -q "$venv"/lib/python3*/site-packages/shiren
"$venv/bin/python" --version
"$venv/bin/python" benches/python/compare.py

# What has to be downloaded, with everything that it needs.
printf 'download: shiren %s KiB in 1 wheel' "$(($(stat --format %s "$wheels"/shiren-*.whl) / 1024))"
for package in requests httpx aiohttp baidu-aip tencentcloud-sdk-python-faceid; do
  folder=$target/wheels-of-others/$package
  if [ ! -e "$folder/done" ]; then
    "$venv/bin/pip" download --quiet --dest "$folder" --constraint "$requirements" "$package" && touch "$folder/done"
  fi
  printf '; %s %s KiB in %s' "$package" "$(find "$folder" -type f ! -name done -printf '%s\n' | awk '{ n += $1 } END { print int(n / 1024) }')" \
    "$(find "$folder" -type f ! -name done | wc -l)"
done
echo
