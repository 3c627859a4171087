#!/usr/bin/env bash
# Node: builds the packages, runs every test of bindings/node/tests and every example, then packs the packages, installs them into
# a clean folder, and runs and compiles what a user would write there. Arguments go to node's test runner.
set -uo pipefail
cd "$(dirname "$0")/.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
mkdir -p "$target"
export CARGO_TARGET_DIR=$target CARGO_TERM_COLOR=never npm_config_update_notifier=false
log=$target/node-step.log

. tests/build.sh
. tests/step.sh

major=$(node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/')
if [ "${major:-0}" -lt 20 ]; then
  stop "node 20 or later is needed, with npm"
fi
package=$PWD/bindings/node
build || stop "no build"
CARGO=true "$package/build.sh" || stop "the packages do not build"
export SHIREN_BINARY=$target/debug/shiren

# Packed as they would be published, and installed where nothing else is.
packs=$target/packs-node clean=$target/clean-node
rm -rf "$packs" "$clean"
mkdir -p "$packs" "$clean"
pack() { (cd "$1" && npm pack --silent --pack-destination "$packs"); }
for one in . platforms/linux-x64-gnu platforms/sandbox-linux-x64-gnu; do step "pack $one" pack "$package/$one"; done
files() { tar tzf "$1" | sort >"$log.files" && ! grep -vE "$2" "$log.files" && grep -q LICENSE "$log.files"; }
step "what is in the package" files "$packs"/shiren-0.1.0.tgz '^package/(dist/[a-z_]+\.(js|mjs|d\.ts|d\.mts)|package\.json|README\.md|LICENSE)$'
step "what is in the platform's" files "$packs"/shiren-linux-x64-gnu-0.1.0.tgz '^package/(shiren\.node|package\.json|README\.md|LICENSE)$'
cd "$clean" || exit 1
echo '{"private": true}' >package.json
install() { npm install --silent --offline --no-audit --no-fund "$packs"/*.tgz; }
step "the packages install, without anything else" install
only() { [ "$(find node_modules -name package.json -not -path '*/.*' | wc -l)" -eq 3 ]; }
step "nothing else was installed" only
cat >compare.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { check, version } from 'shiren';
import { binary, Sandbox } from 'shiren/testing';
if (!binary().includes('sandbox-linux-x64-gnu')) throw new Error(binary());
const sandbox = await Sandbox.start();
const client = sandbox.client();
const { name: realname, idNumber: idcard } = await sandbox.persona('passes');
if (!check.idNumber({ idNumber: idcard }).accepted || version !== '0.1.0') throw new Error('odd');
const { verdict } = await client.juhe.verifyface.verify2({ realname, idcard, image: readFileSync(process.argv[2]) });
await sandbox.assertBilled(1);
await client.close();
await sandbox.stop();
if (verdict.decision !== 'passed') throw new Error(verdict.decision);
JS
sed -E "s/^import (.*) from ('shiren.*|'node.*);/const \1 = require(\2);/; s/^const sandbox/(async () => { const sandbox/; \$s/\$/ })();/" compare.mjs >compare.cjs
outside() { env --unset=SHIREN_BINARY PATH="$(dirname "$(command -v node)"):/usr/bin:/bin" node "$@"; }
step "import, and the program of the package" outside compare.mjs "$package/../../tests/photos/portrait.jpg"
step "require, and the program of the package" outside compare.cjs "$package/../../tests/photos/portrait.jpg"

# A user's TypeScript, by both kinds of resolution and both kinds of module.
cp -r "$package"/node_modules/{@types,undici-types} node_modules/
mkdir -p module common
cp "$package/tests/types/user.ts" module/user.mts
cp "$package/tests/types/user.ts" common/user.cts
cp "$package/tests/types/user.ts" user.ts
tsc() { "$package/node_modules/.bin/tsc" --noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --target es2022 --lib es2023,esnext.disposable --types node "$@"; }
step "a user's module, node16" tsc --module node16 --moduleResolution node16 module/user.mts
step "a user's CommonJS, node16" tsc --module node16 --moduleResolution node16 common/user.cts
step "a user's code, bundler" tsc --module esnext --moduleResolution bundler user.ts
step "a user's code, nodenext" tsc --module nodenext --moduleResolution nodenext user.ts

# Without the native part: what to do is said.
rm -rf node_modules/@shiren
missing() { ! node -e 'require("shiren")' 2>"$log.missing" && grep -q 'the package @shiren/linux-x64-gnu is not installed; install again' "$log.missing"; }
step "a missing native part is explained" missing
other() { ! node -e 'Object.defineProperty(process, "arch", { value: "mips" }); require("shiren")' 2>"$log.missing" && grep -q 'no native part for linux-mips-gnu; there is one for linux-x64-gnu' "$log.missing"; }
step "another machine is explained" other
cd "$package" || exit 1

examples() { cd ../../examples/node && { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent; }; }
step "what the examples need" examples
cd "$package" || exit 1

tests=$target/node-tests.log
node --test --test-reporter=tap "$@" tests/*.test.mjs >"$tests" 2>&1
grep -E -A 30 '^ *not ok' "$tests"
count() { sed -nE "s/^# $1 ([0-9]+)\$/\1/p" "$tests" | tail -n 1; }
ok=$(count pass) bad=$(count fail) cancelled=$(count cancelled)
passed=$((passed + ${ok:-0})) failed=$((failed + ${bad:-0} + ${cancelled:-0}))
[ "${ok:-0}" -gt 0 ] || failed=$((failed + 1))
finish
