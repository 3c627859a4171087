#!/usr/bin/env bash
# C++: shiren.hpp with its types, and the conformance scenarios, on the sandbox.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/need.sh
. tests/build.sh
. tests/step.sh
. tests/sandbox.sh
need g++ g++
need /usr/include/gtest/gtest.h libgtest-dev
need /usr/include/nlohmann/json.hpp nlohmann-json3-dev
need curl-config libcurl4-openssl-dev
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
work=$target/cpp
mkdir -p "$work/lib"

build || exit 1
cp "$target/debug/libshiren.so" "$work/lib/libshiren.so.1"
ln -sf libshiren.so.1 "$work/lib/libshiren.so"
strict=(-pedantic -Wall -Wextra -Wshadow -Wconversion -Werror)
link=(-L"$work/lib" -Wl,-rpath,"$work/lib" -lshiren -lgtest -lcurl -pthread)

# compile NAME SOURCE
compile() { g++ -std=c++17 -O0 "${strict[@]}" -Iinclude "$2" -o "$work/$1" "${link[@]}"; }

# suite NAME ARGS… : runs a program, and counts what GoogleTest says
suite() {
  local name=$1 log="$work/$1.log" ok bad
  shift
  timeout 300 "$work/$name" "$@" >"$log" 2>&1
  local status=$?
  ok=$(sed -nE 's/^\[  PASSED  \] ([0-9]+) tests?\..*/\1/p' "$log")
  bad=$(sed -nE 's/^\[  FAILED  \] ([0-9]+) tests?, listed below:/\1/p' "$log")
  [ "$status" -ne 0 ] && [ -z "$bad" ] && bad=1
  [ -n "${bad:-}" ] && cat "$log"
  passed=$((passed + ${ok:-0})) failed=$((failed + ${bad:-0}))
  [ -n "$ok" ] || failed=$((failed + 1))
}

rm -f "$work/conformance" "$work/typed"
compile conformance tests/cpp/conformance/main.cpp &
compile typed tests/cpp/typed.cpp
wait

sandbox "$work/ready"
suite typed tests/photos "$work/ready"
suite conformance tests/conformance tests/photos "$work/ready"

finish
