import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Owner, SharedAdmission } from '../../../src/store/index.ts';
import {
  accepted,
  commit,
  day,
  due,
  ended,
  event,
  join,
  names,
  type OpenEmptyStore,
  refused,
  settled,
  t0,
  value,
  withStore,
} from './store-world.ts';

const limits: SharedAdmission = { account: 'acme', callsPerSecond: 0, maxCalls: 0, minutesPerDay: 0, nowWallMs: t0 };

export function nodesConformance(name: string, open: OpenEmptyStore): void {
  const story = (title: string, tell: Parameters<typeof withStore>[1]): void => {
    test(`${name}: ${title}`, () => withStore(open, tell));
  };

  story('an account has so many calls a second, from whichever node', async (store) => {
    const owner = await join(store);
    let calls = 0;
    const start = (nowWallMs: number) =>
      store.commit([accepted(owner, `s${calls++}`, {}, { ...limits, callsPerSecond: 2, nowWallMs })]);
    await value(start(t0));
    await value(start(t0));
    const refusal = await refused(start(t0), 'guard.rate');
    assert.equal(refusal.retryAfterS, 1);
    await refused(start(t0 + 499), 'guard.rate');
    await value(start(t0 + 500));
    // The clock of another node is a little behind: it gains nothing.
    await refused(start(t0 + 100), 'guard.rate');
    await refused(start(t0 + 600), 'guard.rate');
    await value(start(t0 + 1000));
    await value(start(t0 + 60_000));
    await value(start(t0 + 60_000));
    await refused(start(t0 + 60_000), 'guard.rate');
    // Set back by an hour, it begins anew from there.
    await refused(start(t0 - 3_600_000), 'guard.rate');
    const slow = { ...limits, account: 'slow', callsPerSecond: 0.1 };
    await commit(store, accepted(owner, 'slow1', {}, slow));
    assert.equal((await refused(store.commit([accepted(owner, 'slow2', {}, slow)]), 'guard.rate')).retryAfterS, 10);
  });

  story('an account has so many calls at once, and an end gives a slot back', async (store) => {
    const owner = await join(store);
    const one = { ...limits, maxCalls: 2 };
    await commit(store, accepted(owner, 'a', {}, one), accepted(owner, 'b', {}, one));
    await refused(store.commit([accepted(owner, 'c', {}, one)]), 'guard.concurrency');
    await commit(store, accepted(owner, 'd', {}, { ...one, account: 'other' }), accepted(owner, 'e'));
    await commit(store, ended(owner, 'a'), accepted(owner, 'c', {}, one));
    await refused(store.commit([accepted(owner, 'f', {}, one)]), 'guard.concurrency');
    await refused(store.commit([ended(owner, 'b'), ended(owner, 'nobody')]), 'store.not-owner');
    await refused(store.commit([accepted(owner, 'f', {}, one)]), 'guard.concurrency');
    const results = await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        store.commit([accepted(owner, `many${n}`, {}, { ...limits, account: 'third', maxCalls: 3 })]),
      ),
    );
    assert.equal(results.filter(({ ok }) => ok).length, 3);
  });

  story('an account is charged on the UTC day of the end, and has so many minutes a day', async (store) => {
    const owner = await join(store);
    const minutes = { ...limits, minutesPerDay: 2 };
    await commit(store, accepted(owner, 'a', {}, minutes), accepted(owner, 'b', {}, minutes), accepted(owner, 'free'));
    await commit(store, ended(owner, 'a', t0, 60_000));
    await commit(store, ended(owner, 'free', t0, 60_000));
    await commit(store, accepted(owner, 'c', {}, minutes), ended(owner, 'b', t0, 60_000));
    assert.equal(await value(store.chargedMs('acme', day)), 120_000);
    assert.equal(await value(store.chargedMs('acme', day + 1)), 0);
    assert.equal(await value(store.chargedMs('tenant', day)), 0);
    const refusal = await refused(store.commit([accepted(owner, 'd', {}, minutes)]), 'guard.minutes');
    assert.equal(refusal.retryAfterS, 23 * 3600);
    const tomorrow = t0 + 86_400_000;
    await commit(store, accepted(owner, 'd', {}, { ...minutes, nowWallMs: tomorrow }), ended(owner, 'c', tomorrow, 7));
    assert.equal(await value(store.chargedMs('acme', day + 1)), 7);
  });

  story('a refused admission spends nothing', async (store) => {
    const owner = await join(store);
    const tight = { ...limits, callsPerSecond: 1, maxCalls: 1 };
    await commit(store, accepted(owner, 'a', {}, tight));
    for (let n = 0; n < 3; n++) await refused(store.commit([accepted(owner, 'b', {}, tight)]), 'guard.concurrency');
    await commit(store, ended(owner, 'a'));
    await refused(store.commit([accepted(owner, 'b', {}, tight)]), 'guard.rate');
    await commit(store, accepted(owner, 'b', {}, { ...tight, nowWallMs: t0 + 1000 }));
  });

  story('an idempotency key belongs to one request for 24 hours', async (store) => {
    const owner = await join(store);
    const key = { tenantId: 'tenant', key: 'k' };
    const claim = (fingerprint: string, at = t0, tenantId = 'tenant') =>
      value(store.claimKey({ tenantId, key: 'k' }, fingerprint, owner, at));
    assert.deepEqual(await claim('f1'), { type: 'claimed' });
    assert.deepEqual(await claim('f1'), { type: 'in-flight' });
    assert.deepEqual(await claim('f2'), { type: 'other-request' });
    assert.deepEqual(await claim('f2', t0, 'other'), { type: 'claimed' });
    await commit(store, { type: 'key-released', key });
    assert.deepEqual(await claim('f2'), { type: 'claimed' });
    const answer = { status: 202, body: { id: 'a', list: [null, 1] } };
    await commit(store, accepted(owner, 'a'), { type: 'answer-kept', key, answer });
    await commit(
      store,
      { type: 'answer-kept', key, answer: { status: 500, body: null } },
      { type: 'key-released', key },
    );
    assert.deepEqual(await claim('f2'), { type: 'answered', answer });
    assert.deepEqual(await claim('f1'), { type: 'other-request' });
    assert.deepEqual(await claim('f2', t0 + 86_399_999), { type: 'answered', answer });
    assert.deepEqual(await claim('f1', t0 + 86_400_000), { type: 'claimed' });
    await commit(store, { type: 'answer-kept', key: { ...key, key: 'unknown' }, answer });
    await refused(store.claimKey(key, 'f', { nodeId: 'gone', epoch: 1 }, t0), 'store.not-owner');
    const many = await Promise.all(
      Array.from({ length: 20 }, () => value(store.claimKey({ ...key, key: 'many' }, 'f', owner, t0))),
    );
    assert.equal(many.filter(({ type }) => type === 'claimed').length, 1);
  });

  story('each life of a node has a greater epoch, and the one before cannot go on', async (store) => {
    const first = await join(store);
    const second = await join(store);
    const other = await join(store, 'node-2', t0 + 77);
    assert.ok(second.epoch > first.epoch);
    await refused(store.renewLease(first, t0 + 99), 'store.not-owner');
    await refused(store.commit([accepted(first, 'a')]), 'store.not-owner');
    await refused(store.adopt(first, t0), 'store.not-owner');
    await value(store.renewLease(second, t0 + 99));
    await commit(store, accepted(second, 'a'), accepted(second, 'b'), ended(second, 'a'));
    assert.deepEqual(await value(store.nodes()), [
      { owner: second, leaseUntilWallMs: t0 + 99, unfinishedCalls: 1 },
      { owner: other, leaseUntilWallMs: t0 + 77, unfinishedCalls: 0 },
    ]);
  });

  story('a node adopts what its own earlier life left', async (store) => {
    const before = await join(store);
    await leaveWork(store, before, 'a');
    const owner = await join(store);
    const adopted = await value(store.adopt(owner, t0 + 1));
    assert.deepEqual(
      adopted.map(({ sessionId, owner, dialog }) => ({ sessionId, owner, dialog })),
      [
        { sessionId: 'a-running', owner, dialog: { callId: 'a' } },
        { sessionId: 'a-young', owner, dialog: undefined },
      ],
    );
    assert.deepEqual(adopted[0], await value(store.call('a-running')));
    await checkAdopted(store, before, owner, 'a');
    assert.deepEqual(await value(store.adopt(owner, t0 + 1)), []);
  });

  story('a node adopts what a dead node left, and nothing of a living one', async (store) => {
    const owner = await join(store, 'node-1', t0 + 10_000);
    const dead = await join(store, 'node-2', t0 + 500);
    const living = await join(store, 'node-3', t0 + 10_000);
    await leaveWork(store, dead, 'd');
    await leaveWork(store, living, 'l');
    await commit(store, accepted(owner, 'own'));
    assert.deepEqual(await value(store.adopt(owner, t0 + 500)), []);
    const adopted = await value(store.adopt(owner, t0 + 501));
    assert.deepEqual(
      adopted.map(({ sessionId }) => sessionId),
      ['d-running', 'd-young'],
    );
    await checkAdopted(store, dead, owner, 'd');
    await refused(store.renewLease(dead, t0 + 9000), 'store.not-owner');
    await refused(store.commit([accepted(dead, 'late')]), 'store.not-owner');
    assert.deepEqual(
      (await value(store.nodes())).map((node) => node.owner),
      [owner, living],
    );
    await commit(store, event(living, 'l-running', 2));
    assert.deepEqual(names(await due(store, living)), ['l-over/1', 'l-running/1']);
    // Back again, it is another life.
    assert.ok((await join(store, 'node-2')).epoch > living.epoch);
  });

  story('commands reach the owner of a call, each once', async (store) => {
    const owner = await join(store);
    const other = await join(store, 'node-2', t0 + 1000);
    await commit(store, accepted(owner, 'a'), accepted(other, 'b'), accepted(owner, 'over'));
    await commit(store, ended(owner, 'over'));
    const command = (id: string, sessionId: string, sentAtWallMs = t0) => ({
      id,
      sessionId,
      command: { do: id },
      sentAtWallMs,
    });
    await value(store.sendCommand(command('z', 'a')));
    await value(store.sendCommand(command('y', 'a')));
    await value(store.sendCommand(command('x', 'b')));
    for (const session of ['over', 'nobody'])
      await refused(store.sendCommand(command('w', session)), 'store.not-owner');
    await refused(store.sendCommand(command('w', 'b', t0 + 1001)), 'store.not-owner');
    assert.deepEqual(await value(store.takeCommands(owner, 1)), [command('z', 'a')]);
    assert.deepEqual(await value(store.takeCommands(owner, 9)), [command('y', 'a')]);
    assert.deepEqual(await value(store.takeCommands(owner, 9)), []);
    assert.equal(await value(store.commandAnswer('z')), undefined);
    await value(store.answerCommand('z', { done: true }));
    await value(store.answerCommand('z', { done: false }));
    await value(store.answerCommand('unknown', {}));
    assert.deepEqual(await value(store.commandAnswer('z')), { done: true });
    // What a dead node did not take, its heir does.
    await value(store.adopt(owner, t0 + 2000));
    assert.deepEqual(await value(store.takeCommands(owner, 9)), [command('x', 'b')]);
    await value(
      store
        .sendCommand(command('v', 'a', t0 + 60_000))
        .then((sent) => (sent.ok ? sent : store.renewLease(owner, t0 + 90_000))),
    );
    await value(store.sendCommand(command('u', 'a', t0 + 60_000)));
    assert.equal(await value(store.commandAnswer('z')), undefined);
    assert.deepEqual((await value(store.takeCommands(owner, 9))).at(-1)?.id, 'u');
  });
}

/** A running call with a dialog, one without, one that is over, a delivery of each kind, a report and a claimed key. */
async function leaveWork(store: Parameters<typeof join>[0], owner: Owner, name: string): Promise<void> {
  const running = `${name}-running`;
  const over = `${name}-over`;
  await commit(store, accepted(owner, running), event(owner, running, 1, { endpoint: 'h' }));
  await commit(store, { type: 'call-changed', sessionId: running, owner, atWallMs: t0, dialog: { callId: name } });
  await commit(
    store,
    accepted(owner, `${name}-young`, { acceptedAtWallMs: t0 + 1 }, { ...limits, account: name, maxCalls: 1 }),
  );
  await commit(
    store,
    accepted(owner, over),
    event(owner, over, 1, { endpoint: 'h' }),
    event(owner, over, 2, { endpoint: 'h' }),
    ended(owner, over),
  );
  await commit(store, {
    type: 'reports-queued',
    owner,
    reports: [{ id: name, sink: 'sink', sessionId: over, document: {}, queuedAtWallMs: t0 }],
  });
  await value(store.claimKey({ tenantId: 'tenant', key: name }, 'f', owner, t0));
}

async function checkAdopted(
  store: Parameters<typeof join>[0],
  before: Owner,
  owner: Owner,
  name: string,
): Promise<void> {
  await refused(store.commit([event(before, `${name}-running`, 2)]), 'store.not-owner');
  await refused(store.commit([ended(before, `${name}-running`)]), 'store.not-owner');
  await commit(store, event(owner, `${name}-running`, 2));
  assert.deepEqual(names(await due(store, before)), []);
  assert.deepEqual(names(await due(store, owner)), [`${name}-over/1`, `${name}-running/1`]);
  await commit(store, settled(`${name}-over`, 1));
  assert.deepEqual(names(await due(store, owner, { exceptSessions: [`${name}-running`] })), [`${name}-over/2`]);
  assert.deepEqual(
    (await value(store.dueReports('sink', owner, t0, 9))).map(({ id }) => id),
    [name],
  );
  assert.deepEqual(await value(store.claimKey({ tenantId: 'tenant', key: name }, 'other', owner, t0)), {
    type: 'claimed',
  });
  // Its slot is held until the heir has ended it.
  const next = accepted(owner, `${name}-next`, {}, { ...limits, account: name, maxCalls: 1 });
  await refused(store.commit([next]), 'guard.concurrency');
  await commit(store, ended(owner, `${name}-young`), next, ended(owner, `${name}-next`));
}
