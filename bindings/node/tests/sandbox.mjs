// What all tests need: one sandbox for each file of tests, the photo, and calls that pass.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, beforeEach } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Sandbox } from 'shiren/testing';

export const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
export const VERIFY = 'juhe.verifyface.verify2';
export const photo = readFileSync(path.join(ROOT, 'tests/photos/portrait.jpg'));

/** A sandbox with nothing in its ledger at the beginning of each test. */
export async function fresh() {
  const sandbox = await Sandbox.start();
  beforeEach(() => sandbox.reset());
  afterEach(() => Promise.all(opened.splice(0).map((client) => client.close())));
  after(() => sandbox.stop());
  return sandbox;
}

const opened = [];

/** A client that is closed after the test. */
export function open(client) {
  opened.push(client);
  return client;
}

/** The request of a call that passes. */
export async function passing(sandbox) {
  const { name, idNumber } = await sandbox.persona('passes');
  return { realname: name, idcard: idNumber, image: photo };
}

/** Runs a program in a process of its own, with the sandbox's address and the photo; gives what it printed and how it ended. */
export function program(text, sandbox, { args = [], timeout = 20_000 } = {}) {
  const child = spawn(process.execPath, [...args, '--input-type=module', '--eval', text], {
    cwd: PACKAGE,
    env: { ...process.env, SHIREN_SANDBOX: sandbox.url, PHOTO: path.join(ROOT, 'tests/photos/portrait.jpg') },
    timeout,
    killSignal: 'SIGKILL',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (more) => (stdout += more));
  child.stderr.on('data', (more) => (stderr += more));
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })));
}
