/** The user agent: sorts what comes in and hands it to the leg or transaction it belongs to. */
import type { Result } from '../../kit/index.ts';
import type { ExtraHeader, Hop, InviteOrder, SipEffect, Stranger, UserAgent } from '../contract.ts';
import { readSnapshot } from '../dialog/dialog-snapshot.ts';
import { headerValue } from '../syntax/header.ts';
import type { SipParseError, SipRequest, SipResponse } from '../syntax/message.ts';
import { parseMessage } from '../syntax/parse-message.ts';
import { viaBranch } from '../syntax/via.ts';
import { isSameHop } from '../transport/hop.ts';
import { answerIfChallenged, onAccepted } from './authenticate.ts';
import { answerStatelessly, buildResponse, statelessTag } from './build-response.ts';
import { Core, isSentBy, type Timed, type UserAgentOptions } from './core.ts';
import type { ClientTransaction, Confirmed, Leg } from './leg-state.ts';
import { answerEarlyOffer, answerPeerOffer, endConfirmed, onAckForSuccess, onInDialogRequest } from './in-dialog.ts';
import { acceptCall, onAlertingAlarm, onCancel, onIncomingInvite, rejectCall, ringCall } from './incoming-leg.ts';
import { answerRefer, notifyRefer, onNotifyReport, onReferOutside } from './incoming-refer.ts';
import { onInfoReport, sendInfo } from './info.ts';
import { finish, forgetIfDone, onAckOverdue, onByeReport } from './leg.ts';
import { answerInPrack } from './early-dialogs.ts';
import { answerInAck, cancelCall, onInviteReport, onInvitingAlarm, placeCall } from './outgoing-leg.ts';
import { tryNextHop, onLocated } from './next-hop.ts';
import { offerSession, onOfferAlarm, onReInviteReport } from './own-offer.ts';
import { onPingReport, sendPing } from './ping.ts';
import { onReferAlarm, onReferReport, sendRefer } from './refer.ts';
import { recoverLeg } from './recover-leg.ts';
import { feedRegistration, onRegisterReport, register, unregister } from './register.ts';
import { inspectRequest, optionsAnswer } from './request-checks.ts';
import { onSessionAlarm, onUpdateReport } from './session-refresh.ts';
import { type ClientInput, type ClientReport, clientKey, feedClient } from './client-transactions.ts';
import { feedServer, serverKey } from './server-transactions.ts';

/**
 * A user agent. It keeps state only for its own calls and, when `acceptsCalls` is set, for calls that come in;
 * everything else from the network is answered without remembering it, or dropped.
 */
export function createUserAgent(options: UserAgentOptions): UserAgent {
  const core = new Core(options);
  const onLeg = (legId: string, act: (leg: Leg) => void): readonly SipEffect[] => {
    const leg = core.legs.get(legId);
    if (leg !== undefined) {
      act(leg);
      forgetIfDone(core, leg);
    }
    return core.takeEffects();
  };
  return {
    invite(order: InviteOrder, nowMs: number) {
      placeCall(core, order, nowMs);
      return core.takeEffects();
    },
    register(order, nowMs) {
      register(core, order, nowMs);
      return core.takeEffects();
    },
    unregister(registrationId, nowMs) {
      unregister(core, registrationId, nowMs);
      return core.takeEffects();
    },
    hangUp: (legId, nowMs, headers = []) => onLeg(legId, (leg) => hangUp(core, leg, headers, nowMs)),
    info: (legId, content, nowMs) => onLeg(legId, (leg) => sendInfo(core, leg, content, nowMs)),
    endOrphan({ legId, snapshot, credentials, headers = [] }, nowMs) {
      const known = readSnapshot(snapshot);
      if (known === undefined || core.legs.has(legId)) return { isKnown: false, effects: [] };
      recoverLeg(core, legId, known, credentials, nowMs);
      return { isKnown: true, effects: onLeg(legId, (leg) => hangUp(core, leg, headers, nowMs)) };
    },
    answerOffer: (legId, offerId, sdp, nowMs) =>
      onLeg(legId, (leg) => {
        answerOffer(core, leg, offerId, sdp, nowMs);
      }),
    offer: (legId, sdp, nowMs) =>
      onLeg(legId, (leg) => {
        offerSession(core, leg, sdp, nowMs);
      }),
    refer: (legId, order, nowMs) =>
      onLeg(legId, (leg) => {
        sendRefer(core, leg, order, nowMs);
      }),
    answerRefer: (legId, referId, status, nowMs) =>
      onLeg(legId, (leg) => {
        answerRefer(core, leg, referId, status, nowMs);
      }),
    notifyRefer: (legId, referId, status, nowMs) =>
      onLeg(legId, (leg) => {
        notifyRefer(core, leg, referId, status, nowMs);
      }),
    ring: (legId, nowMs) =>
      onLeg(legId, (leg) => {
        if (leg.state.name === 'alerting') ringCall(core, leg, leg.state, nowMs);
      }),
    accept: (legId, sdp, nowMs) =>
      onLeg(legId, (leg) => {
        if (leg.state.name === 'alerting') acceptCall(core, leg, leg.state, sdp, nowMs);
      }),
    reject: (legId, status, nowMs, headers = []) =>
      onLeg(legId, (leg) => {
        if (leg.state.name === 'alerting') rejectCall(core, leg, leg.state, { status, headers }, nowMs);
      }),
    receive(bytes: Uint8Array, source: Hop, nowMs: number) {
      receive(core, bytes, source, nowMs);
      return core.takeEffects();
    },
    sendFailed(to: Hop, detail: string, nowMs: number) {
      sendFailed(core, to, detail, nowMs);
      return core.takeEffects();
    },
    ping(pingId, uri, nowMs) {
      sendPing(core, pingId, uri, nowMs);
      return core.takeEffects();
    },
    located(locateId, found, nowMs) {
      located(core, locateId, found, nowMs);
      return core.takeEffects();
    },
    avoidedHops: (nowMs) => core.book.avoided(nowMs),
    onDeadline(nowMs: number) {
      for (let due = core.queue.takeDue(nowMs); due !== undefined; due = core.queue.takeDue(nowMs)) {
        onTimed(core, due, nowMs);
      }
      return core.takeEffects();
    },
    deadlineMs: () => core.queue.soonestMs(),
  };
}

function answerOffer(core: Core, leg: Leg, offerId: string, sdp: string | undefined, nowMs: number): void {
  const { state } = leg;
  if (state.name === 'confirmed') {
    if (state.unanswered?.offerId === offerId) answerInAck(core, leg, state, sdp);
    else answerPeerOffer(core, leg, state, offerId, sdp, nowMs);
  } else if (state.name === 'inviting' && !answerInPrack(core, state.transaction, offerId, sdp, nowMs)) {
    answerEarlyOffer(core, leg, state, offerId, sdp, nowMs);
  }
}

function hangUp(core: Core, leg: Leg, headers: readonly ExtraHeader[], nowMs: number): void {
  const { state } = leg;
  switch (state.name) {
    case 'inviting':
      cancelCall(core, leg, state, { cause: 'hang-up', headers }, nowMs);
      break;
    case 'alerting':
      rejectCall(core, leg, state, { status: 603 }, nowMs);
      core.emit(leg, { type: 'cancelled', atMs: nowMs });
      break;
    case 'confirmed':
      // Never a BYE before the ACK (RFC 3261 §15).
      endConfirmed(core, leg, answerInAck(core, leg, state, undefined), headers, nowMs);
      break;
    case 'ending':
    case 'over':
      break;
    default:
      state satisfies never;
  }
}

function receive(core: Core, bytes: Uint8Array, source: Hop, nowMs: number): void {
  if (isKeepAlive(bytes)) return;
  const { transport } = source;
  const parsed = parseMessage(bytes, transport === 'tcp' || transport === 'tls' ? 'stream' : 'datagram');
  if (!parsed.ok) {
    onMalformed(core, parsed.error, source, nowMs);
  } else if (parsed.value.kind === 'response') {
    onResponse(core, parsed.value, source, nowMs);
  } else {
    onRequest(core, parsed.value, source, nowMs);
    const leg = core.legs.get(parsed.value.callId);
    if (leg !== undefined) forgetIfDone(core, leg);
  }
}

/** Line ends or zero bytes alone keep a NAT binding open (RFC 5626 §3.5.1 and habit). */
function isKeepAlive(bytes: Uint8Array): boolean {
  return bytes.length <= 4 && bytes.every((byte) => byte === 13 || byte === 10 || byte === 0);
}

function onMalformed(core: Core, error: SipParseError, source: Hop, nowMs: number): void {
  core.drop('malformed', `${error.reason} (at ${error.position})`, source);
  if (error.refusal === undefined || isScreened(core, { source }, nowMs)) return;
  const { request, via, status } = error.refusal;
  const reason = status === 400 ? `Bad Request - ${error.reason}` : undefined;
  const toTag = statelessTag(core.tagSecret, viaBranch(via) ?? '');
  core.send(buildResponse(core, request, via, source, { status, toTag, ...(reason === undefined ? {} : { reason }) }));
}

/** Responses are never answered; one that fits no transaction of ours is dropped (RFC 3261 §18.1.2). */
function onResponse(core: Core, response: SipResponse, source: Hop, nowMs: number): void {
  if (response.viaCount !== 1) {
    core.drop('foreign-response', `A response has ${response.viaCount} Via.`, source);
    return;
  }
  if (!isSentBy(response.via, core.places)) {
    core.drop('foreign-response', 'The Via of a response is not ours.', source);
    return;
  }
  const transaction = core.clients.get(clientKey(viaBranch(response.via) ?? '', response.cseq.method));
  const isOurs =
    transaction !== undefined &&
    response.callId === headerValue(transaction.request.headers, 'call-id') &&
    response.fromTag === transaction.leg.localTag;
  if (isOurs) feed(core, transaction, { type: 'response', response, source }, nowMs);
  else core.drop('stray-response', `A ${response.status} fits no transaction.`, source);
}

function feed(core: Core, transaction: ClientTransaction, input: ClientInput, nowMs: number): void {
  const report = feedClient(core, transaction, input, nowMs);
  if (report !== undefined && !tryNextHop(core, transaction, report, nowMs)) tell(core, transaction, report, nowMs);
  forgetIfDone(core, transaction.leg);
}

/** Tells whoever sent the request what it has come to. */
function tell(core: Core, transaction: ClientTransaction, report: ClientReport, nowMs: number): void {
  if (report.type === 'response') onAccepted(core, transaction, report.response);
  switch (transaction.purpose) {
    case 'invite':
      onInviteReport(core, transaction, report, nowMs);
      break;
    case 'bye':
      onByeReport(core, transaction, report, nowMs);
      break;
    case 're-invite':
      onReInviteReport(core, transaction, report, nowMs);
      break;
    case 'update':
      onUpdateReport(core, transaction, report, nowMs);
      break;
    case 'refer':
      onReferReport(core, transaction, report, nowMs);
      break;
    case 'ping':
      onPingReport(core, transaction, report);
      break;
    case 'register':
      onRegisterReport(core, transaction, report, nowMs);
      break;
    case 'info':
      onInfoReport(core, transaction, report, nowMs);
      break;
    case 'notify':
      onNotifyReport(core, transaction, report, nowMs);
      break;
    case 'fork-bye':
    case 'prack':
      if (report.type === 'response') answerIfChallenged(core, transaction, report, nowMs);
      break;
    case 'cancel':
    case 'left-behind':
      break;
    default:
      transaction.purpose satisfies never;
  }
}

function located(core: Core, locateId: string, found: Result<readonly Hop[], string>, nowMs: number): void {
  const transaction = core.locating.get(locateId);
  if (transaction === undefined) return;
  const report = onLocated(core, transaction, found, nowMs);
  if (report !== undefined) tell(core, transaction, report, nowMs);
  else if (transaction.purpose === 'invite') core.emit(transaction.leg, { type: 'invited', atMs: nowMs });
  forgetIfDone(core, transaction.leg);
}

function onRequest(core: Core, request: SipRequest, source: Hop, nowMs: number): void {
  const transaction = core.servers.get(serverKey(request, viaBranch(request.via), request.method));
  if (request.method === 'ACK') {
    if (transaction !== undefined && transaction.machine.state.name !== 'accepted') {
      feedServer(core, transaction, { type: 'ack' }, nowMs);
    } else {
      onAckForSuccess(core, request, source, nowMs);
    }
    return;
  }
  if (transaction !== undefined) {
    feedServer(core, transaction, { type: 'request' }, nowMs);
    return;
  }
  // Who names a call of ours is no stranger.
  if (!core.legs.has(request.callId) && isScreened(core, strangerOf(request, source), nowMs)) return;
  if (request.method === 'CANCEL') {
    onCancel(core, request, source, nowMs);
    return;
  }
  const fault = inspectRequest(core, request);
  if (fault !== undefined) answerStatelessly(core, request, source, fault);
  else if (request.toTag !== undefined) onInDialogRequest(core, request, source, nowMs);
  else onRequestOutsideDialog(core, request, source, nowMs);
}

function strangerOf({ method, headers }: SipRequest, source: Hop): Stranger {
  const userAgent = headerValue(headers, 'user-agent');
  return { source, method, ...(userAgent === undefined ? {} : { userAgent }) };
}

/** Whether it is dropped without an answer. */
function isScreened(core: Core, stranger: Stranger, nowMs: number): boolean {
  const what = core.options.screen?.(stranger, nowMs);
  if (what === undefined) return false;
  core.drop(what, `A ${stranger.method ?? 'message'} of a stranger was not answered.`, stranger.source);
  return true;
}

function onRequestOutsideDialog(core: Core, request: SipRequest, source: Hop, nowMs: number): void {
  switch (request.method) {
    case 'INVITE':
      onIncomingInvite(core, request, source, nowMs);
      break;
    case 'OPTIONS':
      answerStatelessly(core, request, source, optionsAnswer(core));
      break;
    case 'REFER':
      onReferOutside(core, request, source, nowMs);
      break;
    default:
      // BYE, INFO and UPDATE exist only inside a dialog.
      answerStatelessly(core, request, source, { status: 481 });
  }
}

/** Requests to that place that nobody has answered yet have failed (RFC 3261 §8.1.3.1, §17.1.4). */
function sendFailed(core: Core, to: Hop, detail: string, nowMs: number): void {
  for (const transaction of core.clients.values()) {
    if (isSameHop(transaction.destination, to)) {
      feed(core, transaction, { type: 'transport-error', detail }, nowMs);
    }
  }
}

function onTimed(core: Core, due: Timed, nowMs: number): void {
  switch (due.kind) {
    case 'client':
      if (due.transaction !== undefined) feed(core, due.transaction, { type: 'deadline' }, nowMs);
      break;
    case 'server':
      if (due.transaction !== undefined) {
        feedServer(core, due.transaction, { type: 'deadline' }, nowMs);
        forgetIfDone(core, due.transaction.leg);
      }
      break;
    case 'leg':
      if (due.leg !== undefined) onLegAlarm(core, due.leg, nowMs);
      break;
    case 'registration':
      if (due.registration !== undefined) feedRegistration(core, due.registration, { type: 'deadline' }, nowMs);
      break;
    default:
      due satisfies never;
  }
}

function onConfirmedAlarm(core: Core, leg: Leg, state: Confirmed, nowMs: number): void {
  onAckOverdue(core, leg, state, nowMs);
  onOfferAlarm(core, leg, nowMs);
  onReferAlarm(core, leg, nowMs);
  onSessionAlarm(core, leg, nowMs);
}

function onLegAlarm(core: Core, leg: Leg, nowMs: number): void {
  const { state } = leg;
  if (state.name === 'inviting') onInvitingAlarm(core, leg, state, nowMs);
  else if (state.name === 'alerting') onAlertingAlarm(core, leg, state, nowMs);
  else if (state.name === 'confirmed') onConfirmedAlarm(core, leg, state, nowMs);
  else finish(core, leg, undefined);
  forgetIfDone(core, leg);
}
