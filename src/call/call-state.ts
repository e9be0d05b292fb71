/** What a call is: its order, where it stands, and what its record will tell. All plain data. */
import type { CallVariables, NamedHeader, ReplyStep, ReplyToTextMessage, TurnReply } from '../conversation/index.ts';
import type { Blame, EndCode, GatewayError, JsonObject } from '../kit/index.ts';
import type {
  NegotiatedAudio,
  NetworkLimits,
  NetworkWarning,
  RecordingOrder,
  RtpSummary,
  SourcePolicy,
} from '../media/index.ts';
import type { EarlySound, PersonalDataLevel, RedirectFacts } from '../reports/index.ts';
import type { CryptoSuite, LocalEncryption, OfferedCodec } from '../sdp/index.ts';
import type { ListeningOptions, SampleRateHz } from '../speech/index.ts';
import type { TurnCause, TurnState } from '../turn/index.ts';
import type { EchoMemory } from './echo-memory.ts';
import type { KeyPress } from './key-presses.ts';
import type { Redirection } from './on-redirection.ts';
import type { SpokenMemory } from './reply-steps.ts';
import type { SecondLeg } from './second-leg.ts';
import type { TransferPlan, TransferReport } from './transfer-report.ts';

/** Names as the tenant gave them; none where it gave none. */
export interface SpeechProviders {
  readonly stt?: string;
  readonly tts?: string;
}

/** What is known of a call that somebody else has placed. */
export interface IncomingFacts {
  /** Of the INVITE. */
  readonly callId: string;
  readonly requestUri: string;
  /** The caller's session description; absent when it leaves the offer to us. */
  readonly offer?: string;
  /** Whether the caller is told 180 while the call is prepared. */
  readonly isRinging: boolean;
  /** Headers of the INVITE that the bot is given, by the names that were asked for. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Everything a call needs to know from its tenant and its request; fixed for its whole life. */
export interface CallPlan {
  readonly sessionId: string;
  readonly tenantId: string;
  readonly to: string;
  readonly from: string;
  /** Present when the call came in; `to` is then who was called and `from` the caller. */
  readonly incoming?: IncomingFacts;
  /** Address that the SDP names for our media. */
  readonly mediaAddress: string;
  /** Identifies the SDP session (RFC 8866 §5.2), below 2^53. */
  readonly sdpSessionId: number;
  /** The INVITE has no offer: the far end makes one. */
  readonly isOfferLate?: boolean;
  /** The request's context, as it came. */
  readonly context: JsonObject;
  readonly recognition: ListeningOptions;
  /** What is offered, best first, and taken of an offer. Default: the codecs of the telephone. */
  readonly codecs?: readonly OfferedCodec[];
  /** The likely rate of the audio, for what is prepared before a codec is agreed on. Default 8000. */
  readonly likelyRateHz?: SampleRateHz;
  /** Names of the engines that serve the call first, where the tenant gave them one. */
  readonly speechProviders?: SpeechProviders;
  readonly sourcePolicy: SourcePolicy;
  /** The way of the call is TLS or WSS as far as the next hop. */
  readonly isSignallingEncrypted?: true;
  /** SRTP and this side's keys on the leg that the call has now; absent: plain RTP. */
  readonly encryption?: LocalEncryption;
  readonly recording?: RecordingOrder;
  readonly responseTimeoutMs: number;
  /** Whether words below the confidence threshold become a turn of their own. */
  readonly notifyOnFilteredUtterances: boolean;
  /** Spoken when the bot fails in the middle of a call; empty: hang up at once. */
  readonly failedMessage: string;
  /** Whether the bot is asked while the end of speech is still being confirmed. */
  readonly isSpeculative?: boolean;
  /** Played instead when nothing can be spoken. */
  readonly failedAudioUrl?: string;
  /** A text whose audio has not begun by then cannot be spoken. */
  readonly synthesisTimeoutMs: number;
  /** A voice pauses what is spoken, which goes on when it was no words. */
  readonly isPlaybackResumed: boolean;
  /** Words that look like what is being spoken are dropped. */
  readonly isEchoSuppressed: boolean;
  readonly networkLimits: NetworkLimits;
  /** Whether a bad network becomes a turn of its own. */
  readonly notifyOnNetworkEvents: boolean;
  /** Text messages of the callee are taken, unless the bot says otherwise. */
  readonly isInboundSmsEnabled?: boolean;
  /** The number that is called, where it is one. */
  readonly userNumber?: string;
  readonly transfer: TransferPlan;
  readonly maxDurationMs: number;
  /** How much of what was said leaves the gateway; everything unless it says less. */
  readonly personalData?: PersonalDataLevel;
  /** Whether utterances are reported; they are unless it says no. */
  readonly isTranscriptionReported?: boolean;
  /** Calls that were active when this one started, this one among them. */
  readonly activeCalls?: number;
  /** Which SIP facts go to the bot (SEND_SIP_..._TO_CONVERSATION). */
  readonly sipFacts: {
    readonly callId: boolean;
    readonly requestUri: boolean;
    readonly toUri: boolean;
    readonly fromUri: boolean;
  };
}

/** The states that a webhook is told (contract, table 6). */
export type CallStateName = 'started' | 'ringing' | 'active' | 'transferred' | 'failed' | 'ended';

/** `api`: somebody hung it up from outside. */
export type EndedBy = 'bot' | 'callee' | 'caller' | 'gateway' | 'api';

/** What signalling knows of the end of a call. */
export interface ReleaseFacts {
  readonly sipStatus?: number;
  /** What the telephone network calls it, 1 to 127: from the Reason header, else by RFC 3398. */
  readonly q850Cause?: number;
  /** When the far end wants to be asked again. */
  readonly retryAfterS?: number;
}

/** How a call came to its end. `endCode` is stable: `completed.*` or an error code. */
export interface CallEnd extends ReleaseFacts {
  readonly state: 'ended' | 'failed';
  readonly endCode: EndCode;
  readonly endedBy: EndedBy;
  readonly blame: Blame | undefined;
  /** One sentence for people; undefined for a call that simply ended. */
  readonly failureReason: string | undefined;
  readonly atMs: number;
}

/** One exchange with the bot, with every instant that makes up its latency, on the monotonic clock. */
export interface TurnReport {
  readonly turnId: number;
  readonly cause:
    | { readonly type: 'start' }
    | TurnCause
    | { readonly type: 'transferred' | 'hang-up'; readonly reason: string };
  /** `input.text` as it was sent. */
  readonly text: string;
  readonly askedAtMs: number;
  /** When the answer began to come; for a bot without a network, when it was there. */
  readonly firstByteAtMs?: number;
  /** When the answer came, or the first part of it. */
  readonly repliedAtMs?: number;
  readonly reply?: TurnReply;
  /** What came of the answer before its end; `reply` has it too, once it is there. */
  readonly parts?: readonly ReplyStep[];
  /** The callee took the floor before the end of the answer, and its rest was given up. */
  readonly isAbandoned?: boolean;
  readonly error?: GatewayError;
  readonly spoken?: string;
  /** What went wrong while the answer was carried out, one sentence each. */
  readonly problems?: readonly string[];
  /** First audio of the voice, ready to be sent; what was prepared was there before it was wanted. */
  readonly firstSamplesAtMs?: number;
  /** First packet with audio of the spoken text. */
  readonly firstAudioAtMs?: number;
  /** End of its playing, by itself or by a voice. */
  readonly finishedAtMs?: number;
  readonly isInterrupted?: boolean;
  /** Words that were heard while it was spoken and taken for its echo. */
  readonly echoes?: readonly string[];
}

export type CallPhase =
  /** The first turn and the media port are awaited; no SIP has left. */
  | 'preparing'
  /** The INVITE is out. */
  | 'dialling'
  /** It came in and is about to be answered: its greeting is being made ready, or its 200 is on its way. */
  | 'answering'
  /** Answered: turns are taken. */
  | 'active'
  /** The outcome is known; media, dialog and the bot's last turn are being closed. */
  | 'closing'
  | 'over';

export interface CallState {
  readonly plan: CallPlan;
  readonly phase: CallPhase;
  readonly context: JsonObject;
  /** What was put into the context from outside since the last turn; goes with the next one. */
  readonly givenVariables: JsonObject;
  /** What the bot set for the call in the context it last returned. */
  readonly variables: CallVariables;
  /** What it said last about text messages that come. */
  readonly textMessages: ReplyToTextMessage;
  /** What the bot added to the record by its actions. */
  readonly customData: JsonObject;
  /** Whether what is said may stand in reports. */
  readonly isTranscriptionReported: boolean;
  readonly memory: SpokenMemory;
  readonly turn: TurnState;
  readonly turns: readonly TurnReport[];
  /** RTP port once it is open. */
  readonly mediaPort: number | undefined;
  readonly firstReply: TurnReply | undefined;
  readonly sdpVersion: number;
  /** What this side said of itself last. */
  readonly localSdp: string | undefined;
  /** What is heard before the answer, and whose it is. */
  /** Headers of the answer that the bot is given, by name. */
  readonly answerHeaders?: Readonly<Record<string, string>>;
  readonly earlyMedia: { readonly remoteTag: string | undefined; readonly remote: NegotiatedAudio } | undefined;
  readonly acceptedAtMs: number;
  readonly acceptedAtWallMs: number;
  readonly invitedAtMs: number | undefined;
  readonly ringingAtMs: number | undefined;
  /** The 3xx that were followed, in order. */
  readonly redirects: readonly RedirectFacts[];
  readonly answeredAtMs: number | undefined;
  readonly firstPacketAtMs: number | undefined;
  /** The reason a goodbye is being spoken for; the call fails with it when it has been said. */
  readonly failure: GatewayError | undefined;
  /** The audio file that tells of it has been tried. */
  readonly isFailureToldByAudio: boolean;
  /** A text that is to begin to sound by then. */
  readonly awaitedPlayback: { readonly playbackId: string; readonly untilMs: number } | undefined;
  /** The callee put the call on hold. */
  readonly isHeld: boolean;
  /** An incoming call is answered then, whether its greeting is ready or not; undefined once it is being answered. */
  readonly answerByMs: number | undefined;
  /** When somebody last did anything. */
  readonly activeAtMs: number;
  /** What was said and heard lately, for telling an echo from an answer. */
  readonly echo: EchoMemory;
  /** What was heard before the answer, in order. */
  readonly earlySounds: readonly EarlySound[];
  /** Keys of late. */
  readonly keyPresses: readonly KeyPress[];
  /** Since the last turn. */
  readonly networkWarnings: readonly NetworkWarning[];
  readonly end: CallEnd | undefined;
  /** The leg that the call is on now: its first one, unless it was moved. */
  readonly legId: string;
  readonly secondLeg: SecondLeg | undefined;
  /** Legs of ours beside the first, so far. */
  readonly furtherLegs: number;
  /** A REFER of the callee, while it is asked whether it may be followed. */
  readonly redirection: Redirection | undefined;
  /** The last transfer of the call. */
  readonly transfer: TransferReport | undefined;
  /** What the bot's hang-up adds to the BYE. */
  readonly hangUpHeaders: readonly NamedHeader[];
  readonly rtp: RtpSummary | undefined;
  /** Of its first sample; known once the media are closed. */
  readonly recordingStartedAtMs?: number;
  /** Agreed on last; `mediaEncryption` is the suite of SRTP, absent for plain RTP. */
  readonly codec?: OfferedCodec;
  readonly mediaEncryption?: CryptoSuite | undefined;
  /** Those that serve it now. */
  readonly speechProviders: SpeechProviders;
  readonly warnings: readonly string[];
  /** What is still awaited in phase `closing`. */
  readonly awaits: { readonly media: boolean; readonly dialog: boolean; readonly lastTurn: boolean };
  readonly closingDeadlineMs: number | undefined;
}
