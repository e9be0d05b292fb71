import assert from 'node:assert/strict';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { headerValue } from '../syntax/header.ts';
import type { SipRequest } from '../syntax/message.ts';
import type { InviteOrder } from '../contract.ts';
import { Story } from '../user-agent/story.fixture.ts';
import { base64url, canonicalNumber, type PassportOrder, sipDate } from './passport.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const passport: PassportOrder = {
  certificateUrl: 'https://cert.example.org/passport.cer',
  attestation: 'A',
  originId: '123e4567-e89b-12d3-a456-426655440000',
  sign: (bytes) => sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
};
/** 25 September 2015, 19:12:25: the instant of the example of RFC 8588 §7. */
const beganWallMs = 1_443_208_345_000;

class Signed extends Story {
  constructor() {
    super({ digest: () => 'd', wallMs: (nowMs) => beganWallMs + nowMs });
  }

  dial(order: Partial<InviteOrder> = {}): SipRequest {
    return this.invite({
      passport,
      from: 'sip:+12155550121@gw.example.net',
      to: 'tel:+1-215-555-0131',
      outboundProxy,
      ...order,
    });
  }
}

const outboundProxy = { host: '192.0.2.20', port: 5060, transport: 'udp' } as const;

interface Token {
  readonly head: string;
  readonly claims: string;
  readonly parameters: string;
  readonly date: string;
}

/** The parts of the Identity of a request, its signature verified with the public key. */
function read(request: SipRequest): Token {
  const values = request.headers.filter(({ key }) => key === 'identity');
  assert.equal(values.length, 1);
  const [token = '', ...parameters] = (values[0]?.value ?? '').split(';');
  const [head = '', claims = '', signature = ''] = token.split('.');
  const raw = Buffer.from(signature, 'base64url');
  assert.equal(raw.length, 64);
  const isGood = verify('sha256', Buffer.from(`${head}.${claims}`), { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw);
  assert.ok(isGood, 'the signature is not that of the key');
  const text = (part: string): string => Buffer.from(part, 'base64url').toString('utf8');
  return {
    head: text(head),
    claims: text(claims),
    parameters: parameters.join(';'),
    date: headerValue(request.headers, 'date') ?? '',
  };
}

test('RFC 8588 §7, RFC 8225 §9: the claims of its example, keys in order and without spaces', () => {
  const { head, claims, parameters, date } = read(new Signed().dial());
  assert.equal(head, '{"alg":"ES256","ppt":"shaken","typ":"passport","x5u":"https://cert.example.org/passport.cer"}');
  assert.equal(
    claims,
    '{"attest":"A","dest":{"tn":["12155550131"]},"iat":1443208345,"orig":{"tn":"12155550121"},"origid":"123e4567-e89b-12d3-a456-426655440000"}',
  );
  assert.equal(parameters, 'info=<https://cert.example.org/passport.cer>;alg=ES256;ppt=shaken');
  assert.equal(Date.parse(date), beganWallMs, 'RFC 8224 §6.1: Date is the instant of iat');
});

test('RFC 8588 §4: attestation B and C are claimed as they are ordered', () => {
  for (const attestation of ['B', 'C'] as const) {
    const { claims } = read(new Signed().dial({ passport: { ...passport, attestation } }));
    assert.match(claims, new RegExp(`^\\{"attest":"${attestation}",`));
  }
});

test('RFC 8224 §6.1: the INVITE that answers a challenge, or follows a redirection, is signed anew', () => {
  const story = new Signed();
  const credentials = [{ username: 'u', password: { reveal: () => 'p' } }];
  const redirects = { max: 1, judge: () => undefined };
  story.dial({ credentials, redirects });
  story.advance(100);
  story.reply(story.lastRequest('INVITE'), 100);
  story.advance(58_900);
  story.reply(story.lastRequest('INVITE'), 401, { headers: ['WWW-Authenticate: Digest realm="r", nonce="n"'] });
  const second = story.lastRequest('INVITE');
  assert.equal(second.cseq.number, 2);
  const answered = read(second);
  assert.match(answered.claims, /"iat":1443208404,/);
  assert.equal(Date.parse(answered.date), 1_443_208_404_000);
  story.reply(second, 302, { headers: ['Contact: <sip:+12155550199@192.0.2.20>'] });
  const third = story.lastRequest('INVITE');
  assert.notEqual(third.requestUri, second.requestUri);
  assert.match(read(third).claims, /"dest":\{"tn":\["12155550131"\]\}/, 'To says who was called');
});

test('RFC 8224 §8.1, §8.5: an asserted identity is vouched for; who has no number is named by URI', () => {
  const caller = { privacy: 'id', assertedUri: 'tel:+1-215-555-0100' } as const;
  assert.match(read(new Signed().dial({ caller })).claims, /"orig":\{"tn":"12155550100"\}/);
  const named = read(new Signed().dial({ from: 'sip:alice@Example.net:5070;x=1', to: 'sip:bob@example.org' }));
  assert.match(named.claims, /"dest":\{"uri":\["sip:bob@example.org"\]\}/);
  assert.match(named.claims, /"orig":\{"uri":"sip:alice@example.net"\}/);
});

test('RFC 8224 §8.3: numbers are digits alone', () => {
  for (const [uri, number] of [
    ['tel:+1-215-555-0131', '12155550131'],
    ['tel:+39(06)1234.56;ext=7', '3906123456'],
    ['sip:+49301234567@example.net;user=phone', '49301234567'],
    ['sip:%2B4930%23@example.net', '4930#'],
    ['sip:+4930;phone-context=x@example.net', '4930'],
    ['sip:12155550131@example.net', '12155550131'],
    ['sip:alice@example.net', undefined],
    ['sip:example.net', undefined],
    ['sip:*@example.net', undefined],
    ['urn:service:sos', undefined],
  ] as const) {
    assert.equal(canonicalNumber(uri), number, uri);
  }
});

test('without a key, or without a clock, nothing is signed; inside the call neither', () => {
  const unsigned = new Story({ wallMs: () => 0 }).invite();
  assert.equal(headerValue(unsigned.headers, 'identity'), undefined);
  assert.equal(headerValue(new Story().invite({ passport }).headers, 'identity'), undefined);
  const story = new Signed();
  story.reply(story.dial(), 200, { headers: ['Contact: <sip:bob@192.0.2.20>'], sdp: 'v=0\r\n' });
  story.run(story.agent.offer('call-1', 'v=0\r\n', story.nowMs));
  assert.equal(headerValue(story.lastRequest('INVITE').headers, 'identity'), undefined);
  assert.equal(headerValue(story.lastRequest('ACK').headers, 'identity'), undefined);
});

test('a key stands in no snapshot of the call', () => {
  const story = new Signed();
  story.dial();
  assert.ok(!JSON.stringify(story.snapshots).includes('ES256'));
});

test('RFC 3261 §20.17: the Date of leap days, ends of years and the first day', () => {
  for (const atS of [0, 951_782_400, 1_289_690_940, 1_735_689_599, 4_102_444_800]) {
    assert.equal(sipDate(atS), new Date(atS * 1000).toUTCString());
  }
});

test('RFC 4648 §5: base64url of every length, as Node.js has it', () => {
  for (let length = 0; length < 70; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 37 + length * 91 + 250) % 256);
    assert.equal(base64url(bytes), Buffer.from(bytes).toString('base64url'));
  }
});
