import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJournal } from '../journal/index.ts';
import type { JsonObject } from '../kit/index.ts';
import type { OrphanOrder } from '../sip/index.ts';
import { type Change, createMemoryStore, type StoredCallState } from '../store/index.ts';
import { recoverCall } from './recover-calls.ts';

/** A call of a life that is over, with what had been told of it; and the next life, which finds it. */
async function recovered(told: readonly StoredCallState[], dialog?: JsonObject, facts: JsonObject = {}) {
  const store = createMemoryStore();
  const first = await store.joinNode('n', 1_000_000);
  assert.ok(first.ok);
  const names = { sessionId: 's', tenantId: 't' };
  const owner = first.value;
  const call = { ...names, owner, to: 'sip:a@b', from: 'sip:c@d', acceptedAtWallMs: 1000, facts };
  const endpoint = { key: 'e', target: {} };
  const changes: Change[] = [{ type: 'call-accepted', call: { ...call, endpoint } }];
  told.forEach((callState, index) => {
    const atWallMs = 1000 * (index + 2);
    const isOver = callState === 'ended' || callState === 'failed';
    const data = { callState, ...(isOver ? { endCode: 'completed.bot' } : {}) };
    if (!isOver) changes.push({ type: 'call-changed', sessionId: 's', owner, atWallMs, state: callState });
    const event = { ...names, sequence: index + 1, type: `call.${callState}`, atWallMs, data };
    changes.push({ type: 'event', owner, endpoint, event });
  });
  if (dialog !== undefined) changes.push({ type: 'call-changed', sessionId: 's', owner, atWallMs: 9000, dialog });
  assert.ok((await store.commit(changes)).ok);
  const second = await store.joinNode('n', 2_000_000);
  assert.ok(second.ok);
  const orphans = await store.adopt(second.value, 20_000);
  assert.ok(orphans.ok);
  const [orphan] = orphans.value;
  assert.ok(orphan !== undefined && orphans.value.length === 1);
  const ended: OrphanOrder[] = [];
  let farEndIsGone = (): void => undefined;
  const hows: string[] = [];
  const over: string[] = [];
  const journal = createJournal({
    store,
    owner: second.value,
    wallMs: () => 20_000,
    after: () => () => undefined,
    onCommitted: () => undefined,
    onDoubt: () => undefined,
    onTakenOver: () => assert.fail('it is ours'),
    onTrouble: ({ message }) => assert.fail(message),
  });
  const done = await recoverCall(
    {
      store,
      journal,
      engine: {
        endOrphan: (order, onOver) => {
          ended.push(order);
          farEndIsGone = onOver;
          return true;
        },
      },
      credentialsOf: () => [{ username: 'u', password: { reveal: () => 'p' } }],
      onOver: ({ sessionId }) => over.push(sessionId),
      onRecovered: (_call, how) => hows.push(how),
    },
    orphan,
  );
  assert.ok(done.ok);
  await journal.idle();
  if (ended.length > 0) {
    const unfinished = await store.call('s');
    assert.equal(unfinished.ok && unfinished.value?.endedAtWallMs, undefined, 'not over before the far end is gone');
    farEndIsGone();
    await journal.idle();
  }
  const [kept, record, events] = [await store.call('s'), await store.record('s'), await store.events('s', 0, 100)];
  assert.ok(kept.ok && record.ok && events.ok);
  const again = await store.adopt(second.value, 20_000);
  assert.deepEqual(over, ['s']);
  assert.ok(again.ok && again.value.length === 0, 'nothing is left to be adopted');
  return { call: kept.value, record: record.value, types: events.value.map(({ type }) => type), ended, hows };
}

test('a call in a dialog: BYE with the credentials of the trunk, failed is told, the record is made of the events', async () => {
  const { call, record, types, ended, hows } = await recovered(
    ['started', 'ringing', 'active'],
    { phase: 'confirmed' },
    { recordingFile: 's-audio.wav' },
  );
  assert.deepEqual(hows, ['bye']);
  assert.deepEqual([ended[0]?.legId, ended[0]?.credentials?.[0]?.username], ['s', 'u']);
  assert.match(ended[0]?.headers?.[0]?.value ?? '', /cause=503/);
  assert.deepEqual(types, ['call.started', 'call.ringing', 'call.active', 'call.failed']);
  assert.deepEqual([call?.state, call?.endCode], ['failed', 'call.crashed']);
  assert.equal(record?.['endCode'], 'call.crashed');
  assert.equal(record['outboundCall'], true);
  assert.equal(record['recordingFile'], 's-audio.wav');
  assert.equal(record['answerTime'], '1970-01-01T00:00:04.000Z');
});

test('a call that was being dialled: CANCEL', async () => {
  const { hows, types } = await recovered(['started'], { phase: 'inviting' });
  assert.deepEqual(hows, ['cancel']);
  assert.deepEqual(types, ['call.started', 'call.failed']);
});

test('a call that had not been dialled: told and recorded, nobody to hang up on', async () => {
  const { hows, types, ended, call } = await recovered([]);
  assert.deepEqual([hows, types, ended], [['nothing to end'], ['call.failed'], []]);
  assert.equal(call?.endCode, 'call.crashed');
});

test('a call whose end had been told keeps that end, and is not told twice', async () => {
  const { types, call, record } = await recovered(['started', 'active', 'ended'], { phase: 'confirmed' });
  assert.deepEqual(types, ['call.started', 'call.active', 'call.ended']);
  assert.deepEqual([call?.state, call?.endCode], ['ended', 'completed.bot']);
  assert.equal(record?.['endCode'], 'completed.bot');
});
