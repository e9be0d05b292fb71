import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeAlaw, decodeUlaw, encodeAlaw, encodeUlaw } from './index.ts';

const allCodes = Uint8Array.from({ length: 256 }, (_, code) => code);
const sample = fc.integer({ min: -32_768, max: 32_767 });

function through(
  encode: typeof encodeUlaw,
  decode: typeof decodeUlaw,
  samples: readonly number[],
): { codes: Uint8Array; pcm: Int16Array } {
  const codes = new Uint8Array(samples.length);
  const pcm = new Int16Array(samples.length);
  assert.equal(encode(Int16Array.from(samples), codes), samples.length);
  assert.equal(decode(codes, pcm), samples.length);
  return { codes, pcm };
}

test('known values of the recommendation', () => {
  // Silence is 0xff in mu-law and 0xd5 in A-law; full scale is 0x80/0x00 and 0xaa/0x2a.
  assert.deepEqual([...through(encodeUlaw, decodeUlaw, [0, 32_767, -32_768]).codes], [0xff, 0x80, 0x00]);
  assert.deepEqual([...through(encodeAlaw, decodeAlaw, [0, 32_767, -32_768]).codes], [0xd5, 0xaa, 0x2a]);
  assert.deepEqual([...through(encodeUlaw, decodeUlaw, [0, 32_767, -32_768]).pcm], [0, 32_124, -32_124]);
  assert.deepEqual([...through(encodeAlaw, decodeAlaw, [0, 32_767, -32_768]).pcm], [8, 32_256, -32_256]);
});

test('every code survives decoding and encoding', () => {
  const pcm = new Int16Array(256);
  const codes = new Uint8Array(256);
  decodeAlaw(allCodes, pcm);
  encodeAlaw(pcm, codes);
  assert.deepEqual(codes, allCodes);
  decodeUlaw(allCodes, pcm);
  encodeUlaw(pcm, codes);
  const negativeZeroIsZero = allCodes.with(0x7f, 0xff);
  assert.deepEqual(codes, negativeZeroIsZero);
});

test('the error of a sample stays within half a step of its segment', () => {
  fc.assert(
    fc.property(sample, (value) => {
      const clipped = Math.max(-32_635, Math.min(32_635, value));
      const ulaw = through(encodeUlaw, decodeUlaw, [clipped]).pcm[0]!;
      assert.ok(Math.abs(ulaw - clipped) <= (Math.abs(clipped) + 132) / 32 + 1, `${value} became ${ulaw}`);
      const alaw = through(encodeAlaw, decodeAlaw, [value]).pcm[0]!;
      assert.ok(Math.abs(alaw - value) <= Math.max(16, Math.abs(value) / 32 + 1), `${value} became ${alaw}`);
    }),
  );
});

test('ranges are honoured and never overrun', () => {
  const pcm = new Int16Array(2);
  assert.equal(decodeUlaw(Uint8Array.of(1, 0xff, 0x80, 0x00, 2), pcm, 1, 4), 2);
  assert.deepEqual([...pcm], [0, 32_124]);
  const bytes = new Uint8Array(4).fill(7);
  assert.equal(encodeAlaw(Int16Array.of(0, 0, 0), bytes, 2), 2);
  assert.deepEqual([...bytes], [7, 7, 0xd5, 0xd5]);
  assert.equal(encodeUlaw(Int16Array.of(0, 0, 0), bytes, 0, 1), 1);
  assert.deepEqual([...bytes], [0xff, 7, 0xd5, 0xd5]);
});
