/** What the callee is likely to answer now, for recognition: as the bot says, to a list that was read out, and digits. */
import { optionPhrases } from '../conversation/index.ts';
import { type ExpectedSpeech, expectedLimits, withinLimits } from '../speech/index.ts';
import type { CallOutcome } from './call-outcome.ts';
import type { CallState } from './call-state.ts';

/** Tells the media when something else is expected than it was told last. */
export function tellExpected(state: CallState): CallOutcome {
  const { memory } = state;
  const expected = expectedNow(state);
  if (expected === undefined && memory.toldExpected === undefined) return [state];
  const told = JSON.stringify(expected);
  if (told === memory.toldExpected) return [state];
  return [
    { ...state, memory: { ...memory, toldExpected: told } },
    { type: 'media', command: { type: 'expect', expected } },
  ];
}

function expectedNow({
  memory: { expected, offered, configs },
  turn: { collection },
}: CallState): ExpectedSpeech | undefined {
  const options = offered === undefined ? [] : optionPhrases(offered, configs[offered.kind]);
  if (expected === undefined && options.length === 0 && collection === undefined) return undefined;
  // Whoever is asked for keys may say them; how many is for the bot to judge.
  const digits = collection && {
    minCount: 1,
    maxCount: Math.min(expectedLimits.digits, collection.rule.maxCount ?? expectedLimits.digits),
  };
  return {
    ...(digits === undefined ? {} : { digits }),
    ...expected,
    phrases: withinLimits([...(expected?.phrases ?? []), ...options]),
  };
}
