import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseFragmentStatus } from './sipfrag.ts';
import { escapeUriHeader } from './uri-escapes.ts';
import { userToUserValue } from './user-to-user.ts';

const encoder = new TextEncoder();

test('RFC 3420 §2: a fragment is read by its first line alone', () => {
  const read = (text: string) => parseFragmentStatus(encoder.encode(text));
  assert.deepEqual(read('SIP/2.0 180 Ringing\r\n'), { status: 180, reason: 'Ringing' });
  assert.deepEqual(read('SIP/2.0 200 \r\nTo: x'), { status: 200, reason: '' });
  assert.deepEqual(read('SIP/2.0 486 a\tb\u0000c'), { status: 486, reason: 'a b c' });
  assert.equal(read(`SIP/2.0 486 ${'x'.repeat(5000)}`)?.reason.length, 128);
  assert.equal(read(`${' '.repeat(60_000)}SIP/2.0 200 OK`), undefined);
  assert.equal(read('To: <sip:a@b>\r\nSIP/2.0 200 OK'), undefined);
});

test('any bytes give a status from 100 to 699 or nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const told = parseFragmentStatus(bytes);
      assert.ok(told === undefined || (told.status >= 100 && told.status < 700));
    }),
  );
});

test('RFC 3261 §19.1.1: any text is a value of a URI header once it is escaped', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const escaped = escapeUriHeader(text);
      assert.match(escaped, /^(?:[\w\-.!~*'()]|%[\dA-F]{2})*$/);
      assert.equal(decodeURIComponent(escaped), text);
    }),
  );
});

test('RFC 7433 §4.1: whatever the text, the value is of the grammar or an error', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const value = userToUserValue(text);
      if (!value.ok) return;
      assert.doesNotMatch(value.value, /[\r\n]/);
      assert.ok(userToUserValue(value.value).ok);
    }),
  );
});
