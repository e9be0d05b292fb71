import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSameWording } from './speculation.ts';

test('the same words are the same, however they are written', () => {
  for (const [one, other] of [
    ['Hello.', 'hello'],
    ['  yes,  I can', 'Yes I can!'],
    ['CAFÉ', 'cafe\u0301'],
    ['It is 5 o’clock', 'it is 5 o-clock'],
  ] as const) {
    assert.ok(isSameWording(one, other), `${one} / ${other}`);
  }
});

test('other words are not', () => {
  for (const [one, other] of [
    ['no', 'know'],
    ['yes', 'yes please'],
    ['can not', 'cannot'],
    ['15', '50'],
    ['caffè', 'caffe'],
  ] as const) {
    assert.ok(!isSameWording(one, other), `${one} / ${other}`);
  }
});

test('every text agrees with itself, and with itself in other spaces', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.ok(isSameWording(text, text));
      assert.ok(isSameWording(text, `  ${text}\n`));
    }),
  );
});
