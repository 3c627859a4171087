// A hosted session with node's own server: start, way back, notice.
//
//   npm install shiren
//   SHIREN_SANDBOX=http://127.0.0.1:8899 node server.mjs

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Client, InvalidArgumentError, juhe, Session, ShirenError, SignatureError } from 'shiren';

const client = new Client();
const port = Number(process.env.PORT ?? 8000);
let address = process.env.PUBLIC_URL;

/** In a real service: a table, by user. The session is JSON and holds no name and no number. */
const stored = new Map();

async function body(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > 100_000) throw new InvalidArgumentError('the body is too large', { field: '' });
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** POST /verify {"name": …, "idNumber": …} : where the person goes next. */
async function start(request) {
  let person;
  try {
    person = JSON.parse(await body(request));
  } catch {
    throw new InvalidArgumentError('the body is no JSON', { field: '' });
  }
  const subject = { name: person?.name, idNumber: person?.idNumber };
  const key = randomBytes(24).toString('base64url');
  const session = await client.liveness.start({ vendor: 'juhe', subject, returnUrl: `${address}/back/${key}` });
  // Not JSON.stringify(session): that is for logs, and hides what must come back.
  stored.set(key, { session: JSON.stringify(session.toObject()), subject });
  return [200, { page: session.pageUrl }];
}

/** GET /back/… : the browser is here again; what it says is a hint, and the vendor's server is asked. */
async function back(request, key) {
  const known = stored.get(key);
  if (known === undefined) return [404, { error: 'no such session, or it was used' }];
  const session = Session.from(JSON.parse(known.session));
  // The address exactly as received: decoding and writing it again changes the bytes that the vendor signed.
  const { verdict } = await client.liveness.finish({ session, landedUrl: request.url, subject: known.subject });
  if (verdict.decision !== 'pending') stored.delete(key);
  return [200, { passed: verdict.decision === 'passed', reasons: verdict.reasons.map((reason) => reason.message) }];
}

/** POST /notify : an unsigned hint that a session is over. Ask the vendor's server, as the way back does. */
async function notify(request) {
  const contentType = request.headers['content-type'];
  const notice = juhe.notify.read({ method: request.method, contentType, url: request.url, body: await body(request) });
  return [200, notice.jhOrderId ? 'success' : 'fail'];
}

async function route(request) {
  const [path] = request.url.split('?', 1);
  if (request.method === 'POST' && path === '/verify') return start(request);
  if (request.method === 'GET' && path.startsWith('/back/')) return back(request, path.slice('/back/'.length));
  if (path === '/notify') return notify(request);
  return [404, { error: 'nothing is here' }];
}

const server = createServer(async (request, response) => {
  let [status, answer] = [500, { error: 'something went wrong' }];
  try {
    [status, answer] = await route(request);
  } catch (error) {
    if (error instanceof SignatureError) [status, answer] = [400, { error: 'this is not the way back of this session' }];
    else if (error instanceof InvalidArgumentError) [status, answer] = [422, { field: error.field, error: error.message }];
    else if (error instanceof ShirenError) [status, answer] = [503, { error: error.message }];
    else console.error(error);
  }
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  response.writeHead(status, { 'content-type': typeof answer === 'string' ? 'text/plain' : 'application/json' }).end(text);
});

server.listen(port, () => {
  address ??= `http://127.0.0.1:${server.address().port}`;
  console.log(address);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(() => client.close());
    server.closeIdleConnections();
  });
}
