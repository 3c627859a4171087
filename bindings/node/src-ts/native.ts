/** The native part: which file it is on this machine, and what it offers. */

/** How a call ended. */
export interface Ending {
  readonly id: number;
  readonly failed: boolean;
  readonly json: string;
  readonly parts?: readonly { readonly name: string; readonly data: Buffer }[] | null;
}

/** What the engine had to tell an environment. */
export interface Batch {
  readonly ends: readonly Ending[];
  readonly outcomes: readonly {
    readonly client: number;
    readonly operation: string;
    readonly vendor?: string | null;
    readonly durationMs: number;
    readonly error?: string | null;
    readonly billed: string;
    readonly attempts: number;
    readonly cancelled: boolean;
    readonly clockMs?: number | null;
  }[];
  readonly records: readonly { readonly level: number; readonly target: string; readonly text: string }[];
  readonly dropped: number;
}

export interface Mailbox {
  drain(): Batch;
  logLevel(level: number): void;
}

/** What fails gives the error's JSON text in place of its result. */
export interface NativeClient {
  readonly number: number;
  /** The number of the call; of a local operation its end. */
  start(id: string, json: string, bytes: Uint8Array[], timeoutMs: number | undefined, raw: boolean): number | string | Ending;
  cancel(id: number): boolean;
  close(deadlineMs: number): Promise<string | null>;
  counters(): string;
  limits(): string;
  observe(): void;
}

interface Native {
  version(): string;
  readonly Mailbox: new (wake: () => void) => Mailbox;
  readonly Client: { open(mailbox: Mailbox, config: string): NativeClient | string };
  local(id: string, json: string, bytes: Uint8Array[]): Ending;
  localElsewhere(id: string, json: string, bytes: Uint8Array[]): Promise<Ending>;
  operations(): { id: string; doc: string; place: 'remote' | 'local' | 'heavy' }[];
}

/** The version of this package. */
export const VERSION = (require('../package.json') as { version: string }).version;

/** For which machines there is a native part. */
const PLATFORMS = ['linux-x64-gnu'];

/** Whether this node is linked to another C library than glibc; asked only when something is wrong, because it takes long. */
function isMusl(): boolean {
  const report = process.report as unknown as { excludeNetwork: boolean; getReport(): unknown };
  const before = report.excludeNetwork;
  report.excludeNetwork = true;
  const found = report.getReport() as { header?: { glibcVersionRuntime?: string } };
  report.excludeNetwork = before;
  return found.header?.glibcVersionRuntime === undefined;
}

function load(): Native {
  const machine = `${process.platform}-${process.arch}`;
  const here = process.platform === 'linux' ? `${machine}-gnu` : machine;
  const name = `@shiren/${here}`;
  let native: Native;
  try {
    if (!PLATFORMS.includes(here)) throw new Error('no package');
    native = require(name) as Native;
  } catch (error) {
    const musl = process.platform === 'linux' && isMusl();
    if (musl || !PLATFORMS.includes(here)) {
      const of = musl ? `${machine}-musl` : here;
      throw new Error(`shiren has no native part for ${of}; there is one for ${PLATFORMS.join(', ')}`, { cause: error });
    }
    const missing = (error as { code?: unknown }).code === 'MODULE_NOT_FOUND';
    const why = missing ? `the package ${name} is not installed` : `the package ${name} could not be loaded`;
    const hint = 'install again on this machine, with optional dependencies (no --omit=optional)';
    throw new Error(`shiren: ${why}; ${hint}`, { cause: error });
  }
  const version = native.version();
  if (version !== VERSION) {
    throw new Error(`shiren ${VERSION} found version ${version} of ${name}; install both in the same version`);
  }
  return native;
}

export const native = load();
