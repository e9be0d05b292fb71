/** Promise S11: 100,000 hostile values, none of which ends a line or opens a header of the INVITE it is meant for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Random, seededRandom } from '../../src/kit/index.ts';
import {
  checkCallUri,
  checkRoutes,
  createUserAgent,
  headerValue,
  listValues,
  parseMessage,
  type SipRequest,
} from '../../src/sip/index.ts';

const cases = 100_000;
/** Every so many accepted values one INVITE is built and read again. */
const buildEvery = 10;

const breakers = [
  '\r\n',
  '\r',
  '\n',
  '\0',
  '%0d%0a',
  '%0D%0A',
  '%00',
  '%0a',
  '\u2028',
  '\u0085',
  '\t',
  '\\r\\n',
  '"',
  '>',
  '<',
  ',',
  ';',
  '?',
];
const tails = ['X-Evil: 1', 'Via: x', '\r\n\r\nv=0', 'sip:evil@x', 'Route=<sip:evil>', ' SIP/2.0', ''];
const starts = ['sip:', 'sips:', 'tel:', '<sip:', '"x" <sip:', ''];
const middles = ['alice@example.net', '+15551234', 'a', '[::1]:5060', 'u:p@h;lr', 'h;transport=udp'];

function pick<T>(random: Random, list: readonly T[]): T {
  const found = list[random.uint32() % list.length];
  return found === undefined ? assert.fail() : found;
}

/** A value that is nearly right, with something that could break a header put in anywhere. */
function hostile(random: Random): string {
  const good = pick(random, starts) + pick(random, middles);
  const at = random.uint32() % (good.length + 1);
  const count = random.uint32() % 3;
  let inserted = '';
  for (let index = 0; index < count; index += 1) inserted += pick(random, breakers) + pick(random, tails);
  return `${good.slice(0, at)}${inserted}${good.slice(at)}${random.uint32() % 4 === 0 ? '>' : ''}`;
}

/** The INVITE that these would make; undefined when the user agent refuses by itself. */
function buildInvite(to: string, from: string, routes: readonly string[]): SipRequest | undefined {
  const userAgent = createUserAgent({
    random: seededRandom(1),
    sentBy: { host: '192.0.2.1', port: 5060 },
    userAgent: 'outdial',
  });
  const outboundProxy = { transport: 'udp', host: '192.0.2.9', port: 5060 } as const;
  const effects = userAgent.invite(
    { legId: 'leg', to, from, routes, outboundProxy, sdp: 'v=0\r\n', ringTimeoutMs: 1 },
    0,
  );
  const sent = effects.find((effect) => effect.type === 'send');
  if (sent?.type !== 'send') return undefined;
  const parsed = parseMessage(sent.bytes);
  assert.ok(
    parsed.ok && parsed.value.kind === 'request',
    `an INVITE that cannot be read: ${to} ${from} ${routes.join()}`,
  );
  return parsed.value;
}

test(`${cases} hostile values forge no header`, () => {
  const random = seededRandom(20_260_101);
  const plain = buildInvite('sip:a@b', 'sip:c@d', []);
  const names = plain?.headers.map(({ name }) => name).join() ?? assert.fail('no INVITE');
  let accepted = 0;
  let built = 0;
  for (let index = 0; index < cases; index += 1) {
    const text = hostile(random);
    const uri = checkCallUri(text);
    const routes = checkRoutes(text);
    if (uri.ok) assert.doesNotMatch(text, /[^\u0021-\u007e]|%0[0ad]/i);
    // eslint-disable-next-line no-control-regex
    if (routes.ok) for (const route of routes.value) assert.doesNotMatch(route, /[\u0000-\u001f\u007f]/);
    if (!uri.ok && !(routes.ok && routes.value.length > 0)) continue;
    accepted += 1;
    if (accepted % buildEvery !== 0) continue;
    const invite = buildInvite(uri.ok ? text : 'sip:a@b', uri.ok ? text : 'sip:c@d', routes.ok ? routes.value : []);
    if (invite === undefined) continue;
    built += 1;
    const others = invite.headers.map(({ name }) => name).filter((name) => name !== 'Route');
    assert.equal(others.join(), names, text);
    assert.equal(invite.method, 'INVITE');
    assert.equal(headerValue(invite.headers, 'call-id'), 'leg');
    assert.equal(listValues(invite.headers, 'via').length, 1, text);
    assert.equal(new TextDecoder().decode(invite.body), 'v=0\r\n', text);
  }
  assert.ok(accepted > 5000 && built > 500, `${accepted} accepted, ${built} built`);
});
