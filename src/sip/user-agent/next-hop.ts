/**
 * Where a request goes first and where it goes next (RFC 3263 §4.3, RFC 3261 §8.1.2): a name is located before anything is
 * sent, and a hop that is silent, cannot be reached or answers 503 is followed by another one with a new branch. Call-ID,
 * CSeq and From tag stay; an ACK for the refusal and a CANCEL go where the request went.
 */
import type { Result } from '../../kit/index.ts';
import { withoutAnswers } from '../auth/protection-spaces.ts';
import type { Hop } from '../contract.ts';
import type { HopFailure } from '../leg-event.ts';
import { parseRetryAfter } from '../syntax/core-fields.ts';
import { headerValue } from '../syntax/header.ts';
import { isSecureTransport } from '../transport/hop.ts';
import { aimRequest } from './aim-request.ts';
import type { Core } from './core.ts';
import type { ClientTransaction } from './leg-state.ts';
import { type ClientReport, clientKey, forgetClient, launchClient, leaveBehind } from './client-transactions.ts';

/** Takes in what the transport or DNS found out; the report is what the request has come to when there is no hop for it. */
export function onLocated(
  core: Core,
  transaction: ClientTransaction,
  found: Result<readonly Hop[], string>,
  nowMs: number,
): ClientReport | undefined {
  const { isSecure } = transaction.leg.reach;
  const hops = (found.ok ? found.value : []).filter(({ transport }) => !isSecure || isSecureTransport(transport));
  const [first, ...left] = core.book.order(hops, nowMs);
  if (first === undefined) {
    forgetClient(core, transaction);
    const detail = found.ok
      ? 'None of the next hops can be used: a sips: URI needs TLS (RFC 3261 §26.2.2).'
      : found.error;
    return { type: 'transport', detail, isUnlocated: true };
  }
  core.locating.delete(transaction.key);
  aimRequest(core, transaction, first, left);
  launchClient(core, transaction, nowMs);
  return undefined;
}

/**
 * Sends the request on when this hop does not serve it and another one may; true when it is on its way again. Also takes
 * note of how the hop is.
 */
export function tryNextHop(core: Core, transaction: ClientTransaction, report: ClientReport, nowMs: number): boolean {
  const { leg, purpose, destination, request } = transaction;
  // Of a CANCEL nothing is learnt that its INVITE does not say.
  if (purpose === 'cancel' || purpose === 'left-behind') return false;
  const failure = failureIn(transaction, report);
  if (failure === undefined) {
    if (report.type === 'response') core.book.answered(destination);
    return false;
  }
  core.book.failed(destination, nowMs, failure.retryAfterMs);
  const [next, ...left] = mayGoOn(transaction) ? transaction.hopsLeft : [];
  // The failure of the only hop is what the request itself reports.
  if (leg.state.name !== 'over' && (next !== undefined || transaction.tried > 1)) {
    core.emit(leg, {
      type: 'hop-failed',
      method: request.method,
      hop: destination,
      cause: failure.cause,
      detail: failure.detail,
      ...(next === undefined ? {} : { next }),
      tried: transaction.tried,
      atMs: nowMs,
    });
  }
  if (next === undefined) return false;
  leaveBehind(core, transaction);
  if (core.clients.get(transaction.key) === undefined) leg.openTransactions += 1;
  transaction.branch = core.newBranch();
  transaction.key = clientKey(transaction.branch, request.method);
  // Another server has nonces of its own.
  transaction.request = { ...request, headers: withoutAnswers(request.headers) };
  transaction.answersLeft = undefined;
  transaction.ack = undefined;
  transaction.early = new Map();
  transaction.isHeard = false;
  transaction.tried += 1;
  aimRequest(core, transaction, next, left);
  launchClient(core, transaction, nowMs);
  if (purpose === 'invite' && leg.state.name === 'inviting') leg.state = { ...leg.state, hasProvisional: false };
  return true;
}

/** A call that is to be cancelled goes nowhere else. */
function mayGoOn({ leg: { state }, purpose }: ClientTransaction): boolean {
  return purpose !== 'invite' || (state.name === 'inviting' && state.cancel === undefined);
}

interface Failure {
  readonly cause: HopFailure;
  readonly detail: string;
  readonly retryAfterMs?: number;
}

function failureIn({ isHeard }: ClientTransaction, report: ClientReport): Failure | undefined {
  switch (report.type) {
    case 'timeout':
      return isHeard ? undefined : { cause: 'timeout', detail: 'It did not answer.' };
    case 'transport':
      return { cause: 'transport', detail: report.detail };
    case 'response': {
      const { status, reason, headers } = report.response;
      if (status !== 503) return undefined;
      const retryAfterS = parseRetryAfter(headerValue(headers, 'retry-after'));
      const retryAfterMs = retryAfterS === undefined ? {} : { retryAfterMs: retryAfterS * 1000 };
      return { cause: 'unavailable', detail: `It answered 503 ${reason}.`, ...retryAfterMs };
    }
    default:
      return report satisfies never;
  }
}
