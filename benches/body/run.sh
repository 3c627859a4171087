#!/usr/bin/env bash
# The body of one encrypted compare in other languages. What is not installed is left out, and said.
set -euo pipefail
cd "$(dirname "$0")"
target=${CARGO_TARGET_DIR:-../../target}

if command -v python3 >/dev/null; then
  if [ ! -x "$target/venv/bin/python" ]; then python3 -m venv "$target/venv"; fi
  "$target/venv/bin/python" -c 'import cryptography' 2>/dev/null ||
    "$target/venv/bin/pip" install --quiet --disable-pip-version-check cryptography >&2
  "$target/venv/bin/python" body.py
else
  echo "no python3: left out" >&2
fi
if command -v node >/dev/null; then node body.mjs; else echo "no node: left out" >&2; fi
