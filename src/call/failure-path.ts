/**
 * The failure path of an answered call (specification §9.6): the callee is told in words; when the voice is down too, by an
 * audio file; then the call is handed to the default target, or without one ends as failed.
 */
import type { TransferOrder } from '../conversation/index.ts';
import type { GatewayError } from '../kit/index.ts';
import type { TurnInput } from '../turn/index.ts';
import type { CallState } from './call-state.ts';

type Goodbye = Extract<TurnInput, { type: 'say-goodbye' }>;

/** A failure and how it is told; undefined when all that could be told has been tried. */
export interface TellingOfFailure {
  readonly state: CallState;
  readonly goodbye: Goodbye;
}

/**
 * How the callee is told, and then transferred if there is somewhere to. Without a voice there is no use in words, as long
 * as there is an audio file.
 */
export function tellFailure(
  state: CallState,
  failure: GatewayError,
  transfer: TransferOrder | undefined,
): TellingOfFailure {
  const failed: CallState = { ...state, failure };
  const byAudio = failure.code === 'speech.synthesis-failed' ? tellByAudio(failed, transfer) : undefined;
  const words = goodbye(failedMessage(state), transfer);
  // Of an answer that broke off, what came is said first; not so when it is hearing or speaking that failed.
  const isUrgent = failure.code.startsWith('speech.');
  return byAudio ?? { state: failed, goodbye: isUrgent ? { ...words, isUrgent: true } : words };
}

/** The words could not be spoken either. Undefined when there is no audio file, or it was tried before. */
export function tellByAudio(state: CallState, transfer: TransferOrder | undefined): TellingOfFailure | undefined {
  const { variables, plan } = state;
  const ofTransfer = state.transfer?.outcome === 'failed' ? variables.transferFailedAudioUrl : undefined;
  const url = ofTransfer ?? variables.conversationFailedAudioUrl ?? plan.failedAudioUrl;
  if (url === undefined || state.isFailureToldByAudio) return undefined;
  return {
    state: { ...state, isFailureToldByAudio: true },
    goodbye: { ...goodbye('', transfer), url, isUrgent: true },
  };
}

function goodbye(text: string, transfer: TransferOrder | undefined): Goodbye {
  return { type: 'say-goodbye', text, ...(transfer === undefined ? {} : { transfer }) };
}

function failedMessage({ variables, plan }: CallState): string {
  return variables.conversationFailedMessage ?? plan.failedMessage;
}
