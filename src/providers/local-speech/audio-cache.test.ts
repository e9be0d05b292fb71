import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AudioCache } from './audio-cache.ts';

test('forgets what was used longest ago', () => {
  // One entry: 4 samples of 2 bytes and a key of 1 character of 2 bytes.
  const cache = new AudioCache(30);
  const audio = { a: new Int16Array(4), b: new Int16Array(4), c: new Int16Array(4), d: new Int16Array(4) };
  cache.set('a', audio.a);
  cache.set('b', audio.b);
  cache.set('c', audio.c);
  assert.equal(cache.sizeBytes, 30);
  assert.equal(cache.get('a'), audio.a);
  cache.set('d', audio.d);
  assert.equal(cache.get('b'), undefined);
  assert.equal(cache.get('a'), audio.a);
  assert.equal(cache.sizeBytes, 30);
});

test('replaces an entry without counting it twice, and keeps nothing larger than itself', () => {
  const cache = new AudioCache(100);
  cache.set('a', new Int16Array(10));
  cache.set('a', new Int16Array(20));
  assert.equal(cache.sizeBytes, 42);
  cache.set('b', new Int16Array(50));
  assert.equal(cache.get('b'), undefined);
  assert.equal(cache.get('a')?.length, 20);
});

test('a cache of nothing keeps nothing', () => {
  const cache = new AudioCache(0);
  cache.set('a', new Int16Array(1));
  assert.deepEqual([cache.get('a'), cache.sizeBytes], [undefined, 0]);
});
