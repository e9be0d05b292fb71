import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchLoad } from './load.ts';

/** A machine that is never busy. */
function loadWith(maxRecognitionWaitMs: number) {
  return watchLoad(
    { maxCpuPercent: 0, maxRecognitionWaitMs },
    () => 0,
    () => () => undefined,
  );
}

test('calls are refused while callees wait too long for the recogniser, and taken again when they do not', () => {
  const load = loadWith(2000);
  for (const waitsMs of [[100, 2500], [2000]]) load.onRecognitionWaits(waitsMs);
  assert.equal(load.isOverloaded(), false);
  load.onRecognitionWaits([300]);
  for (const waitsMs of [[3000], [2100, 50], [2000]]) load.onRecognitionWaits(waitsMs);
  assert.equal(load.isOverloaded(), true);
  load.onRecognitionWaits([1900]);
  assert.equal(load.isOverloaded(), true);
  load.onRecognitionWaits([]);
  assert.equal(load.isOverloaded(), false);
  load.close();
});

test('0 refuses nobody', () => {
  const load = loadWith(0);
  for (let i = 0; i < 5; i++) load.onRecognitionWaits([60_000]);
  assert.equal(load.isOverloaded(), false);
  load.close();
});
