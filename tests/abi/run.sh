#!/usr/bin/env bash
# The C ABI from outside: header, symbols, layout, the frozen client, the suite of tests in C by itself, under
# AddressSanitizer and under valgrind, and what `make install` gives.
set -uo pipefail
cd "$(dirname "$0")/../.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
work=$target/abi
here=tests/abi

. tests/need.sh
. tests/build.sh
. tests/step.sh
. tests/sandbox.sh
need gcc gcc
need g++ g++
need cmake cmake
need pkg-config pkg-config
need valgrind valgrind

# begin NAME COMMAND… : starts a suite with the address of a sandbox of its own in $url
begin() {
  local name=$1
  shift
  "$@" >"$work/$name.log" 2>"$work/$name.err" &
  running[$name]=$!
}

# ended NAME : each line `ok …` or `not ok …` is one test, and the command must succeed
ended() {
  local name=$1 log="$work/$1.log" ok bad status=0
  wait "${running[$name]}" || status=$?
  ok=$(grep -c '^ok ' "$log")
  bad=$(grep -c '^not ok ' "$log")
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
    bad=1
    echo "not ok $name: status $status"
    tail -n 60 "$work/$name.err"
  fi
  grep '^not ok ' "$log"
  passed=$((passed + ok)) failed=$((failed + bad))
  echo "$name: $ok passed, $bad failed, $SECONDS s"
}

declare -A running=()

build || exit 1
rm -rf "$work"
mkdir -p "$work/lib"
cp "$target/debug/libshiren.so" "$work/lib/libshiren.so.1"
ln -s libshiren.so.1 "$work/lib/libshiren.so"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
link=(-L"$work/lib" -lshiren -Wl,-rpath,"$work/lib" -pthread -lm)
strict=(-pedantic -Wall -Wextra -Werror)

sandbox "$work/plain.ready"
photo=tests/photos/portrait.jpg

# The header: in each language, and from two files of one program.
for standard in c99 c11 c17 c2x; do
  step "header as $standard" gcc -std=$standard "${strict[@]}" -Iinclude $here/header_{first,second}.c \
    -o "$work/header_$standard" "${link[@]}"
  step "two files as $standard" "$work/header_$standard"
done
for standard in c++17 c++20; do
  step "header as $standard" g++ -std=$standard "${strict[@]}" -x c++ -Iinclude $here/header_{first,second}.c \
    -x none -o "$work/header_$standard" "${link[@]}"
  step "two files as $standard" "$work/header_$standard"
done

# What a program links to, and what it takes over when it is compiled.
symbols() { nm --dynamic --defined-only --format=posix "$work/lib/libshiren.so" | cut -d' ' -f1 | LC_ALL=C sort; }
step "exported symbols" diff ffi/symbols.txt <(symbols)
declared() { grep -oE '\bshiren_[a-z_]+\(' include/shiren.h | tr -d '(' | LC_ALL=C sort -u; }
step "declared functions" diff <(grep -v -x -F -f <(declared) ffi/symbols.txt) /dev/null
step "name in the loader" grep -q 'SONAME.*\[libshiren\.so\.1\]' <(readelf --dynamic "$work/lib/libshiren.so")
sed -nE 's/^#define (SHIREN_[A-Z_]+) .*/printf("\1 %lld\\n", (long long)(\1));/p' include/shiren.h >"$work/constants.inc"
step "layout compiles" gcc -std=c11 "${strict[@]}" -Iinclude -I"$work" $here/layout.c -o "$work/layout"
step "layout" diff $here/layout.txt <("$work/layout")
step "each struct in the layout" test "$(grep -c 'size_t struct_size;' include/shiren.h)" \
  -eq "$(grep -c '\.struct_size ' $here/layout.txt)"
untried() { for function in $(<ffi/symbols.txt); do grep -qw "$function" $here/wrongs.c $here/errors.c || echo "$function"; done; }
step "every function with NULL and wrong values" diff <(untried) /dev/null

# A program of the first version's time.
step "client_v1 compiles" gcc -std=c99 -D_POSIX_C_SOURCE=200809L "${strict[@]}" $here/client_v1.c -o "$work/client_v1" "${link[@]}"
step "client_v1 runs" "$work/client_v1" "$url" $photo

# The suite, as it is.
sources=("$here"/{main,sandbox,locals,calls,errors,sizes,observers,loggers,faults,threads,races,forks,wrongs}.c)
build=(gcc -std=c11 "${strict[@]}" -g -O1 -Iinclude "-DSHIREN_TESTS_VERSION=\"$version\"")
step "suite compiles" "${build[@]}" "${sources[@]}" -o "$work/tests" "${link[@]}"
begin plain timeout 300 "$work/tests" "$url" $photo
ended plain

# Under AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer.
sanitize=(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
step "suite compiles with sanitizers" "${build[@]}" "${sanitize[@]}" "${sources[@]}" -o "$work/tests_asan" "${link[@]}"
step "AddressSanitizer is there" grep -q __asan_init <(nm "$work/tests_asan")
step "faults compile" "${build[@]}" "${sanitize[@]}" $here/caught.c -o "$work/caught_asan" "${link[@]}"
step "faults compile for valgrind" "${build[@]}" $here/caught.c -o "$work/caught" "${link[@]}"
# caught WHAT COMMAND… : it fails, and says so
caught() {
  local what=$1 output
  shift
  output=$("$@" 2>&1) && { echo "nothing was caught"; return 1; }
  grep -q -- "$what" <<<"$output" || { echo "$output"; return 1; }
}
step "AddressSanitizer catches a use after free" caught heap-use-after-free "$work/caught_asan" freed
step "LeakSanitizer catches what is lost" caught "detected memory leaks" "$work/caught_asan" lost
sandbox "$work/asan.ready"
begin asan env SHIREN_ABI_ROUNDS=5 timeout 300 "$work/tests_asan" "$url" $photo

# Under valgrind, with few rounds: it is some thirty times slower.
valgrind=(valgrind --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite
  --show-leak-kinds=definite)
step "valgrind catches a use after free" caught "Invalid write" "${valgrind[@]}" "$work/caught" freed
step "valgrind catches what is lost" caught "definitely lost" "${valgrind[@]}" "$work/caught" lost
sandbox "$work/valgrind.ready"
begin valgrind env SHIREN_ABI_ROUNDS=1 timeout 400 "${valgrind[@]}" "$work/tests" "$url" $photo

# What `make install` gives, meanwhile.
sandbox "$work/installed.ready"
. $here/installed.sh
ended asan
ended valgrind

finish
