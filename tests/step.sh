# Sourced: tests that are whole programs, counted. What the one that failed has said is shown.

passed=0 failed=0

# A misspelt command is not a test that passed: in a test it fails, elsewhere the suite ends without its last line.
command_not_found_handle() {
  echo "not ok: there is no command $1"
  [ -n "${testing:-}" ] || kill $$
  return 127
}

# step NAME COMMAND… : one test
step() {
  local name=$1 testing=yes said
  shift
  said=$(mktemp)
  if "$@" >"$said" 2>&1; then
    passed=$((passed + 1))
  else
    echo "not ok: $name"
    cat "$said"
    failed=$((failed + 1))
  fi
  rm -f "$said"
}

# finish : the last line of a suite
finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
  exit
}

# stop WHY : nothing more can be tested
stop() {
  echo "not ok: $1"
  failed=$((failed + 1))
  finish
}
