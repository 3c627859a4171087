/** What models are made of: the reply's object, a table of fields, and masks for everything that walks over a model. */

import { inspect, type InspectOptions } from 'node:util';

/** An object as it crosses, with the names that fields have in every language. */
export type Wire = Record<string, unknown>;

/** A word of a list that a later version may lengthen: what is not known stays a text. */
export type Open<T extends string> = T | (string & Record<never, never>);

type Read = (found: unknown) => unknown;

/** The property, the wire's name, how it is read, and whether it may only be read by its name. */
type Field = readonly [name: string, wire: string, read: Read, guarded: boolean];

const MASK = '***';
const tables = new WeakMap<object, readonly Field[]>();
let opened: (model: Model) => Wire;

/** A part of a reply. It cannot be changed. */
export abstract class Model {
  readonly #wire: Wire;

  static {
    opened = (model) => model.#wire;
  }

  /** @internal Use `from`. */
  constructor(wire: Wire) {
    this.#wire = wire;
    for (const [name, key, read, guarded] of table(this)) {
      if (!guarded) (this as unknown as Wire)[name] = read(wire[key]);
    }
    Object.freeze(this);
  }

  /** From an object as `toObject` gives it and JSON keeps it. */
  static from<T extends Model>(this: new (wire: Wire) => T, fields: object): T {
    if (typeof fields !== 'object' || fields === null) {
      throw new TypeError(`${this.name}.from takes the object that toObject() gave`);
    }
    return new this(copied(fields) as Wire);
  }

  /**
   * Everything, as plain objects, lists, texts and numbers, by the names of every language: with the fields that this
   * version does not know, and with what `JSON.stringify` and `util.inspect` hide.
   */
  toObject(): Wire {
    return copied(this.#wire) as Wire;
  }

  /** For logs: what is personal or secret is `***`, and bytes are their number. */
  toJSON(): Record<string, unknown> {
    const shown = ([name, key, , guarded]: Field): [string, unknown] => [
      name,
      guarded ? masked(this.#wire[key]) : (this as unknown as Wire)[name],
    ];
    return Object.fromEntries(table(this).map(shown));
  }

  [inspect.custom](depth: number, options: InspectOptions): string {
    const name = this.constructor.name;
    if (depth < 0) return `[${name}]`;
    const inner = { ...options, depth: typeof options.depth === 'number' ? options.depth - 1 : null };
    return `${name} ${inspect(this.toJSON(), inner)}`;
  }
}

/** @internal The object behind a model, not to be changed. */
export const wireOf = (model: Model): Wire => opened(model);

/** @internal Declares the fields of a model. */
export function define(of: new (wire: Wire) => Model, fields: readonly Field[]): void {
  tables.set(of.prototype as object, fields);
  for (const [name, key, read, guarded] of fields) {
    // Not a property of the model itself: nothing that walks over it comes by.
    if (guarded) {
      Object.defineProperty(of.prototype, name, {
        configurable: true,
        get(this: Model) {
          return read(opened(this)[key]);
        },
      });
    }
  }
}

function table(model: Model): readonly Field[] {
  return tables.get(Object.getPrototypeOf(model) as object) ?? [];
}

/** @internal A text, a number, a flag or bytes. */
export const value: Read = (found) => found ?? null;

/** @internal Several of them. */
export const values: Read = (found) => (Array.isArray(found) ? Object.freeze([...(found as unknown[])]) : null);

/** @internal A list that is empty where it is missing. */
export const several =
  (read: Read): Read =>
  (found) =>
    read(found ?? []);

/** @internal A moment. */
export const moment: Read = (found) => (typeof found === 'string' ? new Date(found) : null);

/** @internal Fields that this version does not know. */
export const extra: Read = (found) => frozen(found ?? {});

/** @internal A word of a list; one that is not known is read as another. */
export const word = (words: readonly string[], fallback: string): Read => {
  const known = new Set<unknown>(words);
  return (found) => (found === null || found === undefined ? null : known.has(found) ? found : fallback);
};

/** @internal Several words of a list. */
export const words = (list: readonly string[], fallback: string): Read => {
  const read = word(list, fallback);
  return (found) => (Array.isArray(found) ? Object.freeze(found.map(read)) : null);
};

/** @internal Another model. */
export const model =
  (of: new (wire: Wire) => Model): Read =>
  (found) =>
    typeof found === 'object' && found !== null ? new of(found as Wire) : null;

/** @internal Several of another model. */
export const models = (of: new (wire: Wire) => Model): Read => {
  const read = model(of);
  return (found) => (Array.isArray(found) ? Object.freeze(found.map(read)) : null);
};

function masked(found: unknown): unknown {
  if (found === null || found === undefined) return null;
  if (ArrayBuffer.isView(found)) return `<${found.byteLength} bytes>`;
  if (typeof found === 'object' && !Array.isArray(found)) {
    // Nobody knows what is in there; the names alone say nothing about a person.
    return Object.fromEntries(Object.keys(found).map((name) => [name, MASK]));
  }
  return MASK;
}

function frozen(found: unknown): unknown {
  if (typeof found === 'object' && found !== null && !ArrayBuffer.isView(found) && !Object.isFrozen(found)) {
    Object.values(found).forEach(frozen);
    Object.freeze(found);
  }
  return found;
}

function copied(found: unknown): unknown {
  if (Array.isArray(found)) return found.map(copied);
  if (typeof found !== 'object' || found === null || ArrayBuffer.isView(found)) return found;
  if (found instanceof Model) return found.toObject();
  if (found instanceof Date) return found.toISOString();
  return Object.fromEntries(Object.entries(found).map(([name, one]) => [name, copied(one)]));
}
