import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wouldShowKeys } from './would-show-keys.ts';

test('RFC 4568 §8.3: a message with keys may go to TLS and WSS, and nowhere else; others may', () => {
  const keys = new TextEncoder().encode(
    'INVITE sip:a SIP/2.0\r\n\r\nv=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:k\r\n',
  );
  const plain = new TextEncoder().encode('INVITE sip:a SIP/2.0\r\nSubject: a=crypto:\r\n\r\nv=0\r\n');
  const shown = (bytes: Uint8Array): string[] =>
    (['udp', 'tcp', 'ws', 'tls', 'wss'] as const).filter((transport) =>
      wouldShowKeys(bytes, { transport, host: '192.0.2.1', port: 5060 }),
    );
  assert.deepEqual(shown(keys), ['udp', 'tcp', 'ws']);
  assert.deepEqual(shown(plain), []);
});
