import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { deleteRecordFile, deleteRecordings } from './delete-call-files.ts';
import { openReportFile } from './report-file.ts';
import type { QueuedReport } from '../reporting/index.ts';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-reports-'));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

const reports = (from: number, count: number): QueuedReport[] =>
  Array.from({ length: count }, (_, index) => ({
    id: String(from + index),
    sink: 'file',
    sessionId: 's',
    document: { order: from + index, text: 'ä' },
    queuedAtWallMs: 0,
  }));
const linesOf = (path: string): unknown[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { order: number }).order);
const signal = new AbortController().signal;

test('lines are appended, to what was there before too, for the owner only', async (t) => {
  const path = join(folderOf(t), 'deep', 'events.jsonl');
  const order = { path, maxSizeBytes: 1_000_000, keptFiles: 2 };
  const first = openReportFile(order);
  assert.deepEqual(await first.send(reports(0, 2), signal), [{ type: 'sent' }, { type: 'sent' }]);
  await first.close();
  const second = openReportFile(order);
  await second.send(reports(2, 1), signal);
  await second.close();
  assert.deepEqual(linesOf(path), [0, 1, 2]);
  assert.equal(statSync(path).mode & 0o077, 0);
});

test('a file is moved aside before it grows over its size; the oldest goes', async (t) => {
  const folder = folderOf(t);
  const path = join(folder, 'events.jsonl');
  const file = openReportFile({ path, maxSizeBytes: 60, keptFiles: 2 });
  for (let at = 0; at < 8; at += 2) await file.send(reports(at, 2), signal);
  await file.close();
  assert.deepEqual(readdirSync(folder).sort(), ['events.jsonl', 'events.jsonl.1', 'events.jsonl.2']);
  assert.deepEqual([path, `${path}.1`, `${path}.2`].map(linesOf), [
    [6, 7],
    [4, 5],
    [2, 3],
  ]);
});

test('without kept files the present one begins again', async (t) => {
  const folder = folderOf(t);
  const path = join(folder, 'events.jsonl');
  const file = openReportFile({ path, maxSizeBytes: 30, keptFiles: 0 });
  await file.send(reports(0, 1), signal);
  await file.send(reports(1, 1), signal);
  await file.close();
  assert.deepEqual(readdirSync(folder), ['events.jsonl']);
  assert.deepEqual(linesOf(path), [1]);
});

test('a line that a crash has cut takes no other one with it', async (t) => {
  const path = join(folderOf(t), 'events.jsonl');
  writeFileSync(path, '{"order":0}\n{"ord');
  const file = openReportFile({ path, maxSizeBytes: 1_000_000, keptFiles: 2 });
  await file.send(reports(1, 1), signal);
  await file.close();
  const lines = readFileSync(path, 'utf8').split('\n');
  assert.deepEqual(lines.slice(0, 2), ['{"order":0}', '{"ord']);
  assert.deepEqual(JSON.parse(lines[2] ?? ''), { order: 1, text: 'ä' });
});

test('a disk that takes nothing means later, and the file is good again once the disk is', async (t) => {
  const folder = folderOf(t);
  const path = join(folder, 'events.jsonl');
  // A folder in its place cannot be written to, not even by root.
  mkdirSync(path);
  const file = openReportFile({ path, maxSizeBytes: 1_000_000, keptFiles: 2 });
  const [verdict] = await file.send(reports(0, 1), signal);
  assert.ok(verdict?.type === 'later');
  assert.match(verdict.reason, /^The file of reports could not be written \(E[A-Z]+\)\.$/);
  rmSync(path, { recursive: true });
  assert.deepEqual(await file.send(reports(0, 2), signal), [{ type: 'sent' }, { type: 'sent' }]);
  await file.close();
  assert.deepEqual(linesOf(path), [0, 1]);
});

test('a full disk means later', async (t) => {
  if (process.platform !== 'linux') return;
  const file = openReportFile({ path: '/dev/full', maxSizeBytes: 1_000_000, keptFiles: 0 });
  t.after(() => file.close());
  const [verdict] = await file.send(reports(0, 1), signal);
  assert.ok(verdict?.type === 'later' && verdict.reason.includes('ENOSPC'), JSON.stringify(verdict));
});

test('the files of one call are deleted, and nothing beside them, whatever the session is called', async (t) => {
  const folder = folderOf(t);
  const write = (...path: string[]): void => {
    mkdirSync(join(folder, ...path.slice(0, -1)), { recursive: true });
    writeFileSync(join(folder, ...path), 'x');
  };
  assert.deepEqual(await deleteRecordFile(folder, 's-1'), { ok: true, value: 0 });
  for (const id of ['s-1', 's-12']) {
    write('calls', `${id}.json`);
    write('recordings', `${id}-audio.wav`);
  }
  write('secret-audio.wav');
  assert.deepEqual(await deleteRecordFile(folder, 's-1'), { ok: true, value: 1 });
  assert.deepEqual(await deleteRecordings(folder, 's-1'), { ok: true, value: 1 });
  for (const sessionId of ['../secret', '', '.', '..', 's-1/../s-12', '*']) {
    assert.deepEqual(await deleteRecordings(folder, sessionId), { ok: true, value: 0 });
    assert.deepEqual(await deleteRecordFile(folder, sessionId), { ok: true, value: 0 });
  }
  assert.deepEqual(readdirSync(join(folder, 'calls')), ['s-12.json']);
  assert.deepEqual(readdirSync(join(folder, 'recordings')), ['s-12-audio.wav']);
  assert.ok(readdirSync(folder).includes('secret-audio.wav'));
});
