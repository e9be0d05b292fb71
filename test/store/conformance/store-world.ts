/** Short words for the conformance tests of stores: an opened store, and changes with the usual values. */
import assert from 'node:assert/strict';
import type { ErrorCode, GatewayError, JsonObject, Result } from '../../../src/kit/index.ts';
import type {
  Change,
  Delivery,
  DeliveryTry,
  DueQuery,
  DurableStore,
  NewCall,
  Owner,
  SharedAdmission,
} from '../../../src/store/index.ts';

/** Opens an empty store. */
export type OpenEmptyStore = () => Promise<DurableStore>;

/** An instant on some day, and the day it is of. */
export const day = 20_000;
export const t0 = day * 86_400_000 + 3_600_000;

export async function withStore(open: OpenEmptyStore, story: (store: DurableStore) => Promise<void>): Promise<void> {
  const store = await open();
  try {
    await story(store);
  } finally {
    await store.close();
  }
}

export async function value<T>(stored: Promise<Result<T, GatewayError>>): Promise<T> {
  const result = await stored;
  assert.ok(result.ok, result.ok ? '' : `${result.error.code}: ${result.error.message}`);
  return result.value;
}

export async function refused(stored: Promise<Result<unknown, GatewayError>>, code: ErrorCode): Promise<GatewayError> {
  const result = await stored;
  assert.ok(!result.ok, `it was taken, and not refused with ${code}`);
  assert.equal(result.error.code, code, result.error.message);
  return result.error;
}

export async function commit(store: DurableStore, ...changes: readonly Change[]): Promise<void> {
  await value(store.commit(changes));
}

export function join(store: DurableStore, nodeId = 'node-1', leaseUntilWallMs = t0 + 10_000): Promise<Owner> {
  return value(store.joinNode(nodeId, leaseUntilWallMs));
}

export function newCall(owner: Owner, sessionId: string, rest: Partial<NewCall> = {}): NewCall {
  return {
    sessionId,
    tenantId: 'tenant',
    owner,
    to: 'sip:callee@192.0.2.1',
    from: 'sip:gateway@192.0.2.2',
    acceptedAtWallMs: t0,
    facts: { bot: 'greeter' },
    ...rest,
  };
}

export function accepted(
  owner: Owner,
  sessionId: string,
  rest: Partial<NewCall> = {},
  admission?: SharedAdmission,
): Change {
  return {
    type: 'call-accepted',
    call: newCall(owner, sessionId, rest),
    ...(admission === undefined ? {} : { admission }),
  };
}

export function ended(owner: Owner, sessionId: string, atWallMs = t0 + 5000, billedMs = 0): Change {
  return { type: 'call-ended', sessionId, owner, atWallMs, state: 'ended', endCode: 'callee.hung-up', billedMs };
}

export function event(
  owner: Owner,
  sessionId: string,
  sequence: number,
  rest: {
    readonly endpoint?: string;
    readonly tenantId?: string;
    readonly atWallMs?: number;
    readonly data?: JsonObject;
  } = {},
): Change {
  const { endpoint, tenantId = 'tenant', atWallMs = t0 + sequence, data = { n: sequence } } = rest;
  return {
    type: 'event',
    owner,
    event: { sessionId, tenantId, sequence, type: 'call.started', atWallMs, data },
    ...(endpoint === undefined ? {} : { endpoint: { key: endpoint, target: { url: `https://${endpoint}/` } } }),
  };
}

export function settled(
  sessionId: string,
  sequence: number,
  state: 'delivered' | 'dead' = 'delivered',
  tries?: readonly DeliveryTry[],
): Change {
  return {
    type: 'delivery-settled',
    sessionId,
    sequence,
    state,
    attempts: 1,
    atWallMs: t0 + 100 + sequence,
    status: 200,
    ...(tries === undefined ? {} : { tries }),
  };
}

export async function due(
  store: DurableStore,
  owner: Owner,
  rest: Partial<DueQuery> = {},
): Promise<readonly Delivery[]> {
  return value(
    store.dueDeliveries({
      owner,
      nowWallMs: t0 + 1000,
      perEndpoint: 10,
      limit: 100,
      exceptSessions: [],
      exceptEndpoints: [],
      ...rest,
    }),
  );
}

/** `session/sequence` of each. */
export function names(deliveries: readonly Delivery[]): readonly string[] {
  return deliveries.map(({ event: { sessionId, sequence } }) => `${sessionId}/${sequence}`);
}
