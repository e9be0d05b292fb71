import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { Secret } from '../../config/index.ts';
import { digest } from '../../host/index.ts';
import { seededRandom } from '../../kit/index.ts';
import type { Finding } from './check.ts';
import { checkRegistration } from './registration-check.ts';

const host = '127.0.0.1';
const bounded = { timeout: 20_000 };
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** A SIP element that answers each request with the start line (and headers) that `respond` gives. */
async function registrar(
  context: TestContext,
  respond: (request: string) => string | undefined,
): Promise<{ readonly port: number; readonly requests: readonly string[] }> {
  const socket = createSocket('udp4');
  const requests: string[] = [];
  socket.on('message', (bytes, { address, port }) => {
    const request = bytes.toString();
    requests.push(request);
    const line = respond(request);
    if (line === undefined) return;
    const kept = request.split('\r\n').filter((each) => /^(?:Via|From|To|Call-ID|CSeq):/.test(each));
    socket.send([line, ...kept, 'Content-Length: 0', '', ''].join('\r\n'), port, address);
  });
  socket.bind(0, host);
  await once(socket, 'listening');
  context.after(() => socket.close());
  return { port: socket.address().port, requests };
}

function check(port: number, password: string, limitMs = 5000): Promise<Finding> {
  return checkRegistration(
    {
      registrar: { host: 'trunk.test', port },
      address: host,
      userAgent: 'outdial/1',
      credentials: { username: 'alice', password: new Secret(password) },
      random: seededRandom(5),
      digest,
      limitMs,
    },
    new AbortController().signal,
  );
}

/** Answers like a registrar whose alice has the password `secret`. */
function challenging(request: string): string {
  const response = /response="([0-9a-f]{32})"/.exec(request)?.[1];
  if (response === undefined) return 'SIP/2.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm="r", nonce="n1"';
  const uri = /uri="([^"]*)"/.exec(request)?.[1] ?? '';
  const expected = md5(`${md5('alice:r:secret')}:n1:${md5(`REGISTER:${uri}`)}`);
  return response === expected ? 'SIP/2.0 200 OK' : 'SIP/2.0 403 Forbidden';
}

test('credentials that the trunk takes, and the query changes no binding', bounded, async (context) => {
  const trunk = await registrar(context, challenging);
  const { status, detail } = await check(trunk.port, 'secret');
  assert.deepEqual(
    [status, detail],
    ['good', `trunk.test:${trunk.port} answered REGISTER with 200 OK with these credentials`],
  );
  assert.equal(trunk.requests.length, 2);
  const [first = '', second = ''] = trunk.requests;
  assert.match(first, /^REGISTER sip:trunk\.test:\d+ SIP\/2\.0\r\n/);
  assert.match(second, /CSeq: 2 REGISTER/);
  assert.equal(/^Call-ID: (.*)$/m.exec(second)?.[1], /^Call-ID: (.*)$/m.exec(first)?.[1]);
  for (const request of trunk.requests) assert.doesNotMatch(request, /^(?:Contact|Expires):/m);
});

test('a wrong password is a cross with the fix, and is not shown', bounded, async (context) => {
  const trunk = await registrar(context, challenging);
  const finding = await check(trunk.port, 'wrong-password');
  assert.equal(finding.status, 'bad');
  assert.match(finding.detail, /403 Forbidden/);
  assert.match(JSON.stringify(finding), /OUTBOUND_CALLS_SIP_AUTH_PASSWORD/);
  assert.ok(!JSON.stringify([finding, trunk.requests]).includes('wrong-password'));
});

test('a trunk that is no registrar says so, a silent one is a cross', bounded, async (context) => {
  const other = await registrar(context, () => 'SIP/2.0 405 Method Not Allowed');
  const { status, detail } = await check(other.port, 'secret');
  assert.equal(status, 'good');
  assert.match(detail, /405 Method Not Allowed: it is no registrar/);
  const silent = await registrar(context, () => undefined);
  assert.equal((await check(silent.port, 'secret', 700)).status, 'bad');
});
