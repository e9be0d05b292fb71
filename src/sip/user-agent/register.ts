/**
 * Registers the gateway with registrars (RFC 3261 §10.2; Path RFC 3327, Service-Route RFC 3608): builds the requests, reads
 * the answers and keeps the deadlines of `registration/`. Its requests have a leg of their own that is no call: what a
 * transaction needs to know of its sender.
 */
import { err, ok, type Result } from '../../kit/index.ts';
import type { InviteOrder, RegisterOrder } from '../contract.ts';
import { deadlineEntry } from '../deadline-queue.ts';
import {
  bindingOf,
  onRegistration,
  type RegistrationInput,
  registrationDeadlineMs,
} from '../registration/registration.ts';
import { parseCallUri } from '../syntax/call-input.ts';
import { hasControl, parseDecimal } from '../syntax/characters.ts';
import { parseRetryAfter, readAddress } from '../syntax/core-fields.ts';
import { type Header, header, headerValue, listValues } from '../syntax/header.ts';
import type { RequestParts, SipResponse } from '../syntax/message.ts';
import { findParameter } from '../syntax/parameters.ts';
import { isSameUriText } from '../syntax/uri-equality.ts';
import { type SipUri, printUri } from '../syntax/uri.ts';
import { answerIfChallenged, authorizeRequest, newAuthentication } from './authenticate.ts';
import { ownVia } from './build-request.ts';
import { contactHeader, ownContact } from './build-response.ts';
import type { Core, Registration, Timed } from './core.ts';
import type { ClientTransaction } from './leg-state.ts';
import { createLeg } from './leg.ts';
import { newLegSession } from './session-timer.ts';
import { type ClientReport, startClient } from './client-transactions.ts';

/** A registrar may name that many hops. */
const maxServiceRoutes = 16;
const noBody = new Uint8Array(0);

export function register(core: Core, order: RegisterOrder, nowMs: number): void {
  const { registrationId } = order;
  if (core.registrations.has(registrationId)) return;
  const planned = planRegistration(core, order);
  if (!planned.ok) {
    const event = { type: 'failed', detail: planned.error, isBound: false, atMs: nowMs } as const;
    core.push({ type: 'registration', registrationId, event });
    return;
  }
  core.registrations.set(registrationId, planned.value);
  feedRegistration(core, planned.value, { type: 'start', expiresS: order.expiresS }, nowMs);
}

/** Takes the binding away, once an answer to what is under way is there. */
export function unregister(core: Core, registrationId: string, nowMs: number): void {
  const registration = core.registrations.get(registrationId);
  if (registration !== undefined) feedRegistration(core, registration, { type: 'stop' }, nowMs);
}

/** The order with the way that the first of its registrations names for later requests, when it has none (RFC 3608 §6.1). */
export function withServiceRoute(core: Core, order: InviteOrder, nowMs: number): InviteOrder {
  if (order.routes.length > 0) return order;
  for (const registrationId of order.registrationIds ?? []) {
    const registration = core.registrations.get(registrationId);
    const binding = registration === undefined ? undefined : bindingOf(registration.state, nowMs);
    if (binding !== undefined && binding.serviceRoute.length > 0) return { ...order, routes: binding.serviceRoute };
  }
  return order;
}

function planRegistration(core: Core, order: RegisterOrder): Result<Registration, string> {
  const { registrationId, registrar, credentials } = order;
  const address = parseCallUri(order.addressOfRecord);
  if (!address.ok) return err(address.error.message);
  const uri = address.value;
  if (uri.scheme === 'tel') return err('The address of record is no sip: URI.');
  if (credentials?.some(({ username }) => hasControl(username)) === true) {
    return err('The user name holds a control character.');
  }
  if (!core.places.some(({ transport }) => transport === registrar.transport)) {
    return err(`The registrar is reached by ${registrar.transport}, which this gateway does not speak.`);
  }
  const leg = createLeg({
    legId: registrationId,
    localTag: core.newTag(),
    side: 'caller',
    contactUser: uri.user,
    reach: { hop: registrar, isSecure: uri.scheme === 'sips' },
    session: newLegSession(undefined),
  });
  leg.authentication = newAuthentication(credentials, registrar);
  const timer: Timed = { kind: 'registration', registration: undefined };
  const registration: Registration = {
    order,
    leg,
    // No parameters in To and Request-URI but the port (§10.2).
    addressOfRecord: printUri({ ...uri, parameters: [] }),
    requestUri: domainOf(uri),
    state: { name: 'off' },
    cseq: 0,
    timer: deadlineEntry<Timed>(timer),
  };
  timer.registration = registration;
  return ok(registration);
}

function domainOf({ scheme, host, port }: SipUri): string {
  return printUri({ scheme, host, ...(port === undefined ? {} : { port }), parameters: [] });
}

export function feedRegistration(
  core: Core,
  registration: Registration,
  input: RegistrationInput,
  nowMs: number,
  said: { readonly status?: number; readonly detail?: string } = {},
): void {
  const { registrationId } = registration.order;
  const [state, ...actions] = onRegistration(registration.state, input, nowMs, core.options.random);
  registration.state = state;
  for (const action of actions) {
    switch (action.type) {
      case 'send':
        sendRegister(core, registration, action.expiresS, nowMs);
        break;
      case 'tell-registered': {
        const { grantedS, serviceRoute } = action.binding;
        const { refreshInMs } = action;
        const event = { type: 'registered', grantedS, refreshInMs, serviceRoute, atMs: nowMs } as const;
        core.push({ type: 'registration', registrationId, event });
        break;
      }
      case 'tell-failed': {
        const { isBound, retryInMs } = action;
        const detail = said.detail ?? 'The registrar granted no time.';
        const status = said.status === undefined ? {} : { status: said.status };
        const event = { type: 'failed', detail, ...status, isBound, retryInMs, atMs: nowMs } as const;
        core.push({ type: 'registration', registrationId, event });
        break;
      }
      case 'tell-lost':
        core.push({ type: 'registration', registrationId, event: { type: 'lost', atMs: nowMs } });
        break;
      case 'tell-ended':
        core.registrations.delete(registrationId);
        core.push({ type: 'registration', registrationId, event: { type: 'ended', atMs: nowMs } });
        break;
      default:
        action satisfies never;
    }
  }
  core.queue.schedule(registration.timer, registrationDeadlineMs(registration.state));
}

function sendRegister(core: Core, registration: Registration, expiresS: number, nowMs: number): void {
  const { leg, order } = registration;
  const destination = order.registrar;
  registration.cseq += 1;
  const branch = core.newBranch();
  const address = `<${registration.addressOfRecord}>`;
  const headers: Header[] = [
    header('Via', ownVia(core, branch, destination)),
    header('Max-Forwards', '70'),
    header('From', `${address};tag=${leg.localTag}`),
    header('To', address),
    header('Call-ID', leg.legId),
    header('CSeq', `${registration.cseq} REGISTER`),
    contactHeader(core, leg),
    header('Expires', String(expiresS)),
    // A proxy on the way may stand in it for requests to us (RFC 3327 §5.1).
    header('Supported', 'path'),
    header('User-Agent', core.options.userAgent),
  ];
  const { requestUri } = registration;
  const request: RequestParts = { kind: 'request', method: 'REGISTER', requestUri, headers, body: noBody };
  const authorized = authorizeRequest(core, leg, request, destination);
  startClient(core, { leg, purpose: 'register', branch, request: authorized, destination }, nowMs);
}

/** What became of a REGISTER of ours. */
export function onRegisterReport(
  core: Core,
  transaction: ClientTransaction,
  report: ClientReport,
  nowMs: number,
): void {
  const registration = core.registrations.get(transaction.leg.legId);
  if (registration === undefined) return;
  if (report.type !== 'response') {
    const detail = report.type === 'timeout' ? 'The registrar did not answer.' : report.detail;
    feedRegistration(core, registration, { type: 'failed' }, nowMs, { detail });
    return;
  }
  const { response } = report;
  const { status, reason } = response;
  if (status < 200) return;
  if (status < 300) {
    feedRegistration(core, registration, grantIn(core, registration, response), nowMs);
    return;
  }
  const outcome = answerIfChallenged(core, transaction, report, nowMs);
  if (outcome.isAnswered) {
    registration.cseq += 1;
    return;
  }
  const why = outcome.detail === undefined ? '' : ` ${outcome.detail}`;
  const minExpiresS = seconds(headerValue(response.headers, 'min-expires'));
  const retryAfterS = parseRetryAfter(headerValue(response.headers, 'retry-after'));
  const refusal: RegistrationInput = {
    type: 'refused',
    status,
    ...(minExpiresS === undefined ? {} : { minExpiresS }),
    ...(retryAfterS === undefined ? {} : { retryAfterS }),
  };
  feedRegistration(core, registration, refusal, nowMs, { status, detail: `${status} ${reason}.${why}` });
}

/** The time of our own contact among all that the registrar lists, else the one it says for all (§10.2.4). */
function grantIn(core: Core, { leg }: Registration, { headers }: SipResponse): RegistrationInput {
  const own = ownContact(core, leg);
  const contacts = listValues(headers, 'contact').flatMap((value) => readAddress(value) ?? []);
  const mine = contacts.find(({ uri }) => isSameUriText(uri, own));
  const forAll = seconds(headerValue(headers, 'expires'));
  const forMine = seconds(mine === undefined ? undefined : findParameter(mine.parameters, 'expires')?.value);
  const serviceRoute = listValues(headers, 'service-route').slice(0, maxServiceRoutes);
  return { type: 'accepted', grantedS: forMine ?? forAll, serviceRoute };
}

function seconds(value: string | undefined): number | undefined {
  const digits = value === undefined ? undefined : /^\d{1,10}/.exec(value)?.[0];
  return digits === undefined ? undefined : parseDecimal(digits, 0xffff_ffff);
}
