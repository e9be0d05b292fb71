/** What a user agent knows of one call: its leg, the states that it goes through, and the transactions that refer to it. */
import type { AnswersLeft, ProtectionSpace } from '../auth/protection-spaces.ts';
import type { ExtraHeader, Hop, InviteOrder, LocationTarget, SipCredentials } from '../contract.ts';
import type { DeadlineEntry } from '../deadline-queue.ts';
import type { Dialog } from '../dialog/dialog.ts';
import type { SuccessRetransmission } from '../dialog/success-retransmission.ts';
import type { PassportOrder, PassportParties } from '../identity/passport.ts';
import type { RequestParts, SipRequest, SipResponse } from '../syntax/message.ts';
import type { ClientInviteState } from '../transaction/client-invite.ts';
import type { ClientNonInviteState } from '../transaction/client-non-invite.ts';
import type { ServerInviteState } from '../transaction/server-invite.ts';
import type { ServerNonInviteState } from '../transaction/server-non-invite.ts';
import type { LegSession, SessionTimer } from './session-timer.ts';
import type { Timed } from './core.ts';

export interface Outgoing {
  readonly bytes: Uint8Array;
  readonly destination: Hop;
}

/**
 * `cancel`, `fork-bye`, `notify` and `prack` run by themselves; `left-behind` is what remains of a request that another hop has
 * now (RFC 3263 §4.3); all others report to their leg.
 */
export type ClientPurpose =
  | 'register'
  | 'ping'
  | 'invite'
  | 'cancel'
  | 'prack'
  | 'bye'
  | 'fork-bye'
  | 're-invite'
  | 'update'
  | 'refer'
  | 'notify'
  | 'info'
  | 'left-behind';

/** A dialog that a 1xx of our INVITE has made (RFC 3261 §12.1). */
export interface EarlyDialog {
  readonly dialog: Dialog;
  /** RSeq of the last reliable answer that was taken (RFC 3262 §4). */
  readonly rseq?: number;
  /** What its 1xx described; `isReliable` makes it the answer, and whatever follows is ignored (RFC 3261 §13.2.1). */
  readonly answer?: { readonly sdp: string; readonly isReliable: boolean };
  /** An offer in a reliable 1xx that waits for its answer; `rack` is what the PRACK will say (RFC 3262 §5). */
  readonly unanswered?: { readonly offerId: string; readonly rack: string };
}

/** One request and its answers. What changes with the hop (branch, request, bytes, destination, machine) changes in place. */
export interface ClientTransaction extends Outgoing {
  /** Branch and CSeq method: what a response is matched by (RFC 3261 §17.1.3). */
  key: string;
  branch: string;
  readonly purpose: ClientPurpose;
  readonly leg: Leg;
  request: RequestParts;
  bytes: Uint8Array;
  destination: Hop;
  /** What its hops were found by; undefined for an address. */
  readonly wanted: LocationTarget | undefined;
  /** Where else it may go, best first (RFC 3263 §4.3). */
  hopsLeft: readonly Hop[];
  /** How many hops it was sent to. */
  tried: number;
  /** Whether this hop has answered anything. */
  isHeard: boolean;
  /** Of a request that goes by TCP only because it is long: the hop that it goes to when TCP fails (RFC 3261 §18.1.1). */
  shortHop: Hop | undefined;
  /**
   * Of an INVITE: its early dialogs by the peer's tag. They end with the transaction, 64·T1 after the first 2xx (RFC 3261
   * §13.2.2.4).
   */
  early: Map<string, EarlyDialog>;
  /** Set on a request that was sent again because of a challenge. */
  answersLeft: AnswersLeft | undefined;
  machine:
    | { readonly kind: 'invite'; readonly state: ClientInviteState }
    | { readonly kind: 'non-invite'; readonly state: ClientNonInviteState }
    /** Nothing was sent yet: where to is being found out. */
    | { readonly kind: 'locating' };
  /** ACK for the 3xx to 6xx it was answered with, and of a re-INVITE also for the 2xx. */
  ack: Uint8Array | undefined;
  /** Where the ACK for a 2xx goes, when that is another place. */
  ackDestination?: Hop;
  readonly timer: DeadlineEntry<Timed>;
}

export interface ServerTransaction {
  readonly key: string;
  readonly leg: Leg;
  readonly request: SipRequest;
  readonly source: Hop;
  machine:
    | { readonly kind: 'invite'; readonly state: ServerInviteState }
    | { readonly kind: 'non-invite'; readonly state: ServerNonInviteState };
  /** What a retransmission is answered with. */
  response: Outgoing | undefined;
  readonly timer: DeadlineEntry<Timed>;
}

/** The peer's offer that `answerOffer` has not answered yet. */
export interface PendingOffer {
  readonly offerId: string;
  readonly transaction: ServerTransaction;
}

/** Our own offer inside the dialog: under way, or waiting for its turn. */
export interface OwnOffer {
  readonly sdp: string;
  /** It repeats what holds already, to refresh the session; nobody waits for its outcome. */
  readonly isRefresh?: true;
  /** What is to be offered once the refresh is over. */
  readonly next?: string;
  /** The re-INVITE that is out. */
  readonly transaction?: ClientTransaction;
  /** When to try, or try again. */
  readonly retryAtMs?: number;
  /** Glare is waited out until then. */
  readonly giveUpAtMs: number;
}

/** Our REFER and the subscription it made (RFC 3515 §2.4.4). */
export interface Referral {
  /** Its sequence number: the `id` of its NOTIFYs (RFC 3515 §2.4.6). */
  readonly cseq: number;
  readonly noticeTimeoutMs: number;
  readonly isAccepted: boolean;
  /** The result was told; NOTIFYs that follow are answered and mean nothing. */
  readonly isSettled: boolean;
  readonly deadlineMs?: number;
}

/** A REFER of the peer that is not answered, or whose result we have not told. */
export interface PeerReferral {
  readonly referId: string;
  readonly transaction: ServerTransaction;
  readonly isAccepted: boolean;
  /** It asked for no news (RFC 4488). */
  readonly isSilent: boolean;
  /** That of a REFER outside the call's (RFC 4538): its news go there. */
  readonly dialog?: Dialog;
}

/** A 2xx to our INVITE that brought an offer. */
export interface UnansweredSuccess {
  readonly offerId: string;
  readonly transaction: ClientTransaction;
  readonly response: SipResponse;
}

/** Our 2xx to an INVITE while its ACK is out. */
export interface Unacknowledged {
  readonly cseq: number;
  readonly response: Outgoing;
  readonly retransmission: SuccessRetransmission;
  /** Whether it accepted the call rather than a re-INVITE. */
  readonly isInitial: boolean;
  /** Whether it offers, so that the ACK has to answer (RFC 3261 §13.2.2.4). */
  readonly isOffer: boolean;
}

/** The wish to end a call that has not been answered. */
export interface Cancel {
  readonly cause: 'hang-up' | 'ring-timeout';
  readonly headers: readonly ExtraHeader[];
  /** Set once CANCEL went out: until then a final answer is awaited (RFC 3261 §9.1). */
  readonly giveUpAtMs?: number;
}

/** The INVITEs of one call after the first one. */
export interface InviteAttempts {
  readonly order: InviteOrder;
  /** Request-URIs that were called, against circles. */
  readonly visited: readonly string[];
  /** How many redirections were followed. */
  readonly redirects: number;
  /** Where else redirections lead, best first. */
  readonly targets: readonly RedirectTarget[];
  /** An extension was left out. */
  readonly isReduced: boolean;
}

export interface RedirectTarget {
  readonly uri: string;
  /** Of the 3xx that named it. */
  readonly status: number;
  readonly forwarding: { readonly diversion?: string; readonly historyInfo?: string };
}

export type LegState =
  | {
      readonly name: 'inviting';
      readonly transaction: ClientTransaction;
      readonly ringDeadlineMs: number;
      readonly hasProvisional: boolean;
      /** Undefined for an INVITE of an earlier life, which can only be cancelled. */
      readonly attempts?: InviteAttempts;
      readonly cancel?: Cancel;
      /** An offer of the peer inside an early dialog (RFC 3311). */
      readonly offer?: PendingOffer & { readonly remoteTag: string };
    }
  | {
      readonly name: 'alerting';
      readonly transaction: ServerTransaction;
      readonly dialog: Dialog;
      /** When the INVITE expires (RFC 3261 §13.3.1). */
      readonly expiresAtMs: number | undefined;
    }
  | {
      readonly name: 'confirmed';
      readonly dialog: Dialog;
      readonly offer?: PendingOffer;
      readonly unacknowledged?: Unacknowledged;
      /** A 2xx with an offer, whose ACK waits for our answer (RFC 3261 §13.2.2.4). */
      readonly unanswered?: UnansweredSuccess;
      /** A BYE that waits for the ACK of our 2xx (RFC 3261 §15). */
      readonly pendingBye?: readonly ExtraHeader[];
      readonly ownOffer?: OwnOffer;
      readonly referral?: Referral;
      /** Numbers of REFERs before that one whose subscriptions the peer has not ended. */
      readonly pastReferrals?: readonly number[];
      readonly peerReferral?: PeerReferral;
      readonly timer?: SessionTimer;
    }
  /** Our BYE is out. */
  | { readonly name: 'ending'; readonly dialog: Dialog }
  | { readonly name: 'over' };

export type Inviting = Extract<LegState, { readonly name: 'inviting' }>;
export type Alerting = Extract<LegState, { readonly name: 'alerting' }>;
export type Confirmed = Extract<LegState, { readonly name: 'confirmed' }>;

/** How the requests of a leg are authenticated. */
export interface Authentication {
  readonly credentials: readonly SipCredentials[];
  /** Who may have them, in lower case: the next hop of the INVITE, by its name and by the address that challenged it. */
  readonly hosts: ReadonlySet<string>;
  readonly spaces: readonly ProtectionSpace[];
}

/** Which of our addresses a peer is told in Contact. */
export interface Reach {
  /** Where the INVITE went, or came from. */
  readonly hop: Hop;
  /** Whether Contact is a SIPS URI (RFC 3261 §8.1.1.8, §12.1.1). */
  readonly isSecure: boolean;
}

export interface Leg {
  readonly legId: string;
  readonly localTag: string;
  /** Whether we made its Call-ID, which decides who waits longer after glare (RFC 3261 §14.1). */
  readonly isCaller: boolean;
  /** User part of our Contact. */
  readonly contactUser: string | undefined;
  /** What our Contact says beside the user: the address that the peer of this hop reaches us at. */
  reach: Reach;
  /** Whether long requests go by UDP all the same, because the next hop did not take one by TCP. */
  isStreamRefused: boolean;
  state: LegState;
  /** Of an INVITE of the peer: its From tag and CSeq number, by which another copy of it is known (RFC 3261 §8.2.2.2). */
  incomingInvite: { readonly fromTag: string | undefined; readonly cseq: number } | undefined;
  /** Transactions that still refer to this leg; it is forgotten when it is over and none do. */
  openTransactions: number;
  /** The ACK we sent to each 2xx, by the tag of its sender, for when the 2xx comes again. */
  readonly acknowledged: Map<string, Outgoing>;
  readonly session: LegSession;
  /** Names of headers of the answer that are told. */
  answerHeaders: readonly string[];
  /** Who vouches for its INVITEs, and for whom; undefined when nobody does. */
  passport: { readonly order: PassportOrder; readonly parties: PassportParties } | undefined;
  /** Undefined when there are no credentials. */
  authentication: Authentication | undefined;
  /** The hops that a place was located at, by its `targetKey`: further requests for it go to the same one. */
  readonly located: Map<string, readonly Hop[]>;
  readonly timer: DeadlineEntry<Timed>;
}
