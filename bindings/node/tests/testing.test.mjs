// The testing module itself: finding the program, the ledger's assertions, time and faults.

import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { NetworkError } from 'shiren';
import { binary, Sandbox } from 'shiren/testing';
import { fresh, open, passing, program } from './sandbox.mjs';

const sandbox = await fresh();

test('assertions can fail', async () => {
  const client = open(sandbox.client());
  const request = await passing(sandbox);
  await sandbox.assertBilled(0);
  await assert.rejects(sandbox.assertBilled(1), { name: 'AssertionError', message: /1 charges were expected, 0 booked/ });
  await client.juhe.verifyface.verify2(request);
  await sandbox.assertNeverTwice();
  const other = await sandbox.persona('face_differs');
  await client.juhe.verifyface.verify2({ ...request, realname: other.name, idcard: other.idNumber });
  await sandbox.assertNeverTwice();
  await assert.rejects(sandbox.assertBilled(0), /0 charges were expected, 2 booked/);
  await client.juhe.verifyface.verify2(request);
  await assert.rejects(sandbox.assertNeverTwice(), { name: 'AssertionError', message: /charged twice/ });
  await sandbox.reset();
  await sandbox.assertBilled(0);
});

test('a lost answer is not asked for again', async () => {
  const client = open(sandbox.client());
  await sandbox.fault('drop_after_billing');
  await assert.rejects(client.juhe.verifyface.verify2(await passing(sandbox)), (lost) => {
    return lost instanceof NetworkError && lost.billed === 'unknown' && !lost.retryable;
  });
  await sandbox.assertBilled(1);
  await sandbox.assertNeverTwice();
});

test('time and settings', async () => {
  const client = open(sandbox.client());
  const session = await client.liveness.start({ vendor: 'jumdata', returnUrl: 'https://example.com/back' });
  await sandbox.advance(3600);
  assert.notEqual((await client.liveness.finish({ session })).verdict.decision, 'passed');
  assert.ok(Object.keys(await sandbox.settings()).length > 0);
  await assert.rejects(sandbox.fault('nonsense'), /nonsense/);
  await assert.rejects(sandbox.persona('nobody'), /no persona nobody/);
});

test('the program is found, or it is said where it was looked for', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'shiren-'));
  const before = process.env.SHIREN_BINARY;
  try {
    process.env.SHIREN_BINARY = path.join(folder, 'none');
    assert.throws(binary, /which is no program/);
    await assert.rejects(Sandbox.start(), /which is no program/);
    const quiet = path.join(folder, 'shiren');
    writeFileSync(quiet, '#!/bin/sh\necho nonsense\n');
    chmodSync(quiet, 0o755);
    process.env.SHIREN_BINARY = quiet;
    assert.equal(binary(), quiet);
    await assert.rejects(Sandbox.start(), /did not become ready/);
    delete process.env.SHIREN_BINARY;
    assert.match(binary(), /sandbox-linux-x64-gnu\/shiren$/, 'the package beside this one');
  } finally {
    if (before === undefined) delete process.env.SHIREN_BINARY;
    else process.env.SHIREN_BINARY = before;
    rmSync(folder, { recursive: true });
  }
});

test('a sandbox ends with its process, and keeps none alive', async () => {
  const text = `
    import { Sandbox } from 'shiren/testing';
    const sandbox = await Sandbox.start();
    console.log(sandbox.url);`;
  for (const end of ['', 'process.exit(0);']) {
    const { code, stdout } = await program(text + end, sandbox);
    assert.equal(code, 0);
    const other = new Sandbox(stdout.trim());
    await assert.rejects(Promise.race([other.ledger(), new Promise((_, reject) => setTimeout(reject, 1500, new Error('gone')))]), /gone|ECONNREFUSED/);
  }
});

test('stopping twice', async () => {
  const other = await Sandbox.start({ lenient: true });
  await other.stop();
  await other.stop();
});
