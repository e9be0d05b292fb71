/**
 * Digest authentication of our requests (RFC 3261 §22, RFC 7616, RFC 8760): a challenged request is sent again with
 * credentials, later requests of the call carry them from the start. Only the host that the INVITE went to is given any:
 * a peer that names another one in Contact or Record-Route could otherwise collect answers to nonces of its choice.
 * A server that proves itself wrongly (`rspauth`) is told of and believed no `nextnonce`; its answer stands, because TLS
 * is what keeps strangers out.
 */
import { onAuthenticationInfo } from '../auth/authentication-info.ts';
import { usableChallenges } from '../auth/digest-challenge.ts';
import { type AnswersLeft, answersIn, authorize, onChallenged } from '../auth/protection-spaces.ts';
import type { Hop, SipCredentials } from '../contract.ts';
import { readAddress } from '../syntax/core-fields.ts';
import { headerValue } from '../syntax/header.ts';
import type { RequestParts, SipResponse } from '../syntax/message.ts';
import { addressTag } from '../syntax/name-address.ts';
import { ownVia, repeatRequest } from './build-request.ts';
import type { Core } from './core.ts';
import type { Authentication, ClientPurpose, ClientTransaction, Leg } from './leg-state.ts';
import { type ClientReport, startClient } from './client-transactions.ts';
import { mayHaveCredentials } from './trusted-hosts.ts';

/** A CANCEL cannot be sent again: it has the number of its INVITE (RFC 3261 §22.1). */
const answersAllowed = {
  register: { rounds: 2, stale: 1 },
  invite: { rounds: 2, stale: 1 },
  bye: { rounds: 1, stale: 0 },
  'fork-bye': { rounds: 1, stale: 0 },
  info: { rounds: 1, stale: 0 },
  're-invite': { rounds: 1, stale: 1 },
  update: { rounds: 1, stale: 1 },
  refer: { rounds: 1, stale: 1 },
  notify: { rounds: 1, stale: 0 },
  prack: { rounds: 1, stale: 0 },
  cancel: { rounds: 0, stale: 0 },
  ping: { rounds: 0, stale: 0 },
  'left-behind': { rounds: 0, stale: 0 },
} as const satisfies Record<ClientPurpose, AnswersLeft>;

export type ChallengedReport = Extract<ClientReport, { type: 'response' }>;

export type ChallengeOutcome =
  | { readonly isAnswered: true; readonly transaction: ClientTransaction }
  /** `detail`: one sentence why a challenge was not answered; undefined when it was none. */
  | { readonly isAnswered: false; readonly detail?: string };

export function isChallenge(status: number): boolean {
  return status === 401 || status === 407;
}

export function newAuthentication(
  credentials: readonly SipCredentials[] | undefined,
  destination: Hop,
): Authentication | undefined {
  if (credentials === undefined || credentials.length === 0) return undefined;
  return { credentials, hosts: new Set([destination.host.toLowerCase()]), spaces: [] };
}

/** Sends the request of a challenged transaction again, with credentials for every challenge that can be answered. */
export function answerIfChallenged(
  core: Core,
  transaction: ClientTransaction,
  { response, source }: ChallengedReport,
  nowMs: number,
): ChallengeOutcome {
  if (!isChallenge(response.status)) return { isAnswered: false };
  const { leg, purpose, destination } = transaction;
  const { authentication } = leg;
  if (authentication === undefined || core.options.digest === undefined) {
    return { isAnswered: false, detail: 'No credentials are configured for it.' };
  }
  if (!mayHaveCredentials(authentication, destination)) {
    return { isAnswered: false, detail: 'The challenge came from another host than the trunk.' };
  }
  const challenged = onChallenged(
    authentication.spaces,
    usableChallenges(response.headers),
    transaction.answersLeft ?? answersAllowed[purpose],
    authentication.credentials,
    core.options.random,
  );
  if (!challenged.ok) return { isAnswered: false, detail: challenged.error };
  const { spaces, left } = challenged.value;
  // The name of the trunk stands for addresses that only the transport knows: this is one of them.
  const hosts = new Set([...authentication.hosts, source.host.toLowerCase()]);
  leg.authentication = { ...authentication, hosts, spaces };
  return { isAnswered: true, transaction: sendAgain(core, transaction, { answersLeft: left }, nowMs) };
}

/** What is other than in the refused transaction. */
export interface Changes {
  readonly request?: RequestParts;
  readonly destination?: Hop;
  /** Without it challenges are answered as if there had been none. */
  readonly answersLeft?: AnswersLeft | undefined;
}

/** Sends a refused request again, as a new transaction for the same purpose: next number, credentials for its hop. */
export function sendAgain(
  core: Core,
  transaction: ClientTransaction,
  { request = transaction.request, destination = transaction.destination, answersLeft }: Changes,
  nowMs: number,
): ClientTransaction {
  const { leg, purpose, hopsLeft, wanted } = transaction;
  const branch = core.newBranch();
  const repeated = repeatRequest(request, ownVia(core, branch, destination), countRepetition(transaction));
  const authorized = authorizeRequest(core, leg, repeated, destination);
  // The same place may be left for its neighbours as before; another one has neighbours of its own.
  const way = destination === transaction.destination ? { hopsLeft, wanted } : {};
  return startClient(core, { leg, purpose, branch, request: authorized, destination, ...way, answersLeft }, nowMs);
}

/** Counts one more request in the dialog that this one belongs to, and gives the number used before; 0 outside of one. */
function countRepetition({ leg, purpose, request }: ClientTransaction): number {
  const { state } = leg;
  if (state.name === 'confirmed') {
    const { localCSeq } = state.dialog;
    leg.state = { ...state, dialog: { ...state.dialog, localCSeq: localCSeq + 1 } };
    return localCSeq;
  }
  if (state.name !== 'inviting' || purpose !== 'prack') return 0;
  const to = readAddress(headerValue(request.headers, 'to'));
  const tag = (to === undefined ? undefined : addressTag(to)) ?? '';
  const { early } = state.transaction;
  const known = early.get(tag);
  if (known === undefined) return 0;
  const { dialog } = known;
  early.set(tag, { ...known, dialog: { ...dialog, localCSeq: dialog.localCSeq + 1 } });
  return dialog.localCSeq;
}

/** The request with credentials for the realms that have challenged this call, when it goes to the host they are for. */
export function authorizeRequest(core: Core, leg: Leg, request: RequestParts, destination: Hop): RequestParts {
  const { authentication } = leg;
  const { digest } = core.options;
  if (authentication === undefined || digest === undefined || authentication.spaces.length === 0) return request;
  if (!mayHaveCredentials(authentication, destination)) return request;
  const authorized = authorize(authentication.spaces, request, digest);
  leg.authentication = { ...authentication, spaces: authorized.spaces };
  return authorized.request;
}

/** Takes in what a 2xx says of the credentials that its request carried. */
export function onAccepted(core: Core, transaction: ClientTransaction, response: SipResponse): void {
  const { leg, request, destination } = transaction;
  const { authentication } = leg;
  const { digest } = core.options;
  if (response.status < 200 || response.status >= 300 || digest === undefined) return;
  if (authentication === undefined || authentication.spaces.length === 0) return;
  const { spaces, problems } = onAuthenticationInfo(authentication.spaces, { request, response }, digest);
  leg.authentication = { ...authentication, spaces };
  for (const problem of problems) core.drop('bad-server-proof', problem, destination);
}

/** An ACK cannot be challenged; it repeats the credentials of its INVITE as they were (RFC 3261 §22.1). */
export function withAnswersOf(leg: Leg, invite: RequestParts, ack: RequestParts, destination: Hop): RequestParts {
  const { authentication } = leg;
  if (authentication === undefined || !mayHaveCredentials(authentication, destination)) return ack;
  return { ...ack, headers: [...ack.headers, ...answersIn(invite.headers)] };
}
