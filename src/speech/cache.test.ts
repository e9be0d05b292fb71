import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TextToSpeech } from './contract.ts';
import { cachingTextToSpeech, SpokenTexts } from './index.ts';

const hourMs = 3_600_000;
const pcm = (length: number): Int16Array => new Int16Array(length).fill(7);

test('a text is kept for so many hours after its last use', () => {
  const store = new SpokenTexts(10_000);
  store.keep('a', pcm(10), hourMs, 0);
  assert.equal(store.find('a', hourMs, hourMs - 1)?.length, 10);
  // Used: its hour has begun again.
  assert.equal(store.find('a', hourMs, 2 * hourMs - 2)?.length, 10);
  assert.equal(store.find('a', hourMs, 4 * hourMs), undefined);
  assert.equal(store.sizeBytes, 0);
});

test('who has a shorter time does not get what is older, and leaves it to the others', () => {
  const store = new SpokenTexts(10_000);
  store.keep('a', pcm(10), 10 * hourMs, 0);
  assert.equal(store.find('a', hourMs, 2 * hourMs), undefined);
  assert.equal(store.find('a', 10 * hourMs, 3 * hourMs)?.length, 10);
});

test('what was used longest ago makes room; what is too large is not kept', () => {
  const store = new SpokenTexts(100);
  for (const key of ['a', 'b', 'c']) store.keep(key, pcm(15), hourMs, 0);
  store.find('a', hourMs, 1);
  store.keep('d', pcm(15), hourMs, 2);
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((key) => store.find(key, hourMs, 3) !== undefined),
    [true, false, true, true],
  );
  store.keep('e', pcm(60), hourMs, 4);
  assert.equal(store.find('e', hourMs, 5), undefined);
});

test('the size is never over the limit, and right', () => {
  const step = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(60), fc.nat(5), fc.boolean());
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const store = new SpokenTexts(200);
      let nowMs = 0;
      for (const [key, length, waitMs, isFound] of steps) {
        nowMs += waitMs;
        if (isFound) store.find(key, 10, nowMs);
        else store.keep(key, pcm(length), 10, nowMs);
        assert.ok(store.sizeBytes >= 0 && store.sizeBytes <= 200);
      }
      for (const key of ['a', 'b', 'c', 'd']) store.find(key, 10, nowMs + 100);
      assert.equal(store.sizeBytes, 0);
    }),
  );
});

/** A voice that counts. `fail` fails in the middle. */
function counting() {
  const spoken: string[] = [];
  const voice: TextToSpeech = {
    spec: 'tts/1',
    name: 'counting',
    async *synthesize({ text }, signal) {
      spoken.push(text);
      yield pcm(4000);
      if (text === 'fail') throw new Error('no');
      if (!signal.aborted) yield pcm(4100);
    },
  };
  return { voice, spoken };
}

async function lengthOf(voice: TextToSpeech, text: string, cache?: 'skip', stopAt = Infinity): Promise<number> {
  const abort = new AbortController();
  let length = 0;
  const request = { text, sampleRateHz: 8000, ...(cache === undefined ? {} : { cache }) } as const;
  try {
    for await (const chunk of voice.synthesize(request, abort.signal)) {
      length += chunk.length;
      chunk.fill(0);
      if (length >= stopAt) abort.abort();
    }
  } catch {
    return -1;
  }
  return length;
}

test('what was spoken to its end is not spoken again; what was excluded, cut or failed is', async () => {
  const { voice, spoken } = counting();
  const store = new SpokenTexts(1_000_000);
  let nowMs = 0;
  const cached = cachingTextToSpeech(voice, { store, voiceKey: 'a', ttlMs: hourMs, nowMs: () => nowMs });
  assert.deepEqual([await lengthOf(cached, 'hello'), await lengthOf(cached, 'hello')], [8100, 8100]);
  assert.deepEqual(spoken, ['hello']);
  assert.deepEqual(
    [await lengthOf(cached, 'pin', 'skip'), await lengthOf(cached, 'pin', 'skip'), await lengthOf(cached, 'pin')],
    [8100, 8100, 8100],
  );
  assert.equal(spoken.length, 4);
  await lengthOf(cached, 'cut', undefined, 1);
  await lengthOf(cached, 'cut');
  assert.equal(spoken.length, 6);
  assert.deepEqual([await lengthOf(cached, 'fail'), await lengthOf(cached, 'fail')], [-1, -1]);
  assert.equal(spoken.length, 8);
  nowMs = hourMs;
  await lengthOf(cached, 'hello');
  assert.equal(spoken.length, 9);
  const other = cachingTextToSpeech(voice, { store, voiceKey: 'b', ttlMs: hourMs, nowMs: () => nowMs });
  await lengthOf(other, 'hello');
  assert.equal(spoken.length, 10);
});
