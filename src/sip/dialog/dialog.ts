/**
 * A dialog (RFC 3261 §12): its identity, both sequence numbers, the route set and the remote target. Values only; building a
 * request gives the dialog with its next sequence number back.
 */
import { headerValue, listValues } from '../syntax/header.ts';
import { readAddress } from '../syntax/core-fields.ts';
import type { SipMessage, SipRequest, SipResponse } from '../syntax/message.ts';
import { asRequestUri, printUri, readSipUri } from '../syntax/uri.ts';

export interface Dialog {
  readonly callId: string;
  readonly localTag: string;
  /** Undefined only towards a peer of RFC 2543 times, which sent no tag (§12.1.1). */
  readonly remoteTag: string | undefined;
  /** Our address with our tag, as it stands in From of our requests. */
  readonly local: string;
  /** The peer's address with its tag, as it stands in To of our requests. */
  readonly remote: string;
  /** Number of our last request; the next one has one more. */
  readonly localCSeq: number;
  /** Number of the peer's last request; undefined before the first. */
  readonly remoteCSeq: number | undefined;
  /** Route values, next hop first. */
  readonly routeSet: readonly string[];
  /** Contact URI of the peer. */
  readonly remoteTarget: string;
}

/** The caller's dialog, from a response with a To tag: route set reversed (§12.1.2). `requestUri` serves when no Contact does. */
export function dialogAsCaller(response: SipResponse, localTag: string, requestUri: string): Dialog {
  return {
    callId: response.callId,
    localTag,
    remoteTag: response.toTag,
    local: headerValue(response.headers, 'from') ?? '',
    remote: headerValue(response.headers, 'to') ?? '',
    localCSeq: response.cseq.number,
    remoteCSeq: undefined,
    routeSet: listValues(response.headers, 'record-route').reverse(),
    remoteTarget: contactUri(response) ?? requestUri,
  };
}

/** The callee's dialog, from the INVITE: route set in order (§12.1.1). */
export function dialogAsCallee(request: SipRequest, localTag: string): Dialog {
  return {
    callId: request.callId,
    localTag,
    remoteTag: request.fromTag,
    local: `${headerValue(request.headers, 'to') ?? ''};tag=${localTag}`,
    remote: headerValue(request.headers, 'from') ?? '',
    localCSeq: 0,
    remoteCSeq: request.cseq.number,
    routeSet: listValues(request.headers, 'record-route'),
    remoteTarget: contactUri(request) ?? request.from.uri,
  };
}

/** The URI of the first Contact, fit for a Request-URI; undefined when there is none that can be read and sent to. */
export function contactUri(message: SipMessage): string | undefined {
  const uri = readSipUri(readAddress(listValues(message.headers, 'contact')[0])?.uri);
  return uri === undefined ? undefined : printUri(asRequestUri(uri));
}

/** Whether a request belongs to this dialog: its To tag is ours and its From tag the peer's (§12.2.2). */
export function isOfDialog(dialog: Dialog, request: SipRequest): boolean {
  return request.callId === dialog.callId && request.toTag === dialog.localTag && request.fromTag === dialog.remoteTag;
}
