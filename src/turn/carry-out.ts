/** Carries out the steps of a reply: at once up to a sound, the rest when that has been played. */
import type { ReplyStep } from '../conversation/index.ts';
import { isInsertionDue, performInserted } from './insertion.ts';
import { playbackIdOf, textRun } from './playback-id.ts';
import { isQuiet, type QuietStep } from './quiet-step.ts';
import { andThen, hearsSpeech, isTalking, type TurnCause, type TurnOutcome, type TurnState } from './turn-state.ts';

/** A bot that never stops forcing turns would keep the gateway busy for nothing; beyond this it has to listen. */
const mostForcedTurns = 1000;

/** Takes the steps of a reply, or the first of them; nothing of them is carried out yet. */
export function receive(state: TurnState, steps: readonly ReplyStep[]): TurnState {
  const fresh = { hasMore: false, stepCount: steps.length, stepsDone: [], preparedCount: 0, playbackCount: 0 };
  return { ...state, ...fresh, pendingSteps: steps };
}

/** Takes further steps of a reply that is being carried out. */
export function receiveMore(state: TurnState, steps: readonly ReplyStep[]): TurnState {
  return {
    ...state,
    pendingSteps: [...state.pendingSteps, ...steps],
    stepCount: state.stepCount + steps.length,
  };
}

/** Carries out what is pending up to the next sound that holds the floor. */
export function perform(state: TurnState, nowMs: number): TurnOutcome {
  if (isInsertionDue(state)) return performInserted(state, stopSounds);
  const [step] = state.pendingSteps;
  // Until the answer is over the floor is the bot's, in silence too.
  if (step === undefined && state.hasMore) return [{ ...state, floor: 'speaking', deadlineMs: undefined }];
  if (step === undefined) return [startTimer({ ...state, floor: 'listening' }, nowMs)];
  if (isQuiet(step)) return andThen(doQuietly(done(state), step), (next) => perform(next, nowMs));
  switch (step.type) {
    case 'say':
      return speak(state, nowMs);
    case 'play-audio':
      return playAudio(state, step.url, step.isLooping, nowMs);
    case 'send-keys':
      return sendKeys(state, step);
    case 'force-turn': {
      const forced = { ...done(state), pendingSteps: [], forcedTurns: state.forcedTurns + 1 };
      return forced.forcedTurns > mostForcedTurns ? perform(forced, nowMs) : ask(forced, { type: 'forced' });
    }
    case 'transfer':
      return andThen(stopSounds(done(state)), (quiet) => [
        { ...quiet, floor: 'transferring', pendingSteps: [], deadlineMs: undefined, isVoiceHeard: false },
        { type: 'transfer', order: step.order },
      ]);
    case 'hang-up':
      return [
        { ...done(state), floor: 'over', pendingSteps: [], deadlineMs: undefined },
        { type: 'hang-up', cause: 'asked', ...(step.headers === undefined ? {} : { headers: step.headers }) },
      ];
    default:
      return step satisfies never;
  }
}

/**
 * The callee took the floor: what plays is stopped and what would still sound is skipped, but switches, collections and
 * errands take effect, so that what the bot set does not depend on how patient the callee is.
 */
export function interrupt(state: TurnState): TurnOutcome {
  const isCut = isTalking(state) || state.pendingSteps.length > 0;
  let outcome: TurnOutcome = [{ ...state, floor: 'listening', preparedCount: 0 }];
  for (const step of state.pendingSteps) {
    outcome = andThen(outcome, (next) =>
      isQuiet(step) ? doQuietly(done(next), step) : [{ ...next, pendingSteps: next.pendingSteps.slice(1) }],
    );
  }
  return andThen(andThen(outcome, abandon), (left) => stopSounds({ ...left, isBargeIn: state.isBargeIn || isCut }));
}

/** Does without the rest of an answer that is still coming. */
export function abandon(state: TurnState): TurnOutcome {
  if (!state.hasMore) return [state];
  return [
    { ...state, hasMore: false },
    { type: 'abandon', turnId: state.turnId },
  ];
}

export function stopSounds(state: TurnState): TurnOutcome {
  const playbackId = state.playbackId ?? state.loopId;
  const quiet: TurnState = {
    ...state,
    playbackId: undefined,
    isSendingKeys: false,
    loopId: undefined,
    isPaused: false,
  };
  return playbackId === undefined ? [quiet] : [quiet, { type: 'stop-playback', playbackId }];
}

/** A turn begins. Whatever was being collected or waited for is over. */
export function ask(state: TurnState, cause: TurnCause): TurnOutcome {
  const turnId = state.turnId + 1;
  const silentTurns = isOfCallee(cause) ? 0 : state.silentTurns;
  const forcedTurns = cause.type === 'forced' ? state.forcedTurns : 0;
  const asked: TurnState = { ...state, floor: 'thinking', turnId, deadlineMs: undefined, pendingSteps: [] };
  return [
    { ...asked, collection: undefined, isBargeIn: false, silentTurns, forcedTurns },
    { type: 'ask', turnId, cause },
  ];
}

function isOfCallee({ type }: TurnCause): boolean {
  return type !== 'silence' && type !== 'forced' && type !== 'network';
}

/**
 * Starts the timer of the moment: between two digits of a collection their own, during a voice that of its words, else
 * the response timer. Without a time for words a voice stops the clock: its words, or their absence, start it again.
 */
export function startTimer(state: TurnState, nowMs: number): TurnState {
  const { responseTimeoutMs, finalUtteranceTimeoutMs } = state.settings;
  const { collection } = state;
  if (state.isHeld) return { ...state, deadlineMs: undefined };
  if (collection !== undefined && collection.digits !== '') {
    return { ...state, deadlineMs: nowMs + (collection.rule.interDigitTimeoutMs ?? responseTimeoutMs) };
  }
  if (!state.isVoiceHeard || !hearsSpeech(state)) return { ...state, deadlineMs: nowMs + responseTimeoutMs };
  return { ...state, deadlineMs: finalUtteranceTimeoutMs === undefined ? undefined : nowMs + finalUtteranceTimeoutMs };
}

function speak(state: TurnState, nowMs: number): TurnOutcome {
  const { pendingSteps, preparedCount } = state;
  const { length, ...spoken } = textRun(preparedCount > 0 ? pendingSteps.slice(0, preparedCount) : pendingSteps);
  const said = done({ ...state, preparedCount: 0 }, length);
  if (spoken.text === '') return perform(said, nowMs);
  return andThen(stopSounds(said), (quiet) => {
    const playbackId = playbackIdOf(quiet.turnId, quiet.playbackCount);
    const playing: TurnOutcome = [
      onFloor(quiet, playbackId),
      { type: 'play', playbackId, turnId: quiet.turnId, ...spoken },
    ];
    return andThen(playing, prepareNext);
  });
}

/** While something plays, the text that came after it is synthesised: between two sentences there is no gap. */
export function prepareNext(state: TurnState): TurnOutcome {
  if (state.playbackId === undefined || state.preparedCount > 0) return [state];
  const { length, ...spoken } = textRun(state.pendingSteps);
  if (spoken.text === '') return [state];
  const playbackId = playbackIdOf(state.turnId, state.playbackCount);
  return [
    { ...state, preparedCount: length },
    { type: 'prepare', playbackId, ...spoken },
  ];
}

function playAudio(state: TurnState, url: string, isLooping: boolean, nowMs: number): TurnOutcome {
  return andThen(stopSounds(done(state)), (quiet) => {
    const playbackId = playbackIdOf(quiet.turnId, quiet.playbackCount);
    const play = { type: 'play-audio', playbackId, url, isLooping } as const;
    if (!isLooping) return [onFloor(quiet, playbackId), play];
    const looping = { ...quiet, loopId: playbackId, playbackCount: quiet.playbackCount + 1 };
    return andThen([looping, play], (next) => perform(next, nowMs));
  });
}

function sendKeys(state: TurnState, { keys, gapMs }: Extract<ReplyStep, { type: 'send-keys' }>): TurnOutcome {
  return andThen(stopSounds(done(state)), (quiet) => {
    const playbackId = playbackIdOf(quiet.turnId, quiet.playbackCount);
    return [
      { ...onFloor(quiet, playbackId), isSendingKeys: true },
      { type: 'send-keys', playbackId, keys, gapMs },
    ];
  });
}

function onFloor(state: TurnState, playbackId: string): TurnState {
  return { ...state, floor: 'speaking', playbackId, playbackCount: state.playbackCount + 1, deadlineMs: undefined };
}

function doQuietly(state: TurnState, step: QuietStep): TurnOutcome {
  switch (step.type) {
    case 'switch':
      return [{ ...state, switches: { ...state.switches, [step.name]: step.isOn } }];
    case 'collect-digits': {
      // A collection hears its keys, whatever an earlier one left behind.
      const switches = { ...state.switches, digits: true };
      return [{ ...state, switches, collection: { rule: step.rule, digits: '' } }];
    }
    case 'configure-speech':
      return [state, step];
    case 'set-bot':
      // Another bot is the call's business; it counts from the next turn, which cannot begin before this one is carried out.
      return [state];
    default:
      return [state, { type: 'errand', errand: step }];
  }
}

/** Notes the next `count` pending steps as carried out. */
function done(state: TurnState, count = 1): TurnState {
  const first = state.stepCount - state.pendingSteps.length;
  const indexes = Array.from({ length: count }, (_, offset) => first + offset);
  return { ...state, pendingSteps: state.pendingSteps.slice(count), stepsDone: [...state.stepsDone, ...indexes] };
}
