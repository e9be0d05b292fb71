/**
 * One registration with one registrar (RFC 3261 §10.2): when REGISTER goes out, when it goes again, when it is given up for a
 * while. Values only: who feeds it sends the requests and knows the transaction. Only one is under way at a time (§10.2).
 * Left out: several contacts for one address, redirection by 3xx, RFC 5626 outbound.
 */
import type { Random } from '../../kit/index.ts';

/** What the registrar has agreed to. */
export interface Binding {
  readonly grantedS: number;
  readonly expiresAtMs: number;
  /** Values of Service-Route (RFC 3608), next hop first: the way of later requests of this user. */
  readonly serviceRoute: readonly string[];
}

export type RegistrationState =
  | { readonly name: 'off' }
  | {
      readonly name: 'registering';
      readonly sentAtMs: number;
      readonly askedS: number;
      /** How often it has failed since it last went well. */
      readonly failures: number;
      readonly binding?: Binding;
      /** It is to be ended as soon as this one is answered. */
      readonly isStopWanted?: true;
    }
  | { readonly name: 'registered'; readonly askedS: number; readonly binding: Binding; readonly refreshAtMs: number }
  | {
      readonly name: 'waiting';
      readonly askedS: number;
      readonly failures: number;
      readonly retryAtMs: number;
      readonly binding?: Binding;
    }
  | { readonly name: 'unregistering' };

export type RegistrationInput =
  | { readonly type: 'start'; readonly expiresS: number }
  | { readonly type: 'deadline' }
  | { readonly type: 'stop' }
  | { readonly type: 'accepted'; readonly grantedS: number | undefined; readonly serviceRoute: readonly string[] }
  | {
      readonly type: 'refused';
      readonly status: number;
      /** Of a 423. */
      readonly minExpiresS?: number;
      readonly retryAfterS?: number;
    }
  /** Nobody answered, or it could not be sent. */
  | { readonly type: 'failed' };

export type RegistrationAction =
  /** Zero takes the binding away. */
  | { readonly type: 'send'; readonly expiresS: number }
  | { readonly type: 'tell-registered'; readonly binding: Binding; readonly refreshInMs: number }
  | { readonly type: 'tell-failed'; readonly retryInMs: number; readonly isBound: boolean }
  /** The binding has run out without having been renewed. */
  | { readonly type: 'tell-lost' }
  | { readonly type: 'tell-ended' };

export type RegistrationStep = readonly [RegistrationState, ...RegistrationAction[]];

/** Longest that is asked for, whatever a registrar wants at least: a day. */
const longestS = 86_400;
const firstWaitMs = 30_000;
/** After a refusal that another try will not change soon: wrong password, unknown user. */
const firstWaitAfterRefusalMs = 300_000;
const longestWaitMs = 1_800_000;
const leastWaitMs = 1000;
/** Retry-After is obeyed up to here. */
const longestRetryAfterS = 3600;

export function onRegistration(
  state: RegistrationState,
  input: RegistrationInput,
  nowMs: number,
  random: Random,
): RegistrationStep {
  switch (input.type) {
    case 'start':
      return state.name === 'off' ? send(input.expiresS, 0, undefined, nowMs) : [state];
    case 'deadline':
      return onDeadline(state, nowMs);
    case 'stop':
      return onStop(state, nowMs);
    case 'accepted':
    case 'refused':
    case 'failed':
      return onOutcome(state, input, nowMs, random);
    default:
      return input satisfies never;
  }
}

/** When `deadline` is to be fed at the latest; undefined when only an answer changes anything. */
export function registrationDeadlineMs(state: RegistrationState): number | undefined {
  switch (state.name) {
    case 'registered':
      return state.refreshAtMs;
    case 'waiting':
      return Math.min(state.retryAtMs, state.binding?.expiresAtMs ?? Infinity);
    case 'registering':
      return state.binding?.expiresAtMs;
    case 'off':
    case 'unregistering':
      return undefined;
    default:
      return state satisfies never;
  }
}

/** The binding as long as it holds. */
export function bindingOf(state: RegistrationState, nowMs: number): Binding | undefined {
  const binding = 'binding' in state ? state.binding : undefined;
  return binding === undefined || binding.expiresAtMs <= nowMs ? undefined : binding;
}

function send(
  askedS: number,
  failures: number,
  binding: Binding | undefined,
  nowMs: number,
  ...before: RegistrationAction[]
): RegistrationStep {
  const kept = binding === undefined ? {} : { binding };
  return [
    { name: 'registering', sentAtMs: nowMs, askedS, failures, ...kept },
    ...before,
    { type: 'send', expiresS: askedS },
  ];
}

function onDeadline(state: RegistrationState, nowMs: number): RegistrationStep {
  switch (state.name) {
    case 'registered':
      return nowMs < state.refreshAtMs ? [state] : send(state.askedS, 0, state.binding, nowMs);
    case 'registering':
    case 'waiting': {
      const { binding, ...unbound } = state;
      const isLost = binding !== undefined && binding.expiresAtMs <= nowMs;
      const news: RegistrationAction[] = isLost ? [{ type: 'tell-lost' }] : [];
      if (state.name === 'waiting' && state.retryAtMs <= nowMs) {
        return send(state.askedS, state.failures, isLost ? undefined : binding, nowMs, ...news);
      }
      return isLost ? [unbound, ...news] : [state];
    }
    case 'off':
    case 'unregistering':
      return [state];
    default:
      return state satisfies never;
  }
}

function onStop(state: RegistrationState, nowMs: number): RegistrationStep {
  switch (state.name) {
    case 'registered':
      return [{ name: 'unregistering' }, { type: 'send', expiresS: 0 }];
    case 'waiting':
      if (bindingOf(state, nowMs) === undefined) return [{ name: 'off' }, { type: 'tell-ended' }];
      return [{ name: 'unregistering' }, { type: 'send', expiresS: 0 }];
    case 'registering':
      return [{ ...state, isStopWanted: true }];
    case 'off':
      return [state, { type: 'tell-ended' }];
    case 'unregistering':
      return [state];
    default:
      return state satisfies never;
  }
}

type Outcome = Extract<RegistrationInput, { readonly type: 'accepted' | 'refused' | 'failed' }>;

function onOutcome(state: RegistrationState, outcome: Outcome, nowMs: number, random: Random): RegistrationStep {
  if (state.name === 'unregistering') return [{ name: 'off' }, { type: 'tell-ended' }];
  if (state.name !== 'registering') return [state];
  if (state.isStopWanted === true) {
    const isBound = outcome.type === 'accepted' || bindingOf(state, nowMs) !== undefined;
    if (!isBound) return [{ name: 'off' }, { type: 'tell-ended' }];
    return [{ name: 'unregistering' }, { type: 'send', expiresS: 0 }];
  }
  if (outcome.type === 'accepted') return onAccepted(state, outcome, nowMs, random);
  if (outcome.type === 'refused' && outcome.status === 423) {
    const { minExpiresS } = outcome;
    // A registrar that wants no longer time than it was asked for would be asked for ever.
    if (minExpiresS !== undefined && minExpiresS > state.askedS && minExpiresS <= longestS) {
      return send(minExpiresS, state.failures, state.binding, nowMs);
    }
  }
  return backOff(state, outcome, nowMs, random);
}

type Registering = Extract<RegistrationState, { readonly name: 'registering' }>;

function onAccepted(
  state: Registering,
  { grantedS = state.askedS, serviceRoute }: Extract<Outcome, { type: 'accepted' }>,
  nowMs: number,
  random: Random,
): RegistrationStep {
  const { askedS, sentAtMs } = state;
  const lastsS = Math.min(grantedS, askedS);
  if (lastsS < 1) return backOff(state, { type: 'failed' }, nowMs, random);
  // The registrar counts from when it was asked, at the earliest.
  const binding = { grantedS: lastsS, expiresAtMs: sentAtMs + lastsS * 1000, serviceRoute };
  // Between 80 and 90 % of the time, so that what began together is not renewed together.
  const refreshAtMs = Math.max(nowMs + leastWaitMs / 2, sentAtMs + lastsS * between(800, 900, random));
  return [
    { name: 'registered', askedS, binding, refreshAtMs },
    { type: 'tell-registered', binding, refreshInMs: refreshAtMs - nowMs },
  ];
}

function backOff(
  { askedS, failures: before, binding }: Registering,
  outcome: Exclude<Outcome, { type: 'accepted' }>,
  nowMs: number,
  random: Random,
): RegistrationStep {
  const failures = before + 1;
  const isBound = binding !== undefined && binding.expiresAtMs > nowMs;
  const waitMs = waitAfter(failures, outcome, isBound ? binding.expiresAtMs - nowMs : undefined, random);
  const kept = isBound ? { binding } : {};
  return [
    { name: 'waiting', askedS, failures, retryAtMs: nowMs + waitMs, ...kept },
    { type: 'tell-failed', retryInMs: waitMs, isBound },
  ];
}

/** Twice as long each time up to half an hour, of which the second half is left to chance; never under a second. */
function waitAfter(
  failures: number,
  outcome: Exclude<Outcome, { type: 'accepted' }>,
  leftMs: number | undefined,
  random: Random,
): number {
  const isRefusal = outcome.type === 'refused' && [401, 403, 404, 407].includes(outcome.status);
  const firstMs = isRefusal ? firstWaitAfterRefusalMs : firstWaitMs;
  const mostMs = Math.min(firstMs * 2 ** Math.min(failures - 1, 16), longestWaitMs);
  const randomMs = between(mostMs / 2, mostMs, random);
  const told = outcome.type === 'refused' ? outcome.retryAfterS : undefined;
  if (told !== undefined) return Math.max(Math.min(told, longestRetryAfterS) * 1000 + randomMs / 10, leastWaitMs);
  // While the binding still holds there is time for another try before it is lost.
  const inTimeMs = leftMs === undefined || isRefusal ? randomMs : Math.min(randomMs, leftMs / 2);
  return Math.max(inTimeMs, leastWaitMs);
}

/** A whole number from `least` up to `most`. */
function between(least: number, most: number, random: Random): number {
  return Math.round(least + (random.uint32() / 2 ** 32) * (most - least));
}
