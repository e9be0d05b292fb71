/** Responses: RFC 3261 §8.2.6, their way back §18.2, `received` and `rport` of RFC 3581. */
import type { Hop } from '../contract.ts';
import { type Header, header, listValues, splitList } from '../syntax/header.ts';
import { isSameHost, printHostPort } from '../syntax/host-port.ts';
import type { RequestParts, SipRequest } from '../syntax/message.ts';
import { findParameter, type Parameter } from '../syntax/parameters.ts';
import { printMessage } from '../syntax/print-message.ts';
import { printVia, type Via, viaBranch } from '../syntax/via.ts';
import { isSecureTransport, ownPlaceFor } from '../transport/hop.ts';
import { type Core, viaPort } from './core.ts';
import type { Leg, Outgoing } from './leg-state.ts';
import { reasonPhrase } from './reason-phrases.ts';

/** What the user agent does; sent with every answer that should say it. */
export const allowedMethods = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'INFO', 'UPDATE', 'NOTIFY'] as const;
export const allowHeader: Header = header('Allow', allowedMethods.join(', '));

/** Extensions that we know (RFC 3261 §20.37); what a peer may require is among them. 199 only needs to be expected (RFC 6228). */
export function knownExtensions({ options }: Core): readonly string[] {
  const { sessionTimer, acceptsRefers, acceptsReplaces } = options;
  return [
    '199',
    ...(sessionTimer === undefined ? [] : ['timer']),
    ...(acceptsRefers === true ? ['norefersub', 'tdialog'] : []),
    ...(acceptsReplaces === true ? ['replaces'] : []),
  ];
}

/** `more` is for one kind of request: 100rel for our INVITEs alone, because we send no reliable 1xx. */
export function supportedHeader(core: Core, ...more: readonly string[]): Header {
  return header('Supported', [...more, ...knownExtensions(core)].join(', '));
}

const encoder = new TextEncoder();
const noBody = new Uint8Array(0);

export interface Answer {
  readonly status: number;
  /** Put into To when it has no tag. Not used in 100. */
  readonly toTag?: string;
  readonly headers?: readonly Header[];
  readonly sdp?: string;
  /** Instead of the usual phrase of the status. */
  readonly reason?: string;
}

/** `request` may be one that could not be read to the end: what is there is echoed. */
export function buildResponse(core: Core, request: RequestParts, via: Via, source: Hop, answer: Answer): Outgoing {
  const headers: Header[] = [];
  let isTopVia = true;
  for (const entry of request.headers) {
    switch (entry.key) {
      case 'via':
        headers.push(isTopVia ? { ...entry, value: markedVia(entry.value, via, source) } : entry);
        isTopVia = false;
        break;
      case 'from':
      case 'call-id':
      case 'cseq':
        headers.push(entry);
        break;
      case 'to':
        headers.push(taggedTo(entry, answer));
        break;
      case 'record-route':
        if (request.method === 'INVITE' && answer.status > 100 && answer.status < 300) headers.push(entry);
        break;
      case 'timestamp':
        if (answer.status === 100) headers.push(entry);
        break;
      default:
    }
  }
  if (answer.status > 100) headers.push(header('Server', core.options.userAgent));
  headers.push(...(answer.headers ?? []));
  if (answer.sdp !== undefined) headers.push(header('Content-Type', 'application/sdp'));
  const body = answer.sdp === undefined ? noBody : encoder.encode(answer.sdp);
  const reason = answer.reason ?? reasonPhrase(answer.status);
  const bytes = printMessage({ kind: 'response', status: answer.status, reason, headers, body });
  return { bytes, destination: responseDestination(via, source) };
}

function taggedTo(to: Header, answer: Answer): Header {
  const isTagged = /;\s*tag\s*=/i.test(to.value.slice(to.value.lastIndexOf('>') + 1));
  return answer.toTag === undefined || answer.status === 100 || isTagged
    ? to
    : { ...to, value: `${to.value};tag=${answer.toTag}` };
}

/** The Via header with its first value marked with where it really came from; everything else in it stays as spelled. */
function markedVia(value: string, via: Via, source: Hop): string {
  const wantsPort = findParameter(via.parameters, 'rport') !== undefined;
  if (!wantsPort && isSameHost(via.host, source.host)) return value;
  if (!wantsPort && findParameter(via.parameters, 'received') === undefined) {
    const [top = '', ...rest] = splitList(value);
    return [`${top};received=${source.host}`, ...rest].join(', ');
  }
  const parameters: Parameter[] = [];
  for (const parameter of via.parameters) {
    const name = parameter.name.toLowerCase();
    if (name === 'rport') parameters.push({ name: parameter.name, value: String(source.port) });
    else if (name !== 'received') parameters.push(parameter);
  }
  parameters.push({ name: 'received', value: source.host });
  const marked = printVia({ ...via, parameters });
  return value.includes(',') ? [marked, ...splitList(value).slice(1)].join(', ') : marked;
}

/**
 * Back to the address the request came from: over its connection when it came by one, else at its port when `rport` asked for
 * it and at the port of Via otherwise (§18.2.2). `maddr` is not followed: it would let a stranger aim our answers at a third
 * party.
 */
function responseDestination(via: Via, source: Hop): Hop {
  const { transport, host } = source;
  if (transport !== 'udp') {
    return { ...source, port: viaPort(via), ...(isSecureTransport(transport) ? { serverName: via.host } : {}) };
  }
  const wantsPort = findParameter(via.parameters, 'rport') !== undefined;
  return { transport, host, port: wantsPort ? source.port : viaPort(via) };
}

/** An answer that leaves nothing behind: its tag is a hash, the same for every retransmission (RFC 3261 §8.2.7). */
export function answerStatelessly(core: Core, request: SipRequest, source: Hop, answer: Answer): void {
  if (request.method === 'ACK') return;
  const identity = `${request.callId} ${request.fromTag ?? ''} ${request.cseq.number} ${viaBranch(request.via) ?? ''}`;
  const toTag = answer.toTag ?? statelessTag(core.tagSecret, identity);
  core.send(buildResponse(core, request, request.via, source, { ...answer, toTag }));
}

export function statelessTag(secret: readonly [number, number], identity: string): string {
  return secret.map((seed) => fnv1a(seed, identity).toString(16).padStart(8, '0')).join('');
}

/** FNV-1a, 32 bits, with a final mix so that every input bit reaches every output bit. */
function fnv1a(seed: number, text: string): number {
  let hash = (seed ^ 0x811c9dc5) >>> 0;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export function contactHeader(core: Core, leg: Leg): Header {
  return header('Contact', `<${ownContact(core, leg)}>`);
}

/** Our Contact URI: how the peer reaches us by the transport that it is reached by itself (§8.1.1.8, §12.1.1). */
export function ownContact(core: Core, { contactUser, reach: { hop, isSecure } }: Leg): string {
  const { transport, host, port } = ownPlaceFor(core.places, hop) ?? { transport: 'udp', ...core.options.sentBy };
  const user = contactUser === undefined ? '' : `${contactUser}@`;
  const place = `${user}${printHostPort(host, port)}`;
  // A SIPS URI says TLS by itself, and UDP is what a SIP URI means without a word.
  if (isSecure) return transport === 'wss' ? `sips:${place};transport=ws` : `sips:${place}`;
  return transport === 'udp' ? `sip:${place}` : `sip:${place};transport=${transport}`;
}

/** What INVITE, UPDATE and their 2xx say of us inside a dialog, and the first 2xx (RFC 3261 §13.3.1.4, RFC 3311 §5). */
export function abilityHeaders(core: Core, leg: Leg): readonly Header[] {
  return [contactHeader(core, leg), allowHeader, supportedHeader(core)];
}

export function retryAfterHeader(core: Core): Header {
  return header('Retry-After', String(core.newRetryAfterS()));
}

/** The values of Reason (RFC 3326), if any, joined by commas. */
export function reasonOf(message: { readonly headers: readonly Header[] }): { readonly reasonHeader?: string } {
  const values = listValues(message.headers, 'reason');
  return values.length === 0 ? {} : { reasonHeader: values.join(', ') };
}
