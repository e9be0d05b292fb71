/**
 * What can be watched of a call: one vocabulary for the terminal, the log and, later, streams and metrics.
 * `atMs` is on the monotonic clock.
 */
import type { TurnReply } from '../conversation/index.ts';
import type { InformationCategory, ProgressSound, RtpSummary } from '../media/index.ts';
import type { ControlCommand } from './control-command.ts';
import type { CallEnd, TurnReport } from './call-state.ts';

export type CallEvent = { readonly atMs: number } & (
  | {
      readonly type: 'call.accepted';
      readonly direction: 'inbound' | 'outbound';
      readonly to: string;
      readonly from: string;
    }
  | { readonly type: 'call.started' }
  | { readonly type: 'call.ringing' }
  /** What is heard before the answer has changed. */
  | {
      readonly type: 'call.early-media';
      readonly sound: ProgressSound;
      readonly category?: InformationCategory;
    }
  | { readonly type: 'call.answered' }
  /** The tone of a fax machine was heard behind the answer. */
  | { readonly type: 'call.fax' }
  /** The callee put the call on hold, or took it up again. */
  | { readonly type: 'call.held' | 'call.resumed' }
  /** The call goes on with somebody else: the callee sent it there, or was replaced. */
  | { readonly type: 'call.moved'; readonly how: 'referred' | 'replaced' }
  | { readonly type: 'call.over'; readonly end: CallEnd }
  | { readonly type: 'turn.asked'; readonly turn: TurnReport }
  | {
      readonly type: 'turn.answered' | 'turn.failed';
      readonly turn: TurnReport;
      readonly exchange?: NonNullable<TurnReply['exchange']>;
    }
  /** The bot was asked ahead of the end of speech; that answer was used, or was for nothing. */
  | { readonly type: 'turn.speculated'; readonly outcome: 'asked' | 'used' | 'wasted' }
  | { readonly type: 'turn.spoken'; readonly turn: TurnReport }
  /** The last sound of an answer was played to its end; `turn.interrupted` when it was not. */
  | { readonly type: 'turn.finished'; readonly turn: TurnReport }
  | { readonly type: 'turn.interrupted'; readonly turn: TurnReport }
  | { readonly type: 'command.taken'; readonly command: ControlCommand }
  | { readonly type: 'voice.started'; readonly onsetAtMs: number }
  | { readonly type: 'key.pressed'; readonly digit: string }
  | {
      readonly type: 'voice.understood';
      readonly text: string;
      readonly confidence: number;
      readonly voiceOnsetAtMs?: number;
      readonly lastVoiceAtMs: number;
      readonly isEcho?: true;
    }
  /** It stopped before the end of the call; `reason` is what the system says. */
  | { readonly type: 'recording.failed'; readonly reason: string }
  | { readonly type: 'media.closed'; readonly rtp: RtpSummary; readonly recordingFile?: string }
  | {
      readonly type: 'transfer.started';
      readonly method: 'refer' | 'hang-up';
      readonly cause: 'bot' | 'api' | 'failure';
    }
  /** The target of an attended transfer has answered. */
  | { readonly type: 'transfer.consulted' }
  | {
      readonly type: 'transfer.over';
      readonly outcome: 'transferred' | 'failed';
      readonly cause: 'bot' | 'api' | 'failure';
      readonly reason: string;
    }
  /** A next hop did not serve a request of the call: no response, the transport, or a 503. */
  | {
      readonly type: 'call.hop-failed';
      readonly cause: 'timeout' | 'transport' | 'unavailable';
      readonly method: string;
    }
  | { readonly type: 'call.warning'; readonly message: string }
);
