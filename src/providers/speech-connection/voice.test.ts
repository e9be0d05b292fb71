/** Voices found by their level. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tone } from '../../audio/index.ts';
import { VoiceGate } from './voice-gate.ts';
import { VoiceWatch } from './voice-watch.ts';

const frameSamples = 256;
const noise = (peak: number, frames: number, seed = 1): Int16Array => {
  let state = seed;
  return Int16Array.from({ length: frames * frameSamples }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.round((state / 2 ** 30 - 1) * peak);
  });
};
const voice = (frames: number): Int16Array => tone(400, 8000, frames * 32);

function judge(gate: VoiceGate, pcm: Int16Array): number[] {
  return Array.from({ length: pcm.length / frameSamples }, (_, i) =>
    gate.judge(pcm.subarray(i * frameSamples, (i + 1) * frameSamples)),
  );
}

test('silence and the noise of a quiet line are no voice, a tone over them is', () => {
  const gate = new VoiceGate();
  assert.deepEqual(new Set(judge(gate, new Int16Array(20 * frameSamples))), new Set([0]));
  assert.ok(judge(gate, noise(60, 20)).every((probability) => probability < 0.35));
  assert.ok(judge(gate, voice(20)).every((probability) => probability > 0.9));
  assert.ok(judge(gate, noise(60, 20)).every((probability) => probability < 0.35));
});

test('steady noise becomes the background within three seconds, and a voice over it is still one', () => {
  const gate = new VoiceGate();
  judge(gate, noise(1500, 94));
  assert.ok(judge(gate, noise(1500, 20, 7)).every((probability) => probability < 0.35));
  assert.ok(judge(gate, voice(10)).every((probability) => probability > 0.9));
});

test('instants are those of the audio; a voice without words is forgotten', () => {
  const watch = new VoiceWatch(8000, 320);
  let atMs = 1000;
  const write = (pcm: Int16Array): void => {
    for (let at = 0; at < pcm.length; at += 160) watch.write(pcm.subarray(at, at + 160), (atMs += 20));
  };
  write(new Int16Array(8000));
  const beganAtMs = atMs;
  write(tone(400, 8000, 640));
  const endedAtMs = atMs;
  write(new Int16Array(8000));
  const span = watch.spanAt(atMs);
  assert.ok(span !== undefined);
  assert.ok(Math.abs(span.onsetAtMs - beganAtMs) <= 52 && Math.abs(span.lastVoiceAtMs - endedAtMs) <= 52);
  watch.take(span);
  assert.equal(watch.spanAt(atMs), undefined);
  write(tone(400, 8000, 640));
  write(new Int16Array(4000));
  assert.ok(watch.spanAt(atMs) !== undefined);
  write(new Int16Array(8 * 3000));
  assert.equal(watch.spanAt(atMs), undefined);
});
