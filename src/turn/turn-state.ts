/** The vocabulary of the turn machine: what goes in, what comes out, and what it remembers. All plain data. */
import type {
  Errand,
  NamedHeader,
  OutgoingKey,
  ReceivedTextMessage,
  ReplyStep,
  SpeechUpdate,
  SwitchName,
  TransferOrder,
} from '../conversation/index.ts';
import type { JsonObject } from '../kit/index.ts';
import type { DigitCollection } from './digit-collection.ts';
import type { InsertedStep } from './insertion.ts';
import type { Heard, Utterance } from './utterance.ts';

export interface TurnSettings {
  /** Silence after playback, in ms, that gives a `silence` turn. */
  readonly responseTimeoutMs: number;
  /** How long a voice may last without words, in ms, before it gives a `no-final` turn; without it, forever. */
  readonly finalUtteranceTimeoutMs?: number;
  /** So many response time-outs in a row hang up instead of the last one's turn; without it, none do. */
  readonly noInputLimit?: number;
  /** A voice pauses what is spoken, which goes on when it was no words; otherwise it stops it for good. */
  readonly isPlaybackResumed?: boolean;
  /** The bot is asked while the end of speech is still being confirmed (`speculation.ts`). */
  readonly isSpeculative?: boolean;
}

/** Why the bot is asked. */
export type TurnCause =
  | { readonly type: 'speech'; readonly heard: Utterance; readonly isBargeIn: boolean }
  /** Keys. `collection` says how their collection ended; without it, a single key outside of one. */
  | {
      readonly type: 'digits';
      readonly digits: string;
      readonly isBargeIn: boolean;
      readonly collection?: 'complete' | 'incomplete';
    }
  /** Nobody spoke in time. With `collection`, nobody pressed a key of one either. */
  | { readonly type: 'silence'; readonly collection?: 'incomplete' }
  /** A voice, but no words in time. */
  | { readonly type: 'no-final' }
  /** Words below the confidence threshold. */
  | { readonly type: 'filtered'; readonly heard: Utterance }
  /** The bot asked for a turn without input. */
  | { readonly type: 'forced' }
  /** Packets of the callee are lost or come unevenly. */
  | { readonly type: 'network' }
  /** A transfer came to nothing, and the call goes on. */
  | { readonly type: 'transfer-failed'; readonly reason: string }
  | Notice;

/** What the bot is told between two turns, as soon as nobody has the floor. */
export type Notice =
  /** A text message was not sent. */
  | { readonly type: 'sms-failed' }
  /** One came. With `isInputText` it counts like words. */
  | { readonly type: 'sms-received'; readonly message: ReceivedTextMessage; readonly isInputText: boolean };

export type TurnInput =
  /** The call was answered; `steps` are what the first turn wants to say. */
  | { readonly type: 'answered'; readonly steps: readonly ReplyStep[] }
  | { readonly type: 'reply'; readonly turnId: number; readonly steps: readonly ReplyStep[] }
  /** The beginning of an answer, or more of it, before its end; the reply repeats it. */
  | { readonly type: 'reply-part'; readonly turnId: number; readonly steps: readonly ReplyStep[] }
  | { readonly type: 'voice-started' }
  | { readonly type: 'heard'; readonly utterance: Utterance }
  /** The voice has paused: the words so far, which will be `heard` unless it goes on. */
  | { readonly type: 'guess'; readonly utterance: Utterance }
  /** It goes on. */
  | { readonly type: 'voice-resumed' }
  /** Words that are not to be believed; they end a voice like no words at all, but the bot is told of them. */
  | { readonly type: 'filtered'; readonly utterance: Utterance }
  | { readonly type: 'digit'; readonly digit: string }
  /** The network is bad, and the bot wants to know; it is told when nothing else is going on. */
  | { readonly type: 'network-warning' }
  | { readonly type: 'playback-finished'; readonly playbackId: string }
  | { readonly type: 'notice'; readonly notice: Notice }
  /**
   * Drop everything, say this, or play the audio of `url` instead, and hang up, or transfer (the failure path). Without
   * either it is done at once.
   */
  | {
      readonly type: 'say-goodbye';
      readonly text: string;
      readonly url?: string;
      readonly transfer?: TransferOrder;
      /** Also what has come of an answer, and is not spoken yet, is dropped. */
      readonly isUrgent?: true;
    }
  /** The callee put the call on hold, or took it up again. */
  | { readonly type: 'held' | 'resumed' }
  /** The transfer came to nothing: the call goes on with a turn. */
  | { readonly type: 'transfer-failed'; readonly reason: string }
  /** From outside: carried out between turns. */
  | { readonly type: 'insert'; readonly step: InsertedStep }
  | { readonly type: 'deadline' }
  | { readonly type: 'stop' };

/** `config` as the bot wrote it. */
export interface ConfigureSpeech {
  readonly type: 'configure-speech';
  readonly service: 'stt' | 'tts';
  readonly update: SpeechUpdate;
  readonly config: JsonObject;
}

export type TurnEffect =
  /** `askedAheadAtMs`: when the bot was asked this by `speculate`, whose answer counts now. */
  | { readonly type: 'ask'; readonly turnId: number; readonly cause: TurnCause; readonly askedAheadAtMs?: number }
  /** Ask the bot what the turn will be, and keep the answer back. */
  | { readonly type: 'speculate'; readonly turnId: number; readonly cause: TurnCause }
  /** It will not be that turn. */
  | { readonly type: 'drop-speculation' }
  | {
      readonly type: 'play';
      readonly playbackId: string;
      readonly turnId: number;
      readonly text: string;
      readonly fallbackAudioUrl?: string;
      readonly isExcludedFromCache?: true;
    }
  /** What will be played next under this id, while something else still plays. */
  | {
      readonly type: 'prepare';
      readonly playbackId: string;
      readonly text: string;
      readonly fallbackAudioUrl?: string;
      readonly isExcludedFromCache?: true;
    }
  | ConfigureSpeech
  | { readonly type: 'play-audio'; readonly playbackId: string; readonly url: string; readonly isLooping: boolean }
  /** Answered by `playback-finished` like a sound. */
  | {
      readonly type: 'send-keys';
      readonly playbackId: string;
      readonly keys: readonly OutgoingKey[];
      readonly gapMs: number;
    }
  | { readonly type: 'errand'; readonly errand: Errand }
  /** The rest of an answer that is still coming is not wanted any more. */
  | { readonly type: 'abandon'; readonly turnId: number }
  /** Stops everything that plays. */
  | { readonly type: 'stop-playback'; readonly playbackId: string }
  | { readonly type: 'pause-playback' | 'resume-playback' }
  /** The callee's speech is to be heard again, or not any more. */
  | { readonly type: 'listen' | 'pause-listening' }
  /** `isInserted`: somebody else than the bot wants it. */
  | { readonly type: 'transfer'; readonly order: TransferOrder; readonly isInserted?: true }
  | { readonly type: 'hang-up'; readonly cause: 'asked' | 'no-input'; readonly headers?: readonly NamedHeader[] };

export type Floor = 'waiting' | 'listening' | 'thinking' | 'speaking' | 'transferring' | 'over';

export interface TurnState {
  readonly settings: TurnSettings;
  readonly switches: Readonly<Record<SwitchName, boolean>>;
  readonly floor: Floor;
  /** Whether the media was last told to listen. */
  readonly isHearing: boolean;
  /** A voice has begun and its words are not known yet. */
  readonly isVoiceHeard: boolean;
  /** The callee holds the call: nothing is heard, and no timer runs. */
  readonly isHeld: boolean;
  /** The turn that was asked last; the first turn of a call, before the answer, is 0. */
  readonly turnId: number;
  /** When the timer fires; undefined while none runs. Which one it is follows from the rest of the state. */
  readonly deadlineMs: number | undefined;
  /** What is playing and holds the floor. */
  readonly playbackId: string | undefined;
  /** What holds the floor is keys on their way to the far end. */
  readonly isSendingKeys: boolean;
  /** What is playing in a loop; it holds no floor. */
  readonly loopId: string | undefined;
  /** What holds the floor, and all that would follow it, stands still while a voice becomes words, or does not. */
  readonly isPaused: boolean;
  /** What follows the playing text, or what waits for a voice to become words. */
  readonly pendingSteps: readonly ReplyStep[];
  /** More of the present answer is still to come. */
  readonly hasMore: boolean;
  /** How many steps the present reply has so far, and the indexes of those that were carried out. */
  readonly stepCount: number;
  readonly stepsDone: readonly number[];
  /** How many of the pending steps, from the first on, are the text that was prepared to be played next. */
  readonly preparedCount: number;
  /** Playbacks of the present reply so far. */
  readonly playbackCount: number;
  readonly collection: DigitCollection | undefined;
  /** How often the bot was asked ahead since the last turn, and with what it is being asked. */
  readonly speculation: {
    readonly askedCount: number;
    readonly pending: { readonly guess: Utterance; readonly askedAtMs: number } | undefined;
  };
  /** Inputs that wait for the bot's answer to an earlier turn, oldest first. */
  readonly waiting: readonly Heard[];
  /** What came from outside and waits for its time, and how many such steps were carried out. */
  readonly inserted: readonly InsertedStep[];
  readonly insertions: number;
  /** Notices that the bot has not been told of, oldest first. */
  readonly notices: readonly Notice[];
  /** Something was cut short by the callee since the last turn. */
  readonly isBargeIn: boolean;
  /** Response time-outs in a row. */
  readonly silentTurns: number;
  /** Forced turns in a row. */
  readonly forcedTurns: number;
}

export type TurnOutcome = readonly [TurnState, ...TurnEffect[]];

export function newTurnState(settings: TurnSettings): TurnState {
  return {
    settings,
    switches: {
      'speech-barge-in': true,
      'digit-barge-in': true,
      speech: true,
      digits: true,
      'speech-during-playback': true,
    },
    floor: 'waiting',
    isHearing: true,
    isVoiceHeard: false,
    isHeld: false,
    turnId: 0,
    deadlineMs: undefined,
    playbackId: undefined,
    isSendingKeys: false,
    loopId: undefined,
    isPaused: false,
    pendingSteps: [],
    hasMore: false,
    stepCount: 0,
    stepsDone: [],
    preparedCount: 0,
    playbackCount: 0,
    collection: undefined,
    speculation: { askedCount: 0, pending: undefined },
    waiting: [],
    inserted: [],
    insertions: 0,
    notices: [],
    isBargeIn: false,
    silentTurns: 0,
    forcedTurns: 0,
  };
}

/** Continues with the state of an outcome; its effects come first. */
export function andThen(outcome: TurnOutcome, step: (state: TurnState) => TurnOutcome): TurnOutcome {
  const [state, ...effects] = outcome;
  const [next, ...more] = step(state);
  return [next, ...effects, ...more];
}

export function isPlaying(state: TurnState): boolean {
  return state.playbackId !== undefined || state.loopId !== undefined;
}

/** Whether the bot has the floor: something plays, or the rest of an answer that has begun is awaited in silence. */
export function isTalking(state: TurnState): boolean {
  return isPlaying(state) || isPausing(state);
}

/** What came of an answer has been played and its rest is not there yet. */
export function isPausing(state: TurnState): boolean {
  return state.hasMore && state.floor === 'speaking' && state.playbackId === undefined && !state.isPaused;
}

/** Whether an answer to this turn is wanted, or more of one. */
export function isAwaited(state: TurnState, turnId: number): boolean {
  return turnId === state.turnId && (state.hasMore || state.floor === 'thinking');
}

/** Last words before a hang-up or a transfer are heard out: neither voice nor key stops them. */
export function hangsUp(steps: readonly ReplyStep[]): boolean {
  return steps.some((step) => step.type === 'hang-up' || step.type === 'transfer');
}

/** Whether the callee's speech counts now. */
export function hearsSpeech(state: TurnState): boolean {
  const { switches, collection } = state;
  if (state.floor === 'transferring' || state.isHeld) return false;
  if (!switches.speech || (isTalking(state) && !switches['speech-during-playback'])) return false;
  return collection === undefined || collection.digits === '' || !collection.rule.ignoresSpeech;
}
