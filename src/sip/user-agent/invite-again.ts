/**
 * What is done about a refusal that can be helped, by another INVITE of the same call: a 3xx is followed where the rules allow it
 * (RFC 3261 §8.1.3.4), and an extension that the far end does not understand is left out (420, §8.1.3.5), once. Targets of a 3xx
 * that refuse are followed by the next best one; 6xx ends them all.
 *
 * All other refusals stand. In particular 416: a tel: URI never leaves as one. 488 and 606: the offer is plain RTP/AVP with all
 * that this gateway speaks, so there is none to fall back to. 413, 415, 485 and 494 ask for what only a person can change. 421: all
 * that is spoken was offered. 422 is for `session-retry.ts`.
 */
import type { InviteOrder } from '../contract.ts';
import { nextHopOf } from '../dialog/route-plan.ts';
import { type Header, header, listValues } from '../syntax/header.ts';
import type { RequestParts, SipResponse } from '../syntax/message.ts';
import { sendAgain } from './authenticate.ts';
import { planCall } from './build-request.ts';
import { contactHeader } from './build-response.ts';
import type { Core } from './core.ts';
import type { ClientTransaction, InviteAttempts } from './leg-state.ts';
import { forwardingOf, isRedirection, redirectTargets } from './redirect-targets.ts';

export type InviteAgain =
  | { readonly transaction: ClientTransaction; readonly attempts: InviteAttempts }
  /** One sentence why not, where there is more to say than the status. */
  | { readonly fault: string | undefined };

export function newAttempts(order: InviteOrder, requestUri: string): InviteAttempts {
  return { order, visited: [requestUri], redirects: 0, targets: [], isReduced: false };
}

/** Undefined `response`: nobody answered at all. */
export function inviteAgain(
  core: Core,
  transaction: ClientTransaction,
  attempts: InviteAttempts,
  response: SipResponse | undefined,
  nowMs: number,
): InviteAgain {
  if (response?.status === 420) return inviteWithout(core, transaction, attempts, response, nowMs);
  if (response !== undefined && isRedirection(response.status)) {
    return followRedirection(core, transaction, attempts, response, nowMs);
  }
  // Every branch has been told no (§16.7 step 5).
  if (response !== undefined && response.status >= 600) return { fault: undefined };
  return callNextTarget(core, transaction, attempts, nowMs);
}

/** Leaves out the options that the far end named in Unsupported. */
function inviteWithout(
  core: Core,
  transaction: ClientTransaction,
  attempts: InviteAttempts,
  response: SipResponse,
  nowMs: number,
): InviteAgain {
  const unsupported = new Set(listValues(response.headers, 'unsupported').map((option) => option.toLowerCase()));
  const { request } = transaction;
  const named = ['require', 'supported'].flatMap((key) => listValues(request.headers, key));
  const isOurs = named.some((option) => unsupported.has(option.toLowerCase()));
  if (!isOurs || attempts.isReduced) return { fault: 'It names no extension that could be left out.' };
  const headers = request.headers.flatMap((entry): Header[] => {
    const isTimer = entry.key === 'session-expires' || entry.key === 'min-se';
    if (isTimer && unsupported.has('timer')) return [];
    if (entry.key !== 'require' && entry.key !== 'supported') return [entry];
    const kept = listValues([entry], entry.key).filter((option) => !unsupported.has(option.toLowerCase()));
    return kept.length === 0 ? [] : [header(entry.name, kept.join(', '))];
  });
  const again = sendAgain(core, transaction, { request: { ...request, headers } }, nowMs);
  return { transaction: again, attempts: { ...attempts, isReduced: true } };
}

function followRedirection(
  core: Core,
  transaction: ClientTransaction,
  attempts: InviteAttempts,
  response: SipResponse,
  nowMs: number,
): InviteAgain {
  const { leg } = transaction;
  const rules = attempts.order.redirects;
  if (rules === undefined) return { fault: 'Redirections are not followed.' };
  const { visited } = attempts;
  const { uris, fault } = redirectTargets(response, { rules, visited, isSecure: leg.reach.isSecure });
  const { status } = response;
  const forwarding = forwardingOf(response);
  const targets = uris.map((uri) => ({ uri, status, forwarding }));
  const next = callNextTarget(core, transaction, { ...attempts, targets: [...targets, ...attempts.targets] }, nowMs);
  return 'fault' in next ? { fault: next.fault ?? fault ?? 'It names no Contact.' } : next;
}

function callNextTarget(
  core: Core,
  transaction: ClientTransaction,
  attempts: InviteAttempts,
  nowMs: number,
): InviteAgain {
  const { leg } = transaction;
  const { order } = attempts;
  let fault: string | undefined;
  for (const [index, target] of attempts.targets.entries()) {
    if (attempts.redirects >= (order.redirects?.max ?? 0)) return { fault: 'It was redirected too often.' };
    const redirected =
      target.status === 305
        ? viaProxy(transaction.request, target.uri)
        : toTarget(core, transaction, order, target.uri);
    if (typeof redirected === 'string') {
      fault = redirected;
      continue;
    }
    leg.reach = { hop: redirected.hop, isSecure: redirected.isSecure ?? leg.reach.isSecure };
    const contact = contactHeader(core, leg);
    const headers = redirected.request.headers.map((entry) => (entry.key === 'contact' ? contact : entry));
    const redirection = { request: { ...redirected.request, headers }, destination: redirected.hop };
    const again = sendAgain(core, transaction, redirection, nowMs);
    const { uri, status, forwarding } = target;
    core.emit(leg, { type: 'redirected', status, target: uri, ...forwarding, atMs: nowMs });
    return {
      transaction: again,
      attempts: {
        ...attempts,
        visited: [...attempts.visited, uri],
        redirects: attempts.redirects + 1,
        targets: attempts.targets.slice(index + 1),
      },
    };
  }
  return { fault };
}

interface Redirected {
  readonly request: RequestParts;
  readonly hop: ClientTransaction['destination'];
  readonly isSecure?: boolean;
}

/** Straight to the Contact, which the rules have allowed as a next hop, unless the call has a route of its own (§8.1.2). */
function toTarget(core: Core, { request }: ClientTransaction, order: InviteOrder, uri: string): Redirected | string {
  const { outboundProxy: _past, ...direct } = order;
  const isNumber = /^tel:/i.test(uri);
  const plan = planCall(core, { ...(isNumber ? order : direct), to: uri });
  if (!plan.ok) return plan.error;
  const { requestUri, routes, destination: hop, isSecure } = plan.value;
  return { request: withRoutes({ ...request, requestUri }, routes), hop, isSecure };
}

/** The same call by the proxy that the far end insists on (§21.3.4). */
function viaProxy(request: RequestParts, uri: string): Redirected | string {
  const hop = nextHopOf(uri);
  if (hop === undefined) return 'The proxy of a 305 has no host.';
  const route = /;lr(?:[;=]|$)/i.test(uri) ? `<${uri}>` : `<${uri};lr>`;
  return { request: withRoutes(request, [route]), hop };
}

function withRoutes(request: RequestParts, routes: readonly string[]): RequestParts {
  const others = request.headers.filter(({ key }) => key !== 'route');
  const at = others.findIndex(({ key }) => key === 'via') + 1;
  const headers = [...others.slice(0, at), ...routes.map((route) => header('Route', route)), ...others.slice(at)];
  return { ...request, headers };
}
