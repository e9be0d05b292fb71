import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { accepted, ended, event, settled, t0 } from '../../../test/store/conformance/store-world.ts';
import { type DurableStore, slotLengthsMs, slotOf } from '../../store/index.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import type { SqliteFile } from './sqlite-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'outdial-sqlite-'));
const stores: DurableStore[] = [];
after(async () => {
  for (const store of stores) await store.close();
  rmSync(folder, { recursive: true });
});
let files = 0;

function newFile(): string {
  return join(folder, `${files++}.db`);
}

async function open(file: SqliteFile) {
  const opened = await openSqliteStore(file);
  assert.ok(opened.ok, opened.ok ? '' : opened.error.message);
  const { store } = opened.value;
  const owner = await store.joinNode('node', t0);
  assert.ok(owner.ok);
  stores.push(store);
  return { store, owner: owner.value };
}

async function refusal(filePath: string): Promise<string> {
  const opened = await openSqliteStore({ filePath });
  assert.ok(!opened.ok);
  return `${opened.error.code}: ${opened.error.message}`;
}

test('what was committed is there when the file is opened again', async () => {
  const filePath = newFile();
  const first = await open({ filePath });
  await first.store.commit([accepted(first.owner, 'a'), event(first.owner, 'a', 1)]);
  await first.store.close();
  await first.store.close();
  const late = await first.store.call('a');
  assert.deepEqual([late.ok, !late.ok && late.error.code], [false, 'store.unavailable']);
  const second = await open({ filePath });
  assert.ok(second.owner.epoch > first.owner.epoch);
  const adopted = await second.store.adopt(second.owner, t0);
  assert.deepEqual(adopted.ok && adopted.value.map(({ sessionId }) => sessionId), ['a']);
  await second.store.close();
});

test('only the owner of the file may read it, and its journal', async () => {
  const filePath = newFile();
  const { store } = await open({ filePath });
  for (const end of ['', '-wal', '-shm', '.lock']) {
    assert.equal(statSync(`${filePath}${end}`).mode & 0o777, 0o600, `outdial.db${end}`);
  }
  await store.close();
});

test('a file is opened once: in this process, in another, and again when that one was killed', async () => {
  const filePath = newFile();
  const holder = spawn(
    process.execPath,
    [fileURLToPath(new URL('./hold-sqlite.fixture.js', import.meta.url)), filePath],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await once(holder.stdout, 'data');
  assert.match(await refusal(filePath), /^store\.unavailable: .*in use by another outdial process/);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const { store } = await open({ filePath });
  assert.match(await refusal(filePath), /in use by another outdial process/);
  // And the refused one has not given up the lock of the first.
  assert.match(await refusal(filePath), /in use by another outdial process/);
  await store.close();
  await (await open({ filePath })).store.close();
});

test('a schema of a newer version is left alone', async () => {
  const filePath = newFile();
  await (await open({ filePath })).store.close();
  const raw = new Database(filePath);
  raw.exec("insert into migrations (number, name) values (999, 'of tomorrow')");
  raw.close();
  assert.match(await refusal(filePath), /has schema 999, made by a newer outdial; this one knows \d+/);
});

test('deliveries of a version that kept no attempts are there, and keep theirs from now on', async () => {
  const filePath = newFile();
  const before = await open({ filePath });
  await before.store.commit([accepted(before.owner, 'a'), event(before.owner, 'a', 1, { endpoint: 'hook' })]);
  await before.store.close();
  const raw = new Database(filePath);
  raw.exec("alter table deliveries drop column tries; delete from migrations where name = 'attempts of deliveries'");
  raw.close();
  const { store } = await open({ filePath });
  const tries = async () => {
    const found = await store.deliveries('a');
    return found.ok && found.value.map((each) => each.tries);
  };
  assert.deepEqual(await tries(), [[]]);
  const one = [{ atWallMs: t0, durationMs: 5, status: 204 }];
  assert.ok((await store.commit([settled('a', 1, 'delivered', one)])).ok);
  assert.deepEqual(await tries(), [one]);
});

test('calls that ended in a version that counted none are counted, with whether they were answered', async () => {
  const filePath = newFile();
  const before = await open({ filePath });
  const { owner } = before;
  const active = { sessionId: 'a', tenantId: 'tenant', sequence: 1, type: 'call.active', atWallMs: t0, data: {} };
  await before.store.commit([accepted(owner, 'a'), { type: 'event', owner, event: active }]);
  await before.store.commit([accepted(owner, 'b'), event(owner, 'b', 1), accepted(owner, 'running')]);
  await before.store.commit([ended(owner, 'a'), ended(owner, 'b')]);
  await before.store.close();
  const raw = new Database(filePath);
  raw.exec('drop table call_ends; drop table call_waits; drop index calls_running');
  raw.exec('alter table deliveries drop column tries; delete from migrations where number >= 2');
  raw.close();
  const { store } = await open({ filePath });
  for (const slotMs of slotLengthsMs) {
    const slotWallMs = slotOf(t0, slotMs);
    const span = { fromWallMs: slotWallMs, beforeWallMs: slotWallMs + slotMs };
    const found = await store.statistics({ tenantId: 'tenant', slotMs, ...span });
    const end = { slotWallMs, state: 'ended', endCode: 'callee.hung-up', calls: 1 };
    assert.deepEqual(found.ok && found.value, {
      ends: [
        { ...end, isAnswered: false },
        { ...end, isAnswered: true },
      ],
      running: [{ slotWallMs, calls: 1 }],
      waits: [],
      overall: [],
    });
  }
});

test('a file that is no database, and a folder that is not there, are said', async () => {
  const filePath = newFile();
  writeFileSync(filePath, 'a text and no database, long enough to be taken for one. '.repeat(100));
  assert.match(await refusal(filePath), /^store\.unavailable: .*not a database/);
  assert.match(await refusal(join(folder, 'nowhere', 'x.db')), /^store\.unavailable: .*ENOENT/);
});

test('a full disk refuses what is new, reads go on, and room is enough to go on', async () => {
  const { store, owner } = await open({ filePath: newFile(), maxSizeBytes: 400_000 });
  const facts = { text: 'x'.repeat(5000) };
  const over = [accepted(owner, 'over1', { facts }), accepted(owner, 'over2', { facts })];
  await store.commit([...over, ended(owner, 'over1', t0), ended(owner, 'over2', t0)]);
  let calls = 0;
  let code = '';
  for (; code === '' && calls < 500; calls++) {
    const committed = await store.commit([accepted(owner, `s${calls}`, { facts })]);
    if (!committed.ok) code = committed.error.code;
  }
  assert.deepEqual([code, calls < 200], ['store.full', true]);
  const refused = await Promise.all([1, 2, 3].map((n) => store.commit([accepted(owner, `more${n}`, { facts })])));
  assert.ok(refused.every((each) => !each.ok && each.error.code === 'store.full'));
  const first = await store.call('s0');
  assert.equal(first.ok && first.value?.facts['text'], facts.text);
  const last = await store.call(`s${calls - 1}`);
  assert.equal(last.ok && last.value, undefined);
  // Room is made by what is over.
  assert.deepEqual(await store.prune(t0 + 1, 10), { ok: true, value: 2 });
  assert.deepEqual(await store.commit([accepted(owner, 'again', { facts })]), { ok: true, value: undefined });
  await store.close();
});

test('a copy is consistent while commits go on', async () => {
  const { store, owner } = await open({ filePath: newFile() });
  await store.commit([accepted(owner, 'a')]);
  const copyPath = newFile();
  const copying = { isDone: false };
  let sequence = 0;
  const writing = (async () => {
    while (!copying.isDone) await store.commit([event(owner, 'a', ++sequence, { endpoint: 'hook' })]);
  })();
  const copied = await store.backup(copyPath);
  copying.isDone = true;
  await writing;
  assert.ok(copied.ok);
  const copy = await open({ filePath: copyPath });
  const call = await copy.store.call('a');
  const events = await copy.store.events('a', 0, 100_000);
  const deliveries = await copy.store.deliveries('a');
  assert.ok(call.ok && events.ok && deliveries.ok);
  assert.equal(events.value.length, call.value?.lastSequence);
  assert.equal(deliveries.value.length, call.value?.lastSequence);
  assert.ok(!(await store.backup(copyPath)).ok);
  await copy.store.close();
  await store.close();
});
