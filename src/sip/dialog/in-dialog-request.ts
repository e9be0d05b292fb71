/** Requests inside a dialog (RFC 3261 §12.2.1.1) and the ACK for its 2xx (§13.2.2.4). */
import type { Hop } from '../contract.ts';
import { type Header, header } from '../syntax/header.ts';
import type { RequestParts } from '../syntax/message.ts';
import type { Dialog } from './dialog.ts';
import { dialogHop, planRoute } from './route-plan.ts';

export interface DialogRequest {
  readonly request: RequestParts;
  /** Undefined when the peer gave a Contact that names no host: the request cannot be sent. */
  readonly destination: Hop | undefined;
}

/** What a request inside a dialog takes from the call that it belongs to. */
export interface DialogWay {
  /** Our Via for the hop that the request takes. */
  readonly viaOf: (hop: Hop | undefined) => string;
  /** Where the INVITE came from or went to, with its connection: the way to a peer that cannot be reached by its Contact. */
  readonly flow: Hop;
}

const noBody = new Uint8Array(0);

/** A request with the next sequence number, and the dialog that counts it. */
export function nextDialogRequest(
  dialog: Dialog,
  method: string,
  way: DialogWay,
  extra: readonly Header[],
): DialogRequest & { readonly dialog: Dialog } {
  const counted = { ...dialog, localCSeq: dialog.localCSeq + 1 };
  return { ...buildRequest(counted, method, counted.localCSeq, way, extra), dialog: counted };
}

/** The ACK for a 2xx carries the INVITE's number and travels like a new request. */
export function ackForSuccess(
  dialog: Dialog,
  inviteCSeq: number,
  way: DialogWay,
  extra: readonly Header[],
): DialogRequest {
  return buildRequest(dialog, 'ACK', inviteCSeq, way, extra);
}

function buildRequest(
  dialog: Dialog,
  method: string,
  sequence: number,
  way: DialogWay,
  extra: readonly Header[],
): DialogRequest {
  const plan = planRoute(dialog.remoteTarget, dialog.routeSet);
  const destination = dialogHop(plan.nextHopUri, way.flow);
  const headers = [
    header('Via', way.viaOf(destination)),
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
