import type { ErrorKind } from './errors.js';
import type { Open } from './model.js';
import type { Billed, Vendor } from './models.js';

/** How a call ended. It holds nothing about a person. */
export interface Outcome {
  /** The operation's id. */
  readonly operation: string;
  /** Whose service it called, if it came that far. */
  readonly vendor: Open<Vendor> | null;
  /** From the call to its end in milliseconds, waiting and repetitions included. */
  readonly durationMs: number;
  /** The kind of its error; `null` when it succeeded. */
  readonly error: ErrorKind | null;
  /** What it cost. */
  readonly billed: Billed;
  /** How many requests went out, or tried to. */
  readonly attempts: number;
  /** Whether the caller gave it up: aborted it, or closed the client. */
  readonly cancelled: boolean;
  /** How far the server's clock was ahead, in milliseconds, good to a second; below zero: behind. */
  readonly clockMs: number | null;
}
