/**
 * A REFER of the peer, for user agents that accept such (RFC 3515 §2.4.2, §2.4.4): one at a time, its subscription ended by the
 * first final status, or there is none at all (RFC 4488). It may come outside the dialog that it means and name that one, which
 * proves that its sender takes part in it (RFC 4538). Without `acceptsRefers` it is answered 603 and changes nothing.
 */
import { header, type Header, headerValue, listValues } from '../syntax/header.ts';
import type { Hop } from '../contract.ts';
import type { IncomingRefer } from '../leg-event.ts';
import { dialogAsCallee, type Dialog } from '../dialog/dialog.ts';
import { findParameter, parseWithParameters } from '../syntax/parameters.ts';
import { readAddress } from '../syntax/core-fields.ts';
import { printReplaces, replacesAmong } from '../syntax/replaces.ts';
import { parseUri, printUri } from '../syntax/uri.ts';
import type { SipRequest } from '../syntax/message.ts';
import { type Answer, answerStatelessly, contactHeader } from './build-response.ts';
import { answerIfChallenged } from './authenticate.ts';
import type { Core } from './core.ts';
import type { ClientTransaction, Leg, ServerTransaction } from './leg-state.ts';
import { enter, sendInDialog } from './leg.ts';
import { reasonPhrase } from './reason-phrases.ts';
import type { ClientReport } from './client-transactions.ts';
import { respond, startServer } from './server-transactions.ts';

/** How long the subscription may last at most, in s, as it is told to the peer. */
const subscriptionS = 300;

const encoder = new TextEncoder();

export function referRefusal(core: Core, leg: Leg, request: SipRequest): Answer | undefined {
  if (core.options.acceptsRefers !== true) return { status: 603 };
  // Exactly one Refer-To (RFC 3515 §2.4.1).
  if (listValues(request.headers, 'refer-to').length !== 1 || targetOf(request) === undefined) return { status: 400 };
  if (leg.state.name !== 'confirmed') return { status: 481 };
  return leg.state.peerReferral === undefined ? undefined : { status: 491 };
}

/** Whom to call, and the headers that the INVITE is to have (RFC 3261 §19.1.5): of those only Replaces is taken. */
function targetOf(request: SipRequest): Pick<IncomingRefer, 'target' | 'replaces'> | undefined {
  const text = readAddress(headerValue(request.headers, 'refer-to'))?.uri;
  const uri = text === undefined ? undefined : parseUri(text);
  if (text === undefined || uri?.ok !== true) return undefined;
  if (uri.value.scheme !== 'sip' && uri.value.scheme !== 'sips') return { target: text };
  const { headers, ...bare } = uri.value;
  const replaces = headers === undefined ? undefined : replacesAmong(headers);
  return { target: printUri(bare), ...(replaces === undefined ? {} : { replaces: printReplaces(replaces) }) };
}

/** A REFER outside a dialog: it is about the call that its Target-Dialog names, or about none. */
export function onReferOutside(core: Core, request: SipRequest, source: Hop, nowMs: number): void {
  const leg = targetedLeg(core, request);
  const refusal = leg === undefined ? { status: 603 } : referRefusal(core, leg, request);
  if (leg === undefined || refusal !== undefined) {
    answerStatelessly(core, request, source, refusal ?? { status: 603 });
    return;
  }
  const transaction = startServer(core, leg, request, source, nowMs);
  onPeerRefer(core, leg, transaction, nowMs, dialogAsCallee(request, leg.localTag));
}

/** The tags are told as its sender knows them: its own is our remote one (RFC 4538 §7). */
function targetedLeg(core: Core, { headers }: SipRequest): Leg | undefined {
  const target = parseWithParameters(headerValue(headers, 'target-dialog') ?? '');
  if (!target.ok) return undefined;
  const { value: callId, parameters } = target.value;
  const leg = core.legs.get(callId);
  if (leg?.state.name !== 'confirmed') return undefined;
  const isOurs = findParameter(parameters, 'remote-tag')?.value === leg.localTag;
  const isPeers = findParameter(parameters, 'local-tag')?.value === leg.state.dialog.remoteTag;
  return isOurs && isPeers ? leg : undefined;
}

export function onPeerRefer(
  core: Core,
  leg: Leg,
  transaction: ServerTransaction,
  nowMs: number,
  dialog?: Dialog,
): void {
  const { request } = transaction;
  const target = targetOf(request);
  if (leg.state.name !== 'confirmed' || target === undefined) return;
  const referId = String(request.cseq.number);
  const isSilent = /^\s*false\b/i.test(headerValue(request.headers, 'refer-sub') ?? '');
  const own = dialog === undefined ? {} : { dialog };
  enter(core, leg, { ...leg.state, peerReferral: { referId, transaction, isAccepted: false, isSilent, ...own } });
  const refer = {
    ...target,
    contact: headerValue(request.headers, 'contact'),
    headers: request.headers.map(({ name, value }) => ({ name, value })),
  };
  core.emit(leg, { type: 'refer-received', referId, refer, atMs: nowMs });
}

export function answerRefer(core: Core, leg: Leg, referId: string, status: number, nowMs: number): void {
  const { state } = leg;
  if (state.name !== 'confirmed' || state.peerReferral?.referId !== referId || state.peerReferral.isAccepted) return;
  const { peerReferral, ...rest } = state;
  if (status < 300) {
    const { isSilent } = peerReferral;
    enter(core, leg, { ...rest, ...(isSilent ? {} : { peerReferral: { ...peerReferral, isAccepted: true } }) });
    const headers = [contactHeader(core, leg), ...(isSilent ? [header('Refer-Sub', 'false')] : [])];
    respond(core, peerReferral.transaction, { status: 202, headers }, nowMs);
  } else {
    enter(core, leg, rest);
    respond(core, peerReferral.transaction, { status }, nowMs);
  }
}

export function notifyRefer(core: Core, leg: Leg, referId: string, status: number, nowMs: number): void {
  const { state } = leg;
  if (state.name !== 'confirmed' || state.peerReferral?.referId !== referId || !state.peerReferral.isAccepted) return;
  const isFinal = status >= 200;
  const headers: readonly Header[] = [
    contactHeader(core, leg),
    header('Event', `refer;id=${referId}`),
    header('Subscription-State', isFinal ? 'terminated;reason=noresource' : `active;expires=${subscriptionS}`),
    header('Content-Type', 'message/sipfrag;version=2.0'),
  ];
  const body = encoder.encode(`SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`);
  const { peerReferral, ...rest } = state;
  const { dialog: own } = peerReferral;
  const order = { purpose: 'notify', method: 'NOTIFY', headers, body } as const;
  const sent = sendInDialog(core, leg, own ?? state.dialog, order, nowMs);
  if (sent === undefined) return;
  const { dialog } = sent;
  // What was sent counts in the dialog that it was sent in.
  const next = own === undefined ? { ...rest, dialog } : rest;
  const told = own === undefined ? peerReferral : { ...peerReferral, dialog };
  enter(core, leg, isFinal ? next : { ...next, peerReferral: told });
}

/** A NOTIFY that the peer has no subscription for ends that alone; the call goes on (RFC 5057 §5.1, RFC 6665 §4.2.2). */
export function onNotifyReport(core: Core, transaction: ClientTransaction, report: ClientReport, nowMs: number): void {
  if (report.type === 'response') {
    if (report.response.status < 300) return;
    if (answerIfChallenged(core, transaction, report, nowMs).isAnswered) return;
  }
  const { leg } = transaction;
  if (leg.state.name !== 'confirmed' || leg.state.peerReferral?.isAccepted !== true) return;
  const { peerReferral: _ended, ...rest } = leg.state;
  enter(core, leg, rest);
}
