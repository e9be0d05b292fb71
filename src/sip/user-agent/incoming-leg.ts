/** A call that comes in, from INVITE to its ACK (RFC 3261 §13.3, §9.2, §14.2 for what follows is in `in-dialog.ts`). */
import type { Admission, ExtraHeader, Hop } from '../contract.ts';
import { dialogAsCallee } from '../dialog/dialog.ts';
import { readAddress } from '../syntax/core-fields.ts';
import { header, headerValue, listValues } from '../syntax/header.ts';
import type { SipRequest } from '../syntax/message.ts';
import { sdpOf } from '../syntax/sdp-body.ts';
import { parseUri } from '../syntax/uri.ts';
import { viaBranch } from '../syntax/via.ts';
import { abilityHeaders, allowHeader, answerStatelessly, contactHeader, retryAfterHeader } from './build-response.ts';
import { extraHeaders } from './build-request.ts';
import type { Core } from './core.ts';
import type { Alerting, Leg } from './leg-state.ts';
import { awaitAck, createLeg, enter, finish } from './leg.ts';
import { findReplaced } from './replaced-leg.ts';
import { answerSession, findShortSession, newLegSession } from './session-timer.ts';
import { respond, serverKey, startServer } from './server-transactions.ts';

/** Most legs at a time; more INVITEs than that are answered 503. */
const maxLegs = 20_000;

export function onIncomingInvite(core: Core, request: SipRequest, source: Hop, nowMs: number): void {
  const known = core.legs.get(request.callId);
  if (known !== undefined && !isNewAttempt(known, request)) {
    // The same call by another way (§8.2.2.2), or one that came back to where it began.
    answerStatelessly(core, request, source, { status: 482 });
    return;
  }
  const tooShort = findShortSession(core, request);
  if (tooShort !== undefined) {
    answerStatelessly(core, request, source, tooShort);
    return;
  }
  if (core.legs.size >= maxLegs) {
    answerStatelessly(core, request, source, { status: 503, headers: [retryAfterHeader(core)] });
    return;
  }
  const replacement = findReplaced(core, request);
  if (replacement.type === 'refused') {
    answerStatelessly(core, request, source, replacement.answer);
    return;
  }
  if (replacement.type === 'leg') {
    const { legId } = openLeg(core, request, source, nowMs);
    const sdp = sdpOf(request);
    core.emit(replacement.leg, { type: 'replace-received', newLegId: legId, sdp, source, atMs: nowMs });
    return;
  }
  const admission = judgeInvite(core, request, source, nowMs);
  if (admission.type === 'dropped') {
    core.drop(admission.what, admission.detail, source);
    return;
  }
  if (admission.type === 'refused') {
    const { told } = admission;
    if (told !== undefined) core.drop(told.what, told.detail, source);
    const headers = (admission.headers ?? []).map(({ name, value }) => header(name, value));
    answerStatelessly(core, request, source, { status: admission.status, headers });
    return;
  }
  const leg = openLeg(core, request, source, nowMs);
  core.push({
    type: 'incoming',
    call: {
      legId: leg.legId,
      requestUri: request.requestUri,
      from: request.from.uri,
      to: request.to.uri,
      sdp: sdpOf(request),
      headers: request.headers.map(({ name, value }) => ({ name, value })),
      source,
    },
  });
}

function openLeg(core: Core, request: SipRequest, source: Hop, nowMs: number): Leg {
  const uri = parseUri(request.requestUri);
  const user = uri.ok && 'user' in uri.value ? uri.value.user : undefined;
  const leg = createLeg({
    legId: request.callId,
    localTag: core.newTag(),
    side: 'callee',
    contactUser: user,
    reach: { hop: source, isSecure: isCalledSecurely(request) },
    session: newLegSession(core.options.sessionTimer),
  });
  leg.incomingInvite = { fromTag: request.fromTag, cseq: request.cseq.number };
  core.legs.set(leg.legId, leg);
  const transaction = startServer(core, leg, request, source, nowMs);
  const expiresAtMs = expiryOf(request, nowMs);
  enter(core, leg, { name: 'alerting', transaction, dialog: dialogAsCallee(request, leg.localTag), expiresAtMs });
  // At once rather than within 200 ms (§17.2.1): what has to be prepared takes longer than that as a rule.
  respond(core, transaction, { status: 100 }, nowMs);
  return leg;
}

/** Whether Contact must be a SIPS URI: as the Request-URI, and as who is next on the way back (§12.1.1). */
function isCalledSecurely({ requestUri, headers }: SipRequest): boolean {
  const next = listValues(headers, 'record-route')[0] ?? listValues(headers, 'contact')[0];
  const uri = readAddress(next)?.uri;
  return [requestUri, uri ?? ''].some((text) => /^sips:/i.test(text));
}

/** The last attempt of this Call-ID is over, and this is not another copy of it (§8.1.3.5, §8.2.2.2). */
function isNewAttempt({ state, incomingInvite }: Leg, { fromTag, cseq }: SipRequest): boolean {
  const isCopy = incomingInvite?.fromTag === fromTag && incomingInvite?.cseq === cseq.number;
  return state.name === 'over' && incomingInvite !== undefined && !isCopy;
}

function judgeInvite(core: Core, request: SipRequest, source: Hop, nowMs: number): Admission {
  const { acceptsCalls = false } = core.options;
  if (typeof acceptsCalls === 'function') return acceptsCalls(request, source, nowMs);
  return acceptsCalls ? { type: 'let-in' } : { type: 'refused', status: 403 };
}

/** Longest that an INVITE may say it is good for, s; more counts as that. */
const longestExpiryS = 3600;

/** Undefined without a readable Expires: then the call may ring for as long as it likes (§20.19). */
function expiryOf({ headers }: SipRequest, nowMs: number): number | undefined {
  const text = headerValue(headers, 'expires')?.trim() ?? '';
  return /^\d{1,10}$/.test(text) ? nowMs + Math.min(Number(text), longestExpiryS) * 1000 : undefined;
}

/** The INVITE was not answered while it was good: the answer is 487 (§13.3.1). */
export function onAlertingAlarm(core: Core, leg: Leg, state: Alerting, nowMs: number): void {
  if (state.expiresAtMs === undefined || nowMs < state.expiresAtMs) return;
  respond(core, state.transaction, { status: 487 }, nowMs);
  finish(core, leg, { type: 'cancelled', atMs: nowMs });
}

export function ringCall(core: Core, leg: Leg, state: Alerting, nowMs: number): void {
  respond(core, state.transaction, { status: 180, headers: [contactHeader(core, leg), allowHeader] }, nowMs);
}

export function acceptCall(core: Core, leg: Leg, state: Alerting, sdp: string, nowMs: number): void {
  const { transaction, dialog } = state;
  const { localTag, contactUser } = leg;
  // Before the 200: once that has left, somebody must be able to end the call.
  core.keep(leg, { phase: 'confirmed', localTag, contactUser, dialog });
  const session = answerSession(core, leg, transaction.request, undefined, nowMs);
  const headers = [...abilityHeaders(core, leg), ...session.headers];
  leg.session.localSdp = sdp;
  respond(core, transaction, { status: 200, headers, sdp }, nowMs);
  core.emit(leg, { type: 'accepted', atMs: nowMs });
  const unacknowledged = awaitAck(core, transaction, true, nowMs);
  enter(core, leg, {
    name: 'confirmed',
    dialog,
    ...(session.timer === undefined ? {} : { timer: session.timer }),
    ...(unacknowledged === undefined ? {} : { unacknowledged }),
  });
}

/** Any status from 300 to 699; others count as 603. */
export function rejectCall(
  core: Core,
  leg: Leg,
  state: Alerting,
  { status, headers }: { readonly status: number; readonly headers?: readonly ExtraHeader[] },
  nowMs: number,
): void {
  const answered = status >= 300 && status <= 699 ? status : 603;
  respond(core, state.transaction, { status: answered, headers: extraHeaders(core, headers ?? []) }, nowMs);
  finish(core, leg, undefined);
}

/** CANCEL is answered by itself, and the INVITE it meets 487, unless that has its final answer already (§9.2). */
export function onCancel(core: Core, request: SipRequest, source: Hop, nowMs: number): void {
  const transaction = core.servers.get(serverKey(request, viaBranch(request.via), 'INVITE'));
  if (transaction === undefined) {
    answerStatelessly(core, request, source, { status: 481 });
    return;
  }
  const { leg } = transaction;
  answerStatelessly(core, request, source, { status: 200, toTag: leg.localTag });
  if (transaction.machine.state.name !== 'proceeding') return;
  respond(core, transaction, { status: 487 }, nowMs);
  if (leg.state.name === 'alerting') {
    finish(core, leg, { type: 'cancelled', atMs: nowMs });
  } else if (leg.state.name === 'confirmed') {
    const { offer: _withdrawn, ...rest } = leg.state;
    enter(core, leg, rest);
  }
}
