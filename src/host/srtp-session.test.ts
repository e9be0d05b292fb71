import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MediaEncryption } from '../media/index.ts';
import { deriveSessionKeys, SrtpTransform } from './srtp.ts';
import { SrtpSession } from './srtp-session.ts';

const suite = 'AES_CM_128_HMAC_SHA1_80';
const keyOf = (letter: string): string => Buffer.alloc(30, letter).toString('base64');
const keys = (local: string, remote: string): MediaEncryption => ({
  suite,
  localKey: keyOf(local),
  remoteKey: keyOf(remote),
});

/** The far end: it seals what it is told under any key and index. */
function sealedBy(letter: string, index: number, ssrc = 1): { readonly plain: Buffer; readonly sealed: Buffer } {
  const plain = Buffer.alloc(172, 0x55);
  plain.writeUInt32BE(0x80_00_00_00 + (index % 65_536), 0);
  plain.writeUInt32BE(ssrc, 8);
  const transform = new SrtpTransform(suite, deriveSessionKeys(suite, Buffer.from(keyOf(letter), 'base64')));
  return { plain, sealed: transform.protect(plain, index) ?? assert.fail() };
}

function isOpened(session: SrtpSession, letter: string, index: number, ssrc?: number): boolean {
  const { plain, sealed } = sealedBy(letter, index, ssrc);
  const opened = session.open(sealed);
  if (opened.length > 0) assert.deepEqual(opened, plain);
  return opened.length > 0;
}

/** As a call of 25 minutes has it: the rollover counter is 1. */
function longCall(): SrtpSession {
  const session = new SrtpSession();
  session.use(keys('l', 'a'));
  for (const index of [40_000, 65_000, 70_000]) assert.ok(isOpened(session, 'a', index));
  return session;
}

test('RFC 3711 §3.3.1: the rollover counter goes on under a new key of the same stream', () => {
  const session = longCall();
  session.use(keys('l', 'b'));
  assert.deepEqual(
    [70_001, 70_002, 70_001].map((index) => isOpened(session, 'b', index)),
    [true, true, false],
  );
  session.use(keys('l', 'c'));
  assert.ok(isOpened(session, 'c', 140_000 - 20_000));
});

test('a peer that counts from nought again under its new key is understood, too', () => {
  const session = longCall();
  session.use(keys('l', 'b'));
  assert.deepEqual(
    [4465, 4466, 4465].map((index) => isOpened(session, 'b', index)),
    [true, true, false],
  );
});

test('RFC 4568 §7.1.4: packets under the old key are taken until the new one is well under way, and each once', () => {
  const session = longCall();
  session.use(keys('l', 'b'));
  assert.deepEqual(
    [70_001, 70_001, 70_000].map((index) => isOpened(session, 'a', index)),
    [true, false, false],
  );
  for (let index = 70_010; index < 70_060; index += 1) assert.ok(isOpened(session, 'b', index));
  assert.equal(isOpened(session, 'a', 70_002), false);
});

test('RFC 4568 §8.1: on another leg, which has another key of ours, nothing of the leg before is heard', () => {
  const session = longCall();
  session.use(keys('m', 'b'));
  assert.deepEqual([isOpened(session, 'a', 70_001), isOpened(session, 'b', 9)], [false, true]);
  session.use(undefined);
  assert.deepEqual(session.open(Buffer.from('plain')), Buffer.from('plain'));
  session.use(keys('l', 'a'));
  assert.ok(isOpened(session, 'a', 7));
});

test('RFC 3550 §8.2: a peer that changes its SSRC in the middle begins a stream, and may come back to the old one', () => {
  const session = longCall();
  assert.ok(isOpened(session, 'a', 300, 2));
  assert.ok(isOpened(session, 'a', 301, 2));
  assert.deepEqual([isOpened(session, 'a', 300, 2), isOpened(session, 'a', 70_003)], [false, true]);
  session.use(keys('l', 'b'));
  assert.deepEqual(
    [isOpened(session, 'b', 70_004), isOpened(session, 'b', 302, 2), isOpened(session, 'b', 1, 3)],
    [...[true, true, true]],
  );
});

test('RFC 3711 §9.1: a key that is taken up again goes on where it was: no key stream is used twice', () => {
  const session = new SrtpSession();
  const { plain } = sealedBy('l', 5);
  session.use(keys('l', 'a'));
  assert.ok(session.seal(plain) !== undefined);
  session.use(keys('m', 'a'));
  assert.ok(session.seal(plain) !== undefined);
  session.use(keys('l', 'a'));
  assert.equal(session.seal(plain), undefined);
});

test('RFC 3711 §3.4: control packets have keys of their own, and both of a change count', () => {
  const far = new SrtpSession();
  const session = new SrtpSession();
  const report = Buffer.alloc(28, 200);
  assert.deepEqual(session.openControl(session.sealControl(report) ?? assert.fail()), report);
  far.use(keys('a', 'l'));
  session.use(keys('l', 'a'));
  const sealed = [far.sealControl(report), far.sealControl(report)].map((each) => each ?? assert.fail());
  assert.deepEqual(session.openControl(sealed[0] ?? report), report);
  session.use(keys('l', 'b'));
  assert.deepEqual(session.openControl(sealed[1] ?? report), report);
  assert.equal(session.openControl(sealed[1] ?? report).length, 0);
  assert.equal(session.openControl(report).length, 0);
  // At the RTP port it is known by its type (RFC 5761 §4).
  far.use(keys('b', 'l'));
  assert.deepEqual(session.open(far.sealControl(report) ?? assert.fail()), report);
});
