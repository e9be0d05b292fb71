import { err, ok, type Result } from '../kit/index.ts';
import type { Notification, PostFailure, WebhookLanes, WebhookPorts, WebhookTarget } from './contract.ts';

/** Notifications of one call that may wait behind the one under way; a call has six states. */
export const maxWaitingPerLane = 64;
/** Bodies of receivers are of no interest; a longer one is cut off. */
const maxReplyBytes = 64 * 1024;

export interface WebhookLanesOptions {
  /** Calls with notifications under way at the same time; those of further calls are given up. Default 10,000. */
  readonly maxLanes?: number;
}

interface Waiting {
  readonly target: WebhookTarget;
  readonly notification: Notification;
  readonly handedOverAtMs: number;
}

/** One call's notifications. `isGone`: the receiver answered 410 and hears no more of this call. */
interface Lane {
  readonly waiting: Waiting[];
  isRunning: boolean;
  isGone: boolean;
}

/**
 * Delivers notifications over `post`, one lane a call. 2xx is delivered, even when the rest of the reply cannot be read; a
 * redirect or any other status is a failure; 410 ends the lane. A failure is followed by a pause of 0.5 s, then 1 s, then
 * 2 s and so on up to 8 s, until `maxRetries` is used up. Nothing delivered is ever sent again.
 */
export function createWebhookLanes(ports: WebhookPorts, options: WebhookLanesOptions = {}): WebhookLanes {
  return new Lanes(ports, options.maxLanes ?? 10_000);
}

/** How long to wait after the n-th failed attempt, n from 1. */
export function retryDelayMs(attempts: number): number {
  return Math.min(500 * 2 ** (attempts - 1), 8000);
}

/** The body of a notification; the order of the keys is part of what receivers have seen so far. */
export function printNotification({ vgwSessionID, callState, failureReason }: Notification): string {
  return JSON.stringify({ vgwSessionID, callState, failureReason });
}

class Lanes implements WebhookLanes {
  readonly #ports: WebhookPorts;
  readonly #maxLanes: number;
  readonly #lanes = new Map<string, Lane>();
  readonly #closing = new AbortController();
  #running = 0;
  #idleWaiters: (() => void)[] = [];

  constructor(ports: WebhookPorts, maxLanes: number) {
    this.#ports = ports;
    this.#maxLanes = maxLanes;
  }

  send(target: WebhookTarget, notification: Notification): void {
    const waiting = { target, notification, handedOverAtMs: this.#ports.nowMs() };
    if (this.#closing.signal.aborted) return this.#giveUp(waiting, 'The gateway is shutting down.');
    const lane = this.#laneOf(notification.vgwSessionID);
    if (lane === undefined) return this.#giveUp(waiting, `Over ${this.#maxLanes} calls wait for their webhooks.`);
    if (lane.waiting.length >= maxWaitingPerLane) {
      return this.#giveUp(waiting, `Over ${maxWaitingPerLane} notifications of this call wait.`);
    }
    lane.waiting.push(waiting);
    if (!lane.isRunning) void this.#run(notification.vgwSessionID, lane);
  }

  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
    });
  }

  close(): void {
    this.#closing.abort();
  }

  /** The lane of a call. When all are taken, one that only remembers a 410 makes room. */
  #laneOf(sessionId: string): Lane | undefined {
    const known = this.#lanes.get(sessionId);
    if (known !== undefined) return known;
    if (this.#lanes.size >= this.#maxLanes) {
      const resting = [...this.#lanes].find(([, lane]) => !lane.isRunning);
      if (resting === undefined) return undefined;
      this.#lanes.delete(resting[0]);
    }
    const lane: Lane = { waiting: [], isRunning: false, isGone: false };
    this.#lanes.set(sessionId, lane);
    return lane;
  }

  async #run(sessionId: string, lane: Lane): Promise<void> {
    lane.isRunning = true;
    this.#running++;
    let isOver = false;
    for (let next = lane.waiting.shift(); next !== undefined; next = lane.waiting.shift()) {
      await this.#deliver(next, lane);
      isOver = next.notification.callState === 'ended' || next.notification.callState === 'failed';
    }
    lane.isRunning = false;
    // A lane that got a 410 remembers it until its call is over.
    if (!lane.isGone || isOver) this.#lanes.delete(sessionId);
    this.#running--;
    if (this.#running > 0) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  async #deliver(waiting: Waiting, lane: Lane): Promise<void> {
    if (this.#closing.signal.aborted) return this.#giveUp(waiting, 'The gateway is shutting down.');
    if (lane.isGone) return this.#giveUp(waiting, 'The receiver answered 410 to an earlier notification of this call.');
    const maxAttempts = 1 + Math.max(0, waiting.target.maxRetries ?? 2);
    for (let attempts = 1; ; attempts++) {
      const outcome = await this.#attempt(waiting);
      const status = outcome.ok ? outcome.value.status : outcome.error.status;
      if (status !== undefined && status >= 200 && status < 300) return this.#settle(waiting, { attempts, status });
      const reason = outcome.ok ? `The receiver answered with HTTP status ${status}.` : outcome.error.detail;
      lane.isGone = status === 410;
      const isHopeless = !outcome.ok && (outcome.error.kind === 'bad-url' || outcome.error.kind === 'not-allowed');
      const isFinal = lane.isGone || isHopeless || attempts >= maxAttempts;
      if (!isFinal) await this.#pause(retryDelayMs(attempts));
      if (isFinal || this.#closing.signal.aborted) return this.#settle(waiting, { attempts, status, reason });
    }
  }

  async #attempt({ target, notification }: Waiting): Promise<Result<{ readonly status: number }, PostFailure>> {
    try {
      const outcome = await this.#ports.post({
        url: target.url,
        trust: target.trust ?? 'request',
        headers: { 'content-type': 'application/json', ...authorization(target) },
        body: printNotification(notification),
        connectTimeoutMs: target.connectTimeoutMs ?? 3000,
        readTimeoutMs: target.readTimeoutMs ?? 5000,
        maxReplyBytes,
        signal: this.#closing.signal,
      });
      return outcome.ok ? ok(outcome.value) : outcome;
    } catch (error) {
      // Against its contract; the lanes of all other calls go on.
      return err({ kind: 'broken', detail: `Posting failed: ${String(error)}` });
    }
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#closing;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const onAbort = (): void => {
        cancel();
        resolve();
      };
      const cancel = this.#ports.after(ms, () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #giveUp(waiting: Waiting, reason: string): void {
    this.#settle(waiting, { attempts: 0, status: undefined, reason });
  }

  #settle(waiting: Waiting, how: { attempts: number; status: number | undefined; reason?: string }): void {
    this.#ports.onResult({
      notification: waiting.notification,
      outcome: how.reason === undefined ? 'delivered' : 'given-up',
      attempts: how.attempts,
      ...(how.status !== undefined && { status: how.status }),
      ...(how.reason !== undefined && { reason: how.reason }),
      elapsedMs: this.#ports.nowMs() - waiting.handedOverAtMs,
    });
  }
}

function authorization(target: WebhookTarget): Record<string, string> {
  if (target.username === undefined) return {};
  const credentials = Buffer.from(`${target.username}:${target.password ?? ''}`, 'utf8').toString('base64');
  return { authorization: `Basic ${credentials}` };
}
