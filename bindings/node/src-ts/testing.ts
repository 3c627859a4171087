/**
 * Tests against the sandbox: the three vendors, offline, with a billing ledger.
 *
 * ```ts
 * await using sandbox = await Sandbox.start();
 * await using client = sandbox.client();
 * const { name, idNumber } = await sandbox.persona('passes');
 * await client.juhe.verifyface.verify2({ realname: name, idcard: idNumber, image });
 * await sandbox.assertBilled(1);
 * ```
 */

import { AssertionError } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import * as http from 'node:http';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './client.js';
import { Config } from './config.js';
import type { ConfigFields } from './config_fields.js';
import { juhe } from './local.js';
import type { JuheReturnsMake } from './requests.js';

/** An impossible person of the sandbox, and what it reaches with each vendor. */
export interface Persona {
  readonly id: string;
  readonly name: string;
  readonly idNumber: string;
  readonly mobile: string | null;
  readonly note: string;
  readonly outcomes: Readonly<Record<string, unknown>>;
}

/** An object as the sandbox tells it. */
export type Told = Record<string, unknown>;

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The program `shiren`: `SHIREN_BINARY`, else the one of the package `@shiren/sandbox-…`, else on the path. */
export function binary(): string {
  const named = process.env['SHIREN_BINARY'];
  if (named) {
    if (!runs(named)) throw new Error(`SHIREN_BINARY names ${named}, which is no program`);
    return named;
  }
  const file = process.platform === 'win32' ? 'shiren.exe' : 'shiren';
  const found = [];
  for (const name of ['@shiren/sandbox-linux-x64-gnu']) {
    try {
      found.push(path.join(path.dirname(require.resolve(`${name}/package.json`)), file));
    } catch {
      // Not installed.
    }
  }
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  found.push(...folders.map((folder) => path.join(folder, file)));
  const program = found.find(runs);
  if (program !== undefined) return program;
  throw new Error(
    'the program `shiren` was not found: npm install --save-dev @shiren/sandbox-linux-x64-gnu, or set SHIREN_BINARY to where it is',
  );
}

/** Programs that end with this process, at the latest. */
const running = new Set<ChildProcess>();
let watching = false;

/** A running sandbox. `start` makes one; the constructor speaks to one that runs already. */
export class Sandbox {
  /** Its address: `http://127.0.0.1:PORT`. */
  readonly url: string;
  #process: ChildProcess | undefined;
  #personas: Promise<Map<string, Persona>> | undefined;

  constructor(url: string | URL) {
    this.url = String(url).replace(/\/+$/, '');
  }

  /** Starts the program on a free port of this machine. It ends with `stop`, and with this process. */
  static async start({ lenient = false, timeoutMs = 15_000 } = {}): Promise<Sandbox> {
    const program = binary();
    const child = spawn(program, ['sandbox', '--port', '0', ...(lenient ? ['--lenient'] : [])], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (!watching) {
      watching = true;
      process.on('exit', () => running.forEach((one) => one.kill()));
    }
    running.add(child);
    child.once('exit', () => running.delete(child));
    const line = await firstLine(child, timeoutMs);
    let url: unknown;
    try {
      url = (JSON.parse(line) as Told)['url'];
    } catch {
      // No line, or another one.
    }
    if (typeof url !== 'string') {
      child.kill('SIGKILL');
      throw new Error(`${program} did not become ready within ${timeoutMs} ms`);
    }
    // Neither the program nor its output keeps a process alive whose tests are over.
    child.unref();
    (child.stdout as unknown as { unref(): void }).unref();
    child.stdout.resume();
    const sandbox = new Sandbox(url);
    sandbox.#process = child;
    return sandbox;
  }

  /** Ends the program, if this object started it. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.ref();
    child.kill();
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** The configuration of a client of it; and further fields, as `{ timeoutMs: 500 }`. */
  config(more: ConfigFields = {}): Config {
    return Config.sandbox(this.url, more);
  }

  /** A client of it. */
  client(more: ConfigFields = {}): Client {
    return new Client(this.config(more));
  }

  /** The default tenant's accounts, as the value of `accounts` in a configuration. */
  async accounts(): Promise<Record<string, unknown>> {
    const [tenant] = (await this.#ask('GET', '/tenants')) as [{ accounts: Record<string, unknown> }];
    return tenant.accounts;
  }

  /** The people, by id: `passes`, `face_differs`, …, and one for each documented code. */
  personas(): Promise<Map<string, Persona>> {
    return (this.#personas ??= this.#people());
  }

  async #people(): Promise<Map<string, Persona>> {
    const listed = (await this.#ask('GET', '/personas')) as Told[];
    const person = ({ id, name, id_number: idNumber, mobile, note, outcomes }: Told): Persona =>
      Object.freeze({ id, name, idNumber, mobile: mobile ?? null, note, outcomes }) as Persona;
    return new Map(listed.map((one) => [String(one['id']), person(one)]));
  }

  /** One of the people. */
  async persona(id: string): Promise<Persona> {
    const person = (await this.personas()).get(id);
    if (person === undefined) throw new Error(`no persona ${id}; personas() lists them`);
    return person;
  }

  /** Every charge: when, for what, by which rule. */
  async ledger(): Promise<Told[]> {
    return (await this.#ask('GET', '/ledger')) as Told[];
  }

  /** Every request, with a diagnosis where something is odd; no personal data. */
  async journal(): Promise<Told[]> {
    return (await this.#ask('GET', '/journal')) as Told[];
  }

  /** Puts the sandbox's clock forward: everything that expires goes by it. */
  async advance(seconds: number): Promise<void> {
    await this.#ask('POST', '/clock', { advance_seconds: seconds });
  }

  /** Makes something go wrong next, as `fault('drop_after_billing', { path: '/juhe/verifyface', times: 1 })`. */
  async fault(kind: string, how: Told = {}): Promise<number> {
    return Number(((await this.#ask('POST', '/faults', { kind, ...how })) as Told)['id']);
  }

  /** The sandbox's settings, after these changes. */
  async settings(changes?: Told): Promise<Told> {
    return (await this.#ask(changes === undefined ? 'GET' : 'POST', '/settings', changes)) as Told;
  }

  /** The hosted sessions, newest last. */
  async sessions(): Promise<Told[]> {
    return (await this.#ask('GET', '/sessions')) as Told[];
  }

  /** Finishes a hosted page without a browser, and gives what the page would have done: `redirect`, `status`. */
  async complete(session: string, how: { outcome?: unknown; persona?: string } = {}): Promise<Told> {
    return (await this.#ask('POST', `/sessions/${encodeURIComponent(session)}/complete`, how)) as Told;
  }

  /** Forgets everything: charges, sessions, faults. */
  async reset(): Promise<void> {
    await this.#ask('POST', '/reset', {});
  }

  /** How many charges there are. */
  async billed(): Promise<number> {
    return (await this.ledger()).length;
  }

  /** Fails unless there were exactly so many charges. */
  async assertBilled(charges: number): Promise<void> {
    const ledger = await this.ledger();
    if (ledger.length === charges) return;
    const message = `${charges} charges were expected, ${ledger.length} booked:\n${listed(ledger)}`;
    throw new AssertionError({ message, expected: charges, actual: ledger.length, operator: 'assertBilled' });
  }

  /**
   * Fails when the same operation was charged more than once for the same person (or, where none is named, order).
   *
   * It reads the journal since the last `reset`: a test that verifies somebody twice on purpose resets in between.
   */
  async assertNeverTwice(): Promise<void> {
    const seen = new Map<string, Told>();
    for (const entry of (await this.journal()).filter((one) => Boolean(one['billed']))) {
      const who = entry['persona'] ?? entry['subject'] ?? entry['order'];
      const key = JSON.stringify([entry['tenant'], entry['operation'], who]);
      const before = seen.get(key);
      if (before !== undefined) {
        const message = `charged twice:\n${listed([before, entry])}`;
        throw new AssertionError({ message, operator: 'assertNeverTwice' });
      }
      seen.set(key, entry);
    }
  }

  /** @internal A request to the admin API. */
  async ask(method: string, where: string, body?: unknown): Promise<unknown> {
    return this.#ask(method, where, body);
  }

  async #ask(method: string, where: string, body?: unknown): Promise<unknown> {
    const until = Date.now() + 10_000;
    for (;;) {
      try {
        const { status, text } = await asked(method, `${this.url}/_sandbox${where}`, body);
        if (status >= 400) throw new Error(`the sandbox refused ${method} ${where}: ${text}`);
        return JSON.parse(text) as unknown;
      } catch (error) {
        // The fault `refuse` closes the door for a while.
        const refused = (error as { code?: unknown }).code === 'ECONNREFUSED';
        const ended = this.#process !== undefined && this.#process.exitCode !== null;
        if (!refused || ended || Date.now() > until) throw error;
        await sleep(20);
      }
    }
  }
}

/** Not `fetch`, which keeps its connections and with them the process. */
function asked(method: string, url: string, body: unknown): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { connection: 'close', 'content-type': 'application/json' };
    const request = http.request(url, { method, headers, agent: false, timeout: 30_000 }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (more: string) => (text += more));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on('error', reject);
    });
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error(`the sandbox did not answer ${method} ${url}`)));
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function firstLine(child: ChildProcess, timeoutMs: number): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const timer = setTimeout(() => resolve(text), timeoutMs);
    const end = (): void => {
      clearTimeout(timer);
      resolve(text);
    };
    child.once('error', end);
    child.once('exit', end);
    child.stdout?.on('data', (more: Buffer) => {
      text += more.toString('utf8');
      if (text.includes('\n')) end();
    });
  });
}

function listed(entries: readonly Told[]): string {
  return entries.map((entry) => `  ${JSON.stringify(entry)}`).join('\n') || '  none';
}

/**
 * The address on which Juhe's page would let a person land, signed as the vendor signs: for tests of a return route. The
 * key is the sandbox's where none is given.
 */
export function signedReturn(request: Omit<JuheReturnsMake, 'key'> & { readonly key?: string }): string {
  return juhe.returns.make({ key: 'sandbox-juhe-key', ...request }).url;
}
