/**
 * The places that the trunk's calls go to: in which order they are tried, and which of them answer OPTIONS (RFC 3261 §11). A
 * target that is down goes last: when all are, a call still has somewhere to go.
 */
import { err, jittered, ok, randomUuid, type Result } from '../kit/index.ts';
import { type Hop, type LocationTarget, maxHops, orderByWeight } from '../sip/index.ts';
import type { EnginePorts, TargetReport, TrunkTarget } from './ports.ts';

export interface TrunkTargetPorts extends Pick<EnginePorts, 'at' | 'clock' | 'random'> {
  readonly locate: (target: LocationTarget) => Promise<Result<readonly Hop[], string>>;
  readonly ping: (pingId: string, uri: string) => void;
  /** A target has come up or gone down, or has answered for the first time. */
  readonly onChange: (report: TargetReport) => void;
}

interface Watched {
  readonly target: TrunkTarget;
  state: TargetReport['state'];
  detail: string;
  /** Questions whose answers count, the latest last. */
  pingIds: readonly string[];
  /** Whether the latest was answered, or came to nothing. */
  isAnswered: boolean;
  cancel: () => void;
}

/** How long an answer may take before the target counts as down; a later one brings it back. */
const patienceMs = 5000;
/** A target is asked again only when the question before is settled. */
const minPingMs = patienceMs + 1000;
/** Questions to one target that may still be answered: each is repeated for 32 s. */
const maxQuestions = 6;
/** Targets are first asked within this time, so that they are not all asked at once. */
const firstPingWithinMs = 1000;

export class TrunkTargets {
  readonly #ports: TrunkTargetPorts;
  readonly #pingMs: number;
  readonly #watched: readonly Watched[];
  #isClosed = false;

  /** `pingMs` of 0 asks nobody. */
  constructor(targets: readonly TrunkTarget[], pingMs: number, ports: TrunkTargetPorts) {
    this.#ports = ports;
    this.#pingMs = pingMs;
    this.#watched = targets.map((target) => ({
      target,
      state: 'unknown',
      detail: 'It was not asked yet.',
      pingIds: [],
      isAnswered: false,
      cancel: () => undefined,
    }));
    if (pingMs <= 0) return;
    for (const each of this.#watched) {
      const waitMs = Math.floor((ports.random.uint32() / 2 ** 32) * firstPingWithinMs);
      this.#after(each, waitMs, () => {
        this.#ask(each);
      });
    }
  }

  /** The hops of all targets, best first, or what stands against every one of them. */
  async locate(): Promise<Result<readonly Hop[], string>> {
    const { locate } = this.#ports;
    const found = await Promise.all(this.#inOrder().map(({ wanted }) => locate(wanted)));
    const hops = found.flatMap((each) => (each.ok ? each.value : [])).slice(0, maxHops);
    if (hops.length > 0) return ok(hops);
    return err(found.map((each) => (each.ok ? '' : each.error)).join(' '));
  }

  onPinged(pingId: string, status: number | undefined, detail: string): void {
    const watched = this.#watched.find(({ pingIds }) => pingIds.includes(pingId));
    if (watched === undefined) return;
    // It is there, whatever it says, unless it says that it is not serving (RFC 3261 §21.4.9, §21.5.4).
    const isUp = status !== undefined && status !== 408 && status !== 503;
    const isLatest = watched.pingIds.at(-1) === pingId;
    // That an older question came to nothing is old news; an answer to it is given now.
    if (!isLatest && !isUp) return;
    watched.isAnswered = true;
    this.#enter(watched, isUp ? 'up' : 'down', detail);
  }

  reports(): readonly TargetReport[] {
    return this.#watched.map(reportOf);
  }

  close(): void {
    this.#isClosed = true;
    for (const { cancel } of this.#watched) cancel();
  }

  #inOrder(): readonly TrunkTarget[] {
    const ordered = orderByWeight(
      this.#watched.map((watched) => ({ watched, ...watched.target })),
      this.#ports.random,
    );
    const isDown = ({ watched }: { watched: Watched }): boolean => watched.state === 'down';
    return [...ordered.filter((each) => !isDown(each)), ...ordered.filter(isDown)].map(({ watched }) => watched.target);
  }

  #ask(watched: Watched): void {
    const pingId = randomUuid(this.#ports.random);
    watched.pingIds = [...watched.pingIds.slice(1 - maxQuestions), pingId];
    watched.isAnswered = false;
    this.#ports.ping(pingId, watched.target.uri);
    const waitMs = Math.max(minPingMs, jittered(this.#pingMs, this.#ports.random));
    this.#after(watched, patienceMs, () => {
      if (!watched.isAnswered) this.#enter(watched, 'down', `It did not answer within ${patienceMs / 1000} s.`);
      this.#after(watched, waitMs - patienceMs, () => {
        this.#ask(watched);
      });
    });
  }

  #after(watched: Watched, ms: number, act: () => void): void {
    if (this.#isClosed) return;
    watched.cancel = this.#ports.at(this.#ports.clock.nowMs() + ms, act);
  }

  #enter(watched: Watched, state: TargetReport['state'], detail: string): void {
    const isNews = watched.state !== state;
    watched.state = state;
    watched.detail = detail;
    if (isNews) this.#ports.onChange(reportOf(watched));
  }
}

function reportOf({ target, state, detail }: Watched): TargetReport {
  return { target: target.uri, state, detail };
}
