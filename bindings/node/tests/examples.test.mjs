// Every example, run as its head says.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fresh, photo, ROOT } from './sandbox.mjs';

const sandbox = await fresh();
const EXAMPLES = path.join(ROOT, 'examples/node');

function start(name, ...args) {
  const environment = { ...process.env, SHIREN_SANDBOX: sandbox.url, PORT: '0' };
  const child = spawn(process.execPath, [path.join(EXAMPLES, name), ...args], { env: environment });
  after(() => child.kill('SIGKILL'));
  child.output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (more) => (child.output += more));
  return child;
}

/** The address that the example prints when it listens. */
async function listening(child) {
  while (!/http:\S+\n/.test(child.output)) {
    assert.equal(child.exitCode, null, child.output);
    await once(child.stdout, 'data');
  }
  return /http:\S+/.exec(child.output)[0];
}

async function ends(child) {
  child.kill('SIGTERM');
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  assert.equal(code, 0, child.output);
}

test('server', async () => {
  const child = start('server.mjs');
  const address = await listening(child);
  const post = (where, body, headers = {}) => fetch(address + where, { method: 'POST', body, headers: { connection: 'close', ...headers } });
  const get = (url) => fetch(url, { headers: { connection: 'close' } });
  const { name, idNumber } = await sandbox.persona('passes');
  const refused = await post('/verify', JSON.stringify({ name, idNumber: '1' }));
  assert.equal(refused.status, 422);
  assert.match((await refused.json()).field, /id_number$/);
  assert.equal((await post('/verify', 'nonsense')).status, 422);
  const started = await post('/verify', JSON.stringify({ name, idNumber }));
  assert.match((await started.json()).page, /^http/);
  const session = (await sandbox.sessions()).at(-1).id;
  const landed = (await sandbox.complete(session, { persona: 'passes' })).redirect;
  assert.ok(landed.startsWith(address));
  assert.equal((await get(`${landed.slice(0, -4)}0000`)).status, 400);
  assert.deepEqual((await (await get(landed)).json()).passed, true);
  assert.equal((await get(landed)).status, 404, 'each way back is used once');
  const form = new URLSearchParams({ jh_order_id: session, order_id: '1' });
  assert.equal(await (await post('/notify', form)).text(), 'success');
  await ends(child);
  assert.ok(!child.output.includes(name) && !child.output.includes(idNumber));
});

test('fastify', async () => {
  const child = start('fastify.mjs');
  const address = await listening(child);
  const { name, idNumber } = await sandbox.persona('passes');
  const post = async (fields) => {
    const form = new FormData();
    for (const [key, value] of Object.entries(fields)) form.set(key, value);
    const answer = await fetch(`${address}/compare`, { method: 'POST', body: form, headers: { connection: 'close' } });
    return [answer.status, await answer.json()];
  };
  const upload = new Blob([readFileSync(path.join(ROOT, 'tests/photos/phone-rotated.jpg'))]);
  const [status, { decision, billed }] = await post({ name, idNumber, photo: upload });
  assert.deepEqual([status, decision, billed], [200, 'passed', 'yes']);
  assert.deepEqual((await post({ name, idNumber: '110101180001010016', photo: upload }))[1].field, '/idcard');
  assert.equal((await post({ name, idNumber }))[0], 422);
  assert.equal((await post({ name, idNumber, photo: new Blob(['no photo']) }))[0], 422);
  await sandbox.assertBilled(1);
  await ends(child);
});

test('folder', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'shiren-'));
  after(() => rmSync(folder, { recursive: true }));
  const people = await Promise.all(['passes', 'face_differs', 'no_record'].map((id) => sandbox.persona(id)));
  writeFileSync(path.join(folder, 'people.csv'), ['name,id_number,photo', ...people.map((one) => `${one.name},${one.idNumber},${one.id}.jpg`), 'x,1,none.jpg'].join('\r\n'));
  for (const { id } of people) writeFileSync(path.join(folder, `${id}.jpg`), photo);
  for (const calls of [3, 0]) {
    const child = start('folder.mjs', folder, '--at-once', '2');
    const [code] = await once(child, 'exit');
    assert.equal(code, 0, child.output);
    assert.match(child.output, new RegExp(`^${calls} calls`));
  }
  const verdicts = readFileSync(path.join(folder, 'verdicts.csv'), 'utf8').trim().split('\n').map((line) => line.split(','));
  const found = Object.fromEntries(verdicts);
  assert.deepEqual([found['passes.jpg'], found['face_differs.jpg'], found['none.jpg']], ['passed', 'rejected', 'error']);
  await sandbox.assertNeverTwice();
  assert.equal((await once(start('folder.mjs'), 'exit'))[0], 2);
});
