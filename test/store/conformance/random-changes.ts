/** Any sequence of what callers do gives the same answers as the memory store. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  createMemoryStore,
  type Change,
  type DurableStore,
  type Owner,
  slotLengthsMs,
} from '../../../src/store/index.ts';
import { accepted, event, join, type OpenEmptyStore, t0 } from './store-world.ts';

const sessions = ['s0', 's1', 's2', 's3'];
const session = fc.constantFrom(...sessions);
const lag = fc.integer({ min: 0, max: 3000 });
const times = { sessionId: session, sequence: fc.integer({ min: 1, max: 4 }), attempts: fc.nat(5), at: lag };

/** Makes a change for an owner, when the next sequence of each session is known to the caller (or guessed wrong). */
type Draft = (owner: Owner, next: (sessionId: string) => number) => Change;

const acceptedDraft = fc.record({ sessionId: session, at: lag, limit: fc.option(fc.nat(3)), rate: fc.nat(2) }).map(
  ({ sessionId, at, limit, rate }): Draft =>
    (owner) =>
      accepted(
        owner,
        sessionId,
        { acceptedAtWallMs: t0 + at },
        limit === null
          ? undefined
          : { account: 'acme', callsPerSecond: rate, maxCalls: limit, minutesPerDay: 1, nowWallMs: t0 + at },
      ),
);
const changedDraft = fc
  .record({
    sessionId: session,
    at: lag,
    state: fc.constantFrom('started', 'ringing', 'active'),
    dialog: fc.constantFrom(null, undefined, { id: 1 }),
  })
  .map(({ sessionId, at, state, dialog }): Draft => (owner) => ({
    type: 'call-changed',
    sessionId,
    owner,
    atWallMs: t0 + at,
    ...(at % 2 === 0 ? { state: state as 'active' } : {}),
    ...(dialog === undefined ? {} : { dialog }),
  }));
const endedDraft = fc
  .record({
    sessionId: session,
    at: lag,
    billedMs: fc.nat(40_000),
    state: fc.constantFrom('failed', 'ended'),
    figures: fc.record({
      isAnswered: fc.boolean(),
      waitsMs: fc.dictionary(fc.constantFrom('bot', 'response'), fc.array(fc.nat(30_000), { maxLength: 4 })),
    }),
  })
  .map(({ sessionId, at, billedMs, state, figures }): Draft => (owner) => ({
    type: 'call-ended',
    sessionId,
    owner,
    atWallMs: t0 + at,
    billedMs,
    state: state as 'ended',
    endCode: 'x',
    figures,
    ...(state === 'failed' ? { failureReason: 'y' } : {}),
  }));
const eventDraft = fc
  .record({ sessionId: session, at: lag, endpoint: fc.constantFrom('e1', 'e2', undefined), slip: fc.nat(30) })
  .map(
    ({ sessionId, at, endpoint, slip }): Draft =>
      (owner, next) =>
        event(owner, sessionId, next(sessionId) + (slip === 0 ? 1 : 0), {
          atWallMs: t0 + at,
          ...(endpoint === undefined ? {} : { endpoint }),
        }),
  );
const settledDraft = fc
  .record({ ...times, state: fc.constantFrom('delivered', 'dead') })
  .map(({ sessionId, sequence, attempts, at, state }): Draft => () => ({
    type: 'delivery-settled',
    sessionId,
    sequence,
    attempts,
    state: state as 'dead',
    atWallMs: t0 + at,
    ...(at % 2 === 0 ? { status: at } : { reason: 'r', tries: [{ atWallMs: t0, durationMs: at, reason: 'r' }] }),
  }));
const postponedDraft = fc.record(times).map(({ sessionId, sequence, attempts, at }): Draft => () => ({
  type: 'delivery-postponed',
  sessionId,
  sequence,
  attempts,
  dueAtWallMs: t0 + at,
  ...(at % 2 === 0 ? {} : { tries: [{ atWallMs: t0, durationMs: at, status: attempts }] }),
}));
const replayedDraft = fc.record(times).map(({ sessionId, sequence, at }): Draft => (owner) => ({
  type: 'delivery-replayed',
  sessionId,
  sequence,
  owner,
  atWallMs: t0 + at,
}));
const recordDraft = fc.record({ sessionId: session, n: fc.nat() }).map(
  ({ sessionId, n }): Draft =>
    () =>
      n % 3 === 0
        ? { type: 'artifacts-deleted', sessionId }
        : { type: 'record', sessionId, tenantId: 'tenant', record: { n } },
);
const draft = fc.oneof(
  { arbitrary: acceptedDraft, weight: 3 },
  { arbitrary: eventDraft, weight: 6 },
  { arbitrary: settledDraft, weight: 3 },
  changedDraft,
  endedDraft,
  postponedDraft,
  replayedDraft,
  recordDraft,
);

type Step =
  | { readonly type: 'commit'; readonly node: number; readonly drafts: readonly Draft[] }
  | { readonly type: 'join'; readonly node: number }
  | { readonly type: 'adopt'; readonly node: number; readonly at: number }
  | { readonly type: 'prune'; readonly at: number };

const node = fc.nat(1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({
      type: fc.constant('commit' as const),
      node,
      drafts: fc.array(draft, { minLength: 1, maxLength: 4 }),
    }),
    weight: 20,
  },
  fc.record({ type: fc.constant('join' as const), node }),
  fc.record({ type: fc.constant('adopt' as const), node, at: fc.constantFrom(1000, 2500) }),
  fc.record({ type: fc.constant('prune' as const), at: lag }),
);

async function play(store: DurableStore, steps: readonly Step[]): Promise<readonly unknown[]> {
  const told: unknown[] = [];
  const owners = [await join(store, 'n0', t0 + 2000), await join(store, 'n1', t0 + 2000)];
  const start = await store.tenantEvents('tenant', undefined, 1);
  // Owners of different stores have different epochs; how they differ from the first is the same.
  for (const each of steps) {
    const owner = owners['node' in each ? each.node : 0];
    assert.ok(owner !== undefined);
    switch (each.type) {
      case 'commit': {
        const last = new Map<string, number>();
        for (const sessionId of sessions) {
          const call = await store.call(sessionId);
          assert.ok(call.ok);
          last.set(sessionId, call.value?.lastSequence ?? 0);
        }
        const next = (sessionId: string): number => {
          const sequence = (last.get(sessionId) ?? 0) + 1;
          last.set(sessionId, sequence);
          return sequence;
        };
        told.push(await store.commit(each.drafts.map((draft) => draft(owner, next))));
        break;
      }
      case 'join':
        owners[each.node] = await join(store, owner.nodeId, t0 + 3000);
        break;
      case 'adopt':
        told.push(await store.adopt(owner, t0 + each.at));
        break;
      case 'prune':
        told.push(await store.prune(t0 + each.at, 2));
        break;
      default:
        each satisfies never;
    }
    for (const by of owners) {
      const query = {
        owner: by,
        nowWallMs: t0 + 1500,
        perEndpoint: 2,
        limit: 3,
        exceptSessions: ['s3'],
        exceptEndpoints: [],
      };
      told.push(await store.dueDeliveries(query), await store.nextDueAtWallMs(by, []));
    }
  }
  for (const sessionId of sessions) {
    told.push(await store.call(sessionId), await store.record(sessionId), await store.deliveries(sessionId));
    told.push(await store.events(sessionId, 1, 2));
  }
  told.push(await store.calls({ limit: 3 }), await store.deadDeliveries({ limit: 2 }), await store.nodes());
  const asked = { tenantId: 'tenant', fromWallMs: 0, beforeWallMs: 2 * t0 };
  for (const slotMs of slotLengthsMs) told.push(await store.statistics({ ...asked, slotMs }));
  told.push(await store.chargedMs('acme', Math.floor(t0 / 86_400_000)));
  if (start.ok) told.push(await store.tenantEvents('tenant', start.value.nextCursor, 100));
  return told;
}

export function randomChangesConformance(name: string, open: OpenEmptyStore, runs: number): void {
  test(`${name}: any sequence of changes gives the same answers as the memory store`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const store = await open();
        const memory = createMemoryStore();
        try {
          assert.deepEqual(await play(store, steps), await play(memory, steps));
        } finally {
          await store.close();
        }
      }),
      { numRuns: runs, seed: 20_250_304, includeErrorInReport: true },
    );
  });
}
