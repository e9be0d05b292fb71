/** What the user agent tells of one leg: how the call goes, from its INVITE to its end. */
import type { ExtraHeader, Hop } from './contract.ts';

/** Why a request had to leave a hop (RFC 3263 §4.3): no response at all, the transport, or a 503. */
export type HopFailure = 'timeout' | 'transport' | 'unavailable';

/** Why a REFER came to nothing. */
export type ReferFailure =
  /** The peer answered the REFER with 3xx to 6xx. */
  | 'refused'
  /** The peer tried, and the target answered with 3xx to 6xx. */
  | 'target'
  /** No answer to the REFER (Timer F), or the transport refused it. */
  | 'no-response'
  /** It was accepted, but how it ended was not told: no NOTIFY in time, or the subscription ended without a result. */
  | 'no-result'
  /** It could not be sent. */
  | 'not-sent';

/** What a REFER of the peer asks for, its values as spelled. */
export interface IncomingRefer {
  /** The URI of Refer-To, without its headers. */
  readonly target: string;
  /** Which dialog of the target is to be replaced: the value of a Replaces header. */
  readonly replaces?: string;
  readonly contact: string | undefined;
  readonly headers: readonly ExtraHeader[];
}

export type LegEvent =
  /** The INVITE was handed to the transport for the first time. */
  | { readonly type: 'invited'; readonly atMs: number }
  /** 101 to 199; those that repeat or overtake a reliable one are not told. */
  | {
      readonly type: 'provisional';
      readonly status: number;
      readonly reason: string;
      /** Which early dialog it belongs to; each fork has its own. 199 ends it. */
      readonly remoteTag?: string;
      /** Early media, unless the session of that dialog was agreed before. */
      readonly sdp?: string;
      /** The network says that nothing may be heard before the answer (RFC 5009). */
      readonly isMediaBarred?: true;
      readonly atMs: number;
    }
  /**
   * First 2xx; its ACK is already among the effects. Retransmitted 2xx are ACKed silently. `sdp` is the answer to our offer,
   * whichever response of that dialog brought it (RFC 3261 §13.2.1).
   */
  | {
      readonly type: 'answered';
      readonly sdp: string | undefined;
      /** `sdp` is the peer's offer, because the INVITE had none: the ACK waits for `answerOffer`. */
      readonly offerId?: string;
      /** Those of `InviteOrder.answerHeaders` that the answer has, each once with all its values, at most 4,096 characters. */
      readonly headers?: readonly ExtraHeader[];
      readonly atMs: number;
    }
  /** A 3xx is followed: the INVITE to its Contact has left. The values of Diversion and History-Info are as they came. */
  | {
      readonly type: 'redirected';
      readonly status: number;
      readonly target: string;
      readonly diversion?: string;
      readonly historyInfo?: string;
      readonly atMs: number;
    }
  /** A final 3xx to 6xx; 401 and 407 only when there is no answer to their challenge. */
  | {
      readonly type: 'rejected';
      readonly status: number;
      readonly reason: string;
      /** One sentence more: why a challenge was not answered, or not again (401, 407); what a Warning says (§20.43). */
      readonly detail?: string;
      /** Of 607 and 608: the link by which the refusal can be contested (RFC 8688 §3.2). */
      readonly callInfo?: string;
      /** Reason header (RFC 3326) and Retry-After in seconds, if present. */
      readonly reasonHeader?: string;
      readonly retryAfterS?: number;
      readonly atMs: number;
    }
  /** No final answer within the ring time; CANCEL went out and the transaction is over. */
  | { readonly type: 'ring-timeout'; readonly atMs: number }
  /**
   * Cancelled by `hangUp` before the answer and over; an answer that crosses the CANCEL is ended by BYE (`bye-finished`). Of a
   * call that came in: the caller cancelled it, or its Expires has passed (RFC 3261 §9.2, §13.3.1).
   */
  | { readonly type: 'cancelled'; readonly atMs: number }
  /** One of several hops did not serve a request; another one is tried when `next` is there (RFC 3263 §4.3). */
  | {
      readonly type: 'hop-failed';
      readonly method: string;
      readonly hop: Hop;
      readonly cause: HopFailure;
      /** One sentence. */
      readonly detail: string;
      readonly next?: Hop;
      /** Hops that were tried for this request, this one included. */
      readonly tried: number;
      readonly atMs: number;
    }
  /** Timer B: no response at all (RFC 3261 §17.1.1.2), the transport refused the INVITE, or its next hop was not found. */
  | {
      readonly type: 'unreachable';
      readonly cause: 'timeout' | 'transport' | 'location';
      readonly detail: string;
      readonly atMs: number;
    }
  /** Our 200 to the INVITE was handed to the transport for the first time. */
  | { readonly type: 'accepted'; readonly atMs: number }
  /** No ACK of our 2xx to the INVITE came within 64·T1 (RFC 3261 §13.3.1.4); the BYE is already among the effects. */
  | { readonly type: 'unacknowledged'; readonly atMs: number }
  /**
   * The peer offers a session description inside the dialog, by re-INVITE or UPDATE, or in a reliable 1xx of an INVITE without
   * an offer; answer with `answerOffer`.
   */
  | {
      readonly type: 'offer-received';
      readonly offerId: string;
      readonly sdp: string | undefined;
      readonly atMs: number;
    }
  /** An INFO of ours has its final answer, or never got one: then `status` is undefined. Changes nothing. */
  | { readonly type: 'info-answered'; readonly status: number | undefined; readonly atMs: number }
  /** The peer tells of a key by INFO: one of 0 to 9, *, #, A to D. */
  | { readonly type: 'key-received'; readonly key: string; readonly atMs: number }
  /** Our `offer` was accepted; its ACK is already among the effects. */
  | { readonly type: 'offer-accepted'; readonly sdp: string | undefined; readonly atMs: number }
  /** Our `offer` was not taken, for good: the session stays as it was (RFC 3261 §14.1, RFC 6141 §3.1). */
  | { readonly type: 'offer-refused'; readonly status: number; readonly reason: string; readonly atMs: number }
  /** The peer will try what our REFER asks for (RFC 3515 §2.4.2). */
  | { readonly type: 'refer-accepted'; readonly status: number; readonly atMs: number }
  /** A provisional answer of the target, 100 to 199, as the peer told it (RFC 3515 §2.4.5). */
  | { readonly type: 'refer-progress'; readonly status: number; readonly reason: string; readonly atMs: number }
  /** The target answered with 2xx. The dialog with the peer still stands: it is for `hangUp` to end it. */
  | { readonly type: 'refer-done'; readonly status: number; readonly reason: string; readonly atMs: number }
  /** The transfer came to nothing and the call stands. `detail` is one sentence. */
  | {
      readonly type: 'refer-failed';
      readonly cause: ReferFailure;
      /** Of the REFER's answer or of the target's. */
      readonly status: number | undefined;
      readonly detail: string;
      readonly atMs: number;
    }
  /** The peer asks us to call somebody else; answer with `answerRefer`. Only when `acceptsRefers` is set. */
  | { readonly type: 'refer-received'; readonly referId: string; readonly refer: IncomingRefer; readonly atMs: number }
  /** Somebody else is to take the place of the peer (RFC 3891): an incoming leg, for `accept` or `reject`. */
  | {
      readonly type: 'replace-received';
      readonly newLegId: string;
      readonly sdp: string | undefined;
      /** The hop that its INVITE came from. */
      readonly source: Hop;
      readonly atMs: number;
    }
  /** The peer hung up; the 200 is already among the effects. Terminal. */
  | { readonly type: 'bye-received'; readonly reasonHeader?: string; readonly atMs: number }
  /** Our BYE was answered, or nobody answered it. Terminal. */
  | { readonly type: 'bye-finished'; readonly status: number | undefined; readonly atMs: number }
  /**
   * The other side has described itself anew without an offer of its own: in the answer to a refresh of the session (RFC 4028
   * §7.4), or in the ACK to what `answerOffer` offered because the peer had not (RFC 3261 §13.2.2.4).
   */
  | { readonly type: 'answer-changed'; readonly sdp: string; readonly atMs: number }
  /** The dialog is gone on the other side (481 or 408, RFC 5057), or nobody refreshed its session (RFC 4028 §10). Terminal. */
  | { readonly type: 'dialog-lost'; readonly status: number; readonly detail?: string; readonly atMs: number };
