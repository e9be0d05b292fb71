import assert from 'node:assert/strict';
import { test } from 'node:test';
import { header } from './header.ts';
import { sdpOf } from './sdp-body.ts';

function sdpIn(contentType: string, body: string): string | undefined {
  const headers = [header('Content-Type', contentType)];
  return sdpOf({ kind: 'response', status: 200, reason: '', headers, body: new TextEncoder().encode(body) });
}

test('the description is the body, whatever the case and parameters of its type', () => {
  assert.equal(sdpIn('Application/SDP;charset=x', 'v=0\r\n'), 'v=0\r\n');
  assert.equal(sdpIn('text/plain', 'v=0\r\n'), undefined);
  assert.equal(sdpIn('application/sdp', ''), undefined);
});

test('RFC 5621: the description is one part of several', () => {
  const body =
    '--x1\r\nContent-Type: application/ISUP\r\n\r\n\u0001\r\n--x1\r\nContent-Type: application/sdp\r\n\r\nv=0\r\no=- 1\r\n--x1--\r\n';
  assert.equal(sdpIn('multipart/mixed; boundary="x1"', body), 'v=0\r\no=- 1\r\n');
  assert.equal(sdpIn('multipart/mixed', body), undefined);
  assert.equal(sdpIn('multipart/mixed;boundary=other', body), undefined);
});
