import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerValue } from '../syntax/header.ts';
import { parseNameAddress } from '../syntax/name-address.ts';
import { parseUri } from '../syntax/uri.ts';
import { Story } from '../user-agent/story.fixture.ts';
import type { CallerIdentity } from './caller-identity.ts';

/** The headers of an INVITE with this caller. */
function invited(
  caller: CallerIdentity,
  from = 'sip:+390612340001@gw.example.net',
): (name: string) => string | undefined {
  const story = new Story();
  const request = story.invite({ caller, from, to: 'sip:+4930123@trunk.example.net' });
  return (name) => headerValue(request.headers, name);
}

test('RFC 3261 §20.10: the display name is quoted, whatever it holds', () => {
  const read = invited({ displayName: 'Jürgen "JJ" \\ Söhne, <Bank>' });
  const from = read('from') ?? '';
  assert.match(from, /^"Jürgen \\"JJ\\" \\\\ Söhne, <Bank>" <sip:\+390612340001@gw\.example\.net>;tag=[\da-f]{16}$/);
  const parsed = parseNameAddress(from);
  assert.ok(parsed.ok && parsed.value.uri === 'sip:+390612340001@gw.example.net');
  assert.equal(read('privacy'), undefined);
  assert.equal(read('p-asserted-identity'), undefined);
});

test('RFC 3323 §4.1.1.3, RFC 3325 §9.3: an anonymous caller stands nowhere but in the asserted identity', () => {
  const read = invited({ displayName: 'Acme', privacy: 'id' });
  assert.match(read('from') ?? '', /^"Anonymous" <sip:anonymous@anonymous\.invalid>;tag=/);
  assert.equal(read('contact'), '<sip:anonymous@198.51.100.7:5070>');
  assert.equal(read('privacy'), 'id');
  assert.equal(read('p-asserted-identity'), '"Acme" <sip:+390612340001@gw.example.net>');
  assert.equal(invited({ privacy: 'id-critical' })('privacy'), 'id;critical');
  const open = invited({ privacy: 'none' });
  assert.deepEqual([open('privacy'), open('p-asserted-identity')], ['none', undefined]);
  assert.match(open('from') ?? '', /^<sip:\+390612340001@/);
});

test('RFC 3325 §9.1, §9.2: asserted and preferred identity, of the caller or of another URI', () => {
  const read = invited({
    identityHeaders: ['P-Asserted-Identity', 'P-Preferred-Identity'],
    assertedUri: 'tel:+390612340000',
  });
  assert.equal(read('p-asserted-identity'), '<tel:+390612340000>');
  assert.equal(read('p-preferred-identity'), '<tel:+390612340000>');
  const tel = invited({ identityHeaders: ['P-Asserted-Identity'] }, 'tel:+390612340001');
  assert.equal(tel('p-asserted-identity'), '<tel:+390612340001>');
});

test('draft-ietf-sip-privacy-04: Remote-Party-ID says whether the caller may be told', () => {
  const party = 'party=calling;screen=yes;privacy';
  const shown = invited({ identityHeaders: ['Remote-Party-ID'], displayName: 'Acme' });
  assert.equal(shown('remote-party-id'), `"Acme" <sip:+390612340001@gw.example.net>;${party}=off`);
  const hidden = invited({ identityHeaders: ['Remote-Party-ID'], privacy: 'id' });
  assert.equal(hidden('remote-party-id'), `<sip:+390612340001@gw.example.net>;${party}=full`);
  assert.equal(hidden('p-asserted-identity'), undefined);
});

test('RFC 5806 §5, RFC 7044 §5, RFC 7544 §7: for whom a forwarded call was meant, and why', () => {
  const diversion = {
    uri: 'sip:+390655@gw.example.net',
    reason: 'user-busy',
    headers: ['Diversion', 'History-Info'],
  } as const;
  const read = invited({ diversion });
  assert.equal(read('diversion'), '<sip:+390655@gw.example.net>;reason=user-busy;privacy=off;counter=1');
  assert.equal(
    read('history-info'),
    '<sip:+390655@gw.example.net>;index=1, <sip:+4930123@trunk.example.net;cause=486>;index=1.1;mp=1',
  );
  const hidden = invited({ diversion, privacy: 'id' });
  assert.match(hidden('diversion') ?? '', /privacy=full/);
  const [first = ''] = (hidden('history-info') ?? '').split(', ');
  const uri = parseUri(/<(.*)>/.exec(first)?.[1] ?? '');
  assert.ok(uri.ok && uri.value.scheme === 'sip' && uri.value.headers === 'Privacy=history');
});

test('a caller that could forge a header is refused or left out', () => {
  const story = new Story();
  assert.throws(() => story.invite({ caller: { displayName: 'a\r\nX: 1' } }), /no INVITE was sent/);
  const [event] = story.events;
  assert.match(event?.type === 'unreachable' ? event.detail : '', /display name/);
  const forged = new Story();
  forged.invite({ caller: { identityHeaders: ['P-Asserted-Identity'], assertedUri: 'sip:a@b>\r\nX-Forged: 1' } });
  assert.equal(headerValue(forged.lastRequest('INVITE').headers, 'p-asserted-identity'), undefined);
  assert.deepEqual(forged.dropped, ['bad-extra-header']);
});

test('RFC 3261 §22.2: the INVITE that answers a challenge says the same of its caller', () => {
  const credentials = [{ username: 'u', password: { reveal: () => 'p' } }];
  const story = new Story({ digest: () => 'd' });
  const first = story.invite({ caller: { displayName: 'Acme', privacy: 'id' }, credentials });
  story.reply(first, 401, { headers: ['WWW-Authenticate: Digest realm="r", nonce="n"'] });
  const second = story.lastRequest('INVITE');
  assert.equal(second.cseq.number, 2);
  for (const name of ['from', 'privacy', 'p-asserted-identity', 'contact']) {
    assert.equal(headerValue(second.headers, name), headerValue(first.headers, name), name);
  }
});

test('RFC 3325 §9.1, RFC 7433 §4: headers of the answer that are asked for are told, and no others', () => {
  const answerHeaders = ['P-Asserted-Identity', 'user-to-user', 'X-None'];
  const story = new Story();
  const headers = [
    'Contact: <sip:bob@192.0.2.20>',
    'P-Asserted-Identity: <sip:+4930@trunk>',
    'P-Asserted-Identity: <tel:+4930>',
    'User-to-User: 6869;encoding=hex',
    'X-Other: no',
  ];
  story.reply(story.invite({ answerHeaders }), 200, { headers, sdp: 'v=0\r\n' });
  const answered = story.events.at(-1);
  assert.ok(answered?.type === 'answered');
  assert.deepEqual(answered.headers, [
    { name: 'P-Asserted-Identity', value: '<sip:+4930@trunk>, <tel:+4930>' },
    { name: 'user-to-user', value: '6869;encoding=hex' },
  ]);
  const plain = new Story();
  plain.reply(plain.invite(), 200, { headers, sdp: 'v=0\r\n' });
  assert.deepEqual(plain.events.at(-1), { type: 'answered', sdp: 'v=0\r\n', atMs: 0 });
});
