/** Requests inside a dialog (RFC 3261 §12.2.1.1) and the ACK for its 2xx (§13.2.2.4). */
import type { Hop } from '../contract.ts';
import { type Header, header } from '../syntax/header.ts';
import type { RequestParts } from '../syntax/message.ts';
import type { Dialog } from './dialog.ts';
import { nextHopOf, planRoute } from './route-plan.ts';

export interface DialogRequest {
  readonly request: RequestParts;
  /** Undefined when the peer gave a Contact that names no host: the request cannot be sent. */
  readonly destination: Hop | undefined;
}

/** Our Via for the hop that the request takes. */
export type ViaOf = (hop: Hop | undefined) => string;

const noBody = new Uint8Array(0);

/** A request with the next sequence number, and the dialog that counts it. */
export function nextDialogRequest(
  dialog: Dialog,
  method: string,
  via: ViaOf,
  extra: readonly Header[],
): DialogRequest & { readonly dialog: Dialog } {
  const counted = { ...dialog, localCSeq: dialog.localCSeq + 1 };
  return { ...buildRequest(counted, method, counted.localCSeq, via, extra), dialog: counted };
}

/** The ACK for a 2xx carries the INVITE's number and travels like a new request. */
export function ackForSuccess(dialog: Dialog, inviteCSeq: number, via: ViaOf, extra: readonly Header[]): DialogRequest {
  return buildRequest(dialog, 'ACK', inviteCSeq, via, extra);
}

function buildRequest(
  dialog: Dialog,
  method: string,
  sequence: number,
  via: ViaOf,
  extra: readonly Header[],
): DialogRequest {
  const plan = planRoute(dialog.remoteTarget, dialog.routeSet);
  const destination = nextHopOf(plan.nextHopUri);
  const headers = [
    header('Via', via(destination)),
    ...plan.routes.map((route) => header('Route', route)),
    header('Max-Forwards', '70'),
    header('From', dialog.local),
    header('To', dialog.remote),
    header('Call-ID', dialog.callId),
    header('CSeq', `${sequence} ${method}`),
    ...extra,
  ];
  return {
    request: { kind: 'request', method, requestUri: plan.requestUri, headers, body: noBody },
    destination,
  };
}
