/** What the parts of one user agent share: its options, its tables, its deadlines and the effects of the current input. */
import { type Random, randomHex } from '../../kit/index.ts';
import type { Digest } from '../auth/digest-challenge.ts';
import type { Admission, Hop, HostPort, RegisterOrder, SipEffect, Stranger } from '../contract.ts';
import type { LegEvent } from '../leg-event.ts';
import { type DeadlineEntry, DeadlineQueue } from '../deadline-queue.ts';
import { type DialogSnapshot, printSnapshot } from '../dialog/dialog-snapshot.ts';
import type { RegistrationState } from '../registration/registration.ts';
import { HopBook } from '../location/hop-book.ts';
import type { SipRequest } from '../syntax/message.ts';
import type { Via } from '../syntax/via.ts';
import { defaultTimers, type TimerValues } from '../transaction/timers.ts';
import { isOwnPlace, type OwnPlace, parseTransport, usualPort } from '../transport/hop.ts';
import type { SessionTimerOptions } from './session-timer.ts';
import type { ClientTransaction, Leg, Outgoing, ServerTransaction } from './leg-state.ts';

export interface UserAgentOptions {
  readonly random: Random;
  /** The address peers reach us at by UDP: it stands in Via and Contact. */
  readonly sentBy: HostPort;
  /** The same of other transports and address families. No other transport is spoken. Default: none. */
  readonly otherPlaces?: readonly OwnPlace[];
  /** User-Agent of requests, Server of responses. */
  readonly userAgent: string;
  /**
   * Whether INVITEs from outside become `incoming` effects; otherwise they are answered 403. Default false. With a function, it
   * judges each one before anything is kept of it; retransmissions of what was let in do not come back to it.
   */
  readonly acceptsCalls?: boolean | ((invite: SipRequest, source: Hop, nowMs: number) => Admission);
  /** Asked before a stranger is answered: the stable word for why it is dropped instead. Without it everybody is answered. */
  readonly screen?: (stranger: Stranger, nowMs: number) => string | undefined;
  /** Whether REFERs of the peer become `refer-received` events; otherwise they are answered 603. Default false. */
  readonly acceptsRefers?: boolean;
  /** Whether an INVITE may take the place of a leg (RFC 3891); then `replace-received` tells it. Default false. */
  readonly acceptsReplaces?: boolean;
  /** Session timers; without it none are spoken. */
  readonly sessionTimer?: SessionTimerOptions;
  /** Whether next hops that are names are asked for by `locate` effects (RFC 3263); otherwise they are sent to as they are. */
  readonly locates?: boolean;
  /** Requests over UDP that are longer go by TCP, when that is spoken (RFC 3261 §18.1.1); 0: none. Default 1300. */
  readonly udpLimitBytes?: number;
  /** Default: RFC 3261 Table 4. */
  readonly timers?: TimerValues;
  /** Hashes for digest authentication. Without it no challenge is answered. */
  readonly digest?: Digest;
  /** Wall clock (ms since 1970) at an instant of `Clock.nowMs`: the Date of signed INVITEs. Without it none is signed. */
  readonly wallMs?: (nowMs: number) => number;
}

export type Timed =
  | { readonly kind: 'client'; transaction: ClientTransaction | undefined }
  | { readonly kind: 'server'; transaction: ServerTransaction | undefined }
  | { readonly kind: 'leg'; leg: Leg | undefined }
  | { readonly kind: 'registration'; registration: Registration | undefined };

/** A registration and what its requests count on. */
export interface Registration {
  readonly order: RegisterOrder;
  readonly leg: Leg;
  /** Address of record, without what a To may not say. */
  readonly addressOfRecord: string;
  /** The domain whose registrar is meant (§10.2). */
  readonly requestUri: string;
  state: RegistrationState;
  cseq: number;
  readonly timer: DeadlineEntry<Timed>;
}

export class Core {
  readonly options: UserAgentOptions;
  readonly timers: TimerValues;
  readonly clients = new Map<string, ClientTransaction>();
  readonly servers = new Map<string, ServerTransaction>();
  readonly legs = new Map<string, Leg>();
  readonly registrations = new Map<string, Registration>();
  /** Requests that wait to be told where they may go, by `locateId`. */
  readonly locating = new Map<string, ClientTransaction>();
  readonly book = new HopBook();
  readonly queue = new DeadlineQueue<Timed>();
  /** Makes the tags of stateless answers unguessable. */
  readonly tagSecret: readonly [number, number];
  /** The source of what came from nobody else. */
  readonly ownHop: Hop;
  /** Every address of ours, the usual one first. */
  readonly places: readonly OwnPlace[];
  #effects: SipEffect[] = [];

  constructor(options: UserAgentOptions) {
    this.options = options;
    this.timers = options.timers ?? defaultTimers;
    this.ownHop = { transport: 'udp', ...options.sentBy };
    this.places = [this.ownHop, ...(options.otherPlaces ?? [])];
    this.tagSecret = [options.random.uint32(), options.random.uint32()];
  }

  send({ bytes, destination }: Outgoing): void {
    this.#effects.push({ type: 'send', bytes, to: this.options.locates === true ? destination : asItIs(destination) });
  }

  emit(leg: Leg, event: LegEvent): void {
    this.#effects.push({ type: 'leg', legId: leg.legId, event });
  }

  /** What another life of the process would need to end this leg. */
  keep(leg: Leg, snapshot: DialogSnapshot): void {
    this.#effects.push({ type: 'dialog', legId: leg.legId, snapshot: printSnapshot(snapshot) });
  }

  push(effect: SipEffect): void {
    this.#effects.push(effect);
  }

  drop(what: string, detail: string, source: Hop): void {
    this.#effects.push({ type: 'dropped', what, detail, source });
  }

  takeEffects(): readonly SipEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /** 96 random bits behind the magic cookie (RFC 3261 §8.1.1.7). */
  newBranch(): string {
    return `z9hG4bK${randomHex(this.options.random, 24)}`;
  }

  /** 64 random bits; RFC 3261 §19.3 asks for 32. */
  newTag(): string {
    return randomHex(this.options.random, 16);
  }

  /** The wait after glare: 2.1 to 4 s for who made the Call-ID, up to 2 s for the other, by tens of ms (RFC 3261 §14.1). */
  newGlareWaitMs(isCaller: boolean): number {
    const tens = this.options.random.uint32();
    return isCaller ? 2100 + 10 * (tens % 191) : 10 * (tens % 201);
  }

  /** Seconds for Retry-After, 0 to 10 (RFC 3261 §14.2). */
  newRetryAfterS(): number {
    return this.options.random.uint32() % 11;
  }
}

function asItIs({ wanted: _nobodyAsks, ...hop }: Hop): Hop {
  return hop;
}

export function isSentBy(via: Via, places: readonly OwnPlace[]): boolean {
  return isOwnPlace(places, via.transport, { host: via.host, port: viaPort(via) });
}

/** The port of sent-by, or the one that is meant when none stands there (RFC 3261 §18.2.2). */
export function viaPort({ port, transport }: Via): number {
  return port ?? usualPort(parseTransport(transport) ?? 'udp');
}
