/** A transfer of the call, from being asked for to its outcome. Plain data; the last one of a call is kept. */
import type { NamedHeader, TransferOrder } from '../conversation/index.ts';
import type { LocalEncryption } from '../sdp/index.ts';

/** What of the plan transfers need. */
export interface TransferPlan {
  /** Where a call goes whose bot or speech failed; without it, such a call is hung up. */
  readonly defaultTarget?: string;
  /** Spoken when a transfer fails and the call is ended for it; empty: hang up at once. */
  readonly failedMessage: string;
  readonly isEndedByFailure: boolean;
  /** Whether the callee is put on hold first. */
  readonly isHeld: boolean;
  /** How long the news of an accepted transfer may take. */
  readonly noticeTimeoutMs: number;
}

/** An order with everything filled in that state variables and defaults give. */
export interface ResolvedTransfer extends TransferOrder {
  readonly headers: readonly NamedHeader[];
  readonly targetHeader: string;
}

export interface TransferReport {
  /** `failure`: the bot or speech failed, and the call is handed to the default target. */
  readonly cause: 'bot' | 'api' | 'failure';
  readonly order: ResolvedTransfer;
  /**
   * `judging`: whether the target is allowed. `holding`: the callee is put on hold. `consulting`: the target of an attended
   * transfer is called. `referring`: the peer was asked.
   * `resuming`: it failed, and the callee is taken back. `over`: `outcome` says how.
   */
  readonly stage: 'judging' | 'holding' | 'consulting' | 'referring' | 'resuming' | 'over';
  /** How many transfers of the call this makes. */
  readonly attempt: number;
  readonly startedAtMs: number;
  /** The callee is on hold. */
  readonly isHeld: boolean;
  /** The peer took the REFER. */
  readonly isAccepted: boolean;
  /** Keys for the call to the target, until it is placed. */
  readonly encryption?: LocalEncryption;
  readonly outcome?: 'transferred' | 'failed';
  /** Last SIP status: of the target as the peer told it, of the REFER, or of the BYE. */
  readonly sipStatus?: number;
  /** One sentence about the outcome, told to the bot as `vgwTransferReason`. */
  readonly reason?: string;
}
