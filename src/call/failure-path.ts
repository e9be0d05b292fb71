/**
 * The failure path of an answered call (specification §9.6): the callee is told in words; when the voice is down too, by an
 * audio file; then the call ends as failed.
 */
import type { GatewayError } from '../kit/index.ts';
import type { TurnInput } from '../turn/index.ts';
import { fail } from './call-ending.ts';
import type { CallOutcome } from './call-outcome.ts';
import type { CallState } from './call-state.ts';

type Goodbye = Extract<TurnInput, { type: 'say-goodbye' }>;

/** A failure and how it is told; undefined when all that could be told has been tried. */
export interface TellingOfFailure {
  readonly state: CallState;
  readonly goodbye: Goodbye;
}

/** How the callee is told. Without a voice there is no use in words, as long as there is an audio file. */
export function tellFailure(state: CallState, failure: GatewayError): TellingOfFailure {
  const failed: CallState = { ...state, failure };
  const byAudio = failure.code === 'speech.synthesis-failed' ? tellByAudio(failed) : undefined;
  return byAudio ?? { state: failed, goodbye: { type: 'say-goodbye', text: failedMessage(state) } };
}

/** The words could not be spoken either. Undefined when there is no audio file, or it was tried before. */
export function tellByAudio(state: CallState): TellingOfFailure | undefined {
  const url = state.variables.conversationFailedAudioUrl ?? state.plan.failedAudioUrl;
  if (url === undefined || state.isFailureToldByAudio) return undefined;
  return { state: { ...state, isFailureToldByAudio: true }, goodbye: { type: 'say-goodbye', text: '', url } };
}

/** The callee knows, as far as that was possible. */
export function afterGoodbye(state: CallState, failure: GatewayError, nowMs: number): CallOutcome {
  return fail(state, failure, nowMs);
}

function failedMessage({ variables, plan }: CallState): string {
  return variables.conversationFailedMessage ?? plan.failedMessage;
}
