/**
 * A REGISTER without Contact: it asks a registrar for the bindings of a user and changes none (RFC 3261 §10.2.3). With
 * the credentials of a trunk it tells whether the registrar takes them. The caller sends each query again at the instants
 * of `pingAtMs`, as with `buildOptionsPing`.
 */
import { type Random, randomHex } from '../kit/index.ts';
import { answerChallenge } from './auth/digest-answer.ts';
import { type Digest, type DigestChallenge, usableChallenges } from './auth/digest-challenge.ts';
import type { HostPort, SipCredentials } from './contract.ts';
import { type Header, header } from './syntax/header.ts';
import { printHostPort } from './syntax/host-port.ts';
import { parseMessage } from './syntax/parse-message.ts';
import { printMessage } from './syntax/print-message.ts';
import { viaBranch } from './syntax/via.ts';

export interface RegistrationQuery {
  readonly bytes: Uint8Array;
  readonly callId: string;
  readonly branch: string;
  readonly cseq: number;
}

export interface RegistrationAnswer {
  readonly status: number;
  readonly reason: string;
  /** What a 401 or 407 asks for, as far as it can be answered. */
  readonly challenges: readonly DigestChallenge[];
}

export interface RegistrationOrder {
  readonly registrar: HostPort;
  /** Where the answer is awaited. */
  readonly sentBy: HostPort;
  readonly userAgent: string;
  readonly credentials: SipCredentials;
  /** Whose bindings are asked for; the user name at the registrar when absent. */
  readonly addressOfRecord?: string;
  readonly random: Random;
  readonly digest: Digest;
}

/** The first query has no credentials; one `after` a challenge goes on with its Call-ID and answers it. */
export function buildRegistrationQuery(
  order: RegistrationOrder,
  after?: { readonly query: RegistrationQuery; readonly challenges: readonly DigestChallenge[] },
): RegistrationQuery {
  const { registrar, random, credentials, userAgent } = order;
  const branch = `z9hG4bK${randomHex(random, 24)}`;
  const callId = after?.query.callId ?? randomHex(random, 32);
  const cseq = (after?.query.cseq ?? 0) + 1;
  const place = printHostPort(registrar.host, registrar.port === 5060 ? undefined : registrar.port);
  const address = order.addressOfRecord ?? `sip:${encodeURIComponent(credentials.username)}@${place}`;
  const head = { kind: 'request', method: 'REGISTER', requestUri: `sip:${place}` } as const;
  const body = new Uint8Array(0);
  const answers = (after?.challenges ?? []).map((challenge): Header => {
    const cnonce = randomHex(random, 16);
    const value = answerChallenge(
      { challenge, credentials, request: { ...head, body }, cnonce, nonceCount: 1 },
      order.digest,
    );
    return header(challenge.from === 'server' ? 'Authorization' : 'Proxy-Authorization', value);
  });
  const bytes = printMessage({
    ...head,
    headers: [
      header('Via', `SIP/2.0/UDP ${printHostPort(order.sentBy.host, order.sentBy.port)};branch=${branch};rport`),
      header('Max-Forwards', '70'),
      header('From', `<${address}>;tag=${randomHex(random, 16)}`),
      header('To', `<${address}>`),
      header('Call-ID', callId),
      header('CSeq', `${cseq} REGISTER`),
      ...answers,
      header('User-Agent', userAgent),
    ],
    body,
  });
  return { bytes, callId, branch, cseq };
}

/** The answer that a datagram is, or undefined when it is none to this query. */
export function readRegistrationAnswer(
  { callId, branch, cseq }: RegistrationQuery,
  datagram: Uint8Array,
): RegistrationAnswer | undefined {
  const parsed = parseMessage(datagram);
  if (!parsed.ok || parsed.value.kind !== 'response') return undefined;
  const response = parsed.value;
  const isOurs =
    response.viaCount === 1 &&
    viaBranch(response.via) === branch &&
    response.cseq.method === 'REGISTER' &&
    response.cseq.number === cseq &&
    response.callId === callId;
  if (!isOurs) return undefined;
  const { status, reason, headers } = response;
  return { status, reason, challenges: status === 401 || status === 407 ? usableChallenges(headers) : [] };
}
