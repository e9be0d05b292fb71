/** Faster answers at the price of more questions. */
import type { SettingSpec } from './setting-spec.ts';

export const speculationSettings = [
  {
    name: 'OUTDIAL_SPECULATION',
    key: 'isSpeculative',
    group: 'Bot',
    kind: { type: 'boolean' },
    default: 'false',
    description:
      'Asks the bot when the callee pauses, before it is certain that the utterance is over, and uses the answer only if the words stay the same. The bot gets questions that come to nothing: see [bot.md](bot.md#asking-ahead).',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
