import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fliteFile, readModelFile, sileroFile } from './model-files.ts';

test('the pinned file is read', async () => {
  assert.equal((await readModelFile(sileroFile)).length, 2_327_524);
});

test('a missing file is named with the fix', async () => {
  await assert.rejects(readModelFile({ ...fliteFile, name: 'no/flite.wasm', path: 'nothing.wasm' }), {
    message: 'local speech: the model file no/flite.wasm is missing; install outdial again, with @outdial/models 1.0.0',
  });
  await assert.rejects(readModelFile({ ...fliteFile, name: 'none', packageName: 'no-such-package' }), /is missing/);
});

test('another file than the pinned one is refused', async () => {
  await assert.rejects(
    readModelFile({ ...sileroFile, sha256: '00' }),
    /is not the pinned file .*install outdial again/,
  );
});
