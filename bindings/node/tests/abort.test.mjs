// AbortSignal: before, during and after a call.

import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AbortError, CancelledError, ShirenError } from 'shiren';
import { fresh, open, passing } from './sandbox.mjs';

const sandbox = await fresh();

test('a call that is aborted when it was billed', async () => {
  const client = open(sandbox.client());
  const told = [];
  client.onOutcome((outcome) => told.push(outcome));
  await sandbox.fault('hang_after_billing');
  const controller = new AbortController();
  const call = client.juhe.verifyface.verify2(await passing(sandbox), { signal: controller.signal });
  call.catch(() => {});
  while ((await sandbox.billed()) === 0) await sleep(10);
  const reason = new Error('the browser went away');
  controller.abort(reason);
  const error = await call.catch((error) => error);
  assert.ok(error instanceof AbortError && error.cause instanceof CancelledError);
  assert.deepEqual([error.name, error.code, error.billed, error.cause.billed], ['AbortError', 'ABORT_ERR', 'unknown', 'unknown']);
  assert.equal(error.reason, reason);
  assert.deepEqual([told.length, told[0].cancelled, told[0].billed], [1, true, 'unknown']);
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
  await sandbox.assertBilled(1);
});

test('a signal that was aborted before costs nothing', async () => {
  const client = open(sandbox.client());
  const call = client.juhe.verifyface.verify2(await passing(sandbox), { signal: AbortSignal.abort() });
  await assert.rejects(call, (error) => error instanceof AbortError && error.billed === 'no');
  await sandbox.assertBilled(0);
  assert.equal(client.counters().total.calls, 0);
});

test('AbortSignal.timeout and AbortSignal.any', async () => {
  const client = open(sandbox.client());
  await sandbox.fault('hang_after_billing');
  const signal = AbortSignal.any([AbortSignal.timeout(300), new AbortController().signal]);
  await assert.rejects(client.juhe.verifyface.verify2(await passing(sandbox), { signal }), (error) => {
    assert.ok(error instanceof AbortError);
    assert.equal(error.reason.name, 'TimeoutError');
    return true;
  });
});

test('a signal that comes too late changes nothing', async () => {
  const client = open(sandbox.client());
  const controller = new AbortController();
  const reply = await client.juhe.verifyface.verify2(await passing(sandbox), { signal: controller.signal });
  controller.abort();
  assert.equal(reply.verdict.decision, 'passed');
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
});

test('one signal for many calls', async () => {
  const client = open(sandbox.client());
  await sandbox.fault('hang', { times: 100 });
  const controller = new AbortController();
  const request = await passing(sandbox);
  const warnings = [];
  process.on('warning', (warning) => warnings.push(warning));
  const calls = Array.from({ length: 64 }, () => client.juhe.verifyface.verify2(request, { signal: controller.signal }));
  const ends = Promise.allSettled(calls);
  await sleep(100);
  controller.abort();
  for (const { reason } of await ends) assert.ok(reason instanceof AbortError);
  assert.deepEqual(warnings, []);
});

test('aborts at random moments: each call ends once, and the outcomes are the ledger', async () => {
  const client = open(sandbox.client());
  const outcomes = [];
  client.onOutcome((outcome) => outcomes.push(outcome));
  const request = await passing(sandbox);
  await client.juhe.verifyface.verify2(request);
  const ends = { passed: 0, aborted: 0 };
  const rounds = Number(process.env.SHIREN_ROUNDS ?? 300);
  const one = async () => {
    const controller = new AbortController();
    const call = client.juhe.verifyface.verify2(request, { signal: controller.signal });
    setTimeout(() => controller.abort(), Math.random() * 12);
    try {
      assert.equal((await call).verdict.decision, 'passed');
      ends.passed += 1;
    } catch (error) {
      if (!(error instanceof AbortError)) throw error;
      ends.aborted += 1;
    }
  };
  for (let round = 0; round < rounds; round += 10) await Promise.all(Array.from({ length: 10 }, one));
  assert.equal(ends.passed + ends.aborted, rounds);
  assert.equal(outcomes.length, rounds + 1);
  const { total } = client.counters();
  assert.equal(total.calls, rounds + 1);
  assert.equal(total.cancelled, ends.aborted);
  const count = (bill) => outcomes.filter((outcome) => outcome.billed === bill).length;
  assert.equal(count('yes'), ends.passed + 1);
  await client.close();
  await sleep(300);
  const booked = await sandbox.billed();
  assert.ok(booked >= count('yes') && booked <= count('yes') + count('unknown'), `${booked} booked, ${JSON.stringify(total)}`);
});

test('a closed client ends as cancelled, not as aborted', async () => {
  const client = sandbox.client();
  await sandbox.fault('hang');
  const call = client.juhe.verifyface.verify2(await passing(sandbox), { signal: new AbortController().signal });
  const end = call.catch((error) => error);
  await client.close();
  assert.ok((await end) instanceof ShirenError && (await end) instanceof CancelledError);
});
