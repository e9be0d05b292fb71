import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSameUriText } from './uri-equality.ts';

function areSame(a: string, b: string): boolean {
  assert.equal(isSameUriText(a, b), isSameUriText(b, a), `${a} and ${b} in both directions`);
  return isSameUriText(a, b);
}

test('RFC 3261 §19.1.4: URIs that differ in spelling alone are the same', () => {
  const same: readonly (readonly [string, string])[] = [
    ['sip:%61nn@Example.COM;transport=TCP', 'sip:ann@eXample.com;Transport=tcp'],
    ['sip:ann@example.com', 'SIP:ann@example.com;unknown=5'],
    ['sip:ann@example.com', 'sip:ann@example.com;secure'],
    [
      'sip:example.com;transport=tcp;method=INVITE?to=sip:bo%40b',
      'sip:example.com;method=INVITE;transport=tcp?to=sip:bo%40b',
    ],
    ['sip:ann@example.com?subject=a%20b&priority=urgent', 'sip:ann@example.com?priority=urgent&subject=a%20b'],
    ['sip:b%c3%b8@example.com', 'sip:bø@example.com'],
    ['sip:ann%2fx@example.com', 'sip:ann%2Fx@example.com'],
    ['sip:ann:s%65cret@example.com', 'sip:ann:secret@example.com'],
    ['sip:ann@[2001:db8::1]', 'sip:ann@[2001:DB8:0:0::0001]'],
    ['sip:ann@[::ffff:192.0.2.1]', 'sip:ann@[::ffff:c000:201]'],
    ['urn:service:sos', 'urn:service:sos'],
  ];
  for (const [a, b] of same) assert.ok(areSame(a, b), `${a} = ${b}`);
});

test('RFC 3261 §19.1.4: user part, port, headers and five parameters make a difference', () => {
  const different: readonly (readonly [string, string])[] = [
    ['sip:ann@example.com', 'sips:ann@example.com'],
    ['sip:ANN@example.com', 'sip:ann@example.com'],
    ['sip:ann@example.com', 'sip:example.com'],
    ['sip:ann@example.com', 'sip:ann:x@example.com'],
    ['sip:ann@example.com', 'sip:ann@example.com:5060'],
    ['sip:ann@example.com', 'sip:ann@192.0.2.4'],
    ['sip:ann@example.com', 'sip:ann@example.com;transport=udp'],
    ['sip:ann@example.com', 'sip:ann@example.com;user=ip'],
    ['sip:ann@example.com', 'sip:ann@example.com;ttl=1'],
    ['sip:ann@example.com', 'sip:ann@example.com;maddr=example.com'],
    ['sip:ann@example.com', 'sip:ann@example.com;method=INVITE'],
    ['sip:ann@example.com;x=1', 'sip:ann@example.com;x=2'],
    ['sip:ann@example.com', 'sip:ann@example.com?Subject=next'],
    // A reserved character is not the same as its escape.
    ['sip:ann%3Bx@example.com', 'sip:ann;x@example.com'],
    ['sip:ann@[2001:db8::1]', 'sip:ann@[2001:db8::2]'],
    ['sip:+15551234@example.com', 'tel:+15551234'],
    ['urn:service:sos', 'urn:service:sos.fire'],
    ['not a uri', 'Not a uri'],
  ];
  for (const [a, b] of different) assert.ok(!areSame(a, b), `${a} ≠ ${b}`);
});

test('RFC 3966 §4: telephone numbers compare digit by digit, with all their parameters', () => {
  const same: readonly (readonly [string, string])[] = [
    ['tel:+1-201-555-0123', 'tel:+1(201)555.0123'],
    ['tel:7042;phone-context=Example.com', 'tel:70-42;Phone-Context=example.COM'],
    ['tel:7042;phone-context=+1-201;ext=1-2', 'tel:7042;ext=12;phone-context=+1201'],
    ['tel:*3A#;phone-context=x', 'tel:*3a#;phone-context=x'],
  ];
  for (const [a, b] of same) assert.ok(areSame(a, b), `${a} = ${b}`);
  const different: readonly (readonly [string, string])[] = [
    ['tel:+12015550123', 'tel:12015550123'],
    ['tel:+12015550123', 'tel:+12015550123;ext=1'],
    ['tel:7042;phone-context=a.example', 'tel:7042;phone-context=b.example'],
    ['tel:+1;x=1', 'tel:+1;x=2'],
  ];
  for (const [a, b] of different) assert.ok(!areSame(a, b), `${a} ≠ ${b}`);
});

test('RFC 3261 §19.1.4: every URI is the same as itself with any character of its user escaped', () => {
  const user = fc.stringMatching(/^[\w\-.!~*'()]{1,10}$/);
  fc.assert(
    fc.property(user, fc.nat(), (name, where) => {
      const at = where % name.length;
      const escape = `%${name.charCodeAt(at).toString(16).padStart(2, '0')}`;
      assert.ok(areSame(`sip:${name}@h`, `sip:${name.slice(0, at)}${escape}${name.slice(at + 1)}@h`));
    }),
  );
});
