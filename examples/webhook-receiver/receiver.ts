// Takes the notifications of outdial and believes only those that are signed (Standard Webhooks, docs/webhooks.md).
//
//   export OUTDIAL_WEBHOOK_SECRETS="whsec_$(openssl rand -base64 32)"
//   node examples/webhook-receiver/receiver.ts        (Node.js 22.18 or later; before it: npx tsx)
//   OUTBOUND_CALLS_STATUS_WEBHOOK=http://127.0.0.1:8000/ ENABLE_OUTBOUND_CALLS=true npx outdial serve
//
// You will see a line for each state of a call, once each: `call.active 5f1c9a1e-...`, and `refused: ...` for what is not from your gateway.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

interface Notification {
  readonly type: string;
  readonly vgwSessionID: string;
  readonly failureReason: string | null;
}

const toleranceS = 300;
const mostBytes = 65_536;
// While a secret is changed there are two, separated by a comma.
const keys = (process.env['OUTDIAL_WEBHOOK_SECRETS'] ?? '')
  .split(',')
  .filter((secret) => secret.trim() !== '')
  .map((secret) => Buffer.from(secret.trim().replace(/^whsec_/, ''), 'base64'));
if (keys.length === 0) throw new Error('OUTDIAL_WEBHOOK_SECRETS is not set');

/** Why this is not believed; undefined when it is. `body` is the bytes as they came, not JSON that was read and printed again. */
function findFault(headers: IncomingHttpHeaders, body: Buffer): string | undefined {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return 'not signed';
  // What somebody recorded cannot be sent again for ever.
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= toleranceS)) return 'too old or too new';
  const given = signatures.split(' ').map((each) => Buffer.from(each.replace(/^v1,/, ''), 'base64'));
  const isGenuine = keys.some((key) => {
    const right = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
    return given.some((each) => each.length === right.length && timingSafeEqual(each, right));
  });
  return isGenuine ? undefined : 'wrong signature';
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    if (chunks.reduce((sum, { length }) => sum + length, 0) > mostBytes) throw new Error('too long');
  }
  return Buffer.concat(chunks);
}

/** A notification whose answer was lost comes again, with the same id. Keep them where they outlive this process. */
const taken = new Set<unknown>();

async function take(request: IncomingMessage): Promise<number> {
  const body = await readBody(request);
  const fault = findFault(request.headers, body);
  if (fault !== undefined) {
    console.log(`refused: ${fault}`);
    return 401;
  }
  const id = request.headers['webhook-id'];
  if (taken.has(id)) return 204;
  taken.add(id);
  const { type, vgwSessionID, failureReason } = JSON.parse(body.toString('utf8')) as Notification;
  console.log([type, vgwSessionID, failureReason ?? ''].join(' ').trim());
  return 204;
}

const server = createServer((request, response) => {
  take(request).then(
    (status) => response.writeHead(status).end(),
    () => response.writeHead(400, { connection: 'close' }).end(),
  );
});
server.listen(Number(process.env['PORT'] ?? 8000), '127.0.0.1', () => {
  const address = server.address();
  console.log('listening on', typeof address === 'object' ? address?.port : address);
});
