/** A request on its way in: JSON text with the wire's names, and the bytes beside it. */

import { types } from 'node:util';
import { InvalidArgumentError } from './errors.js';
import { Model, wireOf } from './model.js';

/** The wire's names of an object's properties, and the shapes inside. */
export interface Shape {
  readonly [name: string]: string | readonly [wire: string, shape: Shape];
}

/** A request as it crosses: `{"part": "part0"}` in the JSON stands for the first of the bytes. */
export interface Encoded {
  readonly json: string;
  readonly bytes: Uint8Array[];
}

/** Deeper than any request is. */
const DEEPEST = 32;

/** Encodes a request; without a shape its names are the wire's already. */
export function encode(request: unknown, shape?: Shape): Encoded {
  const bytes: Uint8Array[] = [];
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw refused('', `a request is an object, not ${named(request)}`);
  }
  const json = JSON.stringify(members(request, shape, '', 0, bytes, true));
  return { json, bytes };
}

function members(
  from: object,
  shape: Shape | undefined,
  path: string,
  depth: number,
  bytes: Uint8Array[],
  sparse: boolean,
): object {
  const found: [string, unknown][] = [];
  for (const [name, one] of Object.entries(from) as [string, unknown][]) {
    if (one === undefined || (sparse && one === null)) continue;
    const known = shape === undefined ? name : Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (known === undefined) {
      const names = Object.keys(shape ?? {}).join(', ');
      throw refused(`${path}/${pointer(name)}`, `no such field here; there are: ${names || 'none'}`);
    }
    const [wire, inner] = typeof known === 'string' ? [known, undefined] : known;
    found.push([wire, value(one, inner, `${path}/${pointer(wire)}`, depth + 1, bytes)]);
  }
  // Defines, and does not assign: a field may be called __proto__.
  return Object.fromEntries(found);
}

function value(one: unknown, shape: Shape | undefined, path: string, depth: number, bytes: Uint8Array[]): unknown {
  if (depth > DEEPEST) throw refused(path, 'this is nested too deeply, or holds itself');
  switch (typeof one) {
    case 'string':
      if (one === '***') {
        throw refused(path, 'this was masked when it was written as JSON; write what toObject() gives instead');
      }
      if (!wellFormed(one)) throw refused(path, 'this text is not valid Unicode');
      return one;
    case 'number':
      if (!Number.isFinite(one)) throw refused(path, 'a finite number is needed, not NaN or infinity');
      return one;
    case 'bigint':
      if (!Number.isSafeInteger(Number(one))) throw refused(path, 'this number is too large');
      return Number(one);
    case 'boolean':
      return one;
    case 'object':
      return one === null ? null : object(one, shape, path, depth, bytes);
    default:
      throw refused(path, `a value of type ${typeof one} cannot be sent`);
  }
}

function object(one: object, shape: Shape | undefined, path: string, depth: number, bytes: Uint8Array[]): unknown {
  const view = viewed(one);
  if (view !== undefined) {
    bytes.push(view);
    return { part: `part${bytes.length - 1}` };
  }
  if (Array.isArray(one)) {
    return one.map((inner, index) => value(inner, shape, `${path}/${index}`, depth + 1, bytes));
  }
  if (one instanceof Model) return members(wireOf(one), undefined, path, depth, bytes, true);
  if (types.isDate(one)) {
    if (Number.isNaN(one.getTime())) throw refused(path, 'this is no valid date');
    return one.toISOString();
  }
  const prototype: unknown = Object.getPrototypeOf(one);
  // An object of another realm (vm, jest) is as plain as one of ours.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw refused(path, `a value of type ${named(one)} cannot be sent${instead(one)}`);
  }
  if (types.isMap(one) || types.isSet(one) || types.isPromise(one)) {
    throw refused(path, `a value of type ${named(one)} cannot be sent${instead(one)}`);
  }
  return members(one, shape, path, depth, bytes, shape !== undefined);
}

/** The bytes of whatever holds bytes. */
function viewed(one: object): Uint8Array | undefined {
  if (ArrayBuffer.isView(one)) {
    const view = new Uint8Array(one.buffer, one.byteOffset, one.byteLength);
    // Another thread may write there while it is read.
    return types.isSharedArrayBuffer(one.buffer) ? view.slice() : view;
  }
  return types.isArrayBuffer(one) ? new Uint8Array(one) : undefined;
}

/** What to give in place of a value that cannot be sent. */
function instead(one: object): string {
  if (types.isPromise(one)) return ': await it';
  if (types.isSet(one)) return ': give a list';
  if (types.isMap(one)) return ': give an object';
  if ('arrayBuffer' in one) return ': give what `await …arrayBuffer()` gives';
  if ('href' in one) return ': give the text, exactly as it was received; for a file, what readFile() gives';
  if (Symbol.asyncIterator in one || 'getReader' in one) return ': give the bytes that come out of it';
  if (Symbol.iterator in one) return ': give a list, or bytes';
  return '';
}

/** The type is named, the value never is. */
function named(one: unknown): string {
  if (one === null) return 'null';
  if (Array.isArray(one)) return 'a list';
  if (typeof one !== 'object') return typeof one;
  const made: unknown = one.constructor;
  return typeof made === 'function' && made.name !== '' ? made.name : 'object';
}

function pointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function wellFormed(text: string): boolean {
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed();
}

/** An argument that cannot be sent, before the library has seen it. */
export function refused(field: string, message: string): InvalidArgumentError {
  return new InvalidArgumentError(`${message}${field ? ` [field ${field}]` : ''}`, { field, sentence: message });
}
