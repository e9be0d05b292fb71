/** For tests only: an outbox over the memory store, with receivers, time and timers that do as they are told. */
import { setImmediate } from 'node:timers/promises';
import { gatewayError, type JsonObject, type Result, seededRandom } from '../kit/index.ts';
import { createMemoryStore, type DurableStore, type Owner } from '../store/index.ts';
import type { DeliveryResult, PostFailure, PostOrder, PostReply } from './contract.ts';
import { createOutbox, type Outbox, type OutboxOptions } from './outbox.ts';
import { printTarget, type WebhookTarget } from './webhook-target.ts';

export type Outcome = Result<PostReply, PostFailure>;

export const plainTarget: WebhookTarget = {
  url: 'http://hook.example/',
  trust: 'request',
  connectTimeoutMs: 3000,
  readTimeoutMs: 5000,
  maxRetries: 2,
  windowMs: 0,
};

export class OutboxWorld {
  readonly store: DurableStore = createMemoryStore();
  readonly orders: PostOrder[] = [];
  readonly results: DeliveryResult[] = [];
  readonly keys = new Map<string, readonly Buffer[]>();
  nowWallMs = 1_000_000;
  /** Whether the store answers. */
  isStoreUp = true;
  owner: Owner = { nodeId: 'n', epoch: 0 };
  outbox!: Outbox;
  #timers: { readonly atMs: number; readonly fire: () => void }[] = [];
  readonly #sequences = new Map<string, number>();
  readonly #answer: (order: PostOrder, attempt: number) => Outcome | Promise<Outcome>;

  private constructor(answer: (order: PostOrder, attempt: number) => Outcome | Promise<Outcome>) {
    this.#answer = answer;
  }

  static async open(
    answer: (order: PostOrder, attempt: number) => Outcome | Promise<Outcome>,
    options: OutboxOptions = {},
  ): Promise<OutboxWorld> {
    const world = new OutboxWorld(answer);
    await world.begin(options);
    return world;
  }

  /** Another life of the process over the same store. */
  async begin(options: OutboxOptions = {}): Promise<void> {
    const joined = await this.store.joinNode('n', Number.MAX_SAFE_INTEGER);
    if (!joined.ok) throw new Error(joined.error.message);
    this.owner = joined.value;
    await this.store.adopt(this.owner, this.nowWallMs);
    this.outbox = createOutbox(
      {
        store: {
          commit: (changes) => this.#ask(() => this.store.commit(changes)),
          dueDeliveries: (query) => this.#ask(() => this.store.dueDeliveries(query)),
          nextDueAtWallMs: (owner, except) => this.#ask(() => this.store.nextDueAtWallMs(owner, except)),
        },
        owner: this.owner,
        random: seededRandom(1),
        post: async (order) => {
          this.orders.push(order);
          return this.#answer(order, this.orders.length);
        },
        after: (ms, fire) => {
          const timer = { atMs: this.nowWallMs + ms, fire };
          this.#timers.push(timer);
          return () => {
            this.#timers = this.#timers.filter((other) => other !== timer);
          };
        },
        wallMs: () => this.nowWallMs,
        unseal: (sealed) => (sealed.startsWith('sealed ') ? sealed.slice(7) : undefined),
        signingKeys: (tenantId) => this.keys.get(tenantId) ?? [],
        onResult: (result) => this.results.push(result),
      },
      options,
    );
  }

  #ask<T>(ask: () => Promise<Result<T, ReturnType<typeof gatewayError>>>): ReturnType<typeof ask> {
    if (this.isStoreUp) return ask();
    return Promise.resolve({ ok: false, error: gatewayError('store.unavailable', 'The store is down') });
  }

  /** Puts a notification of a call into the store; the outbox is not woken. */
  async put(state: string, more: { session?: string; tenant?: string; target?: Partial<WebhookTarget> } = {}) {
    const { session = 's-1', tenant = 't', target = {} } = more;
    const full = { ...plainTarget, ...target };
    const endpoint = { key: full.url, target: printTarget(full) };
    const sequence = (this.#sequences.get(session) ?? 0) + 1;
    this.#sequences.set(session, sequence);
    const { owner, nowWallMs: atWallMs } = this;
    const data: JsonObject = { callState: state, failureReason: null };
    const event = { sessionId: session, tenantId: tenant, sequence, type: `call.${state}`, atWallMs, data };
    const call = { sessionId: session, tenantId: tenant, owner, to: 'sip:a@b', from: 'sip:c@d', acceptedAtWallMs: 0 };
    const done = await this.store.commit([
      ...(sequence === 1 ? [{ type: 'call-accepted', call: { ...call, endpoint, facts: {} } } as const] : []),
      { type: 'event', event, owner, endpoint },
    ]);
    if (!done.ok) throw new Error(done.error.message);
  }

  async tell(...given: Parameters<OutboxWorld['put']>): Promise<void> {
    await this.put(...given);
    this.outbox.wake();
  }

  /** Lets everything happen that can, without time passing. */
  async rest(): Promise<void> {
    for (let turn = 0; turn < 60; turn++) await setImmediate();
  }

  /** Lets everything happen, timers too, until `untilMs` from now. */
  async settle(untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    const endMs = this.nowWallMs + untilMs;
    await this.rest();
    for (;;) {
      const [next] = [...this.#timers].sort((one, other) => one.atMs - other.atMs);
      if (next === undefined || next.atMs > endMs) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.nowWallMs = Math.max(this.nowWallMs, next.atMs);
      next.fire();
      await this.rest();
    }
    if (Number.isFinite(endMs)) this.nowWallMs = endMs;
  }

  timerCount(): number {
    return this.#timers.length;
  }

  states(): string[] {
    return this.orders.map(({ body }) => (JSON.parse(body) as { callState: string }).callState);
  }
}
