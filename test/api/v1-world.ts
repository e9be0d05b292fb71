/** The API over a store in memory, with a stand-in for the engine that stores calls and tells what a test wants told. */
import assert from 'node:assert/strict';
import { setImmediate as nextMacrotask } from 'node:timers/promises';
import type { LightMyRequestResponse } from 'fastify';
import type { ApiPorts } from '../../src/api/index.ts';
import { createEventFeed } from '../../src/app/event-feed.ts';
import type { ControlCommand } from '../../src/engine/index.ts';
import { err, type GatewayError, gatewayError, type JsonObject, ok, type Result } from '../../src/kit/index.ts';
import { createMemoryStore, type DurableStore, type NewCall, type StoredCallState } from '../../src/store/index.ts';
import { type ApiWorld, basic, createWorld, type WorldOptions } from './api-world.ts';
import { memoryV1 } from './memory-v1.ts';

export interface V1World extends ApiWorld {
  readonly store: DurableStore;
  readonly commands: { readonly sessionId: string; readonly command: ControlCommand }[];
  /** Session ids, in the order in which the calls were stored. */
  readonly calls: string[];
  /** One more event of a call, with a delivery when it has a receiver. */
  tell(sessionId: string, type: string, data?: JsonObject): Promise<void>;
  /** The end of a call, `completed.bot` unless told otherwise: its last event, its terminal state and its record. */
  end(sessionId: string, endCode?: string): Promise<void>;
  ask(method: 'DELETE' | 'GET' | 'POST', path: string, options?: AskOptions): Promise<LightMyRequestResponse>;
}

export interface AskOptions {
  readonly mark?: string;
  /** Whose credentials are sent; those of `mark` unless told otherwise. */
  readonly as?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** A tenant of the worlds of tests. */
export const entry = (mark: string): Record<string, unknown> => ({
  tenantURI: `sip:${mark}@example.net`,
  enableOutboundCalls: true,
  restAPI: { username: `user-${mark}`, password: `password-${mark}` },
  outboundCalls: { statusWebhook: `http://hook-${mark}.example.net/` },
});

export const tenantIdOf = (mark: string): string => `sip:${mark}@example.net`;
export const basePath = (mark: string): string => `/v1/tenants/${encodeURIComponent(tenantIdOf(mark))}`;

export interface V1Options extends WorldOptions {
  readonly v1?: Partial<ApiPorts['v1']>;
  /** What refuses the calls; none does. */
  readonly refusal?: () => GatewayError | undefined;
  readonly control?: (command: ControlCommand) => Result<void, GatewayError>;
  readonly real?: 'timers';
}

const wallMs = 1_700_000_000_000;

export async function createV1World(options: V1Options = {}): Promise<V1World> {
  const store = options.v1?.store === undefined ? createMemoryStore() : (options.v1.store as DurableStore);
  const joined = await store.joinNode('test', wallMs + 1e9);
  assert.ok(joined.ok);
  const owner = joined.value;
  const feed = createEventFeed();
  const commands: V1World['commands'] = [];
  const calls: string[] = [];
  const endpoint = {
    key: 'receiver',
    target: {
      url: 'https://hook.example.net/states?key=c4n4ry',
      trust: 'request',
      connectTimeoutMs: 1000,
      readTimeoutMs: 1000,
      maxRetries: 0,
      windowMs: 0,
    },
  };
  const world = createWorld({
    tenants: ['one', 'two'].map(entry),
    ...options,
    ports: {
      startCall: async (order, acceptance = {}) => {
        // Nothing that makes a call durable is there at once.
        await nextMacrotask();
        const refusal = options.refusal?.();
        if (refusal !== undefined) return err(refusal);
        const sessionId = `00000000-0000-4000-8000-${String(calls.length + 1).padStart(12, '0')}`;
        calls.push(sessionId);
        const call: NewCall = {
          sessionId,
          tenantId: order.tenant.id,
          owner,
          to: order.to,
          from: order.from ?? '',
          acceptedAtWallMs: wallMs + calls.length * 1000,
          endpoint,
          facts: { recordingFile: `${sessionId}-audio.wav` },
        };
        const kept = await store.commit([
          { type: 'call-accepted', call },
          ...(acceptance.alongside === undefined ? [] : acceptance.alongside(sessionId)),
        ]);
        assert.ok(kept.ok, JSON.stringify(kept));
        world.orders.push(order);
        return ok({ sessionId });
      },
      v1: memoryV1({
        store,
        owner,
        feed,
        wallMs: () => wallMs,
        control: async ({ sessionId }, command) => {
          commands.push({ sessionId, command });
          return options.control?.(command) ?? ok(undefined);
        },
        ...(options.real === undefined
          ? {}
          : {
              after: (ms, fire) => {
                const timer = setTimeout(fire, ms);
                return () => {
                  clearTimeout(timer);
                };
              },
            }),
        ...options.v1,
      }),
      ...options.ports,
    },
  });

  async function tell(sessionId: string, type: string, data: JsonObject = {}): Promise<void> {
    const found = await store.call(sessionId);
    assert.ok(found.ok && found.value !== undefined);
    const { tenantId, lastSequence } = found.value;
    const event = { sessionId, tenantId, sequence: lastSequence + 1, type, atWallMs: wallMs, data };
    const state = type.startsWith('call.') ? (type.slice(5) as StoredCallState) : undefined;
    const isChange = state !== undefined && state !== 'ended' && state !== 'failed';
    const committed = await store.commit([
      ...(isChange ? [{ type: 'call-changed', sessionId, owner, atWallMs: wallMs, state } as const] : []),
      { type: 'event', event, owner, endpoint },
    ]);
    assert.ok(committed.ok, JSON.stringify(committed));
    feed.tell([event]);
  }

  return {
    ...world,
    store,
    commands,
    calls,
    tell,
    async end(sessionId, endCode = 'completed.bot') {
      const state = endCode.startsWith('completed.') ? 'ended' : 'failed';
      await tell(sessionId, `call.${state}`, { callState: state, failureReason: null });
      const found = await store.call(sessionId);
      assert.ok(found.ok && found.value !== undefined);
      const { tenantId } = found.value;
      const end = { endCode, billedMs: 1000, atWallMs: wallMs } as const;
      const committed = await store.commit([
        { type: 'call-ended', sessionId, owner, state, ...end },
        { type: 'record', sessionId, tenantId, record: { endCode } },
      ]);
      assert.ok(committed.ok, JSON.stringify(committed));
    },
    ask: async (method, path, { mark = 'one', as = mark, body, headers = {} } = {}) =>
      world.app.inject({
        method,
        url: `${basePath(mark)}${path}`,
        headers: {
          ...basic(`user-${as}`, `password-${as}`),
          ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
          ...headers,
        },
        ...(method === 'POST' ? { payload: JSON.stringify(body ?? {}) } : {}),
      }),
  };
}

/** Starts a call and gives its session. */
export async function startCall(world: V1World, mark = 'one'): Promise<string> {
  const response = await world.ask('POST', '/calls', { mark, body: { to: 'tel:+15551234' } });
  assert.equal(response.statusCode, 202, response.body);
  return response.json<{ vgwSessionID: string }>().vgwSessionID;
}

export const overloaded = (): GatewayError => gatewayError('gateway.overloaded', 'The machine is busy');
