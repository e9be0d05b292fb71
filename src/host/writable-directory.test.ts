import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkWritableDirectory } from './writable-directory.ts';

test('a directory is made and left empty; what is none is told by its code', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-writable-'));
  context.after(() => rm(folder, { recursive: true }));
  assert.deepEqual(await checkWritableDirectory(join(folder, 'a', 'b'), 5000), { ok: true, value: undefined });
  assert.deepEqual(await readdir(join(folder, 'a', 'b')), []);
  await writeFile(join(folder, 'file'), '');
  assert.deepEqual(await checkWritableDirectory(join(folder, 'file'), 5000), { ok: false, error: 'EEXIST' });
  assert.deepEqual(await checkWritableDirectory(join(folder, 'file', 'below'), 5000), { ok: false, error: 'ENOTDIR' });
});
