/** This environment's mailbox (the main thread's, or a worker's): ends of calls, outcomes and log records come here. */

import { MessageChannel } from 'node:worker_threads';
import { native, type Ending } from './native.js';
import type { Outcome } from './outcome.js';

/** How important a log record is. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** One log record. It holds nothing about a person, and no secret. */
export interface LogRecord {
  readonly level: LogLevel;
  /** Where it is from: `shiren.call`, `shiren.check`, …. */
  readonly target: string;
  readonly text: string;
}

const LEVELS = ['off', 'error', 'warn', 'info', 'debug', 'trace'] as const;

const pending = new Map<number, (end: Ending) => void>();
const observers = new Map<number, Set<(outcome: Outcome) => void>>();
let logger: ((record: LogRecord) => void) | undefined;
let level = 0;

/** Wakes and drains; made once in each environment. */
export const mailbox = new native.Mailbox(drain);

// What keeps the process alive while calls are pending, and only then.
const { port1: keeper } = new MessageChannel();
keeper.unref();

/** `resolve` gets the end of the started call with this number. */
export function expect(id: number, resolve: (end: Ending) => void): void {
  if (pending.size === 0) keeper.ref();
  pending.set(id, resolve);
}

/** Takes everything that has come and hands it on. */
export function drain(): void {
  const { ends, outcomes, records, dropped } = mailbox.drain();
  for (const { level, target, text } of records) log(level, target, text);
  if (dropped > 0) log(2, 'shiren', `${dropped} log records found no room`);
  // Before the ends: whoever awaited a call finds its outcome told.
  for (const { client, ...told } of outcomes) {
    const { vendor = null, error = null, clockMs = null } = told;
    const outcome = Object.freeze({ ...told, vendor, error, clockMs }) as Outcome;
    if (level >= 4) log(4, 'shiren.call', sentence(outcome));
    for (const observer of [...(observers.get(client) ?? [])]) guarded('an observer of outcomes', () => observer(outcome));
  }
  for (const end of ends) {
    const resolve = pending.get(end.id);
    pending.delete(end.id);
    resolve?.(end);
  }
  if (pending.size === 0) keeper.unref();
}

/** From now on the outcomes with this number go to this observer, too. */
export function observe(client: number, observer: (outcome: Outcome) => void): () => void {
  const known = observers.get(client) ?? new Set();
  observers.set(client, known.add(observer));
  return () => void known.delete(observer);
}

/** Whether anybody is told of the outcomes with this number. */
export function isObserved(client: number): boolean {
  return level >= 4 || (observers.get(client)?.size ?? 0) > 0;
}

/** The client is closed and everything has been told. */
export function forget(client: number): void {
  observers.delete(client);
}

/**
 * Hands log records to `listener`, on the event loop, shortly after they came; at most 2,000 wait, what comes then is
 * counted. From `debug` on each call is one line. Without a listener, or with `off`, nothing is recorded. Each worker has
 * a logger of its own.
 */
export function setLogger(least: LogLevel | 'off', listener?: (record: LogRecord) => void): void {
  const number = LEVELS.indexOf(least);
  if (number < 0) throw new TypeError(`a level is one of ${LEVELS.join(', ')}`);
  if (listener !== undefined && typeof listener !== 'function') {
    throw new TypeError(`a listener is called with each record; ${typeof listener} cannot be called`);
  }
  logger = number > 0 ? listener : undefined;
  level = logger === undefined ? 0 : number;
  mailbox.logLevel(level);
}

function log(number: number, target: string, text: string): void {
  const listener = logger;
  if (listener === undefined || number > level) return;
  const record = Object.freeze({ level: LEVELS[number] as LogLevel, target, text });
  guarded('a listener to log records', () => listener(record));
}

function sentence({ operation, error, billed, durationMs }: Outcome): string {
  return `${operation}: ${error ?? 'ok'}, billed ${billed}, ${durationMs.toFixed(1)} ms`;
}

/** The user's own function: what it throws is told and holds up nobody. */
function guarded(what: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    process.emitWarning(`${what} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, 'ShirenWarning');
  }
}
