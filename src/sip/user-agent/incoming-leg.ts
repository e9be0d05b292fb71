/** A call that comes in, from INVITE to its ACK (RFC 3261 §13.3, §9.2, §14.2 for what follows is in `in-dialog.ts`). */
import type { Hop } from '../contract.ts';
import { dialogAsCallee } from '../dialog/dialog.ts';
import { readAddress } from '../syntax/core-fields.ts';
import { listValues } from '../syntax/header.ts';
import type { SipRequest } from '../syntax/message.ts';
import { sdpOf } from '../syntax/sdp-body.ts';
import { parseUri } from '../syntax/uri.ts';
import { viaBranch } from '../syntax/via.ts';
import { allowHeader, answerStatelessly, contactHeader, retryAfterHeader, supportedHeader } from './build-response.ts';
import { type Core, type Leg, type LegState, serverKey } from './core.ts';
import { awaitAck, createLeg, enter, finish } from './leg.ts';
import { answerSession, findShortSession, newLegSession } from './session-timer.ts';
import { respond, startServer } from './transaction-layer.ts';

/** Most legs at a time; more INVITEs than that are answered 503. */
const maxLegs = 20_000;

type Alerting = Extract<LegState, { name: 'alerting' }>;

export function onIncomingInvite(core: Core, request: SipRequest, source: Hop, nowMs: number): void {
  if (core.options.acceptsCalls !== true) {
    answerStatelessly(core, request, source, { status: 403 });
    return;
  }
  if (core.legs.has(request.callId)) {
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
  core.legs.set(leg.legId, leg);
  const transaction = startServer(core, leg, request, source, nowMs);
  enter(core, leg, { name: 'alerting', transaction, dialog: dialogAsCallee(request, leg.localTag) });
  core.push({
    type: 'incoming',
    call: {
      legId: leg.legId,
      requestUri: request.requestUri,
      from: request.from.uri,
      to: request.to.uri,
      sdp: sdpOf(request),
      source,
    },
  });
}

/** Whether Contact must be a SIPS URI: as the Request-URI, and as who is next on the way back (§12.1.1). */
function isCalledSecurely({ requestUri, headers }: SipRequest): boolean {
  const next = listValues(headers, 'record-route')[0] ?? listValues(headers, 'contact')[0];
  const uri = readAddress(next)?.uri;
  return [requestUri, uri ?? ''].some((text) => /^sips:/i.test(text));
}

export function ringCall(core: Core, leg: Leg, state: Alerting, nowMs: number): void {
  respond(core, state.transaction, { status: 180, headers: [contactHeader(core, leg), allowHeader] }, nowMs);
}

export function acceptCall(core: Core, leg: Leg, state: Alerting, sdp: string, nowMs: number): void {
  const { transaction, dialog } = state;
  const session = answerSession(core, leg, transaction.request, undefined, nowMs);
  const headers = [contactHeader(core, leg), allowHeader, supportedHeader(core), ...session.headers];
  leg.session.localSdp = sdp;
  respond(core, transaction, { status: 200, headers, sdp }, nowMs);
  const unacknowledged = awaitAck(core, transaction, true, nowMs);
  enter(core, leg, {
    name: 'confirmed',
    dialog,
    ...(session.timer === undefined ? {} : { timer: session.timer }),
    ...(unacknowledged === undefined ? {} : { unacknowledged }),
  });
}

/** Any status from 300 to 699; others count as 603. */
export function rejectCall(core: Core, leg: Leg, state: Alerting, status: number, nowMs: number): void {
  respond(core, state.transaction, { status: status >= 300 && status <= 699 ? status : 603 }, nowMs);
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
