/**
 * An OPTIONS outside of a dialog, to learn whether a SIP element is there (RFC 3261 §11). Whatever it answers finally, it
 * is up: 404 and 405 say so as well as 200. Left out: the transaction. Over UDP the caller sends the same bytes again at
 * the instants of `pingAtMs` (§17.1.2.2 with T1 = 500 ms) until an answer comes or it has waited enough.
 */
import { type Random, randomHex } from '../kit/index.ts';
import type { HostPort } from './contract.ts';
import { header } from './syntax/header.ts';
import { printHostPort } from './syntax/host-port.ts';
import { parseMessage } from './syntax/parse-message.ts';
import { printMessage } from './syntax/print-message.ts';
import { viaBranch } from './syntax/via.ts';

export interface OptionsPing {
  readonly bytes: Uint8Array;
  readonly callId: string;
  readonly branch: string;
}

export interface PingAnswer {
  /** 100 to 699; from 200 it is final. */
  readonly status: number;
  readonly reason: string;
}

/** When the request is sent, in ms after the first time. */
export const pingAtMs: readonly number[] = [0, 500, 1500, 3500];

/** `sentBy` is where the answer is awaited. Both places must be hosts and ports as settings have checked them. */
export function buildOptionsPing(target: HostPort, sentBy: HostPort, userAgent: string, random: Random): OptionsPing {
  const branch = `z9hG4bK${randomHex(random, 24)}`;
  const callId = randomHex(random, 32);
  const targetUri = `sip:${printHostPort(target.host, target.port === 5060 ? undefined : target.port)}`;
  const own = printHostPort(sentBy.host, sentBy.port);
  const bytes = printMessage({
    kind: 'request',
    method: 'OPTIONS',
    requestUri: targetUri,
    headers: [
      header('Via', `SIP/2.0/UDP ${own};branch=${branch};rport`),
      header('Max-Forwards', '70'),
      header('From', `<sip:outdial@${own}>;tag=${randomHex(random, 16)}`),
      header('To', `<${targetUri}>`),
      header('Call-ID', callId),
      header('CSeq', '1 OPTIONS'),
      header('Contact', `<sip:outdial@${own}>`),
      header('Accept', 'application/sdp'),
      header('User-Agent', userAgent),
    ],
    body: new Uint8Array(0),
  });
  return { bytes, callId, branch };
}

/** The answer that a datagram is, or undefined when it is none to this request. */
export function readPingAnswer({ callId, branch }: OptionsPing, datagram: Uint8Array): PingAnswer | undefined {
  const parsed = parseMessage(datagram);
  if (!parsed.ok || parsed.value.kind !== 'response') return undefined;
  const { status, reason, via, viaCount, cseq, callId: answeredCallId } = parsed.value;
  const isOurs =
    viaCount === 1 &&
    viaBranch(via) === branch &&
    cseq.method === 'OPTIONS' &&
    cseq.number === 1 &&
    answeredCallId === callId;
  return isOurs ? { status, reason } : undefined;
}
