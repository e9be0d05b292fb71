import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSpeechEngines } from './index.ts';
import { localSpeechOptions } from './options.ts';

test('every option has a default and survives being sent to a thread', () => {
  const options = localSpeechOptions.parse({});
  assert.equal(options.model, 'base');
  assert.deepEqual(structuredClone(options), options);
});

test('a misspelt or impossible option stops the start and is named', async () => {
  // @ts-expect-error: what a configuration file may hold
  await assert.rejects(createSpeechEngines({ modle: 'tiny' }), /local speech: .*modle/);
  await assert.rejects(createSpeechEngines({ recogniserThreads: 0 }), /recogniserThreads/);
  await assert.rejects(createSpeechEngines({ partialEveryMs: 20 }), /partialEveryMs/);
});
