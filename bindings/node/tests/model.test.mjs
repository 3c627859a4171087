// Models: frozen, masked, open for what a later version says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import * as shiren from 'shiren';
import { fresh, open, passing } from './sandbox.mjs';

const sandbox = await fresh();
const CANARY = 'canary-1234567';

test('models cannot be changed', async () => {
  const client = open(sandbox.client());
  const reply = await client.juhe.verifyface.verify2(await passing(sandbox));
  assert.ok(Object.isFrozen(reply) && Object.isFrozen(reply.verdict) && Object.isFrozen(reply.verdict.reasons));
  assert.throws(() => (reply.verdict.decision = 'passed'), TypeError);
  assert.throws(() => reply.verdict.reasons.push(1), TypeError);
  assert.throws(() => (reply.raw = 'x'), TypeError);
  const whole = reply.toObject();
  whole.verdict.decision = 'rejected';
  assert.equal(reply.toObject().verdict.decision, 'passed', 'what comes out is a copy');
  assert.equal(whole.error_code, reply.errorCode);
});

test('words are open, and decisions fail closed', () => {
  assert.equal(shiren.Verdict.from({ decision: 'frobnicated', checks: {} }).decision, 'inconclusive');
  assert.equal(shiren.Verdict.from({ decision: 7 }).decision, 'inconclusive');
  assert.equal(shiren.Verdict.from({ billed: 'perhaps' }).billed, 'unknown');
  assert.equal(shiren.Verdict.from({ vendor: 'tencent' }).vendor, 'tencent');
  assert.equal(shiren.Verdict.from({}).decision, null, 'nothing is never passed');
  assert.deepEqual(shiren.Verdict.from({}).reasons, []);
  assert.throws(() => shiren.Verdict.from('text'), TypeError);
});

/** Every way in which an object is shown or walked over. */
function shown(one) {
  const walked = [];
  for (const name in one) walked.push(name, one[name]);
  return [
    inspect(one, { depth: 9 }), JSON.stringify(one), String(one), inspect({ ...one }, { depth: 9 }), JSON.stringify({ ...one }),
    JSON.stringify(Object.entries(one)), inspect(walked, { depth: 9 }), inspect(new Map([[one, one]]), { depth: 9 }),
    inspect(structuredClone(one), { depth: 9 }), inspect(structuredClone({ ...one }), { depth: 9 }),
  ].join('\n'); // prettier-ignore
}

/** A wire object whose every guarded text is the canary. */
const SESSION = {
  vendor: 'juhe', page_url: CANARY, reference: CANARY, order_id: 'o1', started_at: '2025-01-01T00:00:00.000Z',
  expires_at: '2025-01-01T00:10:00.000Z', expect: 'identity', subject_digest: null, seal: 'seal',
}; // prettier-ignore

test('what is personal or secret is in nothing that walks over a model', () => {
  const models = [
    shiren.Session.from(SESSION),
    shiren.Evidence.from({ image_url: CANARY }),
    shiren.JuheVerifyfaceVerify2Reply.from({ raw: CANARY, extra: { name: CANARY, inner: { deep: CANARY } } }),
    shiren.CheckIdNumberReply.from({ accepted: true, normalized: CANARY, birth_date: CANARY, region: { code: CANARY } }),
    shiren.PhotoFitReply.from({ image: Buffer.from(CANARY) }),
    shiren.BaiduOauthTokenReply.from({ access_token: CANARY, refresh_token: CANARY }),
  ];
  for (const model of models) {
    const text = shown(model);
    assert.ok(!text.includes(CANARY), text);
    assert.ok(!text.includes(Buffer.from(CANARY).toString('hex').match(/../g).slice(0, 6).join(' ')), text);
    assert.ok(JSON.stringify(model).includes('***') || JSON.stringify(model).includes('bytes>'));
    assert.ok(JSON.stringify(model.toObject()).includes(CANARY) || Buffer.isBuffer(model.toObject().image));
    assert.deepEqual(model.constructor.from(model.toObject()).toObject(), model.toObject());
  }
  const [session, evidence, verify] = models;
  assert.equal(session.pageUrl, CANARY);
  const { imageUrl } = evidence;
  assert.equal(imageUrl, CANARY);
  assert.equal(verify.extra.inner.deep, CANARY);
  assert.deepEqual(JSON.parse(JSON.stringify(verify)).extra, { name: '***', inner: '***' }, 'names alone say nothing');
  assert.deepEqual(session.toObject(), SESSION, 'letter for letter, as its seal needs');
});

test('a method can be replaced in a user\'s own tests', async (context) => {
  const client = open(sandbox.client());
  const reply = shiren.JuheVerifyfaceVerify2Reply.from({ verdict: { decision: 'rejected' } });
  context.mock.method(client.juhe.verifyface, 'verify2', async () => reply);
  assert.equal((await client.juhe.verifyface.verify2()).verdict.decision, 'rejected');
});
