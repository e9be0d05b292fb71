/**
 * The SIP side of the engine: carries out what the user agent asks for, keeps its deadline, holds back what must wait for a
 * dialog to be safe, and knows the far ends of calls of an earlier life.
 */
import { isLastWord } from '../call/index.ts';
import { err, isJsonObject, type JsonObject, type Result } from '../kit/index.ts';
import type { ExtraHeader, Hop, IncomingCall, LegEvent, LocationTarget, OrphanOrder, SipEffect } from '../sip/index.ts';
import { mayBeTraced } from './call-traces.ts';
import type { EnginePorts, EngineSettings, IncomingOrder, TargetReport, TrunkSettings } from './ports.ts';
import { type SipTrace, SipTraces } from './sip-traces.ts';
import { TrunkTargets } from './trunk-targets.ts';

/** Who is told what comes by SIP. */
export interface SignallingListener {
  onLeg(sessionId: string, legId: string, event: LegEvent): void;
  /** A call has come in. `beginIncoming` or `refuse` must follow, with its leg. */
  onIncoming(call: IncomingCall, order: IncomingOrder | undefined): void;
}

export class Signalling {
  readonly #ports: EnginePorts;
  readonly #isTraceKept: boolean;
  readonly #listener: SignallingListener;
  /** Legs that came in and whose call has not begun: whose they are, and what has happened on them meanwhile. */
  readonly #early = new Map<string, { readonly order: IncomingOrder | undefined; readonly events: LegEvent[] }>();
  /** Legs of a call beside the one that is named by its session, with that session. */
  readonly #sessions = new Map<string, string>();
  /** What ends each leg of a call in another life of the process, by session and leg. */
  readonly #snapshots = new Map<string, Map<string, JsonObject>>();
  readonly #traces: SipTraces;
  readonly #trunk: TrunkTargets | undefined;
  /** Of every call: resolved when the snapshot of its dialog is safe. Until then its ACK is held back. */
  readonly #dialogKept = new Map<string, Promise<void>>();
  /** What is to be done when the far end of a call of an earlier life is gone. */
  readonly #orphans = new Map<string, () => void>();
  #cancelTimer: (() => void) | undefined;
  #timerAtMs: number | undefined;
  #isClosed = false;

  constructor(
    ports: EnginePorts,
    { isSipTraced, trunkUse }: Pick<EngineSettings, 'isSipTraced' | 'trunkUse'>,
    listener: SignallingListener,
  ) {
    this.#ports = ports;
    this.#isTraceKept = isSipTraced === true;
    this.#listener = listener;
    this.#trunk = trunkUse === undefined ? undefined : this.#watch(trunkUse);
    this.#traces = new SipTraces(() => ports.clock.wallMs(), ports.sipCapture);
  }

  /** `mayBeTraced`: whether its messages may be kept or shown to anybody. */
  begin(sessionId: string, mayBeTraced: boolean): void {
    this.#dialogKept.set(sessionId, Promise.resolve());
    this.#snapshots.set(sessionId, new Map());
    if (mayBeTraced) this.#trace(sessionId);
  }

  /** The call of a leg that came in, and what has happened on it meanwhile. Legs are named by their Call-ID. */
  beginIncoming(sessionId: string, legId: string): readonly LegEvent[] {
    this.#dialogKept.set(sessionId, Promise.resolve());
    this.#snapshots.set(sessionId, new Map());
    if (legId !== sessionId) {
      this.#traces.rename(legId, sessionId);
      this.addLeg(legId, sessionId);
    }
    const early = this.#early.get(legId)?.events ?? [];
    this.#early.delete(legId);
    return early;
  }

  /** A call that came in is answered with this final status, and nothing is kept of it here. */
  refuse(legId: string, status: number, headers: readonly ExtraHeader[]): void {
    this.#early.delete(legId);
    this.carryOut(this.#ports.userAgent.reject(legId, status, this.#ports.clock.nowMs(), headers));
    this.#traces.end(legId);
  }

  #trace(callId: string): void {
    if (this.#isTraceKept) this.#traces.begin(callId, 'keep');
    else if (this.#traces.isWatched) this.#traces.begin(callId, 'watch');
  }

  /** A further leg of a call. */
  addLeg(legId: string, sessionId: string): void {
    this.#sessions.set(legId, sessionId);
    this.#dialogKept.set(legId, Promise.resolve());
    this.#traces.join(legId, sessionId);
  }

  /** Every leg that a call has had. */
  legsOf(sessionId: string): readonly string[] {
    return [sessionId, ...this.#furtherLegs(sessionId)];
  }

  #furtherLegs(sessionId: string): readonly string[] {
    if (this.#sessions.size === 0) return [];
    return [...this.#sessions].filter(([, session]) => session === sessionId).map(([legId]) => legId);
  }

  traceSoFar(sessionId: string): SipTrace | undefined {
    return this.#traces.soFar(sessionId);
  }

  /** Forgets a call and its trace. What is still to be sent for it is sent. */
  end(sessionId: string): void {
    for (const legId of this.legsOf(sessionId)) {
      this.#dialogKept.delete(legId);
      this.#sessions.delete(legId);
      this.#traces.part(legId);
    }
    this.#snapshots.delete(sessionId);
    this.#traces.end(sessionId);
  }

  /** See `Engine.endOrphan`. */
  endOrphan(order: OrphanOrder, onOver: () => void): boolean {
    let waiting = 0;
    const onLegOver = (): void => {
      waiting -= 1;
      if (waiting === 0) onOver();
    };
    const begun = legsIn(order).map((leg) => {
      const { isKnown, effects } = this.#ports.userAgent.endOrphan(leg, this.#ports.clock.nowMs());
      if (isKnown) {
        waiting += 1;
        this.#orphans.set(leg.legId, onLegOver);
      }
      return effects;
    });
    const isKnown = waiting > 0;
    for (const effects of begun) this.carryOut(effects);
    return isKnown;
  }

  receive(bytes: Uint8Array, source: Hop): void {
    this.#traces.take('received', bytes, source);
    const effects = this.#ports.userAgent.receive(bytes, source, this.#ports.clock.nowMs());
    for (const effect of effects) if (effect.type === 'incoming') this.#expect(effect.call, bytes);
    this.carryOut(effects);
  }

  /** From the INVITE itself on the messages of a call that comes in are traced. */
  #expect(call: IncomingCall, bytes: Uint8Array): void {
    const order = this.#ports.orderOf?.(call);
    this.#early.set(call.legId, { order, events: [] });
    if (order === undefined || !mayBeTraced(order.tenant.settings)) return;
    this.#trace(call.legId);
    this.#traces.take('received', bytes, call.source);
  }

  sendFailed(to: Hop, detail: string): void {
    this.carryOut(this.#ports.userAgent.sendFailed(to, detail, this.#ports.clock.nowMs()));
  }

  carryOut(effects: readonly SipEffect[]): void {
    let kept = Promise.resolve();
    let isHeld = false;
    for (const effect of effects) {
      switch (effect.type) {
        case 'send':
          // INVITE, ACK and the 200 to an INVITE wait until the dialog is safe: who would end the call otherwise, if the process died now?
          if (isHeld) {
            void kept.then(() => {
              this.#send(effect.bytes, effect.to);
            });
          } else this.#send(effect.bytes, effect.to);
          break;
        case 'leg':
          if (isLastWord(effect.event)) this.#onOrphanOver(effect.legId);
          // That the call is answered is true when its 200 has left.
          if (isHeld && effect.event.type === 'accepted') {
            void kept.then(() => {
              this.#tell(effect.legId, effect.event);
            });
          } else this.#tell(effect.legId, effect.event);
          break;
        case 'dropped':
          this.#ports.reportDropped(effect.what, effect.detail, effect.source);
          break;
        case 'dialog':
          kept = this.#keep(effect.legId, effect.snapshot);
          if (this.#dialogKept.has(effect.legId)) this.#dialogKept.set(effect.legId, kept);
          isHeld = true;
          break;
        case 'registration':
          this.#ports.onRegistration?.(effect.registrationId, effect.event);
          break;
        case 'pinged':
          this.#trunk?.onPinged(effect.pingId, effect.status, effect.detail);
          break;
        case 'locate':
          this.#locate(effect.locateId, effect.target);
          break;
        case 'incoming':
          this.#listener.onIncoming(effect.call, this.#early.get(effect.call.legId)?.order);
          break;
        default:
          effect satisfies never;
      }
    }
    this.#setTimer();
  }

  #tell(legId: string, event: LegEvent): void {
    const early = this.#early.get(legId);
    if (early === undefined) this.#listener.onLeg(this.#sessions.get(legId) ?? legId, legId, event);
    else early.events.push(event);
  }

  /** Requests of ours inside a dialog: not before the ACK, which may be waiting. A peer expects nothing else until then. */
  carryOutAfterAck(sessionId: string, request: () => readonly SipEffect[]): void {
    void (this.#dialogKept.get(sessionId) ?? Promise.resolve()).then(() => {
      this.carryOut(request());
    });
  }

  /** Lets go of the timer. */
  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#trunk?.close();
  }

  /** How each target of the trunk is. */
  trunkTargets(): readonly TargetReport[] {
    return this.#trunk?.reports() ?? [];
  }

  #watch({ targets, pingMs }: TrunkSettings): TrunkTargets {
    const { clock, random, userAgent, locate, onTrunkTarget } = this.#ports;
    return new TrunkTargets(targets, pingMs, {
      at: (atMs, callback) => this.#ports.at(atMs, callback),
      clock,
      random,
      locate: locate ?? (() => Promise.resolve(err('Names cannot be resolved here.'))),
      ping: (pingId, uri) => {
        this.carryOut(userAgent.ping(pingId, uri, clock.nowMs()));
      },
      onChange: (report) => onTrunkTarget?.(report),
    });
  }

  /** What is kept of a call ends every leg that it has. */
  #keep(legId: string, snapshot: JsonObject): Promise<void> {
    const sessionId = this.#sessions.get(legId) ?? legId;
    const snapshots = this.#snapshots.get(sessionId);
    snapshots?.set(legId, snapshot);
    const isSimple = snapshots === undefined || (snapshots.size === 1 && legId === sessionId);
    return this.#ports.keepDialog(sessionId, isSimple ? snapshot : { legs: Object.fromEntries(snapshots) });
  }

  /** An ACK that goes to a name no other request went to is located here: it is sent once, and nobody waits for it. */
  #send(bytes: Uint8Array, to: Hop): void {
    const { locate } = this.#ports;
    if (to.wanted === undefined || locate === undefined) return this.#sendNow(bytes, to);
    void locate(to.wanted).then((found) => {
      const hops = found.ok ? found.value : [];
      const hop = hops.find(({ transport }) => transport === to.transport) ?? hops[0];
      if (hop !== undefined) this.#sendNow(bytes, hop);
      else this.#ports.reportDropped('unlocated', found.ok ? 'It has no address.' : found.error, to);
    });
  }

  #sendNow(bytes: Uint8Array, to: Hop): void {
    this.#traces.take('sent', bytes, to);
    this.#ports.sendSip(bytes, to);
  }

  /** Where a name leads, best first. */
  locate(target: LocationTarget): Promise<Result<readonly Hop[], string>> {
    if (target.trunk !== undefined && this.#trunk !== undefined) return this.#trunk.locate();
    return this.#ports.locate?.(target) ?? Promise.resolve(err('Names cannot be resolved here.'));
  }

  #locate(locateId: string, target: LocationTarget): void {
    const { userAgent, clock } = this.#ports;
    void this.locate(target).then((hops) => {
      if (!this.#isClosed) this.carryOut(userAgent.located(locateId, hops, clock.nowMs()));
    });
  }

  #onOrphanOver(legId: string): void {
    const onOver = this.#orphans.get(legId);
    this.#orphans.delete(legId);
    onOver?.();
  }

  #setTimer(): void {
    const atMs = this.#isClosed ? undefined : this.#ports.userAgent.deadlineMs();
    if (atMs === this.#timerAtMs) return;
    this.#cancelTimer?.();
    this.#timerAtMs = atMs;
    this.#cancelTimer =
      atMs === undefined
        ? undefined
        : this.#ports.at(atMs, () => {
            this.#timerAtMs = undefined;
            this.carryOut(this.#ports.userAgent.onDeadline(this.#ports.clock.nowMs()));
          });
  }
}

/** The legs of a snapshot: the one that is named by the session, or several by name. */
function legsIn(order: OrphanOrder): readonly OrphanOrder[] {
  const { legs } = order.snapshot;
  if (!isJsonObject(legs)) return [order];
  return Object.entries(legs).flatMap(([legId, snapshot]) =>
    isJsonObject(snapshot) ? [{ ...order, legId, snapshot }] : [],
  );
}
