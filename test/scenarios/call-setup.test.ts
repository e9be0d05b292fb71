// Calls to a far end that is written down answer by answer: what a phone alone does not do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callFacts } from '../../src/call/index.ts';
import { headerValue, parseMessage, type SipRequest } from '../../src/sip/index.ts';
import type { Tenant } from '../../src/tenants/index.ts';
import { says, tenant, World, type WorldOptions } from './world.ts';

const far = { host: '10.0.0.2', port: 5060 };
const other = { host: '10.0.0.4', port: 5060 };
const gateway = { host: '10.0.0.1', port: 5060 };

const sdp = (port: number): string =>
  ['v=0', 'o=- 1 1 IN IP4 10.0.0.2', 's=-', 'c=IN IP4 10.0.0.2', 't=0 0', `m=audio ${port} RTP/AVP 0`, ''].join('\r\n');

interface Answer {
  readonly status: number;
  readonly toTag?: string;
  readonly headers?: readonly string[];
  readonly sdp?: string;
}

function print(request: SipRequest, { status, toTag = 'far', headers = [], sdp: body = '' }: Answer): Uint8Array {
  const to = headerValue(request.headers, 'to') ?? '';
  const lines = [
    `SIP/2.0 ${status} Word`,
    ...request.headers.filter(({ key }) => key === 'via').map(({ value }) => `Via: ${value}`),
    `From: ${headerValue(request.headers, 'from') ?? ''}`,
    `To: ${status === 100 || request.toTag !== undefined ? to : `${to};tag=${toTag}`}`,
    `Call-ID: ${request.callId}`,
    `CSeq: ${request.cseq.number} ${request.cseq.method}`,
    ...(headers.some((line) => line.startsWith('Contact:')) ? [] : ['Contact: <sip:far@10.0.0.2>']),
    ...headers,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
  ];
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** One call to it, to its end. `answer` says what each request brings about, at once. */
async function callTo(
  answer: (request: SipRequest) => readonly Answer[],
  options: Partial<WorldOptions> & { readonly to?: string } = {},
  changes: Partial<Tenant> = {},
): Promise<{ readonly world: World; readonly requests: readonly SipRequest[] }> {
  const bot: WorldOptions['bot'] = (_request, index) => says(index === 0 ? '' : 'bye', true);
  const world = new World({ bot, isNobodyThere: true, ...options });
  const requests: SipRequest[] = [];
  for (const place of [far, other]) {
    world.network.bind(place, (bytes) => {
      const parsed = parseMessage(bytes);
      if (!parsed.ok || parsed.value.kind !== 'request') return;
      const request = parsed.value;
      requests.push(request);
      for (const each of answer(request)) world.network.send(print(request, each), place, gateway);
    });
  }
  const { to = 'sip:bob@10.0.0.2' } = options;
  world.call({ to, tenant: { ...tenant, postResponseTimeoutMs: 300, ...changes } });
  await world.runToTheEnd();
  return { world, requests };
}

const ok = (request: SipRequest): readonly Answer[] => (request.method === 'ACK' ? [] : [{ status: 200 }]);

test('RFC 3261 §15: the BYE of a call whose answer is of no use waits for the ACK, however long the store takes', async () => {
  const { world, requests } = await callTo(
    (request) => (request.method === 'INVITE' ? [{ status: 200 }] : ok(request)),
    { keepsDialogsAfterMs: 400 },
  );
  assert.deepEqual(
    requests.map(({ method }) => method).filter((method, index, all) => method !== all[index - 1]),
    ['INVITE', 'ACK', 'BYE'],
  );
  assert.match(headerValue(requests.at(-1)?.headers ?? [], 'reason') ?? '', /^SIP;cause=488/);
  assert.deepEqual(world.states(), ['started', 'failed']);
  assert.equal(world.records[0]?.end?.endCode, 'media.no-answer-codec');
});

test('RFC 3262 §4, RFC 3261 §13.2.1: a call whose answer came in a reliable 183 is set up with it', async () => {
  const { world, requests } = await callTo((request) =>
    request.method === 'INVITE'
      ? [{ status: 183, headers: ['Require: 100rel', 'RSeq: 7'], sdp: sdp(20_000) }, { status: 200 }]
      : ok(request),
  );
  assert.ok(requests.some(({ method }) => method === 'PRACK'));
  assert.deepEqual(world.states(), ['started', 'active', 'ended']);
});

test('RFC 3261 §13.2.2.4: two forks answer: one is talked to, the other gets ACK and BYE at once', async () => {
  const { world, requests } = await callTo((request) =>
    request.method === 'INVITE'
      ? [
          { status: 180, toTag: 'a' },
          { status: 183, toTag: 'b', sdp: sdp(20_002) },
          { status: 200, toTag: 'a', sdp: sdp(20_000) },
          { status: 200, toTag: 'b', sdp: sdp(20_002) },
        ]
      : ok(request),
  );
  assert.deepEqual(world.states(), ['started', 'ringing', 'active', 'ended']);
  const byes = requests.filter(({ method }) => method === 'BYE').map(({ toTag }) => toTag);
  assert.deepEqual(byes, ['b', 'a']);
  const acks = new Set(requests.filter(({ method }) => method === 'ACK').map(({ toTag }) => toTag));
  assert.deepEqual([acks.size, acks.has('a'), acks.has('b')], [2, true, true]);
});

const late = { settings: { ...tenant.settings, isOfferLate: true } };

test('RFC 3261 §13.2.2.4: a call without an offer is answered with one, and the ACK brings ours, once the dialog is safe', async () => {
  const { world, requests } = await callTo(
    (request) => (request.method === 'INVITE' ? [{ status: 200, sdp: sdp(20_000) }] : ok(request)),
    { keepsDialogsAfterMs: 200 },
    late,
  );
  const [invite] = requests;
  assert.equal(invite?.body.length, 0);
  const ack = requests.find(({ method }) => method === 'ACK');
  assert.match(new TextDecoder().decode(ack?.body), /m=audio \d+ RTP\/AVP 0/);
  assert.deepEqual(world.states(), ['started', 'active', 'ended']);
  assert.equal(requests.at(-1)?.method, 'BYE');
});

test('RFC 3262 §5: an offer in a reliable 183 is answered in its PRACK', async () => {
  const { world, requests } = await callTo(
    (request) => {
      if (request.method === 'INVITE')
        return [{ status: 183, headers: ['Require: 100rel', 'RSeq: 7'], sdp: sdp(20_000) }];
      return request.method === 'PRACK' ? [{ status: 200 }] : ok(request);
    },
    {},
    { ...late, ringTimeoutMs: 2000 },
  );
  const prack = requests.find(({ method }) => method === 'PRACK');
  assert.match(new TextDecoder().decode(prack?.body), /m=audio \d+ RTP\/AVP 0/);
  assert.deepEqual(world.states(), ['started', 'failed']);
});

test('RFC 3261 §13.2.2.4: an offer that cannot be taken is acknowledged and the call ended', async () => {
  const { world, requests } = await callTo(
    (request) =>
      request.method === 'INVITE' ? [{ status: 200, sdp: sdp(20_000).replace('AVP 0', 'AVP 18') }] : ok(request),
    {},
    late,
  );
  const methods = requests.map(({ method }) => method).filter((method, index, all) => method !== all[index - 1]);
  assert.deepEqual(methods, ['INVITE', 'ACK', 'BYE']);
  const ack = requests.find(({ method }) => method === 'ACK');
  assert.match(new TextDecoder().decode(ack?.body), /m=audio 0 RTP\/AVP 18/);
  assert.equal(world.records[0]?.end?.endCode, 'media.no-answer-codec');
});

const redirectingTo = (contact: string) => (request: SipRequest) => {
  if (request.method !== 'INVITE') return ok(request);
  if (!/bob|39061/.test(request.requestUri)) return [{ status: 200, sdp: sdp(20_000) }];
  return [{ status: 302, headers: [`Contact: <${contact}>`, 'Diversion: <sip:bob@10.0.0.2>;reason=no-answer'] }];
};

const follows = { settings: { ...tenant.settings, isRedirectFollowed: true } };

test('RFC 3261 §8.1.3.4: a redirection is a refusal by default, and followed where the tenant says so', async () => {
  const answer = redirectingTo('sip:carol@10.0.0.4');
  const refused = await callTo(answer);
  assert.equal(refused.world.records[0]?.end?.endCode, 'sip.redirected');
  const { world } = await callTo(answer, {}, follows);
  assert.deepEqual(world.states(), ['started', 'active', 'ended']);
  assert.deepEqual(callFacts(world.records[0]!)?.redirects, [
    { status: 302, target: 'sip:carol@10.0.0.4', diversion: '<sip:bob@10.0.0.2>;reason=no-answer' },
  ]);
});

test('RFC 3261 §21.3.3: a redirection to where calls may not go is never followed', async () => {
  const metadata = await callTo(redirectingTo('sip:carol@169.254.169.254'), {}, follows);
  assert.equal(metadata.world.records[0]?.end?.endCode, 'sip.redirected');
  assert.match(metadata.world.records[0]?.end?.failureReason ?? '', /A Contact is not allowed/);
  const toNumber = redirectingTo('sip:+4490123@10.0.0.4');
  const limits = { ...tenant.limits, allowedPrefixes: ['+39'] };
  const premium = await callTo(toNumber, { to: 'sip:+39061@10.0.0.2' }, { ...follows, limits });
  assert.equal(premium.world.records[0]?.end?.endCode, 'sip.redirected');
  const trunk = { ...far, transport: 'udp' } as const;
  const sipPolicy = { allow: [], deny: [], unlisted: 'trunk-or-public', destinations: anyDestination } as const;
  const pastTrunk = await callTo(redirectingTo('sip:carol@10.0.0.4'), { settings: { trunk, sipPolicy } }, follows);
  assert.equal(pastTrunk.world.records[0]?.end?.endCode, 'sip.redirected');
  assert.equal(pastTrunk.requests.filter(({ method }) => method === 'INVITE').length, 1);
});

const anyDestination = { internal: 'allowed', allowNetworks: [], own: { addresses: [], ports: [] } } as const;
