import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../kit/index.ts';
import { createUserAgent } from '../user-agent/create-user-agent.ts';
import { checkCallUri, checkExtraHeader, checkRoutes } from './call-input.ts';
import { parseMessage } from './parse-message.ts';

function codeOf(text: string): string {
  const checked = checkCallUri(text);
  return checked.ok ? checked.value.scheme : checked.error.code;
}

test('call URIs: sip, sips and tel pass, everything else says why not', () => {
  assert.equal(codeOf('sip:+15551234@trunk.example.net'), 'sip');
  assert.equal(codeOf('sips:a@b'), 'sips');
  assert.equal(codeOf('tel:+1-555-1234'), 'tel');
  for (const text of ['', 'bob', 'sip:', 'http://x', 'urn:service:sos', 'sip:a b@c', 'sip:ä@c', 'sip:a@b?Route=x']) {
    assert.equal(codeOf(text), 'request.bad-uri', text);
  }
  assert.equal(codeOf('sip:a@b;method=BYE'), 'request.bad-uri');
  assert.equal(codeOf(`sip:${'a'.repeat(1100)}@b`), 'request.bad-uri');
  for (const text of ['sip:a@b\r\nX: y', 'sip:a\0@b', 'sip:a@b\t', 'sip:a%0d%0aX@b', 'sip:%00@b', 'tel:+1\n']) {
    assert.equal(codeOf(text), 'request.header-injection', text);
  }
});

test('routes: one string, split outside quotes and brackets, bare URIs put in brackets', () => {
  assert.deepEqual(checkRoutes('sip:p1.example.net;lr, "a, b" <sip:p2.example.net;lr>;x=y,<sip:[::1]:5070>'), {
    ok: true,
    value: ['<sip:p1.example.net;lr>', '"a, b" <sip:p2.example.net;lr>;x=y', '<sip:[::1]:5070>'],
  });
  assert.deepEqual(checkRoutes('  '), { ok: true, value: [] });
  for (const text of [
    'tel:+1',
    'x',
    '<sip:a',
    'sip:a,,sip:b',
    'sip:a\r\nVia: x',
    'sip:a?Route=b',
    '"x <sip:a>',
    'sip:a b',
  ]) {
    assert.equal(checkRoutes(text).ok, false, text);
  }
  assert.equal(checkRoutes(Array.from({ length: 17 }, () => 'sip:a').join(',')).ok, false);
});

test('extra headers: tokens only, no line ends, none of our own', () => {
  assert.equal(checkExtraHeader({ name: 'X-Y', value: 'z' }).ok, true);
  for (const name of [
    'Via',
    'v',
    'CALL-ID',
    'i',
    'Content-Length',
    'l',
    'CSeq',
    'Contact',
    'X Y',
    '',
    'X:Y',
    'X\r\nY',
  ]) {
    assert.equal(checkExtraHeader({ name, value: 'z' }).ok, false, name);
  }
  assert.equal(checkExtraHeader({ name: 'X', value: 'a\nb' }).ok, false);
});

test('no value from outside can forge a line: every INVITE parses back with just its own headers', () => {
  const nasty = fc.constantFrom(
    '\r\n',
    '\n',
    '\r',
    '\0',
    'Via: SIP/2.0/UDP x',
    '>',
    '<',
    '"',
    ';',
    ',',
    '%0d%0a',
    '?',
    ' ',
    '@',
  );
  const plain = fc.constantFrom('sip:', 'tel:+1', 'a', 'b.example', ';lr', '5', 'é');
  const text = fc.array(fc.oneof(nasty, plain), { maxLength: 10 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, text, text, text, (to, from, route, name, value) => {
      const sentBy = { transport: 'udp', host: '192.0.2.1', port: 5060 } as const;
      const agent = createUserAgent({ random: seededRandom(1), sentBy, userAgent: 'x' });
      const toUri = checkCallUri(to).ok ? to : 'sip:bob@192.0.2.2';
      const fromUri = checkCallUri(from).ok ? from : 'sip:alice@192.0.2.1';
      const checked = checkRoutes(route);
      const effects = [
        ...agent.invite(
          {
            legId: 'x',
            to: toUri,
            from: fromUri,
            routes: checked.ok ? checked.value : [],
            outboundProxy: sentBy,
            sdp: 'v=0\r\n',
            ringTimeoutMs: 1000,
            headers: [{ name, value }],
          },
          0,
        ),
        // What the checks were not asked about may not get through either.
        ...agent.invite(
          { legId: 'y', to, from, routes: [route], outboundProxy: sentBy, sdp: '', ringTimeoutMs: 1, headers: [] },
          0,
        ),
      ];
      for (const effect of effects) {
        if (effect.type !== 'send') continue;
        const parsed = parseMessage(effect.bytes);
        assert.ok(parsed.ok);
        assert.equal(parsed.value.viaCount, 1);
        const own =
          /^(?:via|route|max-forwards|from|to|call-id|cseq|contact|allow|supported|user-agent|content-type|content-length)$/;
        const foreign = parsed.value.headers.filter(({ key }) => !own.test(key));
        assert.ok(foreign.length <= 1);
        assert.ok(foreign.every(({ name: spelled }) => spelled === name));
      }
    }),
    { numRuns: 2000 },
  );
});
