/**
 * Asking the bot ahead: while the end of speech is still being confirmed, the bot is asked with the words so far. Its
 * answer counts only if the final words are the same. Whatever else happens first (the voice goes on, a key, another
 * turn, the end) gives it up. Nothing of it is spoken or carried out before; that is the engine's promise.
 *
 * Only where the words would be a turn at once, and the turn would be the same one: the gateway listens in silence, with no
 * answer half carried out.
 */
import { ask } from './carry-out.ts';
import { hearsSpeech, isTalking, type TurnInput, type TurnOutcome, type TurnState } from './turn-state.ts';
import type { Utterance } from './utterance.ts';

/** Pauses of one utterance that are worth a question each: who speaks haltingly must not flood the bot. */
const maxAsked = 3;

/** The words that will be final unless the voice goes on. */
export function onGuess(state: TurnState, guess: Utterance, nowMs: number): TurnOutcome {
  const { askedCount, pending } = state.speculation;
  if (pending !== undefined && isSameWording(pending.guess.text, guess.text)) return [state];
  if (askedCount >= maxAsked || !maySpeculate(state, guess)) return giveUp(state);
  const [left, ...givenUp] = giveUp(state);
  return [
    { ...left, speculation: { askedCount: askedCount + 1, pending: { guess, askedAtMs: nowMs } } },
    ...givenUp,
    {
      type: 'speculate',
      turnId: state.turnId + 1,
      cause: { type: 'speech', heard: guess, isBargeIn: state.isBargeIn },
    },
  ];
}

/** Asks with final words, or takes up what was asked ahead with the same. The bot's words are those of the record. */
export function askWith(state: TurnState, heard: Utterance): TurnOutcome {
  const { pending } = state.speculation;
  const { isBargeIn } = state;
  if (pending === undefined || !isSameWording(pending.guess.text, heard.text)) {
    return ask(state, { type: 'speech', heard, isBargeIn });
  }
  const { text, confidence } = pending.guess;
  const [asked] = ask(state, { type: 'speech', heard, isBargeIn });
  const cause = { type: 'speech', heard: { ...heard, text, confidence }, isBargeIn } as const;
  return [asked, { type: 'ask', turnId: asked.turnId, cause, askedAheadAtMs: pending.askedAtMs }];
}

/** After every step: a question ends what was asked ahead, and so does what makes its answer worthless. */
export function settleSpeculation(outcome: TurnOutcome, input: TurnInput): TurnOutcome {
  const [state, ...effects] = outcome;
  const { askedCount, pending } = state.speculation;
  if (askedCount === 0) return outcome;
  // A question gives up by itself whatever it does not take up.
  if (effects.some(({ type }) => type === 'ask')) return [{ ...state, speculation: noSpeculation }, ...effects];
  if (pending === undefined || !isOver(state, input)) return outcome;
  const [left, ...givenUp] = giveUp(state);
  return [left, ...givenUp, ...effects];
}

export const noSpeculation: TurnState['speculation'] = { askedCount: 0, pending: undefined };

/** The answer to what was asked ahead is not wanted any more. */
export function giveUp(state: TurnState): TurnOutcome {
  const { askedCount, pending } = state.speculation;
  if (pending === undefined) return [state];
  return [{ ...state, speculation: { askedCount, pending: undefined } }, { type: 'drop-speculation' }];
}

/** Whether two texts are the same words: case, punctuation and spaces do not count. */
export function isSameWording(one: string, other: string): boolean {
  return wording(one) === wording(other);
}

function wording(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
}

function maySpeculate(state: TurnState, { text }: Utterance): boolean {
  if (state.settings.isSpeculative !== true || wording(text) === '') return false;
  const isFree = state.floor === 'listening' && state.pendingSteps.length === 0 && !state.hasMore && !isTalking(state);
  const isCollecting = state.collection !== undefined && state.collection.digits !== '';
  return isFree && !isCollecting && state.isVoiceHeard && hearsSpeech(state);
}

function isOver({ floor }: TurnState, { type }: TurnInput): boolean {
  return (
    floor !== 'listening' || type === 'heard' || type === 'filtered' || type === 'voice-started' || type === 'digit'
  );
}
