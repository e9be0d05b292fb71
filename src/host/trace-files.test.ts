import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { deleteTraceFile } from './delete-call-files.ts';
import { readTraceFile, writeTraceFile } from './trace-files.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'traces-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const trace = (vgwSessionID: string) => ({
  vgwSessionID,
  messages: [
    {
      at: '1970-01-01T00:00:00.000Z',
      direction: 'sent',
      transport: 'udp',
      local: 'b:1',
      peer: 'a:1',
      text: 'BYE',
    } as const,
  ],
  droppedMessages: 2,
});

test('a trace is written, read and deleted; one that is not there is none', async () => {
  const dataDir = join(folder, 'data');
  assert.equal(await readTraceFile(dataDir, 'traces', 's-1'), undefined);
  assert.deepEqual(await deleteTraceFile(dataDir, 'traces', 's-1'), { ok: true, value: 0 });
  assert.ok((await writeTraceFile(dataDir, 'traces', trace('s-1'))).ok);
  assert.ok((await writeTraceFile(dataDir, 'traces', trace('../../s-2'))).ok);
  assert.equal((await stat(join(dataDir, 'traces', 's-1.json'))).mode & 0o777, 0o600);
  assert.deepEqual(await readTraceFile(dataDir, 'traces', 's-1'), trace('s-1'));
  assert.deepEqual(await readTraceFile(dataDir, 'traces', '../../s-2'), trace('../../s-2'));
  assert.deepEqual(await readdir(dataDir), ['traces']);
  assert.deepEqual(await deleteTraceFile(dataDir, 'traces', 's-1'), { ok: true, value: 1 });
  assert.equal(await readTraceFile(dataDir, 'traces', 's-1'), undefined);
  assert.equal((await readdir(join(dataDir, 'traces'))).length, 1);
});

test('a disk that cannot be written to is a value, and a file that is no trace is none', async () => {
  await writeFile(join(folder, 'a-file'), '');
  const outcome = await writeTraceFile(join(folder, 'a-file'), 'traces', trace('s-1'));
  assert.ok(!outcome.ok && outcome.error.kind === 'failed');
  const dataDir = join(folder, 'broken');
  await writeTraceFile(dataDir, 'traces', trace('s-1'));
  await writeFile(join(dataDir, 'traces', 's-1.json'), '{"vgw');
  assert.equal(await readTraceFile(dataDir, 'traces', 's-1'), undefined);
});
