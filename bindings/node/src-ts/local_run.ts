/** Operations that need no client. */

import { failure, reply } from './failure.js';
import type { Model, Wire } from './model.js';
import { native, type Ending } from './native.js';
import { encode, type Shape } from './request.js';

function opened(end: Ending): Wire {
  if (end.failed) throw failure(end.json);
  return reply(end);
}

/** @internal Runs a local operation here. */
export function runHere<T extends Model>(id: string, request: object, shape: Shape, model: new (wire: Wire) => T): T {
  const { json, bytes } = encode(request, shape);
  return new model(opened(native.local(id, json, bytes)));
}

/** @internal Runs a local operation on another thread. */
export async function runElsewhere<T extends Model>(
  id: string,
  request: object,
  shape: Shape,
  model: new (wire: Wire) => T,
): Promise<T> {
  const { json, bytes } = encode(request, shape);
  return new model(opened(await native.localElsewhere(id, json, bytes)));
}

/** Runs a local operation by its id, without a client; plain objects in and out, with the names of every language. */
export function call(operation: string, request: object = {}): Record<string, unknown> {
  const { json, bytes } = encode(request);
  return opened(native.local(String(operation), json, bytes));
}

/** Every operation: its id, one sentence, and whether it is `remote`, `local`, or `heavy` (local, and better on a thread). */
export const operations = (): { id: string; doc: string; place: 'remote' | 'local' | 'heavy' }[] => native.operations();
