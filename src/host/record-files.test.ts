import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { CallRecordStore } from '../store/index.ts';
import { createRecordFiles, recordFileName } from './record-files.ts';

type CallRecord = Parameters<CallRecordStore['write']>[0];

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'records-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const record = (vgwSessionID: string, callLength = 1): CallRecord => ({
  vgwSessionID,
  tenantID: 't',
  outboundCall: true,
  to: 'sip:a@b',
  from: 'sip:c@d',
  startTime: '1970-01-01T00:00:00.000Z',
  inviteTime: null,
  answerTime: null,
  stopTime: '1970-01-01T00:00:00.001Z',
  callLength,
  talkTime: 0,
  finalState: 'ended',
  endCode: 'completed.callee',
  endedBy: 'callee',
  sipStatus: null,
  q850Cause: null,
  retryAfter: null,
  failureReason: null,
  blame: null,
  turns: [],
  latencies: [],
  maxLatency: { recognitionMs: null, botMs: null, speakingMs: null, responseMs: null },
  rtpNetworkSummary: null,
  codec: null,
  mediaEncryption: null,
  recordingFile: null,
  recordingStartTime: null,
  redirects: [],
  earlyMedia: [],
  transfer: null,
  warnings: [],
  context: {},
});

test('a record is one whole file, for its owner only, and nothing else is left', async () => {
  const dataDir = join(folder, 'fresh', 'data');
  const store = createRecordFiles(dataDir);
  assert.deepEqual(await store.write(record('s-1')), { ok: true, value: undefined });
  assert.deepEqual(await readdir(join(dataDir, 'calls')), ['s-1.json']);
  assert.deepEqual(JSON.parse(await readFile(join(dataDir, 'calls', 's-1.json'), 'utf8')), record('s-1'));
  assert.equal((await stat(join(dataDir, 'calls', 's-1.json'))).mode & 0o777, 0o600);
});

test('writes of one session at the same time leave one whole record', async () => {
  const dataDir = join(folder, 'same');
  const store = createRecordFiles(dataDir);
  const outcomes = await Promise.all([1, 2, 3, 4].map((length) => store.write(record('s-1', length))));
  assert.ok(outcomes.every(({ ok }) => ok));
  assert.deepEqual(await readdir(join(dataDir, 'calls')), ['s-1.json']);
  assert.equal(JSON.parse(await readFile(join(dataDir, 'calls', 's-1.json'), 'utf8')).vgwSessionID, 's-1');
});

test('a folder that cannot be written to is a value, not an exception', async () => {
  await writeFile(join(folder, 'a-file'), '');
  const outcome = await createRecordFiles(join(folder, 'a-file')).write(record('s-1'));
  assert.ok(!outcome.ok);
  assert.equal(outcome.error.kind, 'failed');
  assert.match(outcome.error.detail, /ENOTDIR/);
});

test('a session whose name is a path stays in the folder', async () => {
  const dataDir = join(folder, 'paths');
  assert.ok((await createRecordFiles(dataDir).write(record('../../escape'))).ok);
  assert.deepEqual(await readdir(dataDir), ['calls']);
  assert.equal((await readdir(join(dataDir, 'calls'))).length, 1);
});

test('any session has a safe file name of its own', () => {
  assert.equal(recordFileName('a84b4c76e66710@gw.example'.replace('@', '-')), 'a84b4c76e66710-gw.example');
  for (const [one, other] of [
    ['a/b', 'a_b'],
    ['a/b', 'a:b'],
    ['.', '..'],
    ['x'.repeat(200), 'x'.repeat(201)],
  ] as const) {
    assert.notEqual(recordFileName(one), recordFileName(other));
  }
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 300 })), (name) => {
      assert.match(recordFileName(name), /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}$/);
    }),
  );
});
