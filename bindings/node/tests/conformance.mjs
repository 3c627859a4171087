// Runs the scenarios of tests/conformance through a client; their README states the format.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { AbortError, Client, ShirenError } from 'shiren';
import { ROOT } from './sandbox.mjs';

const SCENARIOS = path.join(ROOT, 'tests/conformance');
const SECRETS = ['juhe/key', 'juhe/openid', 'jumdata/gateway/appcode', 'baidu/api_key', 'baidu/secret_key'];
const KINDS = ['call', 'open', 'close', 'wait_ms', 'clock', 'fault', 'settings', 'complete'];
const MISSING = Symbol('missing');

/** A scenario that is not as it should be. */
export class Failed extends Error {}

/** Every scenario, by its path. */
export const files = () =>
  readdirSync(SCENARIOS, { recursive: true })
    .filter((name) => name.endsWith('.json'))
    .sort();

export const load = (name) => JSON.parse(readFileSync(path.join(SCENARIOS, name), 'utf8'));

const plain = (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

/** RFC 7386. */
function merged(base, patch) {
  if (!plain(patch)) return patch;
  const result = plain(base) ? { ...base } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}

/** RFC 6901; `MISSING` where there is nothing. */
function at(value, pointer) {
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (plain(value) && Object.hasOwn(value, name)) value = value[name];
    else if (Array.isArray(value) && /^\d+$/.test(name) && Number(name) < value.length) value = value[Number(name)];
    else return MISSING;
  }
  return value;
}

/** The name of a form: an object with one field that begins with `$`. */
function form(value) {
  const names = plain(value) ? Object.keys(value) : [];
  return names.length === 1 && names[0].startsWith('$') ? names[0] : undefined;
}

function equal(found, wanted) {
  if (ArrayBuffer.isView(wanted)) return ArrayBuffer.isView(found) && Buffer.compare(found, wanted) === 0;
  if (Array.isArray(wanted)) {
    return Array.isArray(found) && found.length === wanted.length && wanted.every((one, index) => equal(found[index], one));
  }
  if (!plain(wanted)) return found === wanted;
  const names = Object.keys(wanted);
  if (!plain(found) || Object.keys(found).length !== names.length) return false;
  return names.every((name) => Object.hasOwn(found, name) && equal(found[name], wanted[name]));
}

function known(data, fields, needed = []) {
  const unknown = Object.keys(data).filter((name) => !fields.includes(name));
  if (unknown.length > 0) throw new Failed(`unknown fields ${unknown}`);
  const missing = needed.filter((name) => !(name in data));
  if (missing.length > 0) throw new Failed(`missing fields ${missing}`);
}

/** One file, while it runs. */
export class Scenario {
  constructor(data, sandbox) {
    Object.assign(this, { data, sandbox, referred: new Set(), names: {} });
  }

  async run() {
    const { data, sandbox } = this;
    known(data, ['note', 'config', 'steps', 'ledger', 'journal'], ['note', 'steps', 'ledger']);
    await sandbox.reset();
    const people = [...(await sandbox.personas()).values()];
    const person = ({ idNumber, ...rest }) => [rest.id, { ...rest, id_number: idNumber }];
    const accounts = await sandbox.accounts();
    this.names.persona = Object.fromEntries(people.map(person));
    this.names.sandbox = { url: sandbox.url, authority: sandbox.url.split('://')[1], accounts };
    const base = { accounts, test_mode: true, connect_timeout_ms: 5000, timeout_ms: 10000 };
    this.config = merged(base, this.value(data.config ?? {}));
    this.client = new Client(this.config);
    try {
      for (const [number, step] of data.steps.entries()) {
        try {
          await this.step(step);
        } catch (error) {
          if (error instanceof Failed) throw new Failed(`step ${number}: ${error.message}`);
          throw error;
        }
      }
      for (const book of ['ledger', 'journal']) {
        if (!(book in data)) continue;
        const found = (await sandbox[book]()).map((entry) => entry.operation);
        if (!equal(found, data[book])) throw new Failed(`${book}: ${found}, not ${data[book]}`);
      }
    } finally {
      await this.client.close();
    }
  }

  async step(step) {
    const kinds = KINDS.filter((name) => name in step);
    if (kinds.length !== 1) throw new Failed('a step does one thing');
    const [kind] = kinds;
    const besides = { call: ['request', 'options', 'cancel', 'reply', 'error'], open: ['error'], wait_ms: [] };
    known(step, [kind, 'save', ...(besides[kind] ?? ['reply'])]);
    if (kind === 'call' && 'reply' in step === 'error' in step) throw new Failed('a call has a reply or an error');
    let result, error;
    try {
      result = await this.act(kind, step);
    } catch (thrown) {
      error = thrown instanceof AbortError ? thrown.cause : thrown;
      if (!(error instanceof ShirenError)) throw thrown;
      this.look(thrown);
      result = error.toObject();
    }
    if ((error !== undefined) !== 'error' in step) {
      throw new Failed(`ended with ${error === undefined ? 'a reply' : JSON.stringify(error)}`);
    }
    const wanted = step.error ?? step.reply;
    if (wanted !== undefined) this.expect(result, wanted);
    for (const [name, pointer] of Object.entries(step.save ?? {})) {
      this.names[name] = at(result, pointer);
      if (this.names[name] === MISSING) throw new Failed(`nothing to save at ${pointer}`);
    }
  }

  async act(kind, step) {
    if (kind === 'call') {
      const { raw = false, timeout_ms: timeoutMs } = step.options ?? {};
      known(step.options ?? {}, ['raw', 'timeout_ms']);
      const request = this.value(step.request ?? {});
      if (!('cancel' in step)) return this.client.call(step.call, request, { raw, timeoutMs });
      known(step.cancel, ['charges', 'after_ms']);
      const told = [];
      const stop = this.client.onOutcome((outcome) => told.push(outcome));
      const controller = new AbortController();
      const call = this.client.call(step.call, request, { raw, timeoutMs, signal: controller.signal });
      call.catch(() => {});
      while ((await this.sandbox.billed()) < (step.cancel.charges ?? 0)) await sleep(10);
      await sleep(step.cancel.after_ms ?? 0);
      controller.abort();
      try {
        return await call;
      } catch (error) {
        if (error instanceof AbortError && (told.at(-1)?.billed !== error.billed || !told.at(-1)?.cancelled)) {
          throw new Failed(`the outcome says ${inspect(told.at(-1))}`);
        }
        throw error;
      } finally {
        stop();
      }
    }
    if (kind === 'open') {
      const config = merged(this.config, this.value(step.open));
      const client = new Client(config);
      await this.client.close();
      Object.assign(this, { config, client });
      return undefined;
    }
    if (kind === 'close') return this.client.close();
    if (kind === 'wait_ms') return sleep(step.wait_ms);
    const { session, ...body } = this.value(step[kind]);
    const where = { clock: '/clock', fault: '/faults', settings: '/settings', complete: `/sessions/${session}/complete` };
    const sent = kind === 'complete' || session === undefined ? body : { session, ...body };
    try {
      return await this.sandbox.ask('POST', where[kind], sent);
    } catch (refused) {
      throw new Failed(refused.message);
    }
  }

  /** An error holds nobody's data and no key, in whatever form it is looked at. */
  look(error) {
    const forms = [String(error), error.stack, inspect(error, { depth: 9 }), JSON.stringify(error), inspect({ ...error })];
    const secrets = SECRETS.map((name) => at(this.config.accounts ?? {}, `/${name}`)).filter((key) => typeof key === 'string');
    for (const text of [...this.referred, ...secrets]) {
      if (forms.some((form) => form?.includes(text))) throw new Failed('an error tells what it must not');
    }
  }

  expect(result, wanted) {
    if (Object.keys(wanted).length === 0) throw new Failed('an empty expectation');
    for (const [pointer, one] of Object.entries(wanted)) {
      const found = at(result, pointer);
      if (!this.fits(found, one)) {
        throw new Failed(`${pointer} is ${found === MISSING ? 'missing' : inspect(found)}, not ${inspect(one)}`);
      }
    }
  }

  fits(found, wanted) {
    const there = found !== MISSING && found !== null && found !== undefined;
    switch (form(wanted)) {
      case '$is':
        if (wanted.$is === 'present') return there;
        if (wanted.$is === 'bytes') return ArrayBuffer.isView(found) && found.byteLength > 0;
        throw new Failed(`unknown expectation ${inspect(wanted)}`);
      case '$contains':
        return typeof found === 'string' && found.includes(this.value(wanted.$contains));
      case '$at_least':
        return typeof found === 'number' && found >= wanted.$at_least;
      case '$at_most':
        return typeof found === 'number' && found <= wanted.$at_most;
    }
    return wanted === null ? !there : equal(found, this.value(wanted));
  }

  /** A value with its references and forms replaced. */
  value(value) {
    if (typeof value === 'string' && value.startsWith('$')) {
      if (value.startsWith('$$')) return value.slice(1);
      const [, name, rest] = /^\$([^/]*)(.*)$/s.exec(value);
      if (!Object.hasOwn(this.names, name)) throw new Failed(`nothing is called ${name}`);
      const found = at(this.names[name], rest);
      if (found === MISSING) throw new Failed(`there is no ${value}`);
      if (name === 'persona') {
        const person = this.names.persona[rest.split('/')[1]];
        for (const text of [person.name, person.id_number, person.mobile]) if (text) this.referred.add(text);
      }
      return ArrayBuffer.isView(found) ? found : structuredClone(found);
    }
    switch (form(value)) {
      case undefined:
        break;
      case '$file':
        return readFileSync(path.join(ROOT, 'tests/photos', this.value(value.$file)));
      case '$bytes':
        return Buffer.from(this.value(value.$bytes));
      case '$join':
        return value.$join.map((one) => this.value(one)).join('');
      case '$merge':
        return value.$merge.map((one) => this.value(one)).reduce(merged, {});
      default:
        throw new Failed(`${form(value)} has no place here`);
    }
    if (Array.isArray(value)) return value.map((one) => this.value(one));
    if (!plain(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.value(one)]));
  }
}
