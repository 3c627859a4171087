// What a user writes, compiled by the strictest settings; each @ts-expect-error must be one.

import {
  AbortError,
  Client,
  Config,
  Decision,
  InvalidArgumentError,
  photo,
  Session,
  ShirenError,
  setLogger,
  type Bytes,
  type CallOptions,
  type JuheVerifyfaceVerify2,
  type Outcome,
  type Verdict,
} from 'shiren';
import { Sandbox, signedReturn, type Persona } from 'shiren/testing';

export async function verify(client: Client, image: Bytes, signal: AbortSignal): Promise<Verdict> {
  const options: CallOptions = { signal, timeoutMs: 5000 };
  const request: JuheVerifyfaceVerify2 = { realname: '王小二', idcard: '110101180001010015', image, threshold: 70 };
  const reply = await client.juhe.verifyface.verify2(request, options);
  const raw: string | null = reply.raw;
  const unknown: unknown = reply.extra['field'];
  void [raw, unknown];
  // @ts-expect-error misspelt
  await client.juhe.verifyface.verify2({ realname: '王小二', idCard: '1', image });
  // @ts-expect-error a path is no photo
  await client.juhe.verifyface.verify2({ realname: '王小二', idcard: '1', image: 'photo.jpg' });
  // @ts-expect-error misspelt option
  await client.juhe.verifyface.verify2(request, { timeout: 5 });
  // @ts-expect-error replies cannot be changed
  reply.verdict.decision = 'passed';
  return reply.verdict;
}

export function passed(verdict: Verdict): boolean {
  // @ts-expect-error no decision of this name
  if (verdict.decision === 'pased') return false;
  switch (verdict.decision) {
    case Decision.Passed:
      return true;
    case 'rejected':
    case 'inconclusive':
    case 'pending':
    case 'expired':
      return false;
  }
}

export async function session(client: Client, persona: Persona): Promise<Date> {
  const subject = { name: persona.name, idNumber: persona.idNumber };
  const started = await client.liveness.start({ vendor: 'juhe', subject, returnUrl: 'https://example.com/back' });
  // @ts-expect-error no vendor of this name
  await client.liveness.start({ vendor: 'tencent', subject, returnUrl: 'https://example.com/back' });
  const stored = JSON.stringify(started.toObject());
  const again = Session.from(JSON.parse(stored) as object);
  const vendor: string = again.vendor;
  if (again.vendor === 'juhe') await client.liveness.finish({ session: again, landedUrl: signedReturn({ returnUrl: vendor }), subject });
  return again.expiresAt;
}

export function told(error: unknown): string {
  if (error instanceof AbortError) return error.billed;
  if (error instanceof InvalidArgumentError) return `${error.kind} ${error.field ?? ''} ${error.hint ?? ''}`;
  if (error instanceof ShirenError) return `${error.vendorCode ?? ''} ${error.retryable} ${error.references.order ?? ''}`;
  throw error;
}

export async function main(): Promise<void> {
  const sandbox = await Sandbox.start();
  const client = new Client({ accounts: { juhe: { key: { env: 'JUHE_KEY' } } }, timeoutMs: 5000 });
  // @ts-expect-error misspelt
  new Client({ timoutMs: 5000 });
  // @ts-expect-error a number
  new Client({ timeoutMs: 'soon' });
  const stop = client.onOutcome((outcome: Outcome) => console.log(outcome.durationMs));
  setLogger('debug', ({ level, text }) => console.log(level, text));
  const fits: Buffer = photo.fit({ image: new Uint8Array(1) }).image;
  const later: Promise<{ readonly width: number }> = photo.fitAsync({ image: fits });
  const plain: Record<string, unknown> = await client.call('check.name', { name: 'x' });
  void [later, plain, Config.sandbox(sandbox.url), client.counters().byOperation];
  stop();
  await client.close();
  await sandbox.stop();
}
