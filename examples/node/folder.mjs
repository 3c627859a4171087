// Verifies everybody in a folder: `people.csv` (name,id_number,photo) and the photos beside it.
//
//   npm install shiren
//   node folder.mjs people/ --at-once 8
//
// What was answered is appended to `verdicts.csv` as it comes, by the photo's name: a run that was stopped goes on there, and
// nobody is paid for twice. A line with `billed` unknown is left to a person.

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Client, photo, ShirenError } from 'shiren';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'at-once': { type: 'string', default: '8' } } });
const [folder] = positionals;
const atOnce = Number(values['at-once']);
if (folder === undefined || !(atOnce > 0)) {
  console.error('node folder.mjs FOLDER [--at-once N]');
  process.exit(2);
}

/** Rows of simple CSV: no quotes, no commas inside. */
const rows = (file) =>
  readFileSync(file, 'utf8')
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => line.split(','));

const doneFile = path.join(folder, 'verdicts.csv');
// What certainly cost nothing may be asked again.
const answered = existsSync(doneFile) ? rows(doneFile).filter(([, decision, billed]) => decision !== 'error' || billed !== 'no') : [];
const done = new Set(answered.map(([file]) => file));
const [, ...people] = rows(path.join(folder, 'people.csv'));
const left = people.filter(([, , file]) => !done.has(file));

async function verify(client, [name, idNumber, file]) {
  try {
    const { image } = await photo.fitAsync({ image: await readFile(path.join(folder, file)) });
    const { verdict } = await client.juhe.verifyface.verify2({ realname: name, idcard: idNumber, image });
    return [verdict.decision, verdict.billed, verdict.reasons.map((reason) => reason.message).join('; ')];
  } catch (error) {
    if (error instanceof ShirenError) return ['error', error.billed, error.message];
    // A photo that is not there concerns one person, not the run.
    if (error.code === 'ENOENT') return ['error', 'no', 'the photo is missing'];
    throw error;
  }
}

const total = left.length;
let finished = 0;
function progress() {
  if (!process.stderr.isTTY) return;
  const width = 30;
  const filled = total === 0 ? width : Math.round((finished / total) * width);
  process.stderr.write(`\r${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${finished}/${total}${finished === total ? '\n' : ''}`);
}

const client = new Client();
progress();
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let person = left.shift(); person !== undefined; person = left.shift()) {
      const row = [person[2], ...(await verify(client, person))];
      appendFileSync(doneFile, `${row.map((text) => text.replaceAll(/[,\r\n]+/g, ' ')).join(',')}\n`);
      finished += 1;
      progress();
    }
  }),
);
const { calls, billed, unknown } = client.counters().total;
await client.close();
console.log(`${calls} calls, ${billed} billed, ${unknown} unknown; see ${doneFile}`);
