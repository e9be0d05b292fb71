/**
 * Session timers (RFC 4028): a call whose other end has vanished is noticed, because somebody repeats INVITE or UPDATE in
 * time. Here is what is agreed on, in our requests (§7), in our answers (§9) and in the answers to both; the refresh itself is
 * in `session-refresh.ts`. Left out: the part of proxies (§8).
 */
import type { Core } from './core.ts';
import type { ClientTransaction, Confirmed, Leg } from './leg-state.ts';
import { type Header, header, headerValue } from '../syntax/header.ts';
import type { SipMessage, SipRequest, SipResponse } from '../syntax/message.ts';
import {
  minSeHeader,
  namesToken,
  readMinSe,
  readSessionExpires,
  type Refresher,
  sessionExpiresHeader,
  shortestSessionS,
} from '../syntax/session-expires.ts';
import type { Answer } from './build-response.ts';

/** How session timers are used. */
export interface SessionTimerOptions {
  /**
   * `accept`: as the other side wishes. `request`: we ask for them as well. `always`: we also refresh, alone, where the other
   * side does not know them.
   */
  readonly mode: 'accept' | 'request' | 'always';
  /** What we ask for, in s. */
  readonly intervalS: number;
  /** Shortest interval that we take, in s; at least 90. */
  readonly minimumS: number;
}

/** What was agreed on, and what it means for us. Instants are on the monotonic clock. */
export interface SessionTimer {
  readonly intervalS: number;
  /** Whether we refresh. */
  readonly isOurs: boolean;
  /** When the next refresh is due, or due again. */
  readonly refreshAtMs?: number;
  /** When the session counts as gone; undefined when the other side knows no timers. */
  readonly endAtMs?: number;
  /** The UPDATE that is out. */
  readonly refreshing?: ClientTransaction;
}

/** What a leg knows of its session beside its state. */
export interface LegSession {
  /** The longest Min-SE that was met, in s. */
  minimumS: number;
  /** How often the peer refused an interval as too small since the last one that it took. */
  refusals: number;
  /** Whether the peer allows UPDATE. */
  isUpdateAllowed: boolean;
  /** Whether the peer knows session timers. */
  isTimerKnown: boolean;
  /** Our side of the session as it was agreed on last. */
  localSdp: string | undefined;
}

export function newLegSession(options: SessionTimerOptions | undefined): LegSession {
  return {
    minimumS: options?.minimumS ?? shortestSessionS,
    refusals: 0,
    isUpdateAllowed: false,
    isTimerKnown: false,
    localSdp: undefined,
  };
}

/** Nobody is refreshed more often than twice in that time, whatever a peer says. */
const mostUrgentS = 10;
/** Longest time that is counted; a call ends before. */
const longestS = 86_400;
/** How often an interval is raised for one request. */
const mostRefusals = 3;

/** Takes note of what a message of the peer says of its abilities. */
export function notePeer({ session }: Leg, { headers }: SipMessage): void {
  if (headerValue(headers, 'allow') !== undefined) session.isUpdateAllowed = namesToken(headers, 'allow', 'UPDATE');
  if (headerValue(headers, 'supported') !== undefined || readSessionExpires(headers) !== undefined) {
    session.isTimerKnown = namesToken(headers, 'supported', 'timer') || namesToken(headers, 'require', 'timer');
  }
}

/** What the first INVITE of a call says. */
export function firstSessionHeaders({ options: { sessionTimer } }: Core): readonly Header[] {
  if (sessionTimer === undefined) return [];
  const { mode, intervalS, minimumS } = sessionTimer;
  if (mode === 'accept') return minimumS > shortestSessionS ? [minSeHeader(minimumS)] : [];
  return [sessionExpiresHeader({ intervalS, refresher: undefined }), minSeHeader(minimumS)];
}

/** What a later INVITE or UPDATE of ours says: the roles stay as they are (§7.4). */
export function laterSessionHeaders(
  core: Core,
  { session: { minimumS } }: Leg,
  timer: SessionTimer | undefined,
): readonly Header[] {
  if (core.options.sessionTimer === undefined || timer === undefined) return [];
  const refresher = timer.isOurs ? 'uac' : 'uas';
  return [
    sessionExpiresHeader({ intervalS: Math.max(timer.intervalS, minimumS), refresher }),
    ...(minimumS > shortestSessionS ? [minSeHeader(minimumS)] : []),
  ];
}

/** The timer that a 2xx to our INVITE or UPDATE begins (§7.2); none when the answer names no interval. */
export function timerOfAnswer(
  core: Core,
  leg: Leg,
  response: SipResponse,
  nowMs: number,
): { readonly timer?: SessionTimer } {
  const { sessionTimer } = core.options;
  notePeer(leg, response);
  leg.session.refusals = 0;
  if (sessionTimer === undefined) return {};
  const agreed = readSessionExpires(response.headers);
  if (agreed !== undefined) return { timer: begin(agreed.intervalS, agreed.refresher !== 'uas', nowMs) };
  const { mode, intervalS } = sessionTimer;
  return mode === 'always' ? { timer: beginAlone(Math.max(intervalS, leg.session.minimumS), nowMs) } : {};
}

function begin(intervalS: number, isOurs: boolean, nowMs: number): SessionTimer {
  const intervalMs = 1000 * Math.min(Math.max(intervalS, mostUrgentS), longestS);
  return {
    intervalS,
    isOurs,
    ...(isOurs ? { refreshAtMs: nowMs + intervalMs / 2 } : {}),
    // A third of the interval before its end, 32 s at most (§10).
    endAtMs: nowMs + intervalMs - Math.min(32_000, Math.floor(intervalMs / 3)),
  };
}

function beginAlone(intervalS: number, nowMs: number): SessionTimer {
  const { endAtMs: _never, ...timer } = begin(intervalS, true, nowMs);
  return timer;
}

/** 422 to an interval that is too small, unless the peer does not know what that means (§9). */
export function findShortSession(core: Core, { headers }: SipRequest): Answer | undefined {
  const { sessionTimer } = core.options;
  const asked = readSessionExpires(headers);
  if (sessionTimer === undefined || asked === undefined || asked.intervalS >= sessionTimer.minimumS) return undefined;
  if (!namesToken(headers, 'supported', 'timer')) return undefined;
  return { status: 422, headers: [minSeHeader(sessionTimer.minimumS)] };
}

/** What our 2xx to an INVITE or UPDATE says, and the timer that it begins (§9, Table 2). */
export function answerSession(
  core: Core,
  leg: Leg,
  request: SipRequest,
  before: SessionTimer | undefined,
  nowMs: number,
): { readonly headers: readonly Header[]; readonly timer?: SessionTimer } {
  const { sessionTimer } = core.options;
  notePeer(leg, request);
  if (sessionTimer === undefined) return { headers: [] };
  const { isTimerKnown } = leg.session;
  const asked = readSessionExpires(request.headers);
  if (asked === undefined) {
    const { mode } = sessionTimer;
    if (isTimerKnown && (mode !== 'accept' || before !== undefined)) {
      // The interval is ours to choose, and so is the refresh.
      return agree(
        Math.max(before?.intervalS ?? sessionTimer.intervalS, readMinSe(request.headers) ?? 0),
        'uas',
        nowMs,
      );
    }
    return mode === 'always' ? { headers: [], timer: beginAlone(sessionTimer.intervalS, nowMs) } : { headers: [] };
  }
  const refresher = isTimerKnown ? (asked.refresher ?? 'uac') : 'uas';
  return agree(asked.intervalS, refresher, nowMs);
}

function agree(
  intervalS: number,
  refresher: Refresher,
  nowMs: number,
): { readonly headers: readonly Header[]; readonly timer: SessionTimer } {
  const required = refresher === 'uac' ? [header('Require', 'timer')] : [];
  return {
    headers: [sessionExpiresHeader({ intervalS, refresher }), ...required],
    timer: begin(intervalS, refresher === 'uas', nowMs),
  };
}

/** Takes note of a 422 to a request of ours; false when it is not to be tried again. */
export function noteTooShort(core: Core, { session }: Leg, response: SipResponse): boolean {
  const minimumS = readMinSe(response.headers);
  if (response.status !== 422 || core.options.sessionTimer === undefined) return false;
  if (minimumS === undefined || minimumS > longestS || session.refusals >= mostRefusals) return false;
  session.refusals += 1;
  session.minimumS = Math.max(session.minimumS, minimumS);
  return true;
}

/** When the leg must be woken for its session. */
export function sessionDeadlinesMs({ timer }: Confirmed): readonly (number | undefined)[] {
  return [timer?.refreshAtMs, timer?.endAtMs];
}
