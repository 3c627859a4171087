// The event loop, workers, the end of the process: each in a process of its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fresh, program } from './sandbox.mjs';

const sandbox = await fresh();

const BEGIN = `
  import { readFileSync } from 'node:fs';
  import * as shiren from 'shiren';
  import { Sandbox } from 'shiren/testing';
  import { Worker } from 'node:worker_threads';
  import { setTimeout as sleep } from 'node:timers/promises';
  const sandbox = new Sandbox(process.env.SHIREN_SANDBOX);
  const { name: realname, idNumber: idcard } = await sandbox.persona('passes');
  const request = { realname, idcard, image: readFileSync(process.env.PHOTO) };
  const client = new shiren.Client();
  const decide = async () => (await client.juhe.verifyface.verify2(request)).verdict.decision;
`;

/** A program that does not load the library itself. */
const WITHOUT = `
  import { readFileSync } from 'node:fs';
  import { Worker } from 'node:worker_threads';
  import { setTimeout as sleep } from 'node:timers/promises';
  const request = { realname: '张伟', idcard: '110101180001020010', image: readFileSync(process.env.PHOTO) };
`;

/** Runs to its own end, with this output. */
async function prints(text, wanted, options) {
  const ended = await program(BEGIN + text, sandbox, options);
  assert.deepEqual({ ...ended, stdout: ended.stdout.trim() }, { code: 0, signal: null, stdout: wanted, stderr: '' });
}

test('a pending call keeps the process alive, an idle client does not', async () => {
  await sandbox.fault('delay', { milliseconds: 700 });
  const began = Date.now();
  await prints('decide().then(console.log);', 'passed');
  assert.ok(Date.now() - began > 700);
  await prints('console.log(await decide(), await decide()); client.onOutcome(console.log); shiren.setLogger("trace", () => {});', 'passed passed');
});

test('the process exits with calls in flight', async () => {
  await sandbox.fault('hang_after_billing', { times: 100 });
  for (let round = 0; round < 3; round += 1) {
    const began = Date.now();
    await prints(
      `client.onOutcome(() => {}); shiren.setLogger('trace', () => {});
       for (let index = 0; index < 8; index += 1) decide().catch(() => {});
       shiren.photo.fitAsync({ image: request.image }).catch(() => {});
       await sleep(300); console.log('end'); process.exit(0);`,
      'end',
    );
    assert.ok(Date.now() - began < 8000);
  }
});

test('the process exits while clients close and photos are made', async () => {
  await sandbox.fault('hang', { times: 100 });
  for (const moment of ['', 'await sleep(5);', 'await sleep(40);']) {
    await prints(
      `for (let index = 0; index < 4; index += 1) decide().catch(() => {});
       for (let index = 0; index < 12; index += 1) shiren.photo.fitAsync({ image: request.image });
       client.close(); new shiren.Client().close(); ${moment} process.exit(0);`,
      '',
    );
  }
});

test('an uncaught error ends it as usual', async () => {
  await sandbox.fault('hang', { times: 10 });
  const { code, signal, stderr } = await program(`${BEGIN} decide(); await sleep(100); throw new Error('of a test');`, sandbox);
  assert.deepEqual([code, signal], [1, null]);
  assert.match(stderr, /Error: of a test/);
});

const WORKER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const shiren = require('shiren');
  const client = new shiren.Client();
  let told = 0;
  client.onOutcome(() => (told += 1));
  const decide = async () => (await client.juhe.verifyface.verify2(workerData)).verdict.decision;
  parentPort.on('message', async ({ calls, hold }) => {
    if (hold) for (let index = 0; index < 3; index += 1) shiren.photo.fitAsync({ image: workerData.image });
    const ends = await Promise.all(Array.from({ length: calls }, () => decide().catch((error) => error.name)));
    parentPort.postMessage({ ends: [...new Set(ends)], told });
    if (!hold) parentPort.close();
  });
`;

test('each worker has its own client and its own loop', async () => {
  await prints(
    `const work = () => new Promise((resolve, reject) => {
       const worker = new Worker(${JSON.stringify(WORKER)}, { eval: true, execArgv: [], workerData: request });
       let message;
       worker.on('message', (told) => (message = told)).on('error', reject).on('exit', (code) => resolve({ ...message, code }));
       worker.postMessage({ calls: 5 });
     });
     const [here, ...ends] = await Promise.all([decide(), work(), work(), work(), work()]);
     console.log(here, JSON.stringify(ends), (await sandbox.billed()));
     await Promise.all([work(), work()]);
     console.log(await decide());`,
    `passed ${JSON.stringify(Array(4).fill({ ends: ['passed'], told: 5, code: 0 }))} 21\npassed`,
  );
});

test('workers are terminated with calls in flight, also where only they have loaded the library', async () => {
  await sandbox.fault('delay', { milliseconds: 150, times: 100_000 });
  const rounds = Number(process.env.SHIREN_ROUNDS ?? 12);
  for (const [begin, end] of [[BEGIN, 'await decide()'], [WITHOUT, '"passed"']]) {
    const ended = await program(
      `${begin}
       for (let round = 0; round < ${rounds}; round += 1) {
         const worker = new Worker(${JSON.stringify(WORKER)}, { eval: true, execArgv: [], workerData: request });
         const online = new Promise((resolve) => worker.once('online', resolve));
         worker.postMessage({ calls: 20, hold: true });
         await online;
         await sleep(Math.random() * 400);
         if (await worker.terminate() !== 1) throw new Error('it had ended');
       }
       console.log(${end});`,
      sandbox,
      { timeout: 120_000 },
    );
    assert.deepEqual(ended, { code: 0, signal: null, stdout: 'passed\n', stderr: '' });
  }
});

test('a terminated worker has its calls cancelled', async () => {
  await sandbox.fault('delay', { milliseconds: 4000, times: 100 });
  await prints(
    `import { readdirSync } from 'node:fs';
     const engines = () => readdirSync('/proc/self/task').filter((id) => readFileSync('/proc/self/task/' + id + '/comm', 'utf8').startsWith('shiren')).length;
     const worker = new Worker(${JSON.stringify(WORKER)}, { eval: true, execArgv: [], workerData: request });
     worker.postMessage({ calls: 3, hold: true });
     while ((await sandbox.journal()).length < 3) await sleep(20);
     const [began, before] = [Date.now(), engines()];
     await worker.terminate();
     while (engines() > 0 && Date.now() - began < 3000) await sleep(10);
     console.log(before, engines(), Date.now() - began < 2000);`,
    '1 0 true',
  );
});

test('nothing is left behind by many calls', async () => {
  const calls = Number(process.env.SHIREN_CALLS ?? 3000);
  const { code, stdout, stderr } = await program(
    `${BEGIN}
     const image = Buffer.alloc(200_000, 1); image.set(request.image);
     const some = async (calls) => {
       for (let done = 0; done < calls; done += 50) {
         await Promise.all(Array.from({ length: 50 }, async (_, index) => {
           if (index % 5 === 0) return shiren.photo.inspect({ image });
           if (index % 5 === 1) return client.check.name({ name: 'x' });
           if (index % 5 === 2) return client.juhe.cipher.encrypt({ text: 'x'.repeat(2000), openid: 'JHsandbox0openid' });
           if (index % 5 === 3) return client.call('juhe.sign.verify', {}).catch(() => {});
           return client.photo.inspect({ image }, { signal: AbortSignal.abort() }).catch(() => {});
         }));
       }
       for (let round = 0; round < 3; round += 1) { global.gc(); await sleep(20); }
       const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
       return { rss, heapUsed, external: external + arrayBuffers };
     };
     const before = await some(${calls} / 2);
     const after = await some(${calls});
     for (let round = 0; round < 50; round += 1) await new shiren.Client().close();
     console.log(JSON.stringify(Object.keys(before).map((name) => after[name] - before[name])), process.getActiveResourcesInfo().length);`,
    sandbox,
    { args: ['--expose-gc'], timeout: 120_000 },
  );
  assert.equal(code, 0, stderr);
  const [growth, resources] = stdout.trim().split(' ');
  const [rss, heapUsed, external] = JSON.parse(growth);
  assert.ok(heapUsed < 1_000_000 && external < 2_000_000 && rss < 40_000_000, stdout);
  assert.ok(Number(resources) < 10, stdout);
});

test('a client that nobody closes is collected', async () => {
  await prints(
    `let found = 0;
     const registry = new FinalizationRegistry(() => (found += 1));
     for (let index = 0; index < 200; index += 1) {
       const one = new shiren.Client();
       registry.register(one, index);
       if (index % 50 === 0) await one.juhe.verifyface.verify2(request);
     }
     for (let round = 0; round < 20 && found < 190; round += 1) { global.gc(); await sleep(20); }
     console.log(found >= 190);`,
    'true',
    { args: ['--expose-gc'] },
  );
});

test('require and import are the same library', async () => {
  await prints(
    `import { createRequire } from 'node:module';
     const required = createRequire(process.cwd() + '/x.js')('shiren');
     const names = Object.keys(required).filter((name) => name !== '__esModule');
     console.log(names.length > 80, names.filter((name) => shiren[name] !== required[name]).length,
       Object.keys(shiren).filter((name) => !(name in required) && name !== 'default' && name !== 'module.exports').length);`,
    'true 0 0',
  );
});

test('timers of a test framework change nothing', async () => {
  await prints(
    `import { mock } from 'node:test';
     await sandbox.fault('delay', { milliseconds: 300 });
     mock.timers.enable();
     decide().then(console.log);`,
    'passed',
    { args: ['--no-warnings'] },
  );
});

test('a slow listener holds up no engine, and too many records are counted', async () => {
  await prints(
    `const seen = [];
     shiren.setLogger('debug', (record) => seen.push(record));
     const ends = Promise.all(Array.from({ length: 2500 }, () => client.check.name({ name: 'x' })));
     const until = Date.now() + 1500;
     while (Date.now() < until);
     await ends;
     console.log(seen.some((record) => /^\\d+ log records found no room$/.test(record.text)), seen.length > 2000);`,
    'true true',
  );
});

test('a call that outlives its awaiter ends', async () => {
  await sandbox.fault('delay', { milliseconds: 200, times: 5 });
  await prints('Promise.race([decide(), sleep(50, "late")]).then(console.log);', 'late');
  await sleep(300);
  assert.ok((await sandbox.billed()) >= 1);
});
