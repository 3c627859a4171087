/** The client: every operation as a promise. */

import { inspect, type InspectOptions } from 'node:util';
import { AbortError, checked, notBegun, onAbort, type CallOptions } from './call.js';
import { Config, type ConfigLike } from './config.js';
import type { ConfigFields } from './config_fields.js';
import { CancelledError } from './errors.js';
import { failure, reply } from './failure.js';
import { drain, expect, forget, isObserved, mailbox, observe } from './mailbox.js';
import type { Wire } from './model.js';
import { native, type Ending, type NativeClient } from './native.js';
import { Operations } from './operations.js';
import type { Outcome } from './outcome.js';
import { encode, type Encoded } from './request.js';

/** What was counted. */
export interface Tally {
  readonly calls: number;
  readonly errors: number;
  readonly cancelled: number;
  readonly billed: number;
  readonly unknown: number;
}

/** What was counted since the client was made. */
export interface Counters {
  readonly total: Tally;
  readonly byOperation: Readonly<Record<string, Tally>>;
}

/** Where a client is not yet, or no more. */
type State = { readonly native: NativeClient; closed: boolean };

/**
 * Calls operations: `client.juhe.verifyface.verify2({ realname, idcard, image })`.
 *
 * Pending calls keep the process alive, a client alone does not. A worker makes its own client.
 */
export class Client extends Operations {
  readonly #config: Config;
  readonly #state: State;

  /** Fails when the configuration cannot work; nothing is connected yet. */
  constructor(config?: ConfigLike) {
    const made = Config.of(config);
    const opened = native.Client.open(mailbox, Config.reveal(made));
    if (typeof opened === 'string') throw failure(opened);
    const state: State = { native: opened, closed: false };
    super(async (id, request, shape, model, options) => new model(await run(state, id, () => encode(request, shape), options)));
    this.#config = made;
    this.#state = state;
  }

  /** A client of the sandbox at this address. */
  static sandbox(url: string | URL, more: ConfigFields = {}): Client {
    return new Client(Config.sandbox(url, more));
  }

  /** Calls an operation by its id: plain objects in and out, with the names that fields have in every language. */
  async call(operation: string, request: object = {}, options?: CallOptions): Promise<Record<string, unknown>> {
    return run(this.#state, String(operation), () => encode(request), options);
  }

  /**
   * Tells `observer` about the end of each call, cancelled ones included, on the event loop, before the call's promise is
   * settled. Gives a function that ends this.
   */
  onOutcome(observer: (outcome: Outcome) => void): () => void {
    if (typeof observer !== 'function') {
      throw new TypeError(`an observer is called with each outcome; ${typeof observer} cannot be called`);
    }
    this.#state.native.observe();
    return observe(this.#state.native.number, observer);
  }

  /** What was counted since the client was made. */
  counters(): Counters {
    const { total, by_operation: byOperation } = JSON.parse(this.#state.native.counters()) as Wire;
    return { total, byOperation } as Counters;
  }

  /** What goes on at the limits of each account, with the names that fields have in every language. */
  limits(): Record<string, unknown> {
    return JSON.parse(this.#state.native.limits()) as Wire;
  }

  /** Whether the client was closed. */
  get closed(): boolean {
    return this.#state.closed;
  }

  /** Cancels what still runs, and refuses what comes; when it is done, every promise and observer has been told. May be called twice. */
  async close(timeoutMs = 5000): Promise<void> {
    this.#state.closed = true;
    const failed = await this.#state.native.close(timeoutMs);
    drain();
    if (failed !== null) throw failure(failed);
    forget(this.#state.native.number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** For logs: no secret. */
  toJSON(): Record<string, unknown> {
    return { config: this.#config.toJSON(), closed: this.closed };
  }

  [inspect.custom](_: number, options: InspectOptions): string {
    return `Client(${inspect(this.#config, options)}${this.closed ? ', closed' : ''})`;
  }
}

async function run(
  state: State,
  id: string,
  request: () => Encoded,
  options: CallOptions | undefined,
): Promise<Record<string, unknown>> {
  const { signal, timeoutMs, raw = false } = checked(options);
  const { json, bytes } = request();
  if (signal !== undefined && isAborted(signal)) throw notBegun(signal);
  const started = state.native.start(id, json, bytes, timeoutMs, raw);
  if (typeof started === 'string') throw failure(started);
  const end = typeof started === 'number' ? await ended(state, started, signal) : await told(state, started);
  if (!end.failed) return reply(end);
  // Made here and not where the end came in: the stack is that of whoever awaits.
  const error = failure(end.json);
  if (signal !== undefined && isAborted(signal) && error instanceof CancelledError) {
    throw new AbortError(error, signal.reason);
  }
  throw error;
}

/** The end of a started call. */
async function ended(state: State, number: number, signal: AbortSignal | undefined): Promise<Ending> {
  const done = signal && onAbort(signal, () => void state.native.cancel(number));
  const end = await new Promise<Ending>((resolve) => expect(number, resolve));
  done?.();
  return end;
}

/** The end of a local operation, which is there at once: whoever observes is told first. */
async function told(state: State, end: Ending): Promise<Ending> {
  await null;
  if (isObserved(state.native.number)) drain();
  return end;
}

/** A function, because a compiler that has seen it false once holds it to be false for ever. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
