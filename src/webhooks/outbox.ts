/**
 * Delivers what waits in the store: in order for each call, fairly among receivers, again and again until a delivery's window is
 * over. All that it knows of a delivery is in the store, so that a crash loses nothing; a delivery that was under way then is
 * made once more, under the same `webhook-id`.
 */
import { basicAuthorization } from '../authorization/index.ts';
import { err, ok, type Random, type Result } from '../kit/index.ts';
import { type Delivery, type DurableStore, mostTries, type Owner } from '../store/index.ts';
import { nextAttemptAtWallMs } from './retry-plan.ts';
import { notificationHeaders } from './signature.ts';
import type { DeliveryResult, PostFailure, PostOrder, PostReply } from './contract.ts';
import { bodyOf, readTarget, type WebhookTarget } from './webhook-target.ts';

/** Bodies of receivers are of no interest; a longer one is cut off. */
const maxReplyBytes = 64 * 1024;
/** After a failure of the store. */
const storePauseMs = 1000;
/** Calls whose receiver answered 410: they hear no more. */
const mostGone = 10_000;

export interface OutboxPorts {
  readonly store: Pick<DurableStore, 'commit' | 'dueDeliveries' | 'nextDueAtWallMs'>;
  readonly owner: Owner;
  readonly random: Random;
  /** Posts and never rejects; redirects are not followed. */
  readonly post: (order: PostOrder) => Promise<Result<PostReply, PostFailure>>;
  /** Calls `fire` once after `ms`, unless the function it returns was called before. */
  readonly after: (ms: number, fire: () => void) => () => void;
  readonly wallMs: () => number;
  /** Opens a sealed password; undefined when it cannot be. */
  readonly unseal: (sealed: string) => string | undefined;
  /** What this tenant's notifications are signed with, the present key first. */
  readonly signingKeys: (tenantId: string) => readonly Buffer[];
  /** Called once for every attempt. Must not throw. */
  readonly onResult: (result: DeliveryResult) => void;
}

export interface OutboxOptions {
  /** Attempts under way at one receiver. Default 16. */
  readonly perEndpoint?: number;
  /** Attempts under way altogether. Default 256. */
  readonly concurrent?: number;
}

export interface Outbox {
  /** Something new may be due. Cheap; never throws. */
  wake(): void;
  /** Resolves when nothing is under way and nothing is due at this moment. */
  idle(): Promise<void>;
  /** Starts nothing more and cuts what is under way; it stays waiting in the store. */
  close(): Promise<void>;
}

export function createOutbox(ports: OutboxPorts, options: OutboxOptions = {}): Outbox {
  return new RunningOutbox(ports, options);
}

type Attempted =
  | { readonly isDelivered: true; readonly status: number }
  | {
      readonly isDelivered: false;
      /** Nothing will ever change it. */
      readonly isHopeless: boolean;
      readonly isGone: boolean;
      readonly reason: string;
      readonly status?: number;
      readonly retryAfterMs?: number;
    };

class RunningOutbox implements Outbox {
  readonly #ports: OutboxPorts;
  readonly #perEndpoint: number;
  readonly #concurrent: number;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #busy = new Map<string, number>();
  readonly #gone = new Set<string>();
  readonly #closing = new AbortController();
  /** Deliveries that wait for the store to take what became of them; each goes on when it is called. */
  readonly #pauses = new Set<() => void>();
  #looking: Promise<void> | undefined;
  #looksAgain = false;
  #cancelTimer: (() => void) | undefined;
  #idleWaiters: (() => void)[] = [];

  constructor(ports: OutboxPorts, options: OutboxOptions) {
    this.#ports = ports;
    this.#perEndpoint = options.perEndpoint ?? 16;
    this.#concurrent = options.concurrent ?? 256;
  }

  wake(): void {
    this.#looksAgain = true;
    if (this.#looking !== undefined || this.#closing.signal.aborted) return;
    this.#looking = this.#look().finally(() => {
      this.#looking = undefined;
      if (this.#looksAgain) this.wake();
      else if (this.#underWay.size === 0) this.#tellIdle();
    });
  }

  idle(): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.resolve();
    const isIdle = new Promise<void>((resolve) => {
      this.#idleWaiters.push(resolve);
    });
    this.wake();
    return isIdle;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const goOn of this.#pauses) goOn();
    this.#cancelTimer?.();
    await this.#looking;
    await Promise.all(this.#underWay.values());
    this.#tellIdle();
  }

  #tellIdle(): void {
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  /** Starts what is due and has room, then sets the timer for what comes next. */
  async #look(): Promise<void> {
    while (this.#looksAgain && !this.#closing.signal.aborted) {
      this.#looksAgain = false;
      const room = this.#concurrent - this.#underWay.size;
      if (room <= 0) return;
      const due = await this.#ports.store.dueDeliveries({
        owner: this.#ports.owner,
        nowWallMs: this.#ports.wallMs(),
        perEndpoint: this.#perEndpoint,
        limit: room,
        exceptSessions: [...this.#underWay.keys()],
        exceptEndpoints: [...this.#busy].filter(([, count]) => count >= this.#perEndpoint).map(([key]) => key),
      });
      if (this.#closing.signal.aborted) return;
      if (!due.ok) {
        this.#wakeAfter(storePauseMs);
        return;
      }
      for (const delivery of due.value) this.#start(delivery);
    }
    await this.#setTimer();
  }

  async #setTimer(): Promise<void> {
    const next = await this.#ports.store.nextDueAtWallMs(this.#ports.owner, [...this.#underWay.keys()]);
    if (!next.ok) this.#wakeAfter(storePauseMs);
    // What is due but has no room waits for room, not for time.
    else if (next.value !== undefined && next.value > this.#ports.wallMs()) {
      this.#wakeAfter(next.value - this.#ports.wallMs());
    }
  }

  #wakeAfter(ms: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#ports.after(ms, () => {
      this.#cancelTimer = undefined;
      this.wake();
    });
  }

  #start(delivery: Delivery): void {
    const { sessionId } = delivery.event;
    const { key } = delivery.endpoint;
    const count = this.#busy.get(key) ?? 0;
    if (this.#underWay.has(sessionId) || count >= this.#perEndpoint) return;
    this.#busy.set(key, count + 1);
    const running = this.#deliver(delivery).finally(() => {
      this.#underWay.delete(sessionId);
      const left = (this.#busy.get(key) ?? 1) - 1;
      if (left === 0) this.#busy.delete(key);
      else this.#busy.set(key, left);
      this.wake();
    });
    this.#underWay.set(sessionId, running);
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { event } = delivery;
    const target = readTarget(delivery.endpoint.target);
    const startedAtWallMs = this.#ports.wallMs();
    const attempted = this.#gone.has(event.sessionId)
      ? ({
          isDelivered: false,
          isHopeless: true,
          isGone: true,
          reason: 'The receiver answered 410 to an earlier notification of this call.',
        } as const)
      : await this.#attempt(delivery, target);
    // Cut by closing: it waits in the store as it did.
    if (!attempted.isDelivered && this.#closing.signal.aborted) return;
    const isSent = !this.#gone.has(event.sessionId);
    if (!attempted.isDelivered && attempted.isGone) this.#rememberGone(event.sessionId);
    const attempts = delivery.attempts + (isSent ? 1 : 0);
    const nowWallMs = this.#ports.wallMs();
    const { queuedAtWallMs } = delivery;
    const dueAtWallMs =
      attempted.isDelivered || attempted.isHopeless || target === undefined
        ? undefined
        : nextAttemptAtWallMs(
            {
              attempts,
              queuedAtWallMs,
              nowWallMs,
              ...(attempted.retryAfterMs === undefined ? {} : { retryAfterMs: attempted.retryAfterMs }),
            },
            target,
            this.#ports.random,
          );
    const { sessionId, sequence } = event;
    const attemptMs = nowWallMs - startedAtWallMs;
    const told = {
      ...(attempted.status === undefined ? {} : { status: attempted.status }),
      ...(attempted.isDelivered ? {} : { reason: attempted.reason }),
    };
    const state = attempted.isDelivered ? 'delivered' : 'dead';
    const latest = isSent ? [{ atWallMs: startedAtWallMs, durationMs: attemptMs, ...told }] : [];
    const outcome = { sessionId, sequence, attempts, tries: [...delivery.tries, ...latest].slice(-mostTries), ...told };
    await this.#commit(
      dueAtWallMs === undefined
        ? { type: 'delivery-settled', state, atWallMs: nowWallMs, ...outcome }
        : { type: 'delivery-postponed', dueAtWallMs, ...outcome },
    );
    this.#ports.onResult({
      event,
      outcome: dueAtWallMs === undefined ? state : 'postponed',
      attempts,
      ...told,
      attemptMs,
      elapsedMs: nowWallMs - queuedAtWallMs,
    });
  }

  /** Until the store takes it: a delivery that was made must not be made again for want of a note. */
  async #commit(change: Parameters<DurableStore['commit']>[0][number]): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const committed = await this.#ports.store.commit([change]);
      if (committed.ok || committed.error.code === 'store.not-owner') return;
      await this.#pauseForStore();
    }
  }

  #pauseForStore(): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (): void => {
        cancel();
        this.#pauses.delete(goOn);
        resolve();
      };
      const cancel = this.#ports.after(storePauseMs, goOn);
      this.#pauses.add(goOn);
    });
  }

  #rememberGone(sessionId: string): void {
    if (this.#gone.size >= mostGone) {
      const [oldest] = this.#gone;
      if (oldest !== undefined) this.#gone.delete(oldest);
    }
    this.#gone.add(sessionId);
  }

  async #attempt({ event }: Delivery, target: WebhookTarget | undefined): Promise<Attempted> {
    if (target === undefined) return hopeless('The receiver was kept in a way this version does not know.');
    const password = target.password === undefined ? '' : this.#ports.unseal(target.password);
    if (password === undefined) {
      return hopeless('Its password was sealed with another OUTDIAL_STORE_SECRET and cannot be read.');
    }
    const body = JSON.stringify(bodyOf(event));
    const keys = this.#ports.signingKeys(event.tenantId);
    const outcome = await this.#post({
      url: target.url,
      trust: target.trust,
      headers: {
        ...(target.username === undefined ? {} : { authorization: basicAuthorization(target.username, password) }),
        ...notificationHeaders(event.sessionId, event.sequence, this.#ports.wallMs(), body, keys),
      },
      body,
      connectTimeoutMs: target.connectTimeoutMs,
      readTimeoutMs: target.readTimeoutMs,
      maxReplyBytes,
      signal: this.#closing.signal,
    });
    return judge(outcome);
  }

  async #post(order: PostOrder): Promise<Result<PostReply, PostFailure>> {
    try {
      return await this.#ports.post(order);
    } catch (error) {
      // Against its contract; the deliveries of all other calls go on.
      return err({ kind: 'broken', detail: `Posting failed: ${String(error)}` });
    }
  }
}

function hopeless(reason: string): Attempted {
  return { isDelivered: false, isHopeless: true, isGone: false, reason };
}

/** A 2xx counts although its body could not be read: the receiver has taken it. */
function judge(outcome: Result<PostReply, PostFailure>): Attempted {
  const reply = outcome.ok ? ok(outcome.value.status) : outcome;
  const status = reply.ok ? reply.value : reply.error.status;
  if (status !== undefined && status >= 200 && status < 300) return { isDelivered: true, status };
  const isGone = status === 410;
  const retryAfterS = outcome.ok ? outcome.value.retryAfterS : undefined;
  return {
    isDelivered: false,
    isGone,
    isHopeless: isGone || (!outcome.ok && (outcome.error.kind === 'bad-url' || outcome.error.kind === 'not-allowed')),
    reason: outcome.ok ? `The receiver answered with HTTP status ${outcome.value.status}.` : outcome.error.detail,
    ...(status === undefined ? {} : { status }),
    ...(retryAfterS === undefined ? {} : { retryAfterMs: retryAfterS * 1000 }),
  };
}
