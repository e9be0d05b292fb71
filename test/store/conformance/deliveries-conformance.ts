import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accepted,
  commit,
  due,
  ended,
  event,
  join,
  names,
  type OpenEmptyStore,
  settled,
  t0,
  value,
  withStore,
  refused,
} from './store-world.ts';

export function deliveriesConformance(name: string, open: OpenEmptyStore): void {
  const story = (title: string, tell: Parameters<typeof withStore>[1]): void => {
    test(`${name}: ${title}`, () => withStore(open, tell));
  };

  story('only the head of a lane is due, and a settled one lets the next through', async (store) => {
    const owner = await join(store);
    await commit(store, accepted(owner, 'a'), event(owner, 'a', 1, { endpoint: 'hook' }), event(owner, 'a', 2));
    await commit(store, event(owner, 'a', 3, { endpoint: 'hook' }), event(owner, 'a', 4, { endpoint: 'hook2' }));
    const [head, ...others] = await due(store, owner);
    assert.deepEqual(head, {
      event: {
        sessionId: 'a',
        tenantId: 'tenant',
        sequence: 1,
        type: 'call.started',
        atWallMs: t0 + 1,
        data: { n: 1 },
      },
      endpoint: { key: 'hook', target: { url: 'https://hook/' } },
      attempts: 0,
      tries: [],
      queuedAtWallMs: t0 + 1,
      dueAtWallMs: t0 + 1,
    });
    assert.deepEqual(others, []);
    await commit(store, settled('a', 1, 'dead'));
    assert.deepEqual(names(await due(store, owner)), ['a/3']);
    await commit(store, settled('a', 3, 'delivered'));
    assert.deepEqual(names(await due(store, owner)), ['a/4']);
    await commit(store, settled('a', 4));
    assert.deepEqual(names(await due(store, owner)), []);
    const states = (await value(store.deliveries('a'))).map(({ state, settledAtWallMs }) => [state, settledAtWallMs]);
    assert.deepEqual(states, [
      ['dead', t0 + 101],
      ['delivered', t0 + 103],
      ['delivered', t0 + 104],
    ]);
    assert.deepEqual(await value(store.deliveries('nobody')), []);
  });

  story('a postponed head holds its lane until it is due', async (store) => {
    const owner = await join(store);
    await commit(
      store,
      accepted(owner, 'a'),
      event(owner, 'a', 1, { endpoint: 'hook' }),
      event(owner, 'a', 2, { endpoint: 'hook' }),
    );
    assert.equal(await value(store.nextDueAtWallMs(owner, [])), t0 + 1);
    const postponed = { type: 'delivery-postponed', sessionId: 'a', sequence: 1, dueAtWallMs: t0 + 5000 } as const;
    await commit(store, { ...postponed, attempts: 3, status: 503, reason: 'busy' });
    assert.deepEqual(names(await due(store, owner)), []);
    assert.equal(await value(store.nextDueAtWallMs(owner, [])), t0 + 5000);
    assert.equal(await value(store.nextDueAtWallMs(owner, ['a'])), undefined);
    const [again] = await due(store, owner, { nowWallMs: t0 + 5000 });
    assert.deepEqual(
      [again?.attempts, again?.lastStatus, again?.lastReason, again?.queuedAtWallMs],
      [3, 503, 'busy', t0 + 1],
    );
    await commit(store, { ...postponed, attempts: 4, reason: 'no answer' });
    const [third] = await due(store, owner, { nowWallMs: t0 + 5000 });
    assert.deepEqual(
      [third?.attempts, third?.lastReason, third !== undefined && 'lastStatus' in third],
      [4, 'no answer', false],
    );
    // What is settled or unknown is not settled again.
    await commit(
      store,
      settled('a', 1),
      settled('a', 1, 'dead'),
      { ...postponed, attempts: 9 },
      settled('a', 77),
      settled('b', 1),
    );
    assert.equal((await value(store.deliveries('a')))[0]?.state, 'delivered');
    assert.deepEqual(names(await due(store, owner)), ['a/2']);
  });

  story('one endpoint with much to deliver leaves room for the others', async (store) => {
    const owner = await join(store);
    for (let n = 0; n < 30; n++) {
      const endpoint = n < 25 ? 'crowded' : `hook${n}`;
      const session = `s${100 + n}`;
      await commit(store, accepted(owner, session), event(owner, session, 1, { endpoint, atWallMs: t0 + n }));
    }
    const found = await due(store, owner, { perEndpoint: 3, limit: 100 });
    assert.deepEqual(names(found), ['s100/1', 's101/1', 's102/1', 's125/1', 's126/1', 's127/1', 's128/1', 's129/1']);
    assert.deepEqual(names(await due(store, owner, { perEndpoint: 3, limit: 4 })), [
      's100/1',
      's101/1',
      's102/1',
      's125/1',
    ]);
    const except = { exceptSessions: ['s101', 's127'], exceptEndpoints: ['hook26'], perEndpoint: 2 };
    assert.deepEqual(names(await due(store, owner, except)), ['s100/1', 's102/1', 's125/1', 's128/1', 's129/1']);
    assert.deepEqual(names(await due(store, owner, { exceptEndpoints: ['crowded'], limit: 1 })), ['s125/1']);
    assert.equal(await value(store.nextDueAtWallMs(owner, ['s100', 's101'])), t0 + 2);
    assert.deepEqual(names(await due(store, { ...owner, nodeId: 'other' })), []);
  });

  story('dead letters are listed newest first and sent again from the beginning', async (store) => {
    const owner = await join(store);
    for (const session of ['a', 'b']) {
      const tenantId = `of-${session}`;
      await commit(store, accepted(owner, session, { tenantId }));
      for (let n = 1; n <= 3; n++) await commit(store, event(owner, session, n, { endpoint: 'hook', tenantId }));
    }
    await commit(store, settled('a', 1, 'dead'), settled('a', 2, 'dead'), settled('b', 1, 'dead'));
    const all = await value(store.deadDeliveries({ limit: 2 }));
    assert.deepEqual(names(all.items), ['a/2', 'b/1']);
    const { nextCursor = '' } = all;
    const rest = await value(store.deadDeliveries({ limit: 2, cursor: nextCursor }));
    assert.deepEqual([names(rest.items), rest.nextCursor], [['a/1'], undefined]);
    assert.deepEqual(names((await value(store.deadDeliveries({ tenantId: 'of-b', limit: 9 }))).items), ['b/1']);
    const replay = { type: 'delivery-replayed', sessionId: 'a', sequence: 1, atWallMs: t0 + 700 } as const;
    await refused(store.commit([{ ...replay, owner: { nodeId: 'node-1', epoch: 0 } }]), 'store.not-owner');
    // It goes before what waits, though a later one was at the head.
    await commit(store, { ...replay, owner });
    assert.deepEqual(names(await due(store, owner)), ['b/2', 'a/1']);
    const [again] = await value(store.deliveries('a'));
    assert.deepEqual(
      [again?.state, again?.attempts, again?.queuedAtWallMs, again?.dueAtWallMs, again?.settledAtWallMs],
      ['waiting', 0, t0 + 700, t0 + 700, undefined],
    );
    assert.deepEqual(names(await due(store, owner, { nowWallMs: t0 + 699 })), ['b/2']);
    await commit(store, settled('a', 1), { ...replay, owner, sequence: 3 }, { ...replay, owner, sessionId: 'nobody' });
    assert.deepEqual(names(await due(store, owner)), ['b/2', 'a/3']);
    // Delivered ones too.
    await commit(store, { ...replay, owner, atWallMs: t0 + 800 });
    assert.deepEqual(names(await due(store, owner)), ['b/2', 'a/1']);
    await refused(store.deadDeliveries({ limit: 2, cursor: '!' }), 'request.malformed');
  });

  story(
    'attempts are kept in the same change that tells their outcome, and a replay keeps those before it',
    async (store) => {
      const owner = await join(store);
      await commit(store, accepted(owner, 'a'), event(owner, 'a', 1, { endpoint: 'h' }));
      const tries = [
        { atWallMs: t0 + 2, durationMs: 30, status: 503, reason: 'It said "no".' },
        { atWallMs: t0 + 500, durationMs: 5000, reason: 'ö' },
        { atWallMs: t0 + 900, durationMs: 1, status: 204 },
      ];
      const postponed = {
        type: 'delivery-postponed',
        sessionId: 'a',
        sequence: 1,
        dueAtWallMs: t0,
        attempts: 1,
      } as const;
      const seen = async () => (await value(store.deliveries('a'))).map((each) => each.tries);
      await commit(store, { ...postponed, tries: tries.slice(0, 1) });
      assert.deepEqual(
        (await due(store, owner)).map((each) => each.tries),
        [tries.slice(0, 1)],
      );
      await commit(store, { ...postponed, tries: tries.slice(0, 2) }, postponed);
      assert.deepEqual(await seen(), [tries.slice(0, 2)]);
      await commit(store, settled('a', 1, 'dead', tries));
      assert.deepEqual(
        (await value(store.deadDeliveries({ limit: 1 }))).items.map((each) => each.tries),
        [tries],
      );
      await commit(store, { type: 'delivery-replayed', sessionId: 'a', sequence: 1, owner, atWallMs: t0 + 950 });
      assert.deepEqual(await seen(), [tries]);
      await commit(store, settled('a', 1));
      assert.deepEqual(await seen(), [tries]);
    },
  );

  story('what another node replays waits in the same lane', async (store) => {
    const owner = await join(store);
    const other = await join(store, 'node-2');
    await commit(
      store,
      accepted(owner, 'a'),
      event(owner, 'a', 1, { endpoint: 'h' }),
      event(owner, 'a', 2, { endpoint: 'h' }),
    );
    await commit(store, settled('a', 1, 'dead'));
    await commit(store, { type: 'delivery-replayed', sessionId: 'a', sequence: 1, owner: other, atWallMs: t0 + 9 });
    await commit(store, event(owner, 'a', 3, { endpoint: 'h' }));
    assert.deepEqual(names(await due(store, owner)), []);
    assert.equal(await value(store.nextDueAtWallMs(owner, [])), undefined);
    assert.deepEqual(names(await due(store, other)), ['a/1']);
    await commit(store, settled('a', 1));
    assert.deepEqual(names(await due(store, owner)), ['a/2']);
  });

  story('reports wait for their sink in the order of their names', async (store) => {
    const owner = await join(store);
    const report = (id: string, sink = 'couch') => ({ id, sink, sessionId: 'a', document: { id }, queuedAtWallMs: t0 });
    await commit(store, {
      type: 'reports-queued',
      owner,
      reports: [report('3'), report('1'), report('2'), report('x', 'hec')],
    });
    const found = async (nowWallMs = t0, limit = 10) =>
      (await value(store.dueReports('couch', owner, nowWallMs, limit))).map(({ id }) => id);
    assert.deepEqual(await found(), ['1', '2', '3']);
    assert.deepEqual(await found(t0, 2), ['1', '2']);
    assert.deepEqual(await found(t0 - 1), []);
    assert.deepEqual(await value(store.dueReports('hec', owner, t0, 9)), [report('x', 'hec')]);
    assert.deepEqual(await value(store.dueReports('couch', { ...owner, nodeId: 'b' }, t0, 9)), []);
    await refused(
      store.commit([{ type: 'reports-queued', owner, reports: [report('4'), report('2')] }]),
      'internal.bug',
    );
    await commit(store, { type: 'reports-postponed', ids: ['1', 'no such'], dueAtWallMs: t0 + 50 });
    await commit(store, { type: 'reports-done', ids: ['2', 'no such'] });
    assert.deepEqual(await found(), ['3']);
    assert.deepEqual(await found(t0 + 50), ['1', '3']);
    await commit(store, { type: 'reports-done', ids: [] }, { type: 'reports-queued', owner, reports: [] });
  });

  story('a call that has ended still has its deliveries', async (store) => {
    const owner = await join(store);
    await commit(store, accepted(owner, 'a'), event(owner, 'a', 1, { endpoint: 'h' }), ended(owner, 'a'));
    assert.deepEqual(names(await due(store, owner)), ['a/1']);
  });
}
