// Where a configuration comes from, and what of it is shown, cloned and resolved.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import v8 from 'node:v8';
import { Client, Config, ConfigurationError } from 'shiren';
import { fresh, open, PACKAGE, passing } from './sandbox.mjs';

const sandbox = await fresh();
const { GROUPS, PLAIN } = createRequire(import.meta.url)(path.join(PACKAGE, 'dist/config_fields.js'));
const folder = mkdtempSync(path.join(os.tmpdir(), 'shiren-'));
after(() => rmSync(folder, { recursive: true }));

/** A configuration with this value at this path. */
const filled = (where, value) => where.split('/').slice(1).reduceRight((inner, name) => ({ [name]: inner }), value);

/** Runs with these variables and no others of ours. */
function withEnv(variables, work) {
  const before = process.env;
  const others = Object.entries(before).filter(([name]) => !name.startsWith('SHIREN_'));
  process.env = { ...Object.fromEntries(others), ...variables };
  try {
    work();
  } finally {
    process.env = before;
  }
}

function shown(one) {
  const cloned = structuredClone(one);
  return [inspect(one), JSON.stringify(one), String(one), inspect({ ...one }), inspect(cloned), inspect(v8.deserialize(v8.serialize(one)))].join();
}

for (const where of [
  '/accounts/juhe/key', '/accounts/juhe/openid', '/accounts/jumdata/gateway/app_secret', '/accounts/baidu/apiKey', '/proxy',
  // What this version does not know, or what has the wrong type.
  '/accounts/another/token', '/a_later_field', '/accounts/juhe', '/accounts', '/limits/juhe/breaker',
]) {
  test(`what may be a secret is neither shown nor cloned: ${where}`, () => {
    for (const value of ['canary-1234567', ['canary-1234567'], Buffer.from('canary-1234567').toString()]) {
      const config = new Config(filled(where, value));
      assert.ok(!shown(config).includes('canary'), shown(config));
      assert.ok(inspect(config, { depth: 9 }).includes('***'));
    }
  });
}

test('what is no secret is shown', () => {
  for (const where of PLAIN) {
    const config = new Config(filled(where, 'open-1234567'));
    assert.ok(JSON.stringify(config).includes('open-1234567'), where);
    assert.ok(GROUPS.has(where.replace(/\/[^/]*$/, '')) || where.lastIndexOf('/') === 0, where);
    const words = new Set(where.split(/[/_]/));
    for (const word of ['key', 'secret', 'token', 'openid', 'appcode', 'password', 'proxy']) assert.ok(!words.has(word), where);
  }
});

test('a client shows no secret', () => {
  const client = new Client({ accounts: { juhe: { key: 'canary-1234567', openid: 'canary-7654321' } } });
  assert.ok(!shown(client).includes('canary'), shown(client));
  assert.ok(inspect(client).startsWith('Client(Config'));
  assert.ok(!shown(client.juhe).includes('canary'));
});

test('references are resolved when a client is made', async () => {
  const { juhe } = await sandbox.accounts();
  const file = path.join(folder, 'key');
  writeFileSync(file, `${juhe.key}\n`);
  process.env.ADDRESS_OF_A_TEST = juhe.base_url;
  const config = new Config({ accounts: { juhe: { key: { file }, openid: juhe.openid, baseUrl: { env: 'ADDRESS_OF_A_TEST' } } } });
  assert.ok(inspect(config, { depth: 9 }).includes('ADDRESS_OF_A_TEST') && JSON.stringify(config).includes(file));
  assert.ok(!shown(config).includes(juhe.key) && !shown(config).includes(juhe.base_url));
  const client = open(new Client(config));
  assert.equal((await client.juhe.verifyface.verify2(await passing(sandbox))).verdict.decision, 'passed');
  for (const [key, why] of [[{ env: 'NOBODY_SETS_THIS' }, /NOBODY_SETS_THIS is not set/], [{ file: '/no/such/file' }, /cannot be read/]]) {
    assert.throws(() => new Client({ accounts: { juhe: { key } } }), (error) => {
      assert.ok(error instanceof ConfigurationError);
      assert.equal(error.field, '/accounts/juhe/key');
      return why.test(error.message);
    });
  }
});

test('from text, from a file, from the environment', () => {
  const text = JSON.stringify({ accounts: { juhe: { key: 'k-1234567' } }, timeout_ms: 500 });
  const file = path.join(folder, 'shiren.json');
  writeFileSync(file, `\ufeff${text}`);
  const wanted = { accounts: { juhe: { key: '***' } }, timeout_ms: 500 };
  for (const given of [text, file, pathToFileURL(file), { accounts: { juhe: { key: 'k-1234567' } }, timeoutMs: 500 }]) {
    assert.deepEqual(Config.of(given).toJSON(), wanted);
    assert.ok(new Client(given));
  }
  withEnv({ SHIREN_CONFIG: file }, () => assert.deepEqual(Config.fromEnv().toJSON(), wanted));
  withEnv({ SHIREN_SANDBOX: 'http://127.0.0.1:1' }, () => assert.deepEqual(Config.fromEnv().toJSON(), { sandbox: 'http://127.0.0.1:1' }));
  withEnv({ SHIREN_JUHE_KEY: 'canary', SHIREN_JUHE_OPENID: '', SHIREN_BAIDU_API_KEY: 'canary', SHIREN_BAIDU_SECRET_KEY: 'canary' }, () => {
    const client = new Client();
    assert.ok(!shown(client).includes('canary'));
    const { environment } = Config.fromEnv().toJSON();
    assert.deepEqual(environment.SHIREN_JUHE_KEY, { env: 'SHIREN_JUHE_KEY' });
    assert.ok(!('SHIREN_JUHE_OPENID' in environment));
  });
  for (const [env, field] of [
    [{ SHIREN_BAIDU_API_KEY: 'x' }, 'SHIREN_BAIDU_SECRET_KEY'],
    [{ SHIREN_JUMDATA_GATEWAY: 'tencent' }, 'SHIREN_JUMDATA_INIT_URL'],
  ]) {
    withEnv(env, () => assert.throws(() => new Client(), (error) => error instanceof ConfigurationError && error.field === field));
  }
});

test('a sandbox stands for what is not given', async () => {
  const client = open(sandbox.client({ accounts: { juhe: { key: 'no-such-key' } } }));
  await assert.rejects(client.juhe.verifyface.verify2(await passing(sandbox)), { name: 'AuthenticationError' });
  for (const odd of ['nowhere', 'https://apis.juhe.cn']) {
    assert.throws(() => Client.sandbox(odd), (error) => error.field === '/sandbox');
  }
});

for (const [given, why] of [
  ['{"accounts": {"juhe": {"key": canary', /not valid JSON/],
  ['/no/such/shiren.json', /ENOENT/],
  [7, /is an object/],
  [[], /is an object/],
  [{ timeoutMs: NaN }, /finite/],
  [{ timeoutMs: 10n }, /bigint has no place/],
  [{ timeoutMs: 5, timeout_ms: 6 }, /given twice/],
  [{ timeoutMs: 'canary' }, /./],
  [{ timout_ms: 5 }, /no such field/],
  [{ accounts: { juhe: { key: 'canary', base_url: 'http://example.com' } } }, /https/],
]) {
  test(`odd configurations are refused: ${typeof given === 'bigint' ? given : inspect(given)}`, () => {
    assert.throws(() => new Client(given), (error) => {
      assert.ok(error.name === 'ConfigurationError' || error.name === 'InvalidArgumentError', error);
      assert.ok(!error.stack.includes('canary'));
      return why.test(error.message);
    });
  });
}
