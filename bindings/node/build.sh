#!/usr/bin/env bash
# Builds the native part and the program, puts them with the licence into the packages of this machine, and compiles the
# TypeScript. PROFILE=release for packages that are to be published.
set -euo pipefail
cd "$(dirname "$0")"
root=../..
profile=${PROFILE:-dev}
target=${CARGO_TARGET_DIR:-$root/target}
out=$target/$([ "$profile" = dev ] && echo debug || echo "$profile")
# One after the other: together they would have each other's features.
for package in shiren-node shiren-cli; do
  "${CARGO:-cargo}" build --quiet --profile "$profile" --manifest-path $root/Cargo.toml --package $package
done

# bare FROM TO : without what only debuggers read; a new file, because a running process may have the old one loaded
bare() { rm -f "$2" && { strip --strip-debug -o "$2" "$1" 2>/dev/null || cp "$1" "$2"; }; }

bare "$out/libshiren_node.so" platforms/linux-x64-gnu/shiren.node
bare "$out/shiren" platforms/sandbox-linux-x64-gnu/shiren
for package in . platforms/*; do cp $root/LICENSE "$package/LICENSE"; done
[ -e node_modules/.package-lock.json ] && [ ! package-lock.json -nt node_modules/.package-lock.json ] || npm ci --silent
rm -rf dist
npx --no-install tsc --project tsconfig.json
