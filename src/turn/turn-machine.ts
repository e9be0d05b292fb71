/**
 * Who has the floor. A pure machine: what was heard, answered and played goes in; what to ask, play and stop comes out.
 *
 *   listening   the callee may speak; the response timer runs unless a voice is heard
 *   thinking    the bot was asked and has not answered
 *   speaking    a text is playing
 *   over        nothing more will be said or asked
 *
 * Rules that are not obvious:
 * - The response timer counts from the end of playback, or from the answer when nothing is played (specification §7.3).
 * - A voice while a text plays stops it (barge-in), except when a hang-up waits behind the text: last words are heard out,
 *   because a hang-up takes effect after the text before it has been played (specification §6.1).
 * - A voice while the bot thinks does not abandon the turn. The words wait; once the answer is there they are asked next,
 *   and what the answer wanted to say is not spoken (the callee has moved on), unless the answer hangs up.
 * - An answer that arrives while a voice is heard waits for its words: no words, and it is spoken after all.
 */
import type { ReplyStep } from '../conversation/index.ts';

export interface TurnSettings {
  /** Silence after playback, in ms, that gives a `silence` turn. */
  readonly responseTimeoutMs: number;
}

/** Why the bot is asked. */
export type TurnCause =
  | { readonly type: 'speech'; readonly heard: Utterance; readonly isBargeIn: boolean }
  | { readonly type: 'silence' };

/** The words of one utterance and when they were said, on the monotonic clock. */
export interface Utterance {
  readonly text: string;
  readonly confidence: number;
  readonly lastVoiceAtMs: number;
  readonly speechEndedAtMs: number;
  readonly finalAtMs: number;
}

export type TurnInput =
  /** The call was answered; `steps` are what the first turn wants to say. */
  | { readonly type: 'answered'; readonly steps: readonly ReplyStep[] }
  | { readonly type: 'reply'; readonly turnId: number; readonly steps: readonly ReplyStep[] }
  | { readonly type: 'voice-started' }
  | { readonly type: 'heard'; readonly utterance: Utterance }
  | { readonly type: 'playback-finished'; readonly playbackId: string }
  /** Drop everything, say this and hang up (the failure path). An empty text hangs up at once. */
  | { readonly type: 'say-goodbye'; readonly text: string }
  | { readonly type: 'deadline' }
  | { readonly type: 'stop' };

export type TurnEffect =
  | { readonly type: 'ask'; readonly turnId: number; readonly cause: TurnCause }
  | { readonly type: 'play'; readonly playbackId: string; readonly turnId: number; readonly text: string }
  | { readonly type: 'stop-playback'; readonly playbackId: string }
  | { readonly type: 'hang-up' };

export interface TurnState {
  readonly settings: TurnSettings;
  readonly floor: 'waiting' | 'listening' | 'thinking' | 'speaking' | 'over';
  /** A voice has begun and its words are not known yet. */
  readonly isVoiceHeard: boolean;
  /** The turn that was asked last; the first turn of a call, before the answer, is 0. */
  readonly turnId: number;
  /** When the response timer fires; undefined while it does not run. */
  readonly deadlineMs: number | undefined;
  /** What is playing. */
  readonly playbackId: string | undefined;
  /** What follows the playing text, or what waits for a voice to become words. */
  readonly pendingSteps: readonly ReplyStep[];
  /** Words that wait for the bot's answer to an earlier turn, oldest first. */
  readonly waiting: readonly Utterance[];
  /** A text was cut short by a voice since the last turn. */
  readonly isBargeIn: boolean;
}

export type TurnOutcome = readonly [TurnState, ...TurnEffect[]];

/** Utterances kept while the bot thinks; older ones are joined so that no word is lost. */
const maxWaiting = 8;

export function newTurnState(settings: TurnSettings): TurnState {
  return {
    settings,
    floor: 'waiting',
    isVoiceHeard: false,
    turnId: 0,
    deadlineMs: undefined,
    playbackId: undefined,
    pendingSteps: [],
    waiting: [],
    isBargeIn: false,
  };
}

/** The name under which the text of a turn is played; one turn has one playback. */
export function playbackIdOf(turnId: number): string {
  return `turn-${turnId}`;
}

/** The text that a reply speaks before anything else happens: its leading `say` steps as one. */
export function spokenText(steps: readonly ReplyStep[]): string {
  const texts: string[] = [];
  for (const step of steps) {
    if (step.type !== 'say') break;
    texts.push(step.text);
  }
  return texts.join(' ').trim();
}

export function onTurn(state: TurnState, input: TurnInput, nowMs: number): TurnOutcome {
  if (state.floor === 'over') return [state];
  switch (input.type) {
    case 'answered':
      return perform({ ...state, floor: 'listening' }, input.steps, nowMs);
    case 'reply':
      return onReply(state, input.turnId, input.steps, nowMs);
    case 'voice-started':
      return onVoiceStarted(state);
    case 'heard':
      return onHeard(state, input.utterance, nowMs);
    case 'playback-finished':
      return onPlaybackFinished(state, input.playbackId, nowMs);
    case 'say-goodbye':
      return onGoodbye(state, input.text, nowMs);
    case 'deadline':
      return onDeadline(state, nowMs);
    case 'stop':
      return [{ ...state, floor: 'over', deadlineMs: undefined, pendingSteps: [], waiting: [] }];
    default:
      return input satisfies never;
  }
}

function onReply(state: TurnState, turnId: number, steps: readonly ReplyStep[], nowMs: number): TurnOutcome {
  // A late answer of an abandoned turn is discarded.
  if (state.floor !== 'thinking' || turnId !== state.turnId) return [state];
  if (hangsUp(steps)) return perform({ ...state, waiting: [] }, steps, nowMs);
  if (state.waiting.length > 0) {
    return ask({ ...state, waiting: [], isBargeIn: true }, joinUtterances(state.waiting));
  }
  if (state.isVoiceHeard) return [{ ...state, floor: 'listening', pendingSteps: steps }];
  return perform(state, steps, nowMs);
}

function onVoiceStarted(state: TurnState): TurnOutcome {
  const heard: TurnState = { ...state, isVoiceHeard: true, deadlineMs: undefined };
  if (state.floor !== 'speaking' || hangsUp(state.pendingSteps)) return [heard];
  const stopped: TurnState = { ...heard, floor: 'listening', pendingSteps: [], playbackId: undefined, isBargeIn: true };
  return state.playbackId === undefined
    ? [stopped]
    : [stopped, { type: 'stop-playback', playbackId: state.playbackId }];
}

function onHeard(state: TurnState, utterance: Utterance, nowMs: number): TurnOutcome {
  const quiet: TurnState = { ...state, isVoiceHeard: false };
  const hasWords = utterance.text.trim() !== '';
  switch (state.floor) {
    case 'thinking':
      return hasWords ? [{ ...quiet, waiting: keep(state.waiting, utterance) }] : [quiet];
    case 'listening':
      if (hasWords) {
        return ask(
          { ...quiet, pendingSteps: [], isBargeIn: state.isBargeIn || state.pendingSteps.length > 0 },
          utterance,
        );
      }
      return state.pendingSteps.length > 0 ? perform(quiet, state.pendingSteps, nowMs) : [startTimer(quiet, nowMs)];
    case 'waiting':
    case 'speaking':
    case 'over':
      // Words over the last words before a hang-up: heard, not asked.
      return [quiet];
    default:
      return state.floor satisfies never;
  }
}

function onPlaybackFinished(state: TurnState, playbackId: string, nowMs: number): TurnOutcome {
  if (state.floor !== 'speaking' || state.playbackId !== playbackId) return [state];
  return perform({ ...state, playbackId: undefined }, state.pendingSteps, nowMs);
}

function onGoodbye(state: TurnState, text: string, nowMs: number): TurnOutcome {
  const steps: ReplyStep[] = text === '' ? [{ type: 'hang-up' }] : [{ type: 'say', text }, { type: 'hang-up' }];
  const next: TurnState = { ...state, turnId: state.turnId + 1, waiting: [] };
  const [after, ...effects] = perform(next, steps, nowMs);
  return state.playbackId === undefined
    ? [after, ...effects]
    : [after, { type: 'stop-playback', playbackId: state.playbackId }, ...effects];
}

function onDeadline(state: TurnState, nowMs: number): TurnOutcome {
  if (state.floor !== 'listening' || state.deadlineMs === undefined || nowMs < state.deadlineMs) return [state];
  return ask(state, undefined);
}

/** Carries out steps up to the next text; the rest waits for the end of its playback. */
function perform(state: TurnState, steps: readonly ReplyStep[], nowMs: number): TurnOutcome {
  const text = spokenText(steps);
  const firstOther = steps.findIndex((step) => step.type !== 'say');
  const rest = firstOther < 0 ? [] : steps.slice(firstOther);
  if (text !== '') {
    const playbackId = playbackIdOf(state.turnId);
    const speaking: TurnState = { ...state, floor: 'speaking', playbackId, pendingSteps: rest, deadlineMs: undefined };
    return [speaking, { type: 'play', playbackId, turnId: state.turnId, text }];
  }
  if (rest[0]?.type === 'hang-up') {
    return [{ ...state, floor: 'over', pendingSteps: [], deadlineMs: undefined }, { type: 'hang-up' }];
  }
  return [startTimer({ ...state, floor: 'listening', pendingSteps: [] }, nowMs)];
}

function ask(state: TurnState, heard: Utterance | undefined): TurnOutcome {
  const turnId = state.turnId + 1;
  const cause: TurnCause =
    heard === undefined ? { type: 'silence' } : { type: 'speech', heard, isBargeIn: state.isBargeIn };
  return [
    { ...state, floor: 'thinking', turnId, deadlineMs: undefined, isBargeIn: false },
    { type: 'ask', turnId, cause },
  ];
}

/** While a voice is heard the timer stands still: its words, or their absence, start it again. */
function startTimer(state: TurnState, nowMs: number): TurnState {
  return { ...state, deadlineMs: state.isVoiceHeard ? undefined : nowMs + state.settings.responseTimeoutMs };
}

function hangsUp(steps: readonly ReplyStep[]): boolean {
  return steps.some((step) => step.type === 'hang-up');
}

function keep(waiting: readonly Utterance[], utterance: Utterance): readonly Utterance[] {
  return waiting.length < maxWaiting ? [...waiting, utterance] : [joinUtterances([...waiting, utterance])];
}

/** Several utterances as one: words in order, the lowest confidence, the instants of the last. */
function joinUtterances(utterances: readonly Utterance[]): Utterance {
  const last = utterances.at(-1);
  if (last === undefined) throw new Error('joinUtterances needs at least one utterance');
  return {
    ...last,
    text: utterances.map((utterance) => utterance.text.trim()).join(' '),
    confidence: Math.min(...utterances.map((utterance) => utterance.confidence)),
  };
}
