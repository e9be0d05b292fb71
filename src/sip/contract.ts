/**
 * The SIP user agent as the rest of outdial sees it: calls and datagrams in, effects out. It has no socket and no clock:
 * every method takes the instant (`Clock.nowMs`) and returns what is to be done, in order; `deadlineMs` says when to
 * call `onDeadline` at the latest.
 */
import type { JsonObject, Result } from '../kit/index.ts';
import type { AvoidedHop } from './location/hop-book.ts';
import type { CallerIdentity } from './identity/caller-identity.ts';
import type { PassportOrder } from './identity/passport.ts';
import type { LegEvent } from './leg-event.ts';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export type SipTransport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

/** One hop: where a message goes, or where it came from, and by which transport. */
export interface Hop extends HostPort {
  readonly transport: SipTransport;
  /** Of TLS and WSS: the name that the other side's certificate must be for, as it was asked for (RFC 5922 §4); without it `host`. */
  readonly serverName?: string;
  /**
   * Of a message that came over a connection: names that connection. What answers it goes over the same one while it is
   * open, else to `host` and `port` by a new one (RFC 3261 §18.2.2).
   */
  readonly connection?: string;
  /** While `host` is a name: what DNS is to be asked for. What is located has none. */
  readonly wanted?: LocationTarget;
}

/** The parts of a SIP URI that location goes by (RFC 3263 §4); of one with `maddr`, `host` is that. */
export interface LocationTarget {
  readonly scheme: 'sip' | 'sips';
  readonly host: string;
  readonly port?: number;
  /** The `transport` parameter, in any case. */
  readonly transport?: string;
  /** Names a trunk whose own targets stand for what DNS would say. */
  readonly trunk?: string;
}

/** A header that is to be added as it is; name and value are checked against injection and forbidden names. */
export interface ExtraHeader {
  readonly name: string;
  readonly value: string;
}

/** What an INFO carries; made by `checkInfo`. */
export interface InfoContent {
  readonly headers: readonly ExtraHeader[];
  /** Of the body, when there is one. */
  readonly contentType: string;
  readonly body: string;
}

/**
 * What answers digest challenges (401, 407) to the requests of one call. The password is asked for when a hash is made
 * of it and kept nowhere, so that nothing that is printed by accident holds it.
 */
export interface SipCredentials {
  readonly username: string;
  readonly password: { reveal(): string };
  /** Answers challenges of this realm only; of every realm when absent or `*`. */
  readonly realm?: string;
}

export interface InviteOrder {
  /** Names the leg in every later call and event; also its Call-ID. */
  readonly legId: string;
  /** Request-URI and To: `sip:`, `sips:` or `tel:`, as printed text that `checkCallUri` has accepted. */
  readonly to: string;
  /** From URI, likewise. */
  readonly from: string;
  /** Preloaded Route set, in order, each one `<sip:proxy;lr>` or a bare URI (RFC 3261 §8.1.1.1). May be empty. */
  readonly routes: readonly string[];
  /**
   * Where the INVITE goes instead of the Request-URI's host when it has no Route: the trunk. Requests inside the dialog follow
   * its route set and the peer's Contact (RFC 3261 §8.1.2, §12.2.1.1).
   */
  readonly outboundProxy?: Hop;
  /** The offer; without one the peer offers, and is answered by `answerOffer` (RFC 3261 §13.2.1). */
  readonly sdp?: string;
  readonly ringTimeoutMs: number;
  /** Asks for reliable provisional answers with Require; they are supported in any case (RFC 3262 §4). */
  readonly requiresReliability?: boolean;
  /** How 3xx are followed (RFC 3261 §8.1.3.4); without it they are refusals. */
  readonly redirects?: RedirectRules;
  /** The dialog that the called side is to replace by this call, as `IncomingRefer` has it (RFC 3891). */
  readonly replaces?: string;
  readonly headers?: readonly ExtraHeader[];
  /** How From and the headers of identity say who calls; without it From is the bare URI. */
  readonly caller?: CallerIdentity;
  /** Names of headers of the answer that `answered` tells. */
  readonly answerHeaders?: readonly string[];
  /** Signs every INVITE of this call anew (RFC 8224); needs `UserAgentOptions.wallMs`. */
  readonly passport?: PassportOrder;
  /** Given only to the host that the INVITE goes to. Those that name the realm of a challenge go before those that name none. */
  readonly credentials?: readonly SipCredentials[];
  /** With no routes: the first of these registrations that has a Service-Route gives the Route set (RFC 3608 §6.1). */
  readonly registrationIds?: readonly string[];
}

export interface RedirectRules {
  /** Most INVITEs that redirections may bring about. */
  readonly max: number;
  /** One sentence against calling there, or against that proxy (305); undefined when nothing is. */
  judge(target: string, use: 'callee' | 'proxy'): string | undefined;
}

/** A binding to be kept with a registrar (RFC 3261 §10.2) until `unregister`. */
export interface RegisterOrder {
  /** Names the registration in every later call and event; also its Call-ID. */
  readonly registrationId: string;
  /** Where REGISTER is sent. */
  readonly registrar: Hop;
  /** `sip:user@domain` or `sips:`: who is registered, in which domain. Its user also stands in Contact. */
  readonly addressOfRecord: string;
  /** How long it is asked for, in seconds, 1 to 86,400. The registrar may grant less, or want more (423). */
  readonly expiresS: number;
  readonly credentials?: readonly SipCredentials[];
}

/** How a registration goes. */
export type RegistrationEvent =
  /** Registered, or renewed. `serviceRoute`: the way of later requests (RFC 3608), next hop first. */
  | {
      readonly type: 'registered';
      readonly grantedS: number;
      readonly refreshInMs: number;
      readonly serviceRoute: readonly string[];
      readonly atMs: number;
    }
  /** Refused, or not answered: tried again by itself, but for an order that cannot be carried out. `detail`: one sentence. */
  | {
      readonly type: 'failed';
      readonly status?: number;
      readonly detail: string;
      /** An earlier binding still holds. */
      readonly isBound: boolean;
      readonly retryInMs?: number;
      readonly atMs: number;
    }
  /** The binding has run out without having been renewed. It is still tried for. */
  | { readonly type: 'lost'; readonly atMs: number }
  /** Over after `unregister`. */
  | { readonly type: 'ended'; readonly atMs: number };

/** Where the user-to-user information of a REFER stands (RFC 7433 §4): in its own header, or as a header of a URI. */
export type UserToUserPlace = 'user-to-user' | 'contact' | 'refer-to';

/** A transfer: the peer is asked to call somebody else (RFC 3515), blindly or in place of another leg of ours (RFC 5589 §6.1, §7). */
export interface ReferOrder {
  /** Whom the peer is to call: `sip:`, `sips:` or `tel:`, as printed text that `checkCallUri` has accepted. */
  readonly target: string;
  /** An answered leg of ours to the target, whose place the peer is to take (RFC 3891). */
  readonly replacesLeg?: string;
  /** Added to the REFER. A Referred-By among them takes the place of our own. */
  readonly headers?: readonly ExtraHeader[];
  /** As spelled when it is of the grammar of RFC 7433 §4.1, else as a quoted string; at most 1,024 bytes. */
  readonly userToUser?: { readonly value: string; readonly place: UserToUserPlace };
  /** How long the next news may take, from the peer's acceptance and again from every NOTIFY. */
  readonly noticeTimeoutMs: number;
}

export interface OrphanOrder {
  readonly legId: string;
  readonly snapshot: JsonObject;
  /** Answer a challenge of the BYE. */
  readonly credentials?: readonly SipCredentials[];
  /** Extra headers of the BYE or CANCEL. */
  readonly headers?: readonly ExtraHeader[];
}

/** An INVITE that came in and was let in. */
export interface IncomingCall {
  /** Its Call-ID. */
  readonly legId: string;
  readonly requestUri: string;
  readonly from: string;
  readonly to: string;
  /** Absent when it leaves the offer to us (RFC 3261 §13.2.1). */
  readonly sdp: string | undefined;
  readonly headers: readonly ExtraHeader[];
  readonly source: Hop;
}

/**
 * What becomes of an INVITE outside every dialog, before anything is kept of it: it is let in, is answered with this status
 * and is forgotten, or is dropped without an answer; `what` is a stable word, `detail` one sentence.
 */
export type Admission =
  | { readonly type: 'let-in' }
  | {
      readonly type: 'refused';
      readonly status: number;
      readonly headers?: readonly ExtraHeader[];
      /** Told like what is dropped, when it is given. */
      readonly told?: Pick<Dropped, 'what' | 'detail'>;
    }
  | Omit<Dropped, 'source'>;

/** Who sent a request that belongs to no call of ours, or what cannot be read at all. */
export interface Stranger {
  readonly source: Hop;
  /** Absent when it cannot be read. */
  readonly method?: string;
  readonly userAgent?: string;
}

/** Something that was refused or dropped; for counters and the log. `what` is a stable word, `detail` one sentence. */
export interface Dropped {
  readonly type: 'dropped';
  readonly what: string;
  readonly detail: string;
  readonly source: Hop;
}

export type SipEffect =
  | { readonly type: 'send'; readonly bytes: Uint8Array; readonly to: Hop }
  | { readonly type: 'leg'; readonly legId: string; readonly event: LegEvent }
  /** What `ping` came to: the final status, or none and why. */
  | { readonly type: 'pinged'; readonly pingId: string; readonly status: number | undefined; readonly detail: string }
  /** A request waits to be told where it may go: answer with `located` (RFC 3263). Only when `locates` is set. */
  | { readonly type: 'locate'; readonly locateId: string; readonly target: LocationTarget }
  /**
   * What `endOrphan` needs to end this leg in another life of the process, in place of what was given before. It comes before the
   * `send` of an INVITE and of the ACK to a 2xx: these should wait until the snapshot is safe.
   */
  | { readonly type: 'dialog'; readonly legId: string; readonly snapshot: JsonObject }
  | { readonly type: 'incoming'; readonly call: IncomingCall }
  | { readonly type: 'registration'; readonly registrationId: string; readonly event: RegistrationEvent }
  | Dropped;

export interface UserAgent {
  invite(order: InviteOrder, nowMs: number): readonly SipEffect[];
  /** Keeps a binding with a registrar. Nothing when that registration is known already. */
  register(order: RegisterOrder, nowMs: number): readonly SipEffect[];
  /** Takes it away; told by `ended`. Nothing when it is not known. */
  unregister(registrationId: string, nowMs: number): readonly SipEffect[];
  /** CANCEL before the answer, BYE after it. Nothing when the leg is already over. */
  hangUp(legId: string, nowMs: number, headers?: readonly ExtraHeader[]): readonly SipEffect[];
  /** Sends an INFO inside the dialog of an answered call; told by `info-answered`. */
  info(legId: string, content: InfoContent, nowMs: number): readonly SipEffect[];
  /**
   * Ends a leg of an earlier life of the process, of which `snapshot` was kept: CANCEL or BYE. Reported like `hangUp`. False
   * when the snapshot cannot be read; then nothing follows.
   */
  endOrphan(order: OrphanOrder, nowMs: number): { readonly isKnown: boolean; readonly effects: readonly SipEffect[] };
  /**
   * Answers `offer-received` with 200 and this SDP, or with 488 when `sdp` is undefined; an offer in a 1xx or 2xx to our INVITE
   * with PRACK or ACK, which have no body then.
   */
  answerOffer(legId: string, offerId: string, sdp: string | undefined, nowMs: number): readonly SipEffect[];
  /**
   * Offers a new session description inside the dialog by re-INVITE, told by `offer-accepted` or `offer-refused`. Glare (491)
   * is waited out for 10 s (RFC 3261 §14.1). One at a time; a peer that has lost the dialog ends the leg.
   */
  offer(legId: string, sdp: string, nowMs: number): readonly SipEffect[];
  /** Asks the peer to call somebody else. Told by `refer-accepted`, `refer-progress`, then `refer-done` or `refer-failed`. */
  refer(legId: string, order: ReferOrder, nowMs: number): readonly SipEffect[];
  /** Answers `refer-received`: 2xx as 202, otherwise with this 3xx to 6xx. */
  answerRefer(legId: string, referId: string, status: number, nowMs: number): readonly SipEffect[];
  /** Tells the peer how the accepted REFER goes (RFC 3515 §2.4.5). A status of 200 and more ends the subscription. */
  notifyRefer(legId: string, referId: string, status: number, nowMs: number): readonly SipEffect[];
  /** Provisional answer to an incoming call: 180 or 183. */
  ring(legId: string, nowMs: number): readonly SipEffect[];
  /** 200 to an incoming call. */
  accept(legId: string, sdp: string, nowMs: number): readonly SipEffect[];
  /** Final 3xx to 6xx to an incoming call. */
  reject(legId: string, status: number, nowMs: number, headers?: readonly ExtraHeader[]): readonly SipEffect[];
  /** One message: a datagram, a WebSocket message, or what the framing of a stream has cut out. Malformed input gives a `dropped` effect, never an exception. */
  receive(bytes: Uint8Array, source: Hop, nowMs: number): readonly SipEffect[];
  /** The transport could not send what a `send` effect asked for, or lost the connection that the answers were to come by. */
  sendFailed(to: Hop, detail: string, nowMs: number): readonly SipEffect[];
  /**
   * Asks by OPTIONS whether a SIP element is at this `sip:` or `sips:` URI (RFC 3261 §11); told by `pinged`. `pingId` is its Call-ID:
   * nobody may guess it.
   */
  ping(pingId: string, uri: string, nowMs: number): readonly SipEffect[];
  /** Answers `locate`: the hops, best first, or one sentence why there is none. Each answer counts once. */
  located(locateId: string, found: Result<readonly Hop[], string>, nowMs: number): readonly SipEffect[];
  /** Hops that have failed and go last for now (RFC 3263 §4.3). */
  avoidedHops(nowMs: number): readonly AvoidedHop[];
  onDeadline(nowMs: number): readonly SipEffect[];
  /** The soonest instant at which `onDeadline` has something to do; undefined when nothing waits. */
  deadlineMs(): number | undefined;
}
