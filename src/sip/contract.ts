/**
 * The SIP user agent as the rest of outdial sees it: calls and datagrams in, effects out. It has no socket and no clock:
 * every method takes the instant (`Clock.nowMs`) and returns what is to be done, in order; `deadlineMs` says when to
 * call `onDeadline` at the latest.
 */
import type { JsonObject } from '../kit/index.ts';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** A header that is to be added as it is; name and value are checked against injection and forbidden names. */
export interface ExtraHeader {
  readonly name: string;
  readonly value: string;
}

/**
 * What answers digest challenges (401, 407) to the requests of one call. The password is asked for when a hash is made
 * of it and kept nowhere, so that nothing that is printed by accident holds it.
 */
export interface SipCredentials {
  readonly username: string;
  readonly password: { reveal(): string };
  /** Answers challenges of this realm only; of every realm when absent. */
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
  readonly outboundProxy?: HostPort;
  readonly sdp: string;
  readonly ringTimeoutMs: number;
  readonly headers?: readonly ExtraHeader[];
  /** Given only to the host that the INVITE goes to. */
  readonly credentials?: SipCredentials;
}

export interface OrphanOrder {
  readonly legId: string;
  readonly snapshot: JsonObject;
  /** Answers a challenge of the BYE. */
  readonly credentials?: SipCredentials;
  /** Extra headers of the BYE or CANCEL. */
  readonly headers?: readonly ExtraHeader[];
}

export type LegEvent =
  /** The INVITE was handed to the transport for the first time. */
  | { readonly type: 'invited'; readonly atMs: number }
  /** 101 to 199. `sdp` when it carried one (early media). */
  | {
      readonly type: 'provisional';
      readonly status: number;
      readonly reason: string;
      readonly sdp?: string;
      readonly atMs: number;
    }
  /** First 2xx; its ACK is already among the effects. Retransmitted 2xx are ACKed silently. */
  | { readonly type: 'answered'; readonly sdp: string | undefined; readonly atMs: number }
  /** A final 3xx to 6xx; 401 and 407 only when there is no answer to their challenge. */
  | {
      readonly type: 'rejected';
      readonly status: number;
      readonly reason: string;
      /** Of 401 and 407: one sentence why the challenge was not answered, or not again. */
      readonly detail?: string;
      /** Reason header (RFC 3326) and Retry-After in seconds, if present. */
      readonly reasonHeader?: string;
      readonly retryAfterS?: number;
      readonly atMs: number;
    }
  /** No final answer within the ring time; CANCEL went out and the transaction is over. */
  | { readonly type: 'ring-timeout'; readonly atMs: number }
  /** Cancelled by `hangUp` before the answer and over. */
  | { readonly type: 'cancelled'; readonly atMs: number }
  /** Timer B: no response at all (RFC 3261 §17.1.1.2), or the transport refused the INVITE. */
  | {
      readonly type: 'unreachable';
      readonly cause: 'timeout' | 'transport';
      readonly detail: string;
      readonly atMs: number;
    }
  /** The peer offers a new session description inside the dialog (re-INVITE or UPDATE); answer with `answerOffer`. */
  | {
      readonly type: 'offer-received';
      readonly offerId: string;
      readonly sdp: string | undefined;
      readonly atMs: number;
    }
  /** The peer hung up; the 200 is already among the effects. Terminal. */
  | { readonly type: 'bye-received'; readonly reasonHeader?: string; readonly atMs: number }
  /** Our BYE was answered, or nobody answered it. Terminal. */
  | { readonly type: 'bye-finished'; readonly status: number | undefined; readonly atMs: number }
  /** The dialog is gone on the other side (481 or 408, RFC 5057). Terminal. */
  | { readonly type: 'dialog-lost'; readonly status: number; readonly atMs: number };

/** An INVITE that came in, for user agents that accept calls (the scripted phone today). */
export interface IncomingCall {
  readonly legId: string;
  readonly requestUri: string;
  readonly from: string;
  readonly to: string;
  readonly sdp: string | undefined;
  readonly source: HostPort;
}

export type SipEffect =
  | { readonly type: 'send'; readonly bytes: Uint8Array; readonly to: HostPort }
  | { readonly type: 'leg'; readonly legId: string; readonly event: LegEvent }
  /**
   * What `endOrphan` needs to end this leg in another life of the process, in place of what was given before. It comes
   * before the `send` of the ACK to a 2xx: that ACK should wait until the snapshot of the dialog is safe.
   */
  | {
      readonly type: 'dialog';
      readonly legId: string;
      readonly phase: 'inviting' | 'confirmed';
      readonly snapshot: JsonObject;
    }
  | { readonly type: 'incoming'; readonly call: IncomingCall }
  /** Something was refused or dropped; for counters and the log. `what` is a stable word, `detail` one sentence. */
  | { readonly type: 'dropped'; readonly what: string; readonly detail: string; readonly source: HostPort };

export interface UserAgent {
  invite(order: InviteOrder, nowMs: number): readonly SipEffect[];
  /** CANCEL before the answer, BYE after it. Nothing when the leg is already over. */
  hangUp(legId: string, nowMs: number, headers?: readonly ExtraHeader[]): readonly SipEffect[];
  /**
   * Ends a leg of an earlier life of the process, of which `snapshot` was kept: CANCEL or BYE. Reported like `hangUp`. False
   * when the snapshot cannot be read; then nothing follows.
   */
  endOrphan(order: OrphanOrder, nowMs: number): { readonly isKnown: boolean; readonly effects: readonly SipEffect[] };
  /** Answers `offer-received` with 200 and this SDP, or with 488 when `sdp` is undefined. */
  answerOffer(legId: string, offerId: string, sdp: string | undefined, nowMs: number): readonly SipEffect[];
  /** Provisional answer to an incoming call: 180 or 183. */
  ring(legId: string, nowMs: number): readonly SipEffect[];
  /** 200 to an incoming call. */
  accept(legId: string, sdp: string, nowMs: number): readonly SipEffect[];
  /** Final 3xx to 6xx to an incoming call. */
  reject(legId: string, status: number, nowMs: number): readonly SipEffect[];
  /** One datagram. Malformed input gives a `dropped` effect, never an exception. */
  receive(bytes: Uint8Array, source: HostPort, nowMs: number): readonly SipEffect[];
  /** The transport could not send what a `send` effect asked for. */
  sendFailed(to: HostPort, detail: string, nowMs: number): readonly SipEffect[];
  onDeadline(nowMs: number): readonly SipEffect[];
  /** The soonest instant at which `onDeadline` has something to do; undefined when nothing waits. */
  deadlineMs(): number | undefined;
}
