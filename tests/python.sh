#!/usr/bin/env bash
# Python: builds the wheel, installs it into a clean environment, and tests what was installed: pytest, mypy, pyright,
# stubtest. SHIREN_PYTHON chooses the interpreter.
set -uo pipefail
cd "$(dirname "$0")/.."
target=$(realpath "${CARGO_TARGET_DIR:-target}")
venv=$target/venv-python
export CARGO_TERM_COLOR=never
passed=0 failed=0

# step NAME COMMAND… : one test that is a whole program
step() {
  local name=$1
  shift
  if "$@" >"$target/python-step.log" 2>&1; then
    passed=$((passed + 1))
  else
    echo "$name failed:"
    cat "$target/python-step.log"
    failed=$((failed + 1))
  fi
}

finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
  exit
}

requirements=bindings/python/requirements-test.txt
if ! cmp -s "$requirements" "$venv/requirements.txt"; then
  rm -rf "$venv"
  "${SHIREN_PYTHON:-python3}" -m venv "$venv" &&
    "$venv/bin/pip" install --quiet --requirement "$requirements" &&
    cp "$requirements" "$venv/requirements.txt" || { echo "no environment for the tests"; failed=1; finish; }
fi

wheels=$target/wheels-python
rm -rf "$wheels"
cargo build --quiet --package shiren-cli &&
  "$venv/bin/maturin" build --quiet --profile dev --manifest-path bindings/python/Cargo.toml --out "$wheels" \
    --interpreter "$venv/bin/python" || { echo "no wheel"; failed=1; finish; }
export SHIREN_BINARY=$target/debug/shiren

# A clean environment: nothing else is needed.
clean=$target/venv-python-clean
rm -rf "$clean"
smoke='import shiren; found = shiren.check.id_number(id_number="110101180001010015"); assert found.accepted, found
import sys; assert shiren.Client(sandbox="http://127.0.0.1:9"), "a client"; assert "asyncio" not in sys.modules'
step "a clean environment" bash -c "'$venv/bin/python' -m venv '$clean' && '$clean/bin/pip' install --quiet --no-index --no-deps '$wheels'/shiren-*.whl && cd / && '$clean/bin/python' -I -c '$smoke'"

"$venv/bin/pip" uninstall --quiet --yes shiren 2>/dev/null
"$venv/bin/pip" install --quiet --no-index --no-deps "$wheels"/shiren-*.whl || { echo "the wheel does not install"; failed=1; finish; }

cd bindings/python
step "mypy" "$venv/bin/mypy" --config-file mypy.ini --cache-dir "$target/mypy" -p shiren
step "mypy of tests and examples" "$venv/bin/mypy" --config-file mypy.ini --cache-dir "$target/mypy" tests/typing_of_users.py
step "pyright" "$venv/bin/pyright" --pythonpath "$venv/bin/python" -p pyproject.toml
step "stubtest" "$venv/bin/python" -m mypy.stubtest --mypy-config-file mypy.ini shiren._native

log=$target/python-pytest.log
"$venv/bin/python" -m pytest -p no:cacheprovider tests 2>&1 | tee "$log"
count() { grep -E '^[0-9]+ (passed|failed)|, [0-9]+ (passed|failed|error)' "$log" | tail -n 1 | grep -oE "[0-9]+ $1" | cut -d ' ' -f 1; }
ok=$(count passed) bad=$(count failed) broken=$(count error)
passed=$((passed + ${ok:-0})) failed=$((failed + ${bad:-0} + ${broken:-0}))
[ -n "$ok" ] || failed=$((failed + 1))
finish
