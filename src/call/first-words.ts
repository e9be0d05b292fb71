import type { ReplyStep } from '../conversation/index.ts';
import { beginning, playbackIdOf } from '../turn/index.ts';
import type { CallEffect } from './call-outcome.ts';

/** Under this id the first words of a call are prepared and played. */
export const firstWordsId = playbackIdOf(0);

/**
 * Synthesises what the first turn wants to say while the call is being set up, as it wants it spoken: configurations before it
 * take effect now. They are the same when they are carried out with the other steps, after the answer. Nothing when it says
 * nothing.
 */
export function prepareFirstWords(steps: readonly ReplyStep[]): readonly CallEffect[] {
  const { quiet, spoken } = beginning(steps);
  const { length: _length, ...prepared } = spoken;
  if (spoken.text === '') return [];
  const configured = quiet.flatMap((step): CallEffect[] => (step.type === 'configure-speech' ? [step] : []));
  return [...configured, { type: 'media', command: { type: 'prepare', playbackId: firstWordsId, ...prepared } }];
}
