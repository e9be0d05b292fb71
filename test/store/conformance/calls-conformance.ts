import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredCall } from '../../../src/store/index.ts';
import {
  accepted,
  commit,
  ended,
  event,
  join,
  newCall,
  type OpenEmptyStore,
  refused,
  t0,
  value,
  withStore,
} from './store-world.ts';

export function callsConformance(name: string, open: OpenEmptyStore): void {
  const story = (title: string, tell: Parameters<typeof withStore>[1]): void => {
    test(`${name}: ${title}`, () => withStore(open, tell));
  };

  story('a call is kept as it was accepted, and each change of it', async (store) => {
    const owner = await join(store);
    const endpoint = { key: 'hook', target: { url: 'https://hook.example.net/', sealed: 'x' } };
    const facts = { list: [1, 2.5, null, true, 'é\u0000"'], nested: { a: {} } };
    await commit(store, accepted(owner, 'a', { endpoint, facts, to: 'tel:+1', from: 'sip:ü@x' }));
    const asAccepted: StoredCall = {
      ...newCall(owner, 'a', { endpoint, facts, to: 'tel:+1', from: 'sip:ü@x' }),
      state: 'accepted',
      changedAtWallMs: t0,
      lastSequence: 0,
    };
    assert.deepEqual(await value(store.call('a')), asAccepted);
    const changed = { type: 'call-changed', sessionId: 'a', owner } as const;
    await commit(store, { ...changed, atWallMs: t0 + 1, state: 'ringing', dialog: { callId: 'x', early: true } });
    const ringing = { ...asAccepted, state: 'ringing', changedAtWallMs: t0 + 1, dialog: { callId: 'x', early: true } };
    assert.deepEqual(await value(store.call('a')), ringing);
    await commit(store, { ...changed, atWallMs: t0 + 2, state: 'active' });
    assert.deepEqual(await value(store.call('a')), { ...ringing, state: 'active', changedAtWallMs: t0 + 2 });
    await commit(store, { ...changed, atWallMs: t0 + 3, dialog: null });
    const active = { ...asAccepted, state: 'active', changedAtWallMs: t0 + 3 };
    assert.deepEqual(await value(store.call('a')), active);
    await commit(store, { ...changed, atWallMs: t0 + 3, dialog: { callId: 'y' } });
    const end = { sessionId: 'a', owner, atWallMs: t0 + 4, billedMs: 1, endCode: 'sip.rejected' };
    await commit(store, { ...end, type: 'call-ended', state: 'failed', failureReason: 'busy' });
    assert.deepEqual(await value(store.call('a')), {
      ...active,
      state: 'failed',
      changedAtWallMs: t0 + 4,
      endedAtWallMs: t0 + 4,
      endCode: 'sip.rejected',
      failureReason: 'busy',
    });
    assert.equal(await value(store.call('b')), undefined);
  });

  story('a commit takes effect as a whole or not at all', async (store) => {
    const owner = await join(store);
    await commit(store, accepted(owner, 'a'), event(owner, 'a', 1, { endpoint: 'hook' }));
    const before = await value(store.call('a'));
    const other = { nodeId: 'node-1', epoch: owner.epoch + 1 };
    await refused(
      store.commit([
        { type: 'call-changed', sessionId: 'a', owner, atWallMs: t0 + 9, state: 'active', dialog: { x: 1 } },
        event(owner, 'a', 2, { endpoint: 'hook' }),
        { type: 'record', sessionId: 'a', tenantId: 'tenant', record: { a: 1 } },
        { type: 'reports-queued', owner, reports: [report('1')] },
        accepted(owner, 'b'),
        ended(owner, 'a', t0 + 10, 5000),
        { type: 'call-changed', sessionId: 'b', owner: other, atWallMs: t0 + 9 },
      ]),
      'store.not-owner',
    );
    assert.deepEqual(await value(store.call('a')), before);
    assert.equal(await value(store.call('b')), undefined);
    assert.equal(await value(store.record('a')), undefined);
    assert.equal((await value(store.events('a', 0, 10))).length, 1);
    assert.equal((await value(store.deliveries('a'))).length, 1);
    assert.deepEqual(await value(store.dueReports('sink', owner, t0 + 1, 10)), []);
    await commit(store);
  });

  story(
    'commits that are handed over at once take effect in their order, and one failing fails no other',
    async (store) => {
      const owner = await join(store);
      const handedOver = [
        store.commit([accepted(owner, 'a')]),
        store.commit([event(owner, 'a', 1)]),
        store.commit([event(owner, 'a', 3)]),
        store.commit([event(owner, 'a', 2), accepted(owner, 'b')]),
        store.commit([accepted(owner, 'b')]),
        store.commit([event(owner, 'b', 1)]),
        store.commit([event(owner, 'a', 3)]),
      ];
      const outcomes = (await Promise.all(handedOver)).map((each) => (each.ok ? 'ok' : each.error.code));
      assert.deepEqual(outcomes, ['ok', 'ok', 'internal.bug', 'ok', 'internal.bug', 'ok', 'ok']);
      const sequences = (await value(store.events('a', 0, 10))).map(({ sequence }) => sequence);
      assert.deepEqual(sequences, [1, 2, 3]);
    },
  );

  story('sequences of a call begin at 1, have no gap and repeat none', async (store) => {
    const owner = await join(store);
    await commit(store, accepted(owner, 'a'));
    for (const sequence of [0, 2, -1]) await refused(store.commit([event(owner, 'a', sequence)]), 'internal.bug');
    await commit(store, event(owner, 'a', 1), event(owner, 'a', 2));
    for (const sequence of [1, 2, 4]) await refused(store.commit([event(owner, 'a', sequence)]), 'internal.bug');
    await refused(store.commit([event(owner, 'a', 3, { tenantId: 'other' })]), 'internal.bug');
    await commit(store, event(owner, 'a', 3));
    assert.equal((await value(store.call('a')))?.lastSequence, 3);
    const events = await value(store.events('a', 1, 1));
    assert.deepEqual(events, [
      { sessionId: 'a', tenantId: 'tenant', sequence: 2, type: 'call.started', atWallMs: t0 + 2, data: { n: 2 } },
    ]);
    assert.deepEqual(await value(store.events('nobody', 0, 10)), []);
  });

  story('only its owner writes to a call, and nobody to one that is over', async (store) => {
    const owner = await join(store);
    const other = await join(store, 'node-2');
    await commit(store, accepted(owner, 'a'));
    for (const stranger of [other, { ...owner, epoch: owner.epoch - 1 }, { ...owner, epoch: owner.epoch + 9 }]) {
      await refused(store.commit([event(stranger, 'a', 1)]), 'store.not-owner');
      await refused(store.commit([ended(stranger, 'a')]), 'store.not-owner');
      await refused(
        store.commit([{ type: 'call-changed', sessionId: 'a', owner: stranger, atWallMs: t0 }]),
        'store.not-owner',
      );
    }
    await refused(store.commit([event(owner, 'nobody', 1)]), 'store.not-owner');
    await commit(store, ended(owner, 'a'));
    await refused(store.commit([ended(owner, 'a')]), 'store.not-owner');
    await refused(
      store.commit([{ type: 'call-changed', sessionId: 'a', owner, atWallMs: t0, state: 'active' }]),
      'store.not-owner',
    );
    // What was still to be told of it is told.
    await commit(store, event(owner, 'a', 1));
    await refused(store.commit([accepted(owner, 'a')]), 'internal.bug');
    await refused(store.commit([accepted({ nodeId: 'node-3', epoch: 1 }, 'c')]), 'store.not-owner');
    await commit(store, accepted(owner, 'd'));
    await refused(
      store.commit([{ type: 'call-changed', sessionId: 'd', owner, atWallMs: t0, state: 'ended' }]),
      'internal.bug',
    );
  });

  story('the first record of a call stays', async (store) => {
    const owner = await join(store);
    await commit(store, accepted(owner, 'a'));
    const record = { type: 'record', sessionId: 'a', tenantId: 'tenant' } as const;
    await commit(store, { ...record, record: { first: true } });
    await commit(store, { ...record, record: { first: false } });
    assert.deepEqual(await value(store.record('a')), { first: true });
    await refused(store.commit([{ ...record, sessionId: 'nobody', record: {} }]), 'store.not-owner');
  });

  story('lists calls newest first, in pages that miss none and repeat none while calls are accepted', async (store) => {
    const owner = await join(store);
    const at = (n: number) => ({ acceptedAtWallMs: t0 + Math.floor(n / 3) });
    for (let n = 0; n < 20; n++) await commit(store, accepted(owner, `s${10 + n}`, at(n)));
    await commit(store, accepted(owner, 'other', { tenantId: 'other', acceptedAtWallMs: t0 + 3 }));
    const seen: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await value(
        store.calls({ tenantId: 'tenant', limit: 6, ...(cursor === undefined ? {} : { cursor }) }),
      );
      seen.push(...page.items.map(({ sessionId }) => sessionId));
      cursor = page.nextCursor;
      await commit(store, accepted(owner, `late${pages}`, { acceptedAtWallMs: t0 + 100 }));
      pages++;
    } while (cursor !== undefined);
    const expected = Array.from({ length: 20 }, (_, n) => `s${29 - n}`);
    assert.deepEqual(seen, expected);
    assert.equal(pages, 4);
    assert.equal((await value(store.calls({ limit: 200 }))).items.length, 25);
    await refused(store.calls({ limit: 5, cursor: 'no cursor' }), 'request.malformed');
  });

  story('finds calls by tenant, state and time', async (store) => {
    const owner = await join(store);
    for (let n = 0; n < 4; n++) await commit(store, accepted(owner, `s${n}`, { acceptedAtWallMs: t0 + n }));
    await commit(store, ended(owner, 's1'));
    await commit(store, { type: 'call-changed', sessionId: 's2', owner, atWallMs: t0, state: 'active' });
    const find = async (query: object): Promise<readonly string[]> =>
      (await value(store.calls({ limit: 200, ...query }))).items.map(({ sessionId }) => sessionId);
    assert.deepEqual(await find({ states: ['ended', 'active'] }), ['s2', 's1']);
    assert.deepEqual(await find({ states: [] }), []);
    assert.deepEqual(await find({ tenantId: 'nobody' }), []);
    assert.deepEqual(await find({ acceptedFromWallMs: t0 + 1, acceptedBeforeWallMs: t0 + 3 }), ['s2', 's1']);
    assert.deepEqual(await find({ tenantId: 'tenant', states: ['accepted'], acceptedFromWallMs: t0 + 1 }), ['s3']);
  });

  story('finds calls by end code and by a part of the URI of either side', async (store) => {
    const owner = await join(store);
    const uris = [
      ['sip:+15551234@trunk.example.net', 'sip:Clinic@example.com'],
      ['tel:+15559876', 'sip:100%_!@example.com'],
    ] as const;
    for (const [index, [to, from]] of uris.entries()) await commit(store, accepted(owner, `s${index}`, { to, from }));
    await commit(store, ended(owner, 's1'));
    const find = async (query: object): Promise<readonly string[]> =>
      (await value(store.calls({ limit: 200, ...query }))).items.map(({ sessionId }) => sessionId);
    assert.deepEqual(await find({ party: '5551234' }), ['s0']);
    assert.deepEqual(await find({ party: 'cLINIC@' }), ['s0']);
    assert.deepEqual(await find({ party: '%_!' }), ['s1']);
    assert.deepEqual(await find({ party: '_' }), ['s1']);
    assert.deepEqual(await find({ party: '%1234' }), []);
    assert.deepEqual(await find({ party: '+1555' }), ['s1', 's0']);
    assert.deepEqual(await find({ endCode: 'callee.hung-up' }), ['s1']);
    assert.deepEqual(await find({ endCode: 'callee' }), []);
    assert.deepEqual(await find({ endCode: 'callee.hung-up', party: '5551234' }), []);
  });

  story('artifacts go, and the call with its states and times stays', async (store) => {
    const owner = await join(store);
    await commit(store, accepted(owner, 'a'), event(owner, 'a', 1, { endpoint: 'hook' }));
    await commit(store, { type: 'record', sessionId: 'a', tenantId: 'tenant', record: { text: 'said' } });
    await commit(store, ended(owner, 'a'), { type: 'artifacts-deleted', sessionId: 'a' });
    const call = await value(store.call('a'));
    assert.deepEqual(
      [call?.facts, call?.state, call?.endCode, call?.to],
      [{}, 'ended', 'callee.hung-up', 'sip:callee@192.0.2.1'],
    );
    assert.deepEqual(
      (await value(store.events('a', 0, 9))).map(({ data, type }) => [type, data]),
      [['call.started', {}]],
    );
    assert.deepEqual((await value(store.deliveries('a')))[0]?.event.data, {});
    assert.equal(await value(store.record('a')), undefined);
    await commit(store, { type: 'record', sessionId: 'a', tenantId: 'tenant', record: { text: 'late' } });
    assert.equal(await value(store.record('a')), undefined);
    await commit(store, { type: 'artifacts-deleted', sessionId: 'nobody' });
  });

  story('prunes calls that ended long ago with all of theirs, but none that is still to be told', async (store) => {
    const owner = await join(store);
    const live = [
      accepted(owner, 'a'),
      event(owner, 'a', 1),
      accepted(owner, 'b'),
      event(owner, 'b', 1, { endpoint: 'h' }),
    ];
    await commit(store, ...live, accepted(owner, 'c'), accepted(owner, 'd'), accepted(owner, 'running'));
    await commit(store, { type: 'record', sessionId: 'a', tenantId: 'tenant', record: {} });
    await commit(
      store,
      ended(owner, 'a', t0 + 1),
      ended(owner, 'b', t0 + 2),
      ended(owner, 'c', t0 + 3),
      ended(owner, 'd', t0 + 4),
    );
    assert.equal(await value(store.prune(t0 + 1, 10)), 0);
    assert.equal(await value(store.prune(t0 + 4, 1)), 1);
    assert.equal(await value(store.call('a')), undefined);
    assert.equal(await value(store.record('a')), undefined);
    assert.deepEqual(await value(store.events('a', 0, 9)), []);
    assert.equal(await value(store.prune(t0 + 4, 10)), 1);
    const left = (await value(store.calls({ limit: 9 }))).items.map(({ sessionId }) => sessionId);
    assert.deepEqual(left, ['running', 'd', 'b']);
    await commit(store, {
      type: 'delivery-settled',
      sessionId: 'b',
      sequence: 1,
      state: 'dead',
      attempts: 1,
      atWallMs: t0,
    });
    assert.equal(await value(store.prune(t0 + 4, 10)), 1);
    assert.deepEqual(await value(store.deliveries('b')), []);
  });

  story('an event stream of a tenant misses none and never changes its order', async (store) => {
    const owner = await join(store);
    await commit(store, accepted(owner, 'a'), event(owner, 'a', 1), accepted(owner, 'x', { tenantId: 'x' }));
    const start = await value(store.tenantEvents('tenant', undefined, 10));
    assert.deepEqual(start.items, []);
    assert.deepEqual((await value(store.tenantEvents('tenant', start.nextCursor, 10))).items, []);
    const seen: string[] = [];
    let cursor = start.nextCursor;
    const readOn = async (): Promise<number> => {
      const page = await value(store.tenantEvents('tenant', cursor, 7));
      cursor = page.nextCursor;
      seen.push(...page.items.map(({ sessionId, sequence }) => `${sessionId}/${sequence}`));
      return page.items.length;
    };
    const writing: Promise<unknown>[] = [];
    for (let n = 0; n < 30; n++) {
      const session = `s${n % 5}`;
      if (n < 5) writing.push(store.commit([accepted(owner, session)]));
      writing.push(
        store.commit([event(owner, session, Math.floor(n / 5) + 1), event(owner, 'x', n + 1, { tenantId: 'x' })]),
      );
      if (n % 4 === 0) await readOn();
    }
    await Promise.all(writing);
    while ((await readOn()) > 0);
    assert.equal(seen.length, 30);
    assert.equal(new Set(seen).size, 30);
    for (const session of ['s0', 's3']) {
      const own = seen.filter((each) => each.startsWith(session));
      assert.deepEqual(
        own,
        [1, 2, 3, 4, 5, 6].map((sequence) => `${session}/${sequence}`),
      );
    }
    const again = await value(store.tenantEvents('tenant', start.nextCursor, 100));
    assert.deepEqual(
      again.items.map(({ sessionId, sequence }) => `${sessionId}/${sequence}`),
      seen,
    );
    await refused(store.tenantEvents('tenant', 'x', 1), 'request.malformed');
  });
}

function report(id: string) {
  return { id, sink: 'sink', sessionId: 'a', document: {}, queuedAtWallMs: t0 };
}
