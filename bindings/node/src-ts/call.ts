/** What a caller says about one call, and what an aborted one rejects with. */

import { CancelledError } from './errors.js';
import type { Model, Wire } from './model.js';
import { refused, type Shape } from './request.js';

/** Options of a call. */
export interface CallOptions {
  /** Aborts the call. It then rejects with an `AbortError`, unless its reply was faster. */
  readonly signal?: AbortSignal | undefined;
  /** Time for the whole call in milliseconds, waiting and repetitions included; the configuration's by default. */
  readonly timeoutMs?: number | undefined;
  /** Keep the vendor's text in `raw` of the reply. */
  readonly raw?: boolean | undefined;
}

/** @internal Runs an operation. */
export type Run = <T extends Model>(
  id: string,
  request: object,
  shape: Shape,
  model: new (wire: Wire) => T,
  options: CallOptions | undefined,
) => Promise<T>;

/** A call that its signal aborted. `billed` says whether it was paid for all the same. */
export class AbortError extends Error {
  readonly code = 'ABORT_ERR';
  /** The library's own error. */
  declare readonly cause: CancelledError;
  /** What the signal was aborted with. */
  declare readonly reason: unknown;

  constructor(cause: CancelledError, reason: unknown) {
    super(`The operation was aborted; billed: ${cause.billed}`, { cause });
    // Not printed with the error: it is the caller's own.
    Object.defineProperty(this, 'reason', { value: reason });
  }

  /** Whether the call was paid for: `no`, `yes` or `unknown`. */
  get billed(): CancelledError['billed'] {
    return this.cause.billed;
  }
}
Object.defineProperty(AbortError.prototype, 'name', { value: 'AbortError', configurable: true, writable: true });

const OPTIONS = ['signal', 'timeoutMs', 'raw'];

/** Options, looked at: a misspelt one would be ignored for ever. */
export function checked(options: CallOptions | undefined): CallOptions {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null) throw refused('options', 'options are an object');
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) throw refused(unknown, `no such option; there are: ${OPTIONS.join(', ')}`);
  const { signal, timeoutMs, raw } = options;
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw refused('signal', 'an AbortSignal is needed');
  }
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && Number.isFinite(timeoutMs) && timeoutMs > 0)) {
    throw refused('timeoutMs', 'a positive number of milliseconds is needed');
  }
  if (raw !== undefined && typeof raw !== 'boolean') throw refused('raw', 'true or false is needed');
  return options;
}

/** The calls of each signal: with a listener for each of them node would warn of a leak from the eleventh on. */
const waiting = new WeakMap<AbortSignal, { readonly calls: Set<() => void>; readonly all: () => void }>();

/** Has `abort` called when the signal is aborted; gives a function that ends this. */
export function onAbort(signal: AbortSignal, abort: () => void): () => void {
  let known = waiting.get(signal);
  if (known === undefined) {
    const calls = new Set<() => void>();
    known = { calls, all: () => calls.forEach((call) => call()) };
    waiting.set(signal, known);
    signal.addEventListener('abort', known.all, { once: true });
  }
  const { calls, all } = known;
  calls.add(abort);
  return () => {
    if (!calls.delete(abort) || calls.size > 0) return;
    signal.removeEventListener('abort', all);
    waiting.delete(signal);
  };
}

/** What a call rejects with that was aborted before it began. */
export function notBegun(signal: AbortSignal): AbortError {
  return new AbortError(new CancelledError('aborted before the call began', { billed: 'no' }), signal.reason);
}
