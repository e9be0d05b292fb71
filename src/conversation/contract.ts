/**
 * What a bot is to outdial: one turn in, steps out. Bot connections live in `providers/`, one folder each.
 * The bot is treated as stateless: the gateway keeps `context` between turns and posts back what it last received
 * (specification §5.1).
 */
import type { ExpectedSpeech } from '../speech/index.ts';
import type { GatewayError, Json, JsonObject, Result } from '../kit/index.ts';
import type { BotWatch } from './bot-watch.ts';
import type { NamedHeader, TransferOrder } from './transfer-order.ts';
import type { ReplyToTextMessage } from './received-text-message.ts';

export interface TurnRequest {
  readonly sessionId: string;
  readonly tenantId: string;
  /** What the callee said, the digits, or one of the gateway's own texts such as `vgwPostResponseTimeout`. */
  readonly text: string;
  /** The context of the conversation, the gateway's variables for this turn already set in it. */
  readonly context: JsonObject;
  /** The whole input of an option that the callee chose, `text` among it; sent as it is where the bot's API has room. */
  readonly input?: JsonObject;
  /**
   * What of the answer before this one reached the voice, as one text: less than its texts when the callee cut it short.
   * Absent on the first turn.
   */
  readonly spoken?: string;
  /** How long the bot may take for its answer on each attempt, in ms, when the call wants it otherwise than configured. */
  readonly answerTimeoutMs?: number;
}

/** What a bot may switch on and off; a switch stays as it was set until the call ends (specification §6.2). */
export type SwitchName =
  /** A voice stops what is playing. */
  | 'speech-barge-in'
  /** A key stops what is playing; when off, keys pressed while something plays are ignored. */
  | 'digit-barge-in'
  /** The callee's speech is heard at all. */
  | 'speech'
  /** Keys are heard at all. */
  | 'digits'
  /** Speech is heard while something plays. */
  | 'speech-during-playback';

/** When a collection of keys is over (specification §9.3). At least one of `termKey` and `maxCount` is given. */
export interface DigitRule {
  /** Ends the collection and is not part of the digits. */
  readonly termKey?: string;
  /** With `maxCount`, a range: a time-out after this many digits is no failure. 1 to 100. */
  readonly minCount?: number;
  /** So many digits end the collection. 1 to 100. */
  readonly maxCount?: number;
  /** Time between two digits; without it the response timer starts again with every digit. Up to 100,000. */
  readonly interDigitTimeoutMs?: number;
  /** Speech is not heard from the first digit to the end of the collection. */
  readonly ignoresSpeech: boolean;
  /** Keys are not heard after the collection, until a switch or another collection wants them. */
  readonly pausesAfter: boolean;
}

/** A key that is sent to the far end. */
export interface OutgoingKey {
  /** One of `0` to `9`, `*`, `#`, `A` to `D`. */
  readonly digit: string;
  /** 40 to 8000. */
  readonly durationMs: number;
  /** Power level in dBm0 without its sign: 0 (loudest) to 63 (RFC 4733 §2.3.3). */
  readonly attenuationDb: number;
}

/** A choice that is read out: its list is matched against what the callee says or presses next (option-list.ts). */
export interface OptionList {
  /** Each kind has a configuration of its own. */
  readonly kind: 'option' | 'suggestion';
  readonly title: string;
  readonly options: readonly {
    readonly label: string;
    /** Sent as the next input when it is chosen; has a `text`. */
    readonly input: JsonObject;
  }[];
}

/** How lists of one kind are read and matched, for the rest of the call. */
export interface OptionConfig {
  /** Spoken before a label; every `%s` in it is the number of the option. */
  readonly prefixText?: string;
  /** What chooses the first option, the second one, and so on, instead of English number words. */
  readonly matchWords?: readonly string[];
  readonly hearsSpeech: boolean;
}

/** A text message to a mobile telephone. */
export interface TextMessage {
  readonly text: string;
  /** http or https. */
  readonly mediaUrls: readonly string[];
  /** Absent: the number of the callee. */
  readonly userNumber?: string;
  /** Absent: the number that is configured, or the tenant's name. */
  readonly tenantNumber?: string;
  /** Absent: the gateway that is configured. */
  readonly gatewayUrl?: string;
}

/** What sounds nowhere: done at once, even when the callee interrupts what stands before it. */
export type Errand =
  /** A request inside the SIP dialog; `body` is text. Names and values of `headers` are not checked yet. */
  | {
      readonly type: 'send-info';
      readonly headers: readonly { readonly name: string; readonly value: string }[];
      readonly body: string;
    }
  | {
      readonly type: 'send-text-message';
      readonly message: TextMessage;
      /** From now on, for those that come back. */
      readonly reply?: ReplyToTextMessage;
    }
  /** Merged into the custom data of the call record; an empty value removes its key. */
  | { readonly type: 'add-call-data'; readonly data: JsonObject }
  /** Whether what is said in this call may stand in reports. */
  | { readonly type: 'report-transcription'; readonly isOn: boolean }
  | {
      readonly type: 'configure-options';
      readonly kind: OptionList['kind'];
      readonly config: OptionConfig;
    };

/** A text to be spoken. */
export interface Saying {
  readonly type: 'say';
  readonly text: string;
  /** WAV file that is played instead when the text cannot be spoken. */
  readonly fallbackAudioUrl?: string;
  readonly isExcludedFromCache?: true;
  /** `text` is how the list reads without a configuration. */
  readonly optionList?: OptionList;
  /** One of these is spoken; `text` is the first. `sequential`: the next one each time they come in a call. */
  readonly variants?: { readonly texts: readonly string[]; readonly policy: 'sequential' | 'random' };
}

/** How a configuration changes what it meets (specification §4); `once`: until the next turn begins. */
export type SpeechUpdate = 'replace' | 'replace-once' | 'merge' | 'merge-once';

/** One thing to do, in order. */
export type ReplyStep =
  | Saying
  | Errand
  /** Sends keys one after the other. Nothing else sounds meanwhile, and neither voice nor key stops it. */
  | { readonly type: 'send-keys'; readonly keys: readonly OutgoingKey[]; readonly gapMs: number }
  /** Other options of recognition (`stt`) or synthesis; `config` has the keys of §3.3 and may hold secrets. */
  | {
      readonly type: 'configure-speech';
      readonly service: 'stt' | 'tts';
      readonly update: SpeechUpdate;
      readonly config: JsonObject;
    }
  /** Plays a WAV file of an http or https URL. A looping one plays on while the steps after it are carried out. */
  | { readonly type: 'play-audio'; readonly url: string; readonly isLooping: boolean }
  | { readonly type: 'collect-digits'; readonly rule: DigitRule }
  | { readonly type: 'switch'; readonly name: SwitchName; readonly isOn: boolean }
  /**
   * Another bot from the next turn on, or for the next turn only: changes of the tenant's `conversation`, unchecked. They
   * may hold credentials and are never printed.
   */
  | { readonly type: 'set-bot'; readonly config: JsonObject; readonly isOnce: boolean }
  /** The next turn begins at once, without input. Nothing follows it. */
  | { readonly type: 'force-turn' }
  /** Transfers the call once everything before it has been played. Nothing follows it. */
  | { readonly type: 'transfer'; readonly order: TransferOrder }
  /** Ends the call once everything before it has been played; `headers` are added to the BYE. Nothing follows it. */
  | { readonly type: 'hang-up'; readonly headers?: readonly NamedHeader[] };

/** An action of the bot and the steps it became: those from index `firstStep` up to, without, `endStep`. */
export interface ReplyAction {
  readonly command: string;
  readonly parameters: JsonObject;
  readonly firstStep: number;
  readonly endStep: number;
}

export interface TurnReply {
  readonly steps: readonly ReplyStep[];
  /** The actions behind the steps, to be told to the bot once they are done; left out when there were none. */
  readonly actions?: readonly ReplyAction[];
  /** The whole context to post back on the next turn. */
  readonly context: JsonObject;
  /** What is likely to be answered, for recognition: it counts until the next turn. */
  readonly expected?: ExpectedSpeech;
  /** The name of the bot that answered, where there are names. */
  readonly provider?: string;
  /** What was asked for and could not be done, one sentence each: unknown or malformed actions. For log and record. */
  readonly problems: readonly string[];
  /** What went over the wire, for reports; null for an empty body. Left out by bots without a format of their own. */
  readonly exchange?: { readonly request: Json; readonly response: Json };
  /** When the first byte of the answer came, on the monotonic clock; left out by bots that are asked without a network. */
  readonly firstByteAtMs?: number;
}

/** A piece of an answer that is still being made. */
export interface ReplyPart {
  /** What follows the steps of the parts before it. Steps that end an answer wait for its end. */
  readonly steps: readonly Exclude<ReplyStep, { readonly type: 'hang-up' | 'force-turn' | 'transfer' }>[];
  /** The whole context to post back if the callee cuts the answer short here. */
  readonly context: JsonObject;
}

export interface ConversationService {
  readonly spec: 'conversation/1';
  readonly name: string;
  /** What it is known to say, as it is spoken, without anything of a call in it. */
  readonly fixedTexts?: readonly string[];
  /**
   * Asks the bot. Resolves with an error value for every expected failure; never rejects, except when `signal` aborts.
   * A bot that makes its answer bit by bit may hand parts to `onPart` before that, which are carried out as they come;
   * the reply holds all their steps again, first. After a part the turn is not tried a second time. `watch` is told every request
   * and its reply, where somebody looks on.
   */
  turn(
    request: TurnRequest,
    signal: AbortSignal,
    onPart?: (part: ReplyPart) => void,
    watch?: BotWatch,
  ): Promise<Result<TurnReply, GatewayError>>;
}
