/**
 * Keeping a session alive (RFC 4028 §10): half way through its interval by UPDATE without an offer (RFC 3311) where the peer
 * allows it, else by a re-INVITE that repeats our description as it is; BYE when nobody has refreshed in time.
 */
import { contactUri } from '../dialog/dialog.ts';
import { parseRetryAfter } from '../syntax/core-fields.ts';
import { headerValue } from '../syntax/header.ts';
import { answerIfChallenged, type ChallengedReport } from './authenticate.ts';
import { abilityHeaders } from './build-response.ts';
import type { Core } from './core.ts';
import type { ClientTransaction, Confirmed, Leg } from './leg-state.ts';
import { enter, isDialogGone, loseDialog, sendInDialog } from './leg.ts';
import { refreshByOffer } from './own-offer.ts';
import { laterSessionHeaders, noteTooShort, type SessionTimer, timerOfAnswer } from './session-timer.ts';
import type { ClientReport } from './client-transactions.ts';

/** How long a refresh that was refused for other reasons waits for the next try. */
const retryMs = 10_000;

/** The leg's alarm: a refresh is due, or none came in time. */
export function onSessionAlarm(core: Core, leg: Leg, nowMs: number): void {
  const { state } = leg;
  if (state.name !== 'confirmed' || state.timer === undefined) return;
  const { timer } = state;
  if (timer.endAtMs !== undefined && nowMs >= timer.endAtMs) {
    loseDialog(core, leg, state, { status: 408, detail: 'Nobody refreshed the session in time.' }, nowMs);
  } else if (timer.refreshAtMs !== undefined && nowMs >= timer.refreshAtMs) {
    refresh(core, leg, state, timer, nowMs);
  }
}

function refresh(core: Core, leg: Leg, state: Confirmed, timer: SessionTimer, nowMs: number): void {
  const { refreshAtMs: _due, ...waiting } = timer;
  if (!leg.session.isUpdateAllowed) {
    const isUnderWay = refreshByOffer(core, leg, { ...state, timer: waiting }, nowMs);
    if (!isUnderWay) enter(core, leg, { ...state, timer: { ...timer, refreshAtMs: nowMs + retryMs } });
    return;
  }
  const headers = [...abilityHeaders(core, leg), ...laterSessionHeaders(core, leg, timer)];
  const sent = sendInDialog(core, leg, state.dialog, { purpose: 'update', method: 'UPDATE', headers }, nowMs);
  if (sent === undefined) enter(core, leg, { ...state, timer: { ...timer, refreshAtMs: nowMs + retryMs } });
  else enter(core, leg, { ...state, dialog: sent.dialog, timer: { ...waiting, refreshing: sent.transaction } });
}

export function onUpdateReport(core: Core, transaction: ClientTransaction, report: ClientReport, nowMs: number): void {
  const { leg } = transaction;
  const { state } = leg;
  if (state.name !== 'confirmed' || state.timer?.refreshing !== transaction) return;
  switch (report.type) {
    case 'timeout':
      loseDialog(core, leg, state, { status: 408, detail: 'The refresh of the session was not answered.' }, nowMs);
      return;
    case 'transport':
      tryAgain(core, leg, state, state.timer, nowMs + retryMs);
      return;
    case 'response':
      onAnswer(core, transaction, state, state.timer, report, nowMs);
      return;
    default:
      report satisfies never;
  }
}

function onAnswer(
  core: Core,
  transaction: ClientTransaction,
  state: Confirmed,
  timer: SessionTimer,
  report: ChallengedReport,
  nowMs: number,
): void {
  const { leg } = transaction;
  const { response } = report;
  const { status } = response;
  if (status < 200) return;
  if (status < 300) {
    const { timer: _before, ...rest } = state;
    const remoteTarget = contactUri(response) ?? state.dialog.remoteTarget;
    const dialog = { ...state.dialog, remoteTarget };
    enter(core, leg, { ...rest, dialog, ...timerOfAnswer(core, leg, response, nowMs) });
  } else if (isDialogGone(status)) {
    loseDialog(core, leg, state, { status }, nowMs);
  } else if (status === 405 || status === 501) {
    leg.session.isUpdateAllowed = false;
    tryAgain(core, leg, state, timer, nowMs);
  } else if (noteTooShort(core, leg, response)) {
    tryAgain(core, leg, state, timer, nowMs);
  } else if (status === 491) {
    tryAgain(core, leg, state, timer, nowMs + core.newGlareWaitMs(leg.isCaller));
  } else {
    const outcome = answerIfChallenged(core, transaction, report, nowMs);
    const waitS = parseRetryAfter(headerValue(response.headers, 'retry-after'));
    if (!outcome.isAnswered) {
      tryAgain(core, leg, state, timer, nowMs + Math.max(1000 * (waitS ?? 0), retryMs));
    } else if (leg.state.name === 'confirmed') {
      enter(core, leg, { ...leg.state, timer: { ...timer, refreshing: outcome.transaction } });
    }
  }
}

/** The session goes on; if no refresh succeeds before its end, that ends it. */
function tryAgain(core: Core, leg: Leg, state: Confirmed, timer: SessionTimer, refreshAtMs: number): void {
  const { refreshing: _over, ...rest } = timer;
  enter(core, leg, { ...state, timer: { ...rest, refreshAtMs } });
}
