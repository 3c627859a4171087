/** Where accounts come from: an object, a file, a sandbox, the environment. Secrets may be references. */

import { readFileSync } from 'node:fs';
import { inspect, type InspectOptions } from 'node:util';
import { GROUPS, PLAIN, type ConfigFields } from './config_fields.js';
import { ConfigurationError } from './errors.js';
import type { Wire } from './model.js';

/** Where a value is: an environment variable, or a file; read when a client is made. */
export type Reference = { readonly env: string } | { readonly file: string };

/** Whatever a client takes: fields, JSON text, the path of a JSON file, or nothing: then the environment decides. */
export type ConfigLike = Config | ConfigFields | string | URL | undefined;

/** The configuration of a client. Printed, written as JSON or cloned it shows no secret. */
export class Config {
  readonly #fields: Wire;

  /** From fields by their names. */
  constructor(fields: ConfigFields = {}) {
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
      throw wrong('a configuration is an object', '');
    }
    this.#fields = named(fields, '') as Wire;
    Object.freeze(this);
  }

  /** From whatever a client takes. */
  static of(config: ConfigLike): Config {
    if (config instanceof Config) return config;
    if (config === undefined || config === null) return Config.fromEnv();
    if (config instanceof URL) return Config.fromFile(config);
    if (typeof config !== 'string') return new Config(config);
    return config.trimStart().startsWith('{') ? Config.fromJson(config) : Config.fromFile(config);
  }

  /** The accounts of a sandbox at this address, in test mode; and further fields. */
  static sandbox(url: string | URL, more: ConfigFields = {}): Config {
    return new Config({ ...more, sandbox: String(url) });
  }

  /** From JSON text. */
  static fromJson(text: string): Config {
    let fields: unknown;
    try {
      fields = JSON.parse(text);
    } catch {
      // Its message would quote what may be a key.
      throw wrong('the configuration is not valid JSON', '');
    }
    return new Config(fields as ConfigFields);
  }

  /** From a file with JSON text. */
  static fromFile(path: string | URL): Config {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      throw wrong(`the configuration ${String(path)} cannot be read: ${(error as { code?: string }).code ?? 'unreadable'}`, '');
    }
    return Config.fromJson(text.replace(/^\ufeff/, ''));
  }

  /**
   * From `SHIREN_SANDBOX`, else `SHIREN_CONFIG` (a file), else `SHIREN_JUHE_KEY` and its like. They stay references to their
   * variables.
   */
  static fromEnv(): Config {
    const { env } = process;
    if (env['SHIREN_SANDBOX']) return Config.sandbox(env['SHIREN_SANDBOX']);
    if (env['SHIREN_CONFIG']) return Config.fromFile(env['SHIREN_CONFIG']);
    const named = Object.keys(env).filter((name) => name.startsWith('SHIREN_') && env[name]);
    return new Config({ environment: Object.fromEntries(named.map((name) => [name, { env: name }])) });
  }

  /** @internal The text for the native part, secrets revealed. */
  static reveal(config: Config): string {
    return JSON.stringify(revealed(config.#fields, ''));
  }

  /** For logs: secrets are `***`, references stay. */
  toJSON(): Record<string, unknown> {
    return masked(this.#fields, '') as Wire;
  }

  [inspect.custom](_: number, options: InspectOptions): string {
    return `Config ${inspect(this.toJSON(), options)}`;
  }
}

/** The names of the JSON file; `timeoutMs` is `timeout_ms` there. */
function named(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const found: [string, unknown][] = [];
  for (const [given, inner] of Object.entries(value) as [string, unknown][]) {
    if (inner === undefined || inner === null) continue;
    const name = field === '/environment' ? given : given.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (found.some(([known]) => known === name)) throw wrong('this is given twice', `${field}/${name}`);
    found.push([name, named(inner, `${field}/${name}`)]);
  }
  return Object.freeze(Object.fromEntries(found));
}

function referred(value: unknown, field: string): Reference | undefined {
  if (typeof value !== 'object' || value === null || field === '' || GROUPS.has(field)) return undefined;
  const entries = Object.entries(value) as [string, unknown][];
  const [kind, place] = entries[0] ?? [];
  if (entries.length !== 1 || (kind !== 'env' && kind !== 'file') || typeof place !== 'string') return undefined;
  return value as Reference;
}

function revealed(value: unknown, field: string): unknown {
  const reference = referred(value, field);
  if (reference !== undefined) return fetched(reference, field);
  if (Array.isArray(value)) return value.map((inner, index) => revealed(inner, `${field}/${index}`));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value) as [string, unknown][];
    return Object.fromEntries(entries.map(([name, inner]) => [name, revealed(inner, `${field}/${name}`)]));
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw wrong('a finite number is needed', field);
  if (['string', 'number', 'boolean'].includes(typeof value)) return value;
  throw wrong(`a value of type ${typeof value} has no place in a configuration`, field);
}

function fetched(reference: Reference, field: string): string {
  if ('env' in reference) {
    const value = process.env[reference.env];
    if (!value) throw wrong(`the environment variable ${reference.env} is not set`, field);
    return value;
  }
  try {
    return readFileSync(reference.file, 'utf8').replace(/[\r\n]+$/, '');
  } catch {
    throw wrong(`the file ${reference.file} cannot be read`, field);
  }
}

function masked(value: unknown, field: string): unknown {
  if (referred(value, field) !== undefined) return value;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value) as [string, unknown][];
    return Object.fromEntries(entries.map(([name, inner]) => [name, masked(inner, `${field}/${name}`)]));
  }
  // What this version does not know, or has the wrong type, may be a secret too.
  return PLAIN.has(field) ? value : '***';
}

function wrong(message: string, field: string): ConfigurationError {
  const at = field === '' ? '' : ` [field ${field}]`;
  return new ConfigurationError(`${message}${at}`, { sentence: message, field: field === '' ? null : field });
}
