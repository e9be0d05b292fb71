import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findCallId, maskSecrets } from './mask-secrets.ts';

const canary = 'c4n4ry';

test('no credential of a message is shown, in whatever way it is spelled', () => {
  const lines = [
    `Authorization: Digest username="${canary}", realm="trunk", nonce="${canary}", uri="sip:${canary}", response="${canary}"`,
    `proxy-authorization : Digest response="${canary}",\r\n cnonce="${canary}",\r\n\topaque=${canary}`,
    `WWW-Authenticate: Digest nonce="${canary}", realm="a \\" b", Digest nonce=${canary}`,
    `Proxy-Authenticate: Digest realm="trunk, nonce=", nonce="${canary}`,
    `Authorization: Basic ${canary}`,
    `Authorization: ${canary} ${canary}=1`,
    `Authorization:\r\n Digest nonce="${canary}"`,
    `Authentication-Info: nextnonce="${canary}"`,
    `X-Api-Key: ${canary}`,
    `X-Access-Token: a\r\n  ${canary}`,
    `Cookie: session=${canary}`,
    `Contact: "a@b" <sip:alice:${canary}@host>, <SIPS:bob:${canary}:${canary}@host:5061>`,
    `Refer-To: <sip:x@y?Subject=z&Proxy-Authorization=Digest%20${canary}>`,
    `\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${canary}`,
    `\r\nA=CRYPTO:1 AES_CM_128_HMAC_SHA1_80 inline:${canary}`,
    `\r\nk=clear:${canary}`,
    `\r\na=ice-pwd:${canary}`,
    `\r\na=key-mgmt:mikey ${canary}`,
  ];
  for (const line of lines) {
    for (const separator of ['\r\n', '\n', '\r']) {
      const text = `INVITE sip:bob@host SIP/2.0\r\n${line}\r\nTo: <sip:bob@host>\r\n\r\n`.replaceAll('\r\n', separator);
      const shown = maskSecrets(text);
      assert.ok(!shown.includes(canary), shown);
      assert.ok(shown.includes('***'), shown);
      assert.ok(shown.includes(`${separator}To: <sip:bob@host>${separator}`), shown);
    }
  }
});

test('what tells a fault from another one stays', () => {
  assert.equal(
    maskSecrets('Proxy-Authenticate: Digest realm="trunk", nonce="n1", qop="auth", algorithm=SHA-256, stale=true'),
    'Proxy-Authenticate: Digest realm="trunk", qop="auth", algorithm=SHA-256, stale=true, ***',
  );
  const plain = [
    'INVITE sip:+15551234@host;user=phone SIP/2.0',
    'Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1',
    'Contact: "a:b@c" <sip:bob@10.0.0.2:5060>',
    'Subject: folded',
    ' over two lines',
    '',
    'v=0',
    'a=rtpmap:0 PCMU/8000',
    'a=fingerprint:sha-256 AA:BB',
  ].join('\r\n');
  assert.equal(maskSecrets(plain), plain);
});

test('the Call-ID is found in the head only, in both spellings', () => {
  assert.equal(findCallId('BYE sip:a SIP/2.0\r\nCall-ID:  one \r\n\r\n'), 'one');
  assert.equal(findCallId('BYE sip:a SIP/2.0\r\nI : one\r\n\r\n'), 'one');
  assert.equal(findCallId('BYE sip:a SIP/2.0\r\n\r\nCall-ID: one\r\n'), undefined);
  assert.equal(findCallId(''), undefined);
});

test('any text is masked, and masked again stays as it is', () => {
  const piece = fc.constantFrom(
    'sip:',
    'a',
    ':',
    '@',
    '?',
    '&',
    '=',
    '"',
    '<',
    '>',
    ' ',
    '\r\n',
    '\n',
    'Authorization:',
    'Digest ',
    'k=',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
      const once = maskSecrets(pieces.join(''));
      assert.equal(maskSecrets(once), once);
    }),
    { examples: [[['Authorization:', 'Digest ']], [['Authorization:', 'Digest realm="a", nonce="b"']]] },
  );
});
