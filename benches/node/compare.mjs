// The encrypted comparison (verify2_encry) from Node against the sandbox: Shiren beside what one would write by hand.
//
// Contenders take turns. Each line is `@ case<TAB>contender<TAB>µs a call`: CPU time of this process (the engine's and the
// collector's threads are in it), and on the line whose case ends in ` (wall)` the time on the clock. BENCH_ROUNDS (7) and
// BENCH_CALLS (256) say how many turns, and how many calls in each.

import { spawnSync } from 'node:child_process';
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { call } from 'shiren';
import { Sandbox } from 'shiren/testing';
import * as undici from 'undici';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
const CALLS = Number(process.env.BENCH_CALLS ?? 256);
const image = readFileSync(process.env.BENCH_PHOTO);
const [NAME, NUMBER] = ['张伟', '110101180001020010'];

/** The call as the document has it: three fields encrypted, the answer decrypted, the verdict read. */
class ByHand {
  constructor({ juhe }) {
    this.url = `${juhe.base_url}/verifyface/verify2Encry`;
    this.account = juhe.key;
    this.key = createHash('md5').update(juhe.openid).digest('hex').slice(0, 16);
  }

  field(plain) {
    const cipher = createCipheriv('aes-128-ecb', this.key, null);
    return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
  }

  form() {
    const fields = {
      key: this.account,
      idcard: this.field(NUMBER),
      realname: this.field(NAME),
      image: this.field(image.toString('base64')),
    };
    const pairs = Object.entries(fields).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    return { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: pairs.join('&') };
  }

  read(text) {
    const cipher = createDecipheriv('aes-128-ecb', this.key, null);
    const plain = Buffer.concat([cipher.update(text, 'base64'), cipher.final()]);
    if (JSON.parse(plain).result.authResult !== '00XX') throw new Error('another answer');
  }
}

function report(name, contender, cpu, wall) {
  console.log(`@ ${name}\t${contender}\t${cpu.toFixed(2)}`);
  if (wall !== undefined) console.log(`@ ${name} (wall)\t${contender}\t${wall.toFixed(2)}`);
}

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

/** So many calls in flight, each followed by the next; the median CPU time of each contender in µs. */
async function measure(name, contenders, atOnce, calls = CALLS) {
  const each = Math.max(1, Math.floor(calls / atOnce));
  const count = each * atOnce;
  const turns = new Map();
  const oneAfterAnother = async (work) => {
    for (let done = 0; done < each; done += 1) await work();
  };
  for (const work of Object.values(contenders)) await work();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [contender, work] of Object.entries(contenders)) {
      const [cpu, wall] = [process.cpuUsage(), process.hrtime.bigint()];
      await Promise.all(Array.from({ length: atOnce }, () => oneAfterAnother(work)));
      const { user, system } = process.cpuUsage(cpu);
      const spent = (user + system) / count;
      turns.set(contender, [...(turns.get(contender) ?? []), spent]);
      report(name, contender, spent, Number(process.hrtime.bigint() - wall) / 1000 / count);
    }
  }
  return Object.fromEntries([...turns].map(([contender, list]) => [contender, median(list)]));
}

async function compared(sandbox) {
  const client = sandbox.client();
  const hand = new ByHand(sandbox.accounts);
  const agent = new undici.Agent({ connections: 64 });
  const contenders = {
    Shiren: async () => {
      const { verdict } = await client.juhe.verifyface.verify2Encry({ realname: NAME, idcard: NUMBER, image });
      if (verdict.decision !== 'passed') throw new Error(verdict.decision);
    },
    'fetch + node:crypto': async () => hand.read(await (await fetch(hand.url, hand.form())).text()),
    'undici.request + node:crypto': async () => {
      const { body } = await undici.request(hand.url, { dispatcher: agent, ...hand.form() });
      hand.read(await body.text());
    },
  };
  for (const atOnce of [1, 64]) await measure(`Node: encrypted compare, ${atOnce} in flight`, contenders, atOnce);
  await agent.close();
  await client.close();
}

/** What one await costs above a turn of the event loop: a local operation, so that no network is in it. */
async function awaited(sandbox) {
  const client = sandbox.client();
  const request = { openid: 'JH0' };
  const contenders = {
    Shiren: () => client.call('juhe.cipher.key', request),
    'a turn of the event loop': () => new Promise((resolve) => setImmediate(resolve)),
    'the same, computed at once': async () => call('juhe.cipher.key', request),
  };
  for (const atOnce of [1, 64]) {
    const name = `Node: await of a local operation, ${atOnce} in flight`;
    const cost = await measure(name, contenders, atOnce, CALLS * 16);
    const [ours, turn, computing] = Object.values(cost);
    console.log(`${name}: ${(ours - turn).toFixed(1)} µs above a turn of the event loop, ${computing.toFixed(1)} of them computing`);
  }
  await client.close();
}

/** CPU time of a `require` in a fresh process: the least of the runs. */
function required() {
  const from = createRequire(import.meta.url);
  for (const [contender, name] of [['Shiren', 'shiren'], ['undici', 'undici'], ['node:https', 'node:https']]) {
    const what = name.startsWith('node:') ? name : from.resolve(name);
    const program = `const began = process.cpuUsage(); require(${JSON.stringify(what)}); const { user, system } = process.cpuUsage(began); console.log(user + system)`;
    const runs = Array.from({ length: Math.max(ROUNDS, 10) }, () => Number(spawnSync(process.execPath, ['-e', program]).stdout));
    report('Node: require', contender, Math.min(...runs));
  }
}

const sandbox = await Sandbox.start();
try {
  await compared(sandbox);
  await awaited(sandbox);
} finally {
  await sandbox.stop();
}
required();
