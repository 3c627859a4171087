#!/usr/bin/env bash
# Node: calls beside fetch and undici with node:crypto, the await beside a turn of the event loop, the time of a require, and what
# has to be downloaded. The packages are of a release build; PROFILE=dev only looks whether it works.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR=$target PROFILE=${PROFILE:-release} npm_config_update_notifier=false
if ! command -v npm >/dev/null; then
  echo "no npm: left out" >&2
  exit 0
fi
bindings/node/build.sh
work=$target/bench-node packs=$target/bench-node/packs
rm -rf "$work/node_modules/shiren" "$work/node_modules/@shiren" "$packs"
mkdir -p "$packs"
for one in . platforms/linux-x64-gnu; do (cd "bindings/node/$one" && npm pack --silent --pack-destination "$packs" >/dev/null); done
echo '{"private": true, "dependencies": {"undici": "7.16.0"}}' >"$work/package.json"
(cd "$work" && npm install --silent --no-audit --no-fund --no-save --no-package-lock undici@7.16.0 "$packs"/*.tgz)
cp benches/node/compare.mjs "$work/"
SHIREN_BINARY=$target/$([ "$PROFILE" = dev ] && echo debug || echo "$PROFILE")/shiren
export SHIREN_BINARY BENCH_PHOTO=$PWD/tests/photos/portrait.jpg
node --version
node "$work/compare.mjs"
echo "download: shiren $(($(cat "$packs"/*.tgz | wc -c) / 1024)) KiB in 2 packages"
