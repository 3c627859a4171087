#!/usr/bin/env bash
# The sandbox against clients that this project did not write: curl, and the official Python client of Baidu.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/build.sh
. tests/sandbox.sh
. tests/step.sh
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
venv="$target/venv"
if [ ! -x "$venv/bin/python" ]; then python3 -m venv "$venv" || exit 1; fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r tests/foreign/requirements.txt || exit 1

build || exit 1
sandbox "$target/foreign.ready"

for suite in "bash tests/foreign/curl.sh" "$venv/bin/python tests/foreign/baidu_aip.py"; do
  output=$($suite "$url")
  echo "$output"
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' <<<"$output" | tail -n 1)
  if [ -z "$line" ]; then failed=$((failed + 1)); continue; fi
  passed=$((passed + ${line%% passed*}))
  failed=$((failed + $(sed -E 's/.*, ([0-9]+) failed/\1/' <<<"$line")))
done
finish
