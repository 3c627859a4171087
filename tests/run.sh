#!/usr/bin/env bash
# Every test suite. Each ends in one line `suite: N passed, N failed`; the last line is their sum.
set -uo pipefail
cd "$(dirname "$0")/.."
export CARGO_TERM_COLOR=never
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target"
. tests/build.sh
passed=0 failed=0 summary=()

# count NAME PASSED FAILED
count() {
  passed=$((passed + $2)) failed=$((failed + $3))
  summary+=("$1: $2 passed, $3 failed")
}

# cargo_suite NAME ARGS… : sums the `test result:` lines; a build that fails is one failed test
cargo_suite() {
  local name=$1 log="$target/test-$1.log"
  shift
  echo "== $name: cargo test $*"
  cargo test --no-fail-fast "$@" 2>&1 | tee "$log"
  local status=${PIPESTATUS[0]} ok bad
  ok=$(awk '/^test result:/ { for (i = 1; i < NF; i++) if ($(i + 1) ~ /^passed/) n += $i } END { print n + 0 }' "$log")
  bad=$(awk '/^test result:/ { for (i = 1; i < NF; i++) if ($(i + 1) ~ /^failed/) n += $i } END { print n + 0 }' "$log")
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  if [ "$ok" -eq 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  count "$name" "$ok" "$bad"
}

# script_suite NAME COMMAND… : its last line is `N passed, N failed`
script_suite() {
  local name=$1
  shift
  echo "== $name: $*"
  "$@" 2>&1 | tee "$target/test-$name.log"
  sum_up "$name" "${PIPESTATUS[0]}"
}

# aside NAME COMMAND… : the same beside the others, for a suite that waits more than it works; `join NAME` shows it
aside() {
  local name=$1
  shift
  "$@" >"$target/test-$name.log" 2>&1 &
  beside[$name]=$!
}
join() {
  local status=0
  wait "${beside[$1]}" || status=$?
  echo "== $1"
  cat "$target/test-$1.log"
  sum_up "$1" "$status"
}
declare -A beside=()

# sum_up NAME STATUS
sum_up() {
  local name=$1 status=$2 log="$target/test-$1.log" line
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1)
  if [ -z "$line" ] || { [ "$status" -ne 0 ] && [[ "$line" == *", 0 failed" ]]; }; then
    count "$name" 0 1
  else
    count "$name" "${line%% passed*}" "$(sed -E 's/.*, ([0-9]+) failed/\1/' <<<"$line")"
  fi
}

# one_test NAME COMMAND…
one_test() {
  local name=$1
  shift
  echo "== $name"
  if "$@"; then count "$name" 1 0; else count "$name" 0 1; fi
}

# The rest of `make lint`, by programs that are built already.
generated() {
  build && "$target/debug/shiren" ops --reference docs/reference --check && "$target/debug/shiren-codegen" --check
}

one_test style make --no-print-directory style
cargo_suite rust --workspace
one_test generated generated
# The core without the engine: no tokio, no socket.
cargo_suite pure --package shiren --no-default-features --lib --test vectors
script_suite foreign tests/foreign/run.sh
# Most of its time is one thread under valgrind.
aside abi tests/abi/run.sh
script_suite python tests/python.sh
script_suite cpp tests/cpp/run.sh
script_suite node tests/node.sh
script_suite java tests/java.sh
join abi

echo
printf '%s\n' "${summary[@]}"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
