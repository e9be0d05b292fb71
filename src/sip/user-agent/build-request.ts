/**
 * Requests outside a dialog and those that belong to their transaction: INVITE (RFC 3261 §8.1.1), CANCEL (§9.1) and the ACK
 * for 3xx to 6xx (§17.1.1.3).
 */
import { err, ok, type Result } from '../../kit/index.ts';
import { withoutAnswers } from '../auth/protection-spaces.ts';
import type { ExtraHeader, Hop, HostPort, InviteOrder } from '../contract.ts';
import type { DialogWay } from '../dialog/in-dialog-request.ts';
import { nextHopOf, planRoute } from '../dialog/route-plan.ts';
import { anonymousFrom, callerHeaders, isAnonymous } from '../identity/caller-identity.ts';
import { checkExtraHeader, checkRoutes, parseCallUri } from '../syntax/call-input.ts';
import { hasControl, quoteString } from '../syntax/characters.ts';
import { parseCSeq, readAddress } from '../syntax/core-fields.ts';
import { type Header, header } from '../syntax/header.ts';
import { defaultSipPort, printHostPort } from '../syntax/host-port.ts';
import type { RequestParts, SipResponse } from '../syntax/message.ts';
import { printUri, readSipUri, type SipUri, type TelUri, telToSipUri } from '../syntax/uri.ts';
import { isSecureTransport, ownPlaceFor } from '../transport/hop.ts';
import { allowHeader, contactHeader, supportedHeader } from './build-response.ts';
import type { Core } from './core.ts';
import type { Leg } from './leg-state.ts';
import { firstSessionHeaders } from './session-timer.ts';

const encoder = new TextEncoder();
const noBody = new Uint8Array(0);

/** Our Via for this hop (§18.1.1): `rport` asks for the answer at the port we sent from (RFC 3581 §3). */
export function ownVia(core: Core, branch: string, hop: Hop): string {
  const { host, port } = ownPlaceFor(core.places, hop) ?? core.options.sentBy;
  return `SIP/2.0/${hop.transport.toUpperCase()} ${printHostPort(host, port)};branch=${branch};rport`;
}

/** For a request inside a dialog; the hop of its Via is that of the INVITE when the dialog names none. */
export function wayOf(core: Core, { reach: { hop: flow } }: Leg, branch: string): DialogWay {
  return { viaOf: (hop) => ownVia(core, branch, hop ?? flow), flow };
}

export interface CallPlan {
  readonly to: SipUri | TelUri;
  readonly from: SipUri;
  /** What stands before the URI in From, quoted, with a space behind it; empty when nothing does. */
  readonly display: string;
  readonly routes: readonly string[];
  readonly destination: Hop;
  /** Whether Contact must be a SIPS URI (§8.1.1.8). */
  readonly isSecure: boolean;
  readonly requestUri: string;
}

/** What an order means on the wire, or one sentence why it cannot be sent. */
export function planCall(core: Core, order: InviteOrder): Result<CallPlan, string> {
  const to = parseCallUri(order.to);
  if (!to.ok) return err(to.error.message);
  const { caller = {} } = order;
  const from = parseCallUri(isAnonymous(caller) ? anonymousFrom.uri : order.from);
  if (!from.ok) return err(from.error.message);
  if (order.legId === '' || order.legId.includes(' ') || hasControl(order.legId)) return err('The Call-ID is no word.');
  if (order.credentials?.some(({ username }) => hasControl(username)) === true) {
    return err('The user name holds a control character.');
  }
  const name = isAnonymous(caller) ? anonymousFrom.display : caller.displayName;
  if (hasControl(name ?? '')) return err('The display name of the caller holds a control character.');
  const display = name === undefined ? '' : `${quoteString(name)} `;
  const routes: string[] = [];
  for (const text of order.routes) {
    const checked = checkRoutes(text);
    if (!checked.ok) return err(checked.error);
    routes.push(...checked.value);
  }
  const toUri = resolveTel(to.value, domainForNumbers(order, routes));
  if (toUri === undefined) return err('A tel: URI needs a route or an outbound proxy.');
  const { sentBy } = core.options;
  const fromUri =
    from.value.scheme === 'tel' ? telToSipUri(from.value, sentBy.host, portUnlessUsual(sentBy)) : from.value;
  const plan = planRoute(printUri(toUri), routes);
  const destination =
    routes.length > 0 ? nextHopOf(plan.nextHopUri) : (order.outboundProxy ?? nextHopOf(plan.nextHopUri));
  if (destination === undefined)
    return err('The next hop has no host, or a transport that is none of udp, tcp, tls, ws and wss.');
  const isSecure = toUri.scheme === 'sips' || (routes.length > 0 && /^sips:/i.test(plan.nextHopUri));
  const hopFault = findHopFault(core, destination, isSecure);
  if (hopFault !== undefined) return err(hopFault);
  const { routes: planned, requestUri } = plan;
  return ok({ to: toUri, from: fromUri, display, routes: planned, destination, isSecure, requestUri });
}

/** What cannot, or must not, go by this hop is refused rather than sent in the clear (§26.2.2). */
function findHopFault(core: Core, { transport }: Hop, isSecure: boolean): string | undefined {
  if (isSecure && !isSecureTransport(transport)) {
    return `A sips: URI needs TLS on every hop, and the next hop is reached by ${transport}.`;
  }
  if (core.places.some((place) => place.transport === transport)) return undefined;
  return `The next hop is reached by ${transport}, which this gateway does not speak.`;
}

function domainForNumbers(order: InviteOrder, routes: readonly string[]): { host: string; port?: number } | undefined {
  if (order.outboundProxy !== undefined) {
    const port = portUnlessUsual(order.outboundProxy);
    const { host } = order.outboundProxy;
    return port === undefined ? { host } : { host, port };
  }
  const uri = readSipUri(readAddress(routes[0])?.uri);
  if (uri === undefined) return undefined;
  const { host, port } = uri;
  return port === undefined ? { host } : { host, port };
}

function resolveTel(uri: SipUri | TelUri, domain: { host: string; port?: number } | undefined): SipUri | undefined {
  if (uri.scheme !== 'tel') return uri;
  return domain === undefined ? undefined : telToSipUri(uri, domain.host, domain.port);
}

function portUnlessUsual(place: HostPort): number | undefined {
  return place.port === defaultSipPort ? undefined : place.port;
}

export function buildInvite(core: Core, order: InviteOrder, plan: CallPlan, leg: Leg, branch: string): RequestParts {
  const headers = [
    header('Via', ownVia(core, branch, plan.destination)),
    ...plan.routes.map((route) => header('Route', route)),
    header('Max-Forwards', '70'),
    header('From', `${plan.display}<${printUri(plan.from)}>;tag=${leg.localTag}`),
    header('To', `<${printUri(plan.to)}>`),
    header('Call-ID', order.legId),
    header('CSeq', '1 INVITE'),
    contactHeader(core, leg),
    allowHeader,
    supportedHeader(core, '100rel'),
    ...requiredOf(order),
    ...firstSessionHeaders(core),
    header('User-Agent', core.options.userAgent),
    ...extraHeaders(core, [...callerHeaders(order.caller ?? {}, order), ...(order.headers ?? [])]),
    ...(order.sdp === undefined ? [] : [header('Content-Type', 'application/sdp')]),
  ];
  const body = order.sdp === undefined ? noBody : encoder.encode(order.sdp);
  return { kind: 'request', method: 'INVITE', requestUri: plan.requestUri, headers, body };
}

function requiredOf({ requiresReliability, replaces }: InviteOrder): readonly Header[] {
  const required = [
    ...(requiresReliability === true ? ['100rel'] : []),
    ...(replaces === undefined ? [] : ['replaces']),
  ];
  return [
    ...(required.length === 0 ? [] : [header('Require', required.join(', '))]),
    ...(replaces === undefined ? [] : [header('Replaces', replaces)]),
  ];
}

/**
 * The same request once more, as a new transaction: next number, a Via with a new branch; its credentials are left out (RFC 3261 §22.2).
 * Inside a dialog `lastNumber` is the number used last.
 */
export function repeatRequest(request: RequestParts, via: string, lastNumber: number): RequestParts {
  const headers = withoutAnswers(request.headers).map((entry) => {
    if (entry.key === 'via') return header('Via', via);
    if (entry.key !== 'cseq') return entry;
    const sequence = parseCSeq(entry.value);
    if (!sequence.ok) return entry;
    const { number, method } = sequence.value;
    return header('CSeq', `${Math.max(number, lastNumber) + 1} ${method}`);
  });
  return { ...request, headers };
}

/** The headers that pass the check; each one that does not is left out and said. */
export function extraHeaders(core: Core, extras: readonly ExtraHeader[]): Header[] {
  const headers: Header[] = [];
  for (const extra of extras) {
    const checked = checkExtraHeader(extra);
    if (checked.ok) headers.push(header(checked.value.name, checked.value.value));
    else core.drop('bad-extra-header', checked.error, core.ownHop);
  }
  return headers;
}

export function buildCancel(core: Core, invite: RequestParts, extras: readonly ExtraHeader[]): RequestParts {
  const kept = transactionHeaders(invite, 'CANCEL', undefined);
  return requestLike(invite, 'CANCEL', [...kept, ...extraHeaders(core, extras)]);
}

export function buildAckForRefusal(invite: RequestParts, response: SipResponse): RequestParts {
  const to = response.headers.find(({ key }) => key === 'to');
  return requestLike(invite, 'ACK', transactionHeaders(invite, 'ACK', to));
}

function requestLike(invite: RequestParts, method: string, headers: readonly Header[]): RequestParts {
  return { kind: 'request', method, requestUri: invite.requestUri, headers, body: noBody };
}

/** What CANCEL and this ACK share with their INVITE: the single Via, the way, the identity, the number. */
function transactionHeaders(invite: RequestParts, method: string, to: Header | undefined): Header[] {
  const headers: Header[] = [];
  for (const entry of invite.headers) {
    switch (entry.key) {
      case 'via':
      case 'route':
      case 'max-forwards':
      case 'from':
      case 'call-id':
        headers.push(entry);
        break;
      case 'to':
        headers.push(to ?? entry);
        break;
      case 'cseq':
        headers.push({ ...entry, value: entry.value.replace(/\S+$/, method) });
        break;
      default:
    }
  }
  return headers;
}
