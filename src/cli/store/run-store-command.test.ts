import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openSqliteStore } from '../../databases/index.ts';
import { runStoreCommand } from './run-store-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'outdial-store-commands-'));
after(() => rmSync(folder, { recursive: true }));
const environment = { OUTDIAL_DATA_DIR: join(folder, 'data') };

test('migrate makes the tables, and then finds them up to date', async () => {
  const made = await runStoreCommand({ command: 'migrate' }, environment);
  assert.match(made.text, /^The tables were brought from schema 0 to \d+ \(sqlite\)\.$/);
  const again = await runStoreCommand({ command: 'migrate' }, environment);
  assert.match(again.text, /^The tables are up to date: schema \d+ \(sqlite\)\.$/);
  assert.deepEqual([made.exitCode, again.exitCode], [0, 0]);
});

test('backup copies the database while it is in use, and migrate then says that it is', async () => {
  const opened = await openSqliteStore({ filePath: join(folder, 'data', 'outdial.db') });
  assert.ok(opened.ok);
  const { store } = opened.value;
  const owner = await store.joinNode('node', 5);
  const copy = join(folder, 'copy.db');
  const backup = await runStoreCommand({ command: 'backup', file: copy }, environment);
  assert.deepEqual([backup.exitCode, backup.text.endsWith(`copied to ${copy}`)], [0, true]);
  assert.equal(statSync(copy).mode & 0o777, 0o600);
  const busy = await runStoreCommand({ command: 'migrate' }, environment);
  assert.deepEqual([busy.exitCode, /in use by another outdial process/.test(busy.text)], [1, true]);
  await store.close();
  const copied = await openSqliteStore({ filePath: copy });
  assert.ok(copied.ok && owner.ok);
  assert.deepEqual(await copied.value.store.nodes(), {
    ok: true,
    value: [{ owner: owner.value, leaseUntilWallMs: 5, unfinishedCalls: 0 }],
  });
  await copied.value.store.close();
  const twice = await runStoreCommand({ command: 'backup', file: copy }, environment);
  assert.deepEqual([twice.exitCode, /exists already/.test(twice.text)], [1, true]);
});

test('what cannot be done is said, and no secret with it', async () => {
  const none = await runStoreCommand({ command: 'backup', file: join(folder, 'x.db') }, { OUTDIAL_DATA_DIR: folder });
  assert.deepEqual([none.exitCode, /There is no database/.test(none.text)], [1, true]);
  const url = 'postgresql://u:c4n4ry@127.0.0.1:1/db';
  const half = await runStoreCommand({ command: 'migrate' }, { DATABASE_URL: url });
  assert.match(half.text, /OUTDIAL_STORE_SECRET: DATABASE_URL is set without it/);
  const shared = { DATABASE_URL: url, OUTDIAL_STORE_SECRET: 'a text of sixteen or more' };
  const postgresql = await runStoreCommand({ command: 'backup', file: 'x' }, shared);
  assert.match(postgresql.text, /pg_dump/);
  const away = await runStoreCommand({ command: 'migrate' }, shared);
  const wrong = await runStoreCommand({ command: 'migrate' }, { ...shared, DATABASE_URL: 'mysql://c4n4ry' });
  const short = await runStoreCommand({ command: 'migrate' }, { ...shared, OUTDIAL_STORE_SECRET: 'c4n4ry' });
  assert.match(away.text, /ECONNREFUSED/);
  assert.match(wrong.text, /^DATABASE_URL: expected/);
  assert.match(short.text, /shorter than 16/);
  for (const { text, exitCode } of [half, postgresql, away, wrong, short]) {
    assert.equal(exitCode, 1);
    assert.ok(!text.includes('c4n4ry'), text);
  }
});
