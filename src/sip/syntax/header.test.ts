import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerKey, headerValue, listValues } from './header.ts';
import { parseMessage } from './parse-message.ts';

const encoder = new TextEncoder();
const core = 'Via: SIP/2.0/UDP a\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n';

function headersOf(lines: string) {
  const result = parseMessage(encoder.encode(`OPTIONS sip:c@d SIP/2.0\r\n${core}${lines}\r\n`));
  assert.ok(result.ok, result.ok ? '' : result.error.reason);
  return result.value.headers;
}

/** RFC 3261 §7.3.3 and those registered since: 3515, 3841, 3892, 4028, 6665, 8224. */
const compactForms = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  n: 'Identity-Info',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
};

test('RFC 3261 §7.3.3: every compact form is the header it stands for, in either case', () => {
  for (const [letter, name] of Object.entries(compactForms)) {
    assert.equal(headerKey(letter), name.toLowerCase());
    assert.equal(headerKey(letter.toUpperCase()), name.toLowerCase());
    assert.equal(headerKey(name.toUpperCase()), name.toLowerCase());
  }
  for (const letter of 'ghpqwz') assert.equal(headerKey(letter), letter);
});

test('RFC 3261 §7.3.1: repeated, compact, folded and comma-joined values keep their order from top to bottom', () => {
  const headers = headersOf(
    'Record-Route: <sip:p1;lr>, "a, \\"b\\", c" <sip:p2;lr>\r\nm: <sip:one@h>\r\nX: y\r\n' +
      'CONTACT: <sip:two@h?X=a,b>;q=0.5,\r\n  <sip:three@h>;x="d,e"\r\nrecord-route:<sip:p3;lr>\r\n',
  );
  assert.deepEqual(listValues(headers, 'record-route'), ['<sip:p1;lr>', '"a, \\"b\\", c" <sip:p2;lr>', '<sip:p3;lr>']);
  assert.deepEqual(listValues(headers, 'contact'), ['<sip:one@h>', '<sip:two@h?X=a,b>;q=0.5', '<sip:three@h>;x="d,e"']);
});

test('RFC 3261 §7.3.1: space around the colon, tabs and empty folded lines belong to nobody', () => {
  const headers = headersOf('Subject \t:\t one\r\n\t two\r\n \r\n   three  \r\nX-Empty:\r\nX-Colon: a:b\r\n');
  assert.equal(headerValue(headers, 'subject'), 'one two three');
  assert.equal(headerValue(headers, 'x-empty'), '');
  assert.equal(headerValue(headers, 'x-colon'), 'a:b');
});
