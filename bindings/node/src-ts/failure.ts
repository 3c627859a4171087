/** Errors and replies as they come out of the native part. */

import { CLASSES, fieldsOf, InternalError, type ErrorKind, type ShirenError } from './errors.js';
import type { Wire } from './model.js';
import type { Ending } from './native.js';

/** The error of a JSON text. */
export function failure(json: string): ShirenError {
  const { kind, text, message, ...wire } = JSON.parse(json) as Wire;
  const of = CLASSES[kind as ErrorKind] ?? InternalError;
  // The class says the kind already.
  let whole = String(text ?? message).replace(`${String(kind)}: `, '');
  if ((wire['hint'] ?? null) === null && whole.includes('expected Base64')) {
    wire['hint'] = 'give the bytes of the file, as `await readFile(path)` gives them';
    whole = `${whole}; ${wire['hint'] as string}`;
  }
  return new of(whole, { ...fieldsOf(wire), sentence: String(message) });
}

/** The reply of a call that succeeded. */
export function reply(end: Ending): Wire {
  const parts = end.parts ?? [];
  if (parts.length === 0) return JSON.parse(end.json) as Wire;
  return JSON.parse(end.json, (_, one: unknown) => {
    if (typeof one !== 'object' || one === null || !('part' in one) || Object.keys(one).length !== 1) return one;
    return parts.find((part) => part.name === one.part)?.data ?? one;
  }) as Wire;
}
