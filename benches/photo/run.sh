#!/usr/bin/env bash
# The work of `core/benches/photo.rs` with Pillow and with sharp. What is not installed is left out, and said.
set -euo pipefail
target=$(realpath -m "${CARGO_TARGET_DIR:-$(dirname "$0")/../../target}")
cd "$(dirname "$0")"
photo=$PWD/../../tests/photos/phone-rotated.jpg

if command -v python3 >/dev/null; then
  if [ ! -x "$target/venv/bin/python" ]; then python3 -m venv "$target/venv"; fi
  "$target/venv/bin/python" -c 'import PIL' 2>/dev/null ||
    "$target/venv/bin/pip" install --quiet --disable-pip-version-check pillow >&2
  "$target/venv/bin/python" fit_pillow.py "$photo"
else
  echo "no python3: left out" >&2
fi
if command -v npm >/dev/null; then
  mkdir -p "$target/sharp"
  [ -d "$target/sharp/node_modules/sharp" ] ||
    npm install --silent --no-audit --no-fund --prefix "$target/sharp" sharp >&2
  cp fit_sharp.mjs "$target/sharp/"
  node "$target/sharp/fit_sharp.mjs" "$photo"
else
  echo "no npm: left out" >&2
fi
