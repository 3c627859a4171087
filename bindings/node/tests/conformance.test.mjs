// Every conformance scenario, and known answers of local operations.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import * as shiren from 'shiren';
import { Failed, files, load, Scenario } from './conformance.mjs';
import { fresh, ROOT } from './sandbox.mjs';

const sandbox = await fresh();

for (const name of files()) {
  test(name, () => new Scenario(load(name), sandbox).run());
}

/** The scenario with one expectation after another made wrong. */
function spoiled(data) {
  const found = [];
  const copy = () => {
    found.push(structuredClone(data));
    return found.at(-1);
  };
  for (const [number, step] of data.steps.entries()) {
    for (const kind of ['reply', 'error']) {
      for (const pointer of Object.keys(step[kind] ?? {})) copy().steps[number][kind][pointer] = { $contains: 'another' };
    }
    if ('call' in step) {
      const changed = copy().steps[number];
      const [old, other] = 'reply' in changed ? ['reply', 'error'] : ['error', 'reply'];
      changed[other] = changed[old];
      delete changed[old];
    }
  }
  copy().ledger.push('one.more');
  return found;
}

for (const name of ['compare/passes.json', 'liveness/juhe_passed.json', 'local/page_qr.json', 'paid/dropped_after_billing.json']) {
  test(`the runner can fail: ${name}`, async () => {
    const wrong = spoiled(load(name));
    assert.ok(wrong.length > 2);
    for (const data of wrong) await assert.rejects(new Scenario(data, sandbox).run(), Failed);
  });
}

/** What is named must be there; lists are compared whole; bytes are Base64 there. */
function contains(found, wanted) {
  if (ArrayBuffer.isView(found)) found = Buffer.from(found).toString('base64');
  if (Array.isArray(wanted)) {
    return Array.isArray(found) && found.length === wanted.length && wanted.every((one, index) => contains(found[index], one));
  }
  if (typeof wanted === 'object' && wanted !== null) {
    return typeof found === 'object' && found !== null && Object.keys(wanted).every((name) => contains(found[name], wanted[name]));
  }
  return (found ?? null) === wanted;
}

const pascal = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());

/** The names of TypeScript, all the way down. */
function camel(value) {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [pascal(name), camel(one)]));
}

/** The method of an operation, or its function. */
function method(of, id) {
  const path = id.split('.').map(pascal);
  const group = path.slice(0, -1).reduce((group, name) => group[name], of);
  return group[path.at(-1)].bind(group);
}

const plain = (value) => JSON.parse(JSON.stringify(value));
/** Some answers have a nonce or a time in them. */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

test('every operation is a method, and a function where it needs no client', async () => {
  const client = shiren.Client.sandbox('http://127.0.0.1:1');
  for (const { id, place } of shiren.operations()) {
    const refused = { name: 'InvalidArgumentError', field: '/nope', message: /no such field here; there are: / };
    await assert.rejects(method(client, id)({ nope: 1 }), refused, id);
    if (place !== 'remote') assert.throws(() => method(shiren, id)({ nope: 1 }), refused, id);
  }
  await client.close();
});

let answers = 0;
for (const { id, place } of shiren.operations()) {
  const folder = path.join(ROOT, 'tests/vectors', ...id.split('.'));
  if (place === 'remote' || !existsSync(folder)) continue;
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const vector = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
    // Some set the clock, which only the core's own tests can.
    if ('now' in vector) continue;
    answers += 1;
    test(`known answer of ${id}: ${name}`, async () => {
      const client = shiren.Client.sandbox('http://127.0.0.1:1');
      const ways = [(request) => client.call(id, request)];
      // The others take the keys of an account where a request names none.
      if (/^(check|page|photo)\./.test(id)) ways.push(async (request) => shiren.call(id, request));
      for (const call of ways) {
        let reply, error;
        try {
          reply = await call(vector.request);
        } catch (thrown) {
          assert.ok(thrown instanceof shiren.ShirenError, thrown);
          error = thrown.toObject();
        }
        assert.equal(error !== undefined, vector.error !== undefined);
        assert.ok(contains(error ?? reply, vector.error ?? vector.response), JSON.stringify(error ?? reply));
        const typed = await method(client, id)(camel(vector.request)).catch((thrown) => thrown);
        if (reply !== undefined && same(await call(vector.request), reply)) assert.deepEqual(plain(typed.toObject()), plain(reply));
        assert.equal(typed.kind, error?.kind ?? typed.kind);
      }
      await client.close();
    });
  }
}

test('known answers were there', () => assert.ok(answers > 20, String(answers)));
