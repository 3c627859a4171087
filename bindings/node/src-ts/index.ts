/**
 * Real-name, face and liveness verification of Juhe, Jumdata and Baidu.
 *
 * ```ts
 * const client = new Client(); // accounts from the environment
 * const reply = await client.juhe.verifyface.verify2({ realname: '王小二', idcard: '110101180001010015', image });
 * reply.verdict.decision; // 'passed'
 * ```
 */

export * from './models.js';
export {
  AuthenticationError,
  CancelledError,
  ClosedError,
  ConfigurationError,
  DecodeError,
  InternalError,
  InvalidArgumentError,
  NetworkError,
  QuotaError,
  RateLimitedError,
  ShirenError,
  SignatureError,
  TimeoutError,
  TlsError,
  UnknownOperationError,
  VendorError,
  type ErrorFields,
  type ErrorKind,
} from './errors.js';
export { AbortError, type CallOptions } from './call.js';
export { Client, type Counters, type Tally } from './client.js';
export { Config, type ConfigLike, type Reference } from './config.js';
export type { ConfigFields, Referable } from './config_fields.js';
export { baidu, check, juhe, jumdata, page, photo } from './local.js';
export { call, operations } from './local_run.js';
export { setLogger, type LogLevel, type LogRecord } from './mailbox.js';
export { Model, type Open } from './model.js';
export { VERSION as version } from './native.js';
export type { Bytes } from './bytes.js';
export type { Outcome } from './outcome.js';
export type * from './requests.js';
