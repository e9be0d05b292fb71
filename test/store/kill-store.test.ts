/**
 * Whatever was answered is there after kill -9, whole, and nothing is there in part. 25 kills each; `STORE_KILLS=1000` for
 * the long run.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openPostgresqlStore, openSqliteStore } from '../../src/databases/index.ts';
import { startPostgresql } from './postgresql.ts';

const kills = Number(process.env['STORE_KILLS'] ?? 25);
const folder = mkdtempSync(join(tmpdir(), 'outdial-kill-'));
after(() => rmSync(folder, { recursive: true }));

/** Kills a writer when it has been answered so many times; the names of what it was answered. */
async function killWriter(place: string, prefix: string, afterAnswers: number): Promise<readonly string[]> {
  const program = fileURLToPath(new URL('./kill-writer.fixture.js', import.meta.url));
  const writer = spawn(process.execPath, [program, place, prefix], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  writer.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    if (output.split('\n').length > afterAnswers) writer.kill('SIGKILL');
  });
  const [code, signal] = await once(writer, 'close');
  assert.deepEqual([code, signal], [null, 'SIGKILL']);
  // The last line may be cut off.
  return output.split('\n').slice(0, -1);
}

async function checkAll(open: () => ReturnType<typeof openSqliteStore>, answered: readonly string[]): Promise<void> {
  const opened = await open();
  assert.ok(opened.ok, opened.ok ? '' : opened.error.message);
  const { store } = opened.value;
  for (const sessionId of answered) {
    const call = await store.call(sessionId);
    assert.ok(call.ok && call.value !== undefined, `${sessionId} was answered and is lost`);
    assert.equal(call.value.lastSequence, 1);
    const deliveries = await store.deliveries(sessionId);
    assert.ok(deliveries.ok && deliveries.value.length === 1, `${sessionId} has no delivery`);
  }
  await store.close();
}

test(`sqlite: ${kills} kills lose nothing that was answered`, async () => {
  const filePath = join(folder, 'outdial.db');
  for (let n = 0; n < kills; n++) {
    const answered = await killWriter(filePath, `k${n}`, 1 + ((n * 37) % 200));
    await checkAll(() => openSqliteStore({ filePath }), answered);
  }
});

test(`postgresql: ${kills} kills of a node, and one of the server, lose nothing that was answered`, async () => {
  const postgresql = await startPostgresql();
  try {
    const url = await postgresql.newDatabase();
    let answered: readonly string[] = [];
    for (let n = 0; n < kills; n++) {
      answered = await killWriter(url, `k${n}`, 1 + ((n * 37) % 100));
      await checkAll(() => openPostgresqlStore({ url }), answered);
    }
    await postgresql.kill();
    await postgresql.start();
    await checkAll(() => openPostgresqlStore({ url }), answered);
  } finally {
    await postgresql.dispose();
  }
});
