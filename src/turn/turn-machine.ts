/**
 * Who has the floor. A pure machine: what was heard, answered and played goes in; what to ask, play and stop comes out.
 *
 *   listening     the callee may speak or press keys; a timer runs
 *   thinking      the bot was asked and has not answered
 *   speaking      a text or an audio file is playing, or the rest of an answer that has begun is awaited
 *   transferring  the peer was asked to call somebody else: nothing is heard, asked or played until that is decided
 *   over          nothing more will be said or asked
 *
 * Rules that are not obvious:
 * - The response timer counts from the end of playback, or from the answer when nothing is played (specification §7.3).
 * - A voice or a key while something plays stops it (barge-in, each with its switch), except when a hang-up or a transfer
 *   waits behind the text: last words are heard out, because both take effect after the text before them (specification
 *   §6.1).
 * - An input while the bot thinks does not abandon the turn. It waits; once the answer is there it is asked next, words
 *   in one turn, keys one by one, in the order they came. What the answer wanted to say is not spoken (the callee has
 *   moved on), unless it hangs up. Keys that wait when an answer collects digits are digits of that collection.
 * - An answer that arrives while a voice is heard waits for its words: no words, and it is spoken after all.
 * - With `bargeInResume` a voice pauses a playback instead (resume.ts).
 * - Keys on their way to the far end hold the floor like last words: neither voice nor key stops them.
 * - A notice waits until somebody could speak: nothing plays but a loop, no voice is heard, no collection goes on.
 * - An answer may come in parts. What is there is spoken; between two parts the bot keeps the floor and no timer runs. An
 *   interruption gives up the rest, and so does an input that overtook the first part. Steps that end an answer come
 *   with its end, so until then nobody knows that words are last words.
 * - An answer that breaks off after some parts: what came is said, then the goodbye.
 * - Steps from outside (insertion.ts) wait until what plays has been played and nobody speaks or presses keys; a step of the
 *   answer that ends it waits for them.
 * - While the callee holds the call nothing is heard and no timer runs; the timer of the moment begins anew behind it.
 * - A loop plays behind whatever comes, and ends with the next answer, sound or interruption.
 */
import type { ReplyStep } from '../conversation/index.ts';
import {
  abandon,
  ask,
  interrupt,
  perform,
  prepareNext,
  receive,
  receiveMore,
  startTimer,
  stopSounds,
} from './carry-out.ts';
import { addDigit, type CollectedDigits, endByTimeout } from './digit-collection.ts';
import {
  andThen,
  hangsUp,
  hearsSpeech,
  isAwaited,
  isPausing,
  isPlaying,
  isTalking,
  type TurnCause,
  type TurnInput,
  type TurnOutcome,
  type TurnState,
} from './turn-state.ts';
import { isFloorFree, isInsertionDue, mostInserted } from './insertion.ts';
import { endWhilePaused, onPauseTooLong, pauseForVoice, resume } from './resume.ts';
import { askWith, giveUp, onGuess, settleSpeculation } from './speculation.ts';
import { keep, type Utterance } from './utterance.ts';

/** Notices kept while they cannot be told; more are dropped. */
export const mostNotices = 16;

export function onTurn(state: TurnState, input: TurnInput, nowMs: number): TurnOutcome {
  if (state.floor === 'over') return [state];
  const reacted = andThen(react(state, input, nowMs), tellNotice);
  const inserted = andThen(reacted, (quiet) =>
    isFloorFree(quiet) && isInsertionDue(quiet) ? perform(quiet, nowMs) : [quiet],
  );
  const [next, ...effects] = settleSpeculation(inserted, input);
  const isHearing = hearsSpeech(next);
  if (isHearing === state.isHearing || next.floor === 'over') return [next, ...effects];
  const told: TurnState = { ...next, isHearing, isVoiceHeard: next.isVoiceHeard && isHearing };
  return [told, { type: isHearing ? 'listen' : 'pause-listening' }, ...effects];
}

function react(state: TurnState, input: TurnInput, nowMs: number): TurnOutcome {
  switch (input.type) {
    case 'answered':
      return perform(receive(state, input.steps), nowMs);
    case 'reply':
      return onReply(state, input.turnId, input.steps, nowMs);
    case 'reply-part':
      return onReplyPart(state, input.turnId, input.steps, nowMs);
    case 'voice-started':
      return onVoiceStarted(state, nowMs);
    case 'heard':
      return onHeard(state, input.utterance, nowMs);
    case 'guess':
      return onGuess(state, input.utterance, nowMs);
    case 'voice-resumed':
      return giveUp(state);
    case 'filtered':
      return onFiltered(state, input.utterance, nowMs);
    case 'digit':
      return onDigit(state, input.digit, nowMs);
    case 'network-warning':
      return isQuiet(state) ? ask(state, { type: 'network' }) : [state];
    case 'playback-finished':
      return onPlaybackFinished(state, input.playbackId, nowMs);
    case 'insert':
      return [{ ...state, inserted: [...state.inserted, input.step].slice(0, mostInserted) }];
    case 'notice':
      return [{ ...state, notices: [...state.notices, input.notice].slice(0, mostNotices) }];
    case 'say-goodbye':
      return onGoodbye({ ...state, inserted: [] }, input, nowMs);
    case 'transfer-failed':
      return state.floor === 'transferring' ? ask(state, input) : [state];
    case 'held':
      return onHeld(state, nowMs);
    case 'resumed':
      return onResumed(state, nowMs);
    case 'deadline':
      return onDeadline(state, nowMs);
    case 'stop':
      return [
        {
          ...state,
          floor: 'over',
          deadlineMs: undefined,
          pendingSteps: [],
          waiting: [],
          inserted: [],
          hasMore: false,
        },
      ];
    default:
      return input satisfies never;
  }
}

function onReply(state: TurnState, turnId: number, steps: readonly ReplyStep[], nowMs: number): TurnOutcome {
  // A late answer of an abandoned turn is discarded.
  if (!isAwaited(state, turnId)) return [state];
  if (!state.hasMore) return beginAnswer(receive(state, steps), nowMs);
  const whole = receiveMore({ ...state, hasMore: false }, steps.slice(state.stepCount));
  return isPausing(state) ? perform(whole, nowMs) : prepareNext(whole);
}

function onReplyPart(state: TurnState, turnId: number, steps: readonly ReplyStep[], nowMs: number): TurnOutcome {
  if (!isAwaited(state, turnId) || steps.length === 0) return [state];
  if (!state.hasMore) return beginAnswer({ ...receive(state, steps), hasMore: true }, nowMs);
  const longer = receiveMore(state, steps);
  return isPausing(state) ? perform(longer, nowMs) : prepareNext(longer);
}

/** What was received is carried out, unless the callee has moved on. */
function beginAnswer(received: TurnState, nowMs: number): TurnOutcome {
  const { pendingSteps: steps, waiting } = received;
  if (!hangsUp(steps) && waiting.length > 0) {
    const overtaken = { ...received, isBargeIn: true, waiting: [] };
    return andThen(interrupt(overtaken), (next) => askWaiting({ ...next, waiting }, nowMs));
  }
  return andThen(stopSounds({ ...received, waiting: [] }), (quiet) =>
    quiet.isVoiceHeard && !hangsUp(steps)
      ? [startTimer({ ...quiet, floor: 'listening' }, nowMs)]
      : perform(quiet, nowMs),
  );
}

/** Takes up what the callee said or pressed while the bot was thinking. */
function askWaiting(state: TurnState, nowMs: number): TurnOutcome {
  const [first, ...later] = state.waiting;
  if (first === undefined) return [startTimer(state, nowMs)];
  const next: TurnState = { ...state, waiting: later };
  if (first.type === 'words') {
    return ask(next, { type: 'speech', heard: first.utterance, isBargeIn: state.isBargeIn });
  }
  return andThen(pressed(next, first.digit, nowMs), (after) =>
    after.floor === 'listening' ? askWaiting(after, nowMs) : [after],
  );
}

function onVoiceStarted(state: TurnState, nowMs: number): TurnOutcome {
  if (!hearsSpeech(state)) return [state];
  const heard: TurnState = { ...state, isVoiceHeard: true };
  const mayInterrupt =
    state.switches['speech-barge-in'] && isTalking(state) && !state.isSendingKeys && !hangsUp(state.pendingSteps);
  switch (state.floor) {
    case 'speaking':
      if (!mayInterrupt) return [heard];
      if (state.settings.isPlaybackResumed === true) return pauseForVoice(heard, nowMs);
      return andThen(interrupt(heard), (next) => [startTimer(next, nowMs)]);
    case 'listening':
      return andThen(mayInterrupt ? interrupt(heard) : [heard], (next) => [
        hasDigits(next) ? next : startTimer(next, nowMs),
      ]);
    case 'thinking':
      return mayInterrupt ? andThen(stopSounds(heard), (next) => [{ ...next, isBargeIn: true }]) : [heard];
    case 'waiting':
    case 'transferring':
    case 'over':
      return [heard];
    default:
      return state.floor satisfies never;
  }
}

function onHeard(state: TurnState, utterance: Utterance, nowMs: number): TurnOutcome {
  const quiet: TurnState = { ...state, isVoiceHeard: false };
  // Words over something that they may not stop are heard, not asked; so are words over the last words of a call.
  const isIgnored = !hearsSpeech(state) || (isTalking(state) && !state.isPaused);
  if (utterance.text.trim() === '' || isIgnored) return onNoWords(state, nowMs);
  switch (state.floor) {
    case 'thinking':
      return [{ ...quiet, waiting: keep(state.waiting, { type: 'words', utterance }) }];
    case 'listening':
      return askWords(quiet, utterance);
    case 'speaking':
      return state.isPaused ? askWords(quiet, utterance) : [quiet];
    case 'waiting':
    case 'transferring':
    case 'over':
      return [quiet];
    default:
      return state.floor satisfies never;
  }
}

function askWords(state: TurnState, heard: Utterance): TurnOutcome {
  return andThen(interrupt(state), (next) => askWith(next, heard));
}

function onFiltered(state: TurnState, utterance: Utterance, nowMs: number): TurnOutcome {
  const isToldNow = state.floor === 'listening' && hearsSpeech(state) && !isTalking(state);
  if (!isToldNow || state.pendingSteps.length > 0) return onNoWords(state, nowMs);
  return ask({ ...state, isVoiceHeard: false }, { type: 'filtered', heard: utterance });
}

/** A voice ended and nothing was said: what waited for its words goes on. */
function onNoWords(state: TurnState, nowMs: number): TurnOutcome {
  const quiet: TurnState = { ...state, isVoiceHeard: false };
  if (state.isPaused) return resume(quiet, nowMs);
  if (state.floor !== 'listening') return [quiet];
  if (state.pendingSteps.length > 0) return perform(quiet, nowMs);
  // The digits of a collection have a timer that no voice touches.
  return [state.isVoiceHeard && !hasDigits(state) ? startTimer(quiet, nowMs) : quiet];
}

function onDigit(state: TurnState, digit: string, nowMs: number): TurnOutcome {
  if (!state.switches.digits || state.floor === 'waiting' || state.floor === 'transferring') return [state];
  const mayInterrupt = state.switches['digit-barge-in'] && !state.isSendingKeys && !hangsUp(state.pendingSteps);
  if (isTalking(state) && !mayInterrupt) return [state];
  if (state.floor === 'thinking') {
    const waits: TurnState = { ...state, waiting: keep(state.waiting, { type: 'key', digit }) };
    return stopSounds({ ...waits, isBargeIn: state.isBargeIn || isPlaying(state) });
  }
  return andThen(interrupt(state), (next) => pressed(next, digit, nowMs));
}

/** A key while nothing plays: a digit of the collection, or a turn of its own. */
function pressed(state: TurnState, digit: string, nowMs: number): TurnOutcome {
  const { collection, isBargeIn } = state;
  if (collection === undefined) return ask(state, { type: 'digits', digits: digit, isBargeIn });
  const added = addDigit(collection, digit);
  return 'goesOn' in added
    ? [startTimer({ ...state, collection: added.goesOn }, nowMs)]
    : deliver(state, added.ended, collection.rule.pausesAfter);
}

function deliver(state: TurnState, { digits, isComplete }: CollectedDigits, pausesAfter: boolean): TurnOutcome {
  const cause: TurnCause = {
    type: 'digits',
    digits,
    isBargeIn: state.isBargeIn,
    collection: isComplete ? 'complete' : 'incomplete',
  };
  return ask(pausesAfter ? { ...state, switches: { ...state.switches, digits: false } } : state, cause);
}

function onPlaybackFinished(state: TurnState, playbackId: string, nowMs: number): TurnOutcome {
  // A loop ends by itself only when its audio cannot be had.
  if (state.loopId === playbackId) return [{ ...state, loopId: undefined }];
  if (state.floor !== 'speaking' || state.playbackId !== playbackId) return [state];
  if (state.isPaused) return endWhilePaused(state);
  return perform({ ...state, playbackId: undefined, isSendingKeys: false }, nowMs);
}

/** A voice that was being heard is none of the callee's any more: music, or other people. */
function onHeld(state: TurnState, nowMs: number): TurnOutcome {
  return andThen(onNoWords({ ...state, isHeld: true }, nowMs), (next) => [{ ...next, deadlineMs: undefined }]);
}

function onResumed(state: TurnState, nowMs: number): TurnOutcome {
  const taken: TurnState = { ...state, isHeld: false };
  return [taken.floor === 'listening' ? startTimer(taken, nowMs) : taken];
}

function tellNotice(state: TurnState): TurnOutcome {
  const [notice, ...later] = state.notices;
  const isFree = state.floor === 'listening' && state.pendingSteps.length === 0 && !state.isVoiceHeard;
  if (notice === undefined || !isFree || state.collection !== undefined) return [state];
  return ask({ ...state, notices: later }, notice);
}

function onGoodbye(
  state: TurnState,
  { text, url, transfer, isUrgent }: Extract<TurnInput, { type: 'say-goodbye' }>,
  nowMs: number,
): TurnOutcome {
  const steps: ReplyStep[] = [transfer === undefined ? { type: 'hang-up' } : { type: 'transfer', order: transfer }];
  if (url !== undefined) steps.unshift({ type: 'play-audio', url, isLooping: false });
  else if (text !== '') steps.unshift({ type: 'say', text });
  if (state.hasMore && state.floor === 'speaking' && isUrgent !== true) {
    const last = receiveMore({ ...state, hasMore: false, waiting: [], collection: undefined }, steps);
    return isPausing(state) ? perform(last, nowMs) : [last];
  }
  return andThen(abandon(state), (left) =>
    andThen(stopSounds({ ...left, turnId: state.turnId + 1, waiting: [], collection: undefined }), (quiet) =>
      perform(receive(quiet, steps), nowMs),
    ),
  );
}

function onDeadline(state: TurnState, nowMs: number): TurnOutcome {
  if (state.deadlineMs === undefined || nowMs < state.deadlineMs) return [state];
  if (state.isPaused) return onPauseTooLong(state, nowMs);
  if (state.floor !== 'listening') return [state];
  const { collection, settings } = state;
  if (collection !== undefined && collection.digits !== '') {
    return deliver(state, endByTimeout(collection), collection.rule.pausesAfter);
  }
  if (state.isVoiceHeard) {
    // Whatever that voice becomes, it is waited for no longer.
    const quiet: TurnState = { ...state, isVoiceHeard: false };
    return state.pendingSteps.length > 0 ? perform(quiet, nowMs) : ask(quiet, { type: 'no-final' });
  }
  const silent: TurnState = { ...state, silentTurns: state.silentTurns + 1 };
  if (settings.noInputLimit !== undefined && silent.silentTurns >= settings.noInputLimit) {
    return [
      { ...silent, floor: 'over', deadlineMs: undefined },
      { type: 'hang-up', cause: 'no-input' },
    ];
  }
  return ask(silent, collection === undefined ? { type: 'silence' } : { type: 'silence', collection: 'incomplete' });
}

/** Nobody has the floor, nothing plays, and nothing is being collected or waited for but an input. */
function isQuiet(state: TurnState): boolean {
  const isBusy = isPlaying(state) || state.isVoiceHeard || state.pendingSteps.length > 0;
  return state.floor === 'listening' && !isBusy && state.collection === undefined;
}

function hasDigits(state: TurnState): boolean {
  return state.collection !== undefined && state.collection.digits !== '';
}
