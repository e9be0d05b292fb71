import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseNameAddress, printNameAddress } from './name-address.ts';
import { parseUri, printUri, type TelUri, telToSipUri, type Uri } from './uri.ts';
import { parseVia, printVia } from './via.ts';

function uri(text: string): Uri {
  const parsed = parseUri(text);
  assert.ok(parsed.ok, text);
  return parsed.value;
}

test('RFC 3261 §19.1.3: example URIs, taken apart', () => {
  assert.deepEqual(uri('sip:alice:secretword@atlanta.com;transport=tcp'), {
    scheme: 'sip',
    user: 'alice',
    password: 'secretword',
    host: 'atlanta.com',
    parameters: [{ name: 'transport', value: 'tcp' }],
  });
  assert.deepEqual(uri('sips:alice@[2001:db8::1]:5071?subject=project%20x&priority=urgent'), {
    scheme: 'sips',
    user: 'alice',
    host: '2001:db8::1',
    port: 5071,
    parameters: [],
    headers: 'subject=project%20x&priority=urgent',
  });
  const gateway = uri('sip:+1-212-555-1212:1234@gateway.com;user=phone');
  assert.equal(gateway.scheme === 'sip' && gateway.user, '+1-212-555-1212');
  const semicolon = uri('sip:alice;day=tuesday@atlanta.com');
  assert.equal(semicolon.scheme === 'sip' && semicolon.user, 'alice;day=tuesday');
  assert.equal(uri('urn:service:sos').scheme, 'other');
});

test('every accepted URI prints as it was written', () => {
  const user = fc.stringMatching(/^[\w!*'()&=+$,;?/.~-]{1,12}$/);
  const host = fc.constantFrom('a', 'example.com', '192.0.2.1', '[2001:db8::1]', '[::ffff:192.0.2.1]');
  const port = fc.constantFrom('', ':1', ':65535');
  const parameters = fc.constantFrom('', ';lr', ';user=phone', ';maddr=[::1];ttl=1', ';x=%41');
  fc.assert(
    fc.property(fc.constantFrom('sip', 'sips'), user, host, port, parameters, (scheme, name, where, at, rest) => {
      for (const text of [`${scheme}:${name}@${where}${at}${rest}`, `${scheme}:${where}${at}${rest}?a=b`]) {
        assert.equal(printUri(uri(text)), text);
      }
    }),
  );
  for (const text of ['tel:+1-201-555-0123', 'tel:7042;phone-context=example.com', 'mailto:x@y']) {
    assert.equal(printUri(uri(text)), text);
  }
});

test('what is no URI is refused with its place', () => {
  for (const text of [
    '',
    'sip',
    'sip:',
    'sip:@host',
    'sip:a@',
    'sip:a@b@c',
    'sip:a b@c',
    'sip:a@b:99999',
    'sip:a@b:',
    'sip:a@b;',
    'sip:a@b;x=',
    'sip:%4@b',
    'sip:a@[::1',
    'sip:a@[not-six]',
    '<sip:a@b>',
    'tel:',
    'tel:+',
    'tel:+12ab',
    'tel:abc;',
    '1x:y',
    'x:a b',
  ]) {
    const parsed = parseUri(text);
    assert.equal(parsed.ok, false, text);
    assert.ok(!parsed.ok && parsed.error.position >= 0 && parsed.error.position <= text.length, text);
  }
});

test('RFC 3261 §19.1.6: separators go, parameters move into the user part in their order', () => {
  const convert = (text: string): string => printUri(telToSipUri(uri(text) as TelUri, 'foo.com', undefined));
  assert.equal(convert('tel:+358-555-1234567;postd=pp22'), 'sip:+3585551234567;postd=pp22@foo.com;user=phone');
  assert.equal(
    convert('tel:1234;Z=1;phone-context=+1-2;a=b;ext=1-2;isub=3'),
    'sip:1234;isub=3;ext=12;phone-context=+12;a=b;z=1@foo.com;user=phone',
  );
  assert.equal(convert('tel:*31#5;phone-context=x'), 'sip:*31%235;phone-context=x@foo.com;user=phone');
});

test('RFC 3966 §3: telephone numbers with separators, extension and context', () => {
  const tel = uri('tel:7042;isub=1411;ext=12-3;phone-context=+1-(201)') as TelUri;
  assert.equal(tel.number, '7042');
  assert.deepEqual(
    tel.parameters.map(({ name }) => name),
    ['isub', 'ext', 'phone-context'],
  );
  for (const text of ['tel:+1.201(555)-0123', 'tel:*31#', 'tel:863-1234;phone-context=ex-ample.com', 'tel:1;Ext=9;x']) {
    assert.equal(uri(text).scheme, 'tel', text);
    assert.equal(printUri(uri(text)), text);
  }
  for (const text of [
    'tel:+1;ext=',
    'tel:+1;ext=abc',
    'tel:+1;ext=-',
    'tel:+1;ext',
    'tel:7042;phone-context=+',
    'tel:7042;phone-context=+1a',
    'tel:7042;phone-context=-x',
    'tel:7042;phone-context',
    'tel:+12#',
    'tel:+1 2',
  ]) {
    assert.equal(parseUri(text).ok, false, text);
  }
});

test('RFC 3966 §3, RFC 4475 §3.3.4: tel: and schemes nobody knows stand in every address header', () => {
  for (const text of [
    '<tel:+1-201-555-0123;ext=7>;tag=x',
    '"Ann" <tel:7042;phone-context=example.com>',
    'tel:+1-201-555-0123;tag=x',
    '<urn:service:sos>',
    '"Örtlich" <im:ann@example.com>;tag=x',
    'pres:ann@example.com',
  ]) {
    const address = parseNameAddress(text);
    assert.ok(address.ok, text);
    assert.equal(printUri(uri(address.value.uri)), address.value.uri);
  }
});

test('RFC 3261 §20.10: with and without brackets, parameters belong to URI or header', () => {
  const bare = parseNameAddress('sip:a@b;tag=1');
  assert.deepEqual(bare.ok && [bare.value.uri, bare.value.parameters], ['sip:a@b', [{ name: 'tag', value: '1' }]]);
  const bracketed = parseNameAddress('"A \\"B\\", C"<sip:a@b;x=1?y=2> ; tag = 3 ;lr');
  assert.ok(bracketed.ok);
  assert.equal(bracketed.value.display, '"A \\"B\\", C"');
  assert.equal(bracketed.value.uri, 'sip:a@b;x=1?y=2');
  assert.equal(printNameAddress(bracketed.value), '"A \\"B\\", C" <sip:a@b;x=1?y=2>;tag=3;lr');
  for (const text of [
    '',
    'a',
    '<>',
    '<sip:a@b',
    '"x <sip:a@b>',
    'a, b <sip:a@b>',
    'sip:a@b?x=y',
    'sip:a@b,c',
    '<sip:a b>',
  ]) {
    assert.equal(parseNameAddress(text).ok, false, text);
  }
  for (const text of ['<sip:a>;', '<sip:a>;x=', '<sip:a>x', '<sip:a>;x="y', '<sip:a>;=y']) {
    assert.equal(parseNameAddress(text).ok, false, text);
  }
});

test('RFC 3261 §20.42: Via with every space the grammar allows', () => {
  const via = parseVia('SIP / 2.0 / UDP  first.example.com : 4000 ;ttl=16 ; branch = z9hG4bKa7c6a8dlze.1');
  assert.ok(via.ok);
  assert.equal(printVia(via.value), 'SIP/2.0/UDP first.example.com:4000;ttl=16;branch=z9hG4bKa7c6a8dlze.1');
  for (const text of [
    '',
    'SIP/2.0',
    'SIP/2.0/UDP',
    'SIP/2.0/UDPhost',
    'SIP/2.0/UDP h:x',
    'SIP/2.0/UDP h;;',
    'SIP/2.0/UDP [h]',
  ]) {
    assert.equal(parseVia(text).ok, false, text);
  }
});

test('linear cost: 60,000 spaces, quotes or parameters are read in one pass', () => {
  // Twice the text may cost about twice the steps; a quadratic scanner would need minutes for this many rounds.
  for (let round = 0; round < 200; round += 1) {
    assert.equal(parseNameAddress(`a${' '.repeat(60_000)}x`).ok, false);
    assert.equal(parseNameAddress(`"${'\\"'.repeat(30_000)}`).ok, false);
    assert.equal(parseNameAddress(`<sip:a>${';'.repeat(60_000)}`).ok, false);
    assert.equal(parseUri(`sip:${'%'.repeat(60_000)}@x`).ok, false);
  }
});
