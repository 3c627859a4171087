// The client: requests, replies, errors, time-outs, outcomes, logs.

import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import * as shiren from 'shiren';
import { signedReturn } from 'shiren/testing';
import { fresh, open, passing, photo, ROOT, VERIFY } from './sandbox.mjs';

const sandbox = await fresh();

test('a person passes and pays once', async () => {
  const client = open(sandbox.client());
  const reply = await client.juhe.verifyface.verify2(await passing(sandbox));
  assert.equal(reply.verdict.decision, shiren.Decision.Passed);
  assert.equal(reply.verdict.billed, 'yes');
  assert.equal(typeof reply.verdict.score.value, 'number');
  assert.ok(reply instanceof shiren.JuheVerifyfaceVerify2Reply && reply.verdict instanceof shiren.Verdict);
  await sandbox.assertBilled(1);
  await sandbox.assertNeverTwice();
});

test('bytes come in every form', async () => {
  const client = open(sandbox.client());
  const shared = new Uint8Array(new SharedArrayBuffer(photo.length));
  shared.set(photo);
  const padded = Buffer.concat([Buffer.from('xx'), photo]);
  const alone = new Uint8Array(photo);
  const forms = [photo, alone, padded.subarray(2), new DataView(alone.buffer), alone.buffer, shared];
  for (const image of forms) {
    const { verdict } = await client.juhe.verifyface.verify2({ ...(await passing(sandbox)), image });
    assert.equal(verdict.decision, 'passed');
  }
});

test('bytes are taken when the call begins', async () => {
  const client = open(sandbox.client());
  const image = Buffer.from(photo);
  const call = client.juhe.verifyface.verify2({ ...(await passing(sandbox)), image });
  image.fill(0);
  assert.equal((await call).verdict.decision, 'passed');
});

test('bytes go out', async () => {
  const image = readFileSync(path.join(ROOT, 'tests/photos/phone-rotated.jpg'));
  const here = shiren.photo.fit({ image });
  assert.ok(Buffer.isBuffer(here.image) && here.image.length === here.bytes && here.bytes <= 20_000);
  assert.deepEqual([...here.image.subarray(0, 2)], [0xff, 0xd8]);
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const elsewhere = await shiren.photo.fitAsync({ image });
  clearInterval(timer);
  assert.ok(turns > 0, 'the event loop goes on');
  const client = open(sandbox.client());
  const inEngine = await client.photo.fit({ image });
  for (const other of [elsewhere, inEngine]) assert.ok(here.image.equals(other.image));
  const unreadable = shiren.photo.fitAsync({ image: Buffer.alloc(9) });
  await assert.rejects(unreadable, { name: 'InvalidArgumentError', field: '/image' });
});

describe('what cannot be sent is refused by name', () => {
  const endless = [];
  endless.push(endless);
  for (const [fields, field, advice] of [
    [{ threshold: NaN }, '/threshold', /finite/],
    [{ threshold: -Infinity }, '/threshold', /finite/],
    [{ threshold: 10n ** 60n }, '/threshold', /too large/],
    [{ threshold: '70' }, '/threshold', /./],
    [{ realname: '\ud800' }, '/realname', /Unicode/],
    [{ realname: 7 }, '/realname', /./],
    [{ realname: Symbol('x') }, '/realname', /symbol cannot be sent/],
    [{ realname: () => {} }, '/realname', /function cannot be sent/],
    [{ realname: '***' }, '/realname', /toObject/],
    [{ realname: endless }, /^\/realname/, /nested/],
    [{ realname: photo }, '/realname', /./],
    [{ image: 1.5 }, '/image', /./],
    [{ image: 'photo.jpg' }, '/image', /readFile/],
    [{ image: new Blob(['x']) }, '/image', /arrayBuffer/],
    [{ image: Promise.resolve(photo) }, '/image', /await it/],
    [{ image: new URL('file:///photo.jpg') }, '/image', /readFile/],
    [{ image: new ReadableStream() }, '/image', /come out of it/],
    [{ image: new Set([1]) }, '/image', /give a list/],
    [{ image: new Map() }, '/image', /give an object/],
    [{ image: undefined }, '/image', /required/],
    [{ idcard: null }, '/idcard', /required/],
    [{ idcard: '110101180001010016' }, '/idcard', /./],
    [{ idCard: 'x' }, '/idCard', /there are: idcard, realname/],
    [{ ['__proto__']: 1 }, '/__proto__', /no such field/],
  ]) {
    test(`${Object.keys(fields)}: ${advice}`, async () => {
      const client = open(sandbox.client());
      const person = await passing(sandbox);
      // Defines, and does not assign: one is called __proto__.
      const request = Object.defineProperties({ ...person }, Object.getOwnPropertyDescriptors(fields));
      const call = client.juhe.verifyface.verify2(request);
      await assert.rejects(call, (error) => {
        assert.ok(error instanceof shiren.InvalidArgumentError && error instanceof shiren.ShirenError, error);
        assert.match(error.field, field instanceof RegExp ? field : new RegExp(`^${field}$`));
        assert.match(error.message, advice);
        assert.equal(error.billed, 'no');
        return [person.realname, person.idcard, '110101180001010016'].every((hidden) => !error.stack.includes(hidden));
      });
      await sandbox.assertBilled(0);
    });
  }
  for (const request of [null, 7, 'text', []]) {
    test(`a request that is ${JSON.stringify(request)}`, async () => {
      const client = open(sandbox.client());
      await assert.rejects(client.call('check.name', request), /a request is an object/);
    });
  }
});

test('times, lists and inner objects', () => {
  const sign = (more) =>
    shiren.baidu.bce.sign({ ak: 'a', sk: 'b', method: 'GET', path: '/', headers: [{ name: 'host', value: 'x.cn' }], ...more });
  const timestamp = new Date('2025-01-02T03:04:05+08:00');
  const begin = 'bce-auth-v1/a/2025-01-01T19:04:05Z/';
  assert.ok(sign({ timestamp }).authorization.startsWith(begin));
  assert.ok(sign({ timestamp: '2025-01-02T03:04:05+08:00' }).authorization.startsWith(begin));
  assert.throws(() => sign({ timestamp: new Date(NaN) }), { field: '/timestamp' });
  const empty = sign({ headersToSign: [] });
  assert.ok(empty.authorization.includes('//'), 'an empty list is not a missing one');
  assert.throws(() => sign({ headers: [{ name: 'host', valeu: 'x' }] }), { field: '/headers/0/valeu' });
});

test('functions without a client', () => {
  const url = signedReturn({ returnUrl: 'https://example.com/back', jhOrderId: 'JH1', passed: true });
  assert.equal(shiren.juhe.returns.verify({ url, key: 'sandbox-juhe-key', expectedOrder: 'JH1' }).hint, 'passed');
  const forged = () => shiren.juhe.returns.verify({ url, key: 'another-key', expectedOrder: 'JH1' });
  assert.throws(forged, shiren.SignatureError);
  const found = shiren.check.idNumber({ idNumber: '110101180001020011' });
  assert.ok(!found.accepted && found.findings[0].severity === 'reject');
  assert.deepEqual([...shiren.page.qr({ url: 'https://example.com/a', format: 'png' }).image.subarray(1, 4)], [0x50, 0x4e, 0x47]);
  assert.match(shiren.jumdata.handover.pageUrl({ token: 't' }).url, /^https:/);
  assert.throws(() => shiren.call(VERIFY, {}), shiren.ConfigurationError);
  assert.throws(() => shiren.call('no.such'), shiren.UnknownOperationError);
  assert.equal(shiren.operations().length, 43);
});

test('errors are classes with fields', async () => {
  const client = open(sandbox.client());
  await sandbox.fault('code', { code: 10012 });
  const error = await client.juhe.verifyface.verify2(await passing(sandbox)).catch((error) => error);
  assert.ok(error instanceof shiren.QuotaError && error instanceof Error);
  assert.deepEqual(
    [error.name, error.kind, error.vendor, error.vendorCode, error.billed, error.httpStatus, error.retryable],
    ['QuotaError', 'quota', 'juhe', '10012', 'no', 200, error.toObject().retryable],
  );
  assert.ok(error.hint.length > 0 && error.message.includes(error.hint));
  assert.ok(error.references instanceof shiren.References);
  assert.equal(error.toJSON().vendorCode, '10012');
  assert.equal(error.toObject().vendor_code, '10012');
  assert.match(error.stack, /client\.test\.mjs/, 'the stack is that of whoever awaits');
});

test('every kind has a class', () => {
  const classes = Object.values(shiren).filter((one) => one.prototype instanceof shiren.ShirenError);
  const kinds = classes.map((one) => new one('x').kind);
  const table = readFileSync(path.join(ROOT, 'docs/reference/errors.md'), 'utf8');
  const documented = table.split('\n').filter((line) => line.startsWith('| ') && line.includes('`'));
  const named = documented.map((line) => line.split('`')[1]);
  assert.equal(new Set(kinds).size, 15);
  for (const kind of kinds) assert.ok(named.includes(kind), kind);
  assert.ok(new shiren.TlsError('x') instanceof shiren.NetworkError);
  for (const one of classes) assert.equal(new one('x').name, one.name);
  assert.equal(new shiren.TimeoutError('x', { billed: 'unknown' }).billed, 'unknown');
  assert.deepEqual(Object.values(shiren.Decision), ['passed', 'rejected', 'inconclusive', 'pending', 'expired']);
});

test('a time-out', async () => {
  const client = open(sandbox.client());
  const request = await passing(sandbox);
  // A machine at work needs a while for the first call.
  await client.juhe.verifyface.verify2(request);
  await sandbox.fault('hang_after_billing');
  const late = client.juhe.verifyface.verify2(request, { timeoutMs: 1500 });
  await assert.rejects(late, (error) => error instanceof shiren.TimeoutError && error.billed === 'unknown');
  await sandbox.assertBilled(2);
});

for (const [options, field] of [
  [{ timeoutMs: 0 }, 'timeoutMs'],
  [{ timeoutMs: -1 }, 'timeoutMs'],
  [{ timeoutMs: NaN }, 'timeoutMs'],
  [{ timeoutMs: 1e300 }, 'timeoutMs'],
  [{ timeoutMs: '5' }, 'timeoutMs'],
  [{ timeout: 5 }, 'timeout'],
  [{ raw: 'yes' }, 'raw'],
  [{ signal: {} }, 'signal'],
  [null, 'options'],
]) {
  test(`the options ${JSON.stringify(options)} are refused`, async () => {
    const client = open(sandbox.client());
    const call = client.juhe.verifyface.verify2(await passing(sandbox), options);
    await assert.rejects(call, { name: 'InvalidArgumentError', field });
    await sandbox.assertBilled(0);
  });
}

test('raw is kept when asked for', async () => {
  const client = open(sandbox.client());
  const request = await passing(sandbox);
  assert.ok((await client.juhe.verifyface.verify2(request, { raw: true })).raw.startsWith('{'));
  assert.equal((await client.juhe.verifyface.verify2(request)).raw, null);
});

test('odd replies spoil nothing', async () => {
  const text =
    '{"error_code":0,"reason":"ok","result":{"authResult":"00XX","rxfs":"900","charge":true,"orderid":"o1",' +
    '"big":1e400,"half":"\\ud800","long":123456789012345678901234567890,"id":9007199254740993,"under":-9007199254740993,' +
    '"safe":9007199254740991,"text":"9007199254740993, \\"9007199254740993","__proto__":{"polluted":true},"part":{"part":"part0"}}}';
  await sandbox.fault('body', { text });
  const client = open(sandbox.client());
  const reply = await client.juhe.verifyface.verify2(await passing(sandbox));
  assert.equal(reply.verdict.decision, 'passed');
  const { extra } = reply;
  assert.deepEqual(
    [extra.big, extra.half, extra.long, extra.id, extra.under, extra.safe],
    ['1e400', '"\\ud800"', '123456789012345678901234567890', '9007199254740993', '-9007199254740993', 9007199254740991],
  );
  assert.equal(extra.text, '9007199254740993, "9007199254740993');
  assert.deepEqual(extra.part, { part: 'part0' });
  assert.equal({}.polluted, undefined);
  assert.ok(Object.isFrozen(extra) && Object.isFrozen(extra.part));
  assert.equal(reply.toObject().extra.id, '9007199254740993');
});

test('the context of the caller is kept', async () => {
  const client = open(sandbox.client());
  const storage = new AsyncLocalStorage();
  const request = await passing(sandbox);
  const one = (name) => storage.run(name, async () => {
    await client.juhe.verifyface.verify2(request);
    return storage.getStore();
  });
  assert.deepEqual(await Promise.all([one('a'), one('b')]), ['a', 'b']);
});

test('64 calls at once', async () => {
  const client = open(sandbox.client());
  const request = await passing(sandbox);
  const replies = await Promise.all(Array.from({ length: 64 }, () => client.juhe.verifyface.verify2(request)));
  assert.ok(replies.every((reply) => reply.verdict.decision === 'passed'));
  await sandbox.assertBilled(64);
  assert.deepEqual(client.counters().total, { calls: 64, errors: 0, cancelled: 0, billed: 64, unknown: 0 });
  assert.equal(client.counters().byOperation[VERIFY].calls, 64);
  assert.equal(client.limits().juhe.billed, 64);
});

test('outcomes are told before the call is', async () => {
  const client = open(sandbox.client());
  const request = await passing(sandbox);
  const told = [];
  const stop = client.onOutcome((outcome) => told.push(outcome));
  await client.juhe.verifyface.verify2(request);
  assert.equal(told.length, 1);
  await sandbox.fault('code', { code: 10012 });
  await assert.rejects(client.juhe.verifyface.verify2(request), shiren.QuotaError);
  const seen = told.map((one) => [one.operation, one.vendor, one.error, one.billed, one.attempts, one.cancelled]);
  assert.deepEqual(seen, [
    [VERIFY, 'juhe', null, 'yes', 1, false],
    [VERIFY, 'juhe', 'quota', 'no', 1, false],
  ]);
  assert.ok(told[0].durationMs > 0 && told[0].durationMs < 5000 && Object.isFrozen(told[0]));
  stop();
  await client.juhe.verifyface.verify2(request);
  assert.equal(told.length, 2);
  assert.throws(() => client.onOutcome(5), /number cannot be called/);
});

test('outcomes of local operations are told before the call is, and not inside it', async () => {
  const client = open(sandbox.client());
  const told = [];
  client.onOutcome((outcome) => told.push(outcome.operation));
  const call = client.check.name({ name: 'x' });
  assert.deepEqual(told, []);
  await call;
  assert.deepEqual(told, ['check.name']);
  await client.photo.fit({ image: photo });
  assert.deepEqual(told, ['check.name', 'photo.fit']);
});

test('an observer that throws holds up nobody', async () => {
  const client = open(sandbox.client());
  client.onOutcome(() => {
    throw new Error('an observer of a test');
  });
  const warned = new Promise((resolve) => process.once('warning', resolve));
  assert.equal((await client.juhe.verifyface.verify2(await passing(sandbox))).verdict.decision, 'passed');
  const warning = await warned;
  assert.equal(warning.name, 'ShirenWarning');
  assert.match(warning.message, /an observer of a test/);
});

test('log records come on the event loop and hold nobody', async () => {
  const client = open(sandbox.client());
  const request = await passing(sandbox);
  const records = [];
  shiren.setLogger('debug', (record) => {
    records.push(record);
    // A listener may call.
    shiren.check.name({ name: 'x' });
  });
  await client.juhe.verifyface.verify2(request);
  await assert.rejects(client.juhe.verifyface.verify2({ ...request, idcard: '110101180001010016' }));
  shiren.setLogger('off');
  const calls = records.filter((record) => record.target === 'shiren.call');
  assert.match(calls[0].text, /^juhe\.verifyface\.verify2: ok, billed yes, \d+\.\d ms$/);
  assert.equal(calls.length, 2);
  const text = JSON.stringify(records);
  for (const hidden of [request.realname, request.idcard, '110101180001010016', 'sandbox-juhe-key']) {
    assert.ok(!text.includes(hidden), hidden);
  }
  const before = records.length;
  await client.juhe.verifyface.verify2(request);
  assert.equal(records.length, before);
  assert.throws(() => shiren.setLogger('loud', () => {}), /off, error, warn/);
  assert.throws(() => shiren.setLogger('debug', 7), /number cannot be called/);
});

test('closing', async () => {
  const client = sandbox.client();
  const request = await passing(sandbox);
  await client.juhe.verifyface.verify2(request);
  await sandbox.fault('hang');
  const told = [];
  client.onOutcome((outcome) => told.push(outcome));
  const hanging = client.juhe.verifyface.verify2(request);
  const end = hanging.catch((error) => error);
  await client.close();
  assert.equal(told.length, 1, 'when it is closed everything has been told');
  assert.ok((await end) instanceof shiren.CancelledError);
  await client.close();
  assert.ok(client.closed);
  await assert.rejects(client.juhe.verifyface.verify2(request), shiren.ClosedError);
});

test('a hosted session', async () => {
  const client = open(sandbox.client());
  const { name, idNumber } = await sandbox.persona('passes');
  for (const vendor of ['juhe', 'jumdata', 'baidu']) {
    const subject = vendor === 'jumdata' ? undefined : { name, idNumber };
    const session = await client.liveness.start({ vendor, subject, returnUrl: 'https://example.com/back?s=1' });
    assert.ok(session.expiresAt instanceof Date && session.expiresAt > session.startedAt);
    const { id } = (await sandbox.sessions()).at(-1);
    const landedUrl = (await sandbox.complete(id, { persona: 'passes' })).redirect;
    const stored = JSON.stringify(session.toObject());
    for (const again of [session, shiren.Session.from(JSON.parse(stored)), JSON.parse(stored)]) {
      const { verdict } = await client.liveness.finish({ session: again, landedUrl, subject });
      assert.equal(verdict.decision, 'passed');
      assert.equal(verdict.checks.identity, vendor === 'jumdata' ? 'not_checked' : 'passed');
    }
    const masked = JSON.parse(JSON.stringify(session));
    await assert.rejects(client.liveness.finish({ session: masked, landedUrl, subject }), /toObject\(\)/);
    const forged = shiren.Session.from({ ...session.toObject(), reference: 'another' });
    await assert.rejects(client.liveness.finish({ session: forged, landedUrl, subject }), shiren.ShirenError);
  }
});
