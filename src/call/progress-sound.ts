/** What the media plane tells by the sound of a call: how it fares before the answer, and a fax behind it. */
import type { GatewayError } from '../kit/index.ts';
import type { InformationCategory, MediaEvent } from '../media/index.ts';
import type { EarlySound } from '../reports/index.ts';
import { type CallOutcome, andThen, observe, warn } from './call-outcome.ts';
import type { CallState } from './call-state.ts';

export function onProgressSound(
  state: CallState,
  { sound, category, isAnswered, atMs }: Extract<MediaEvent, { readonly type: 'progress-sound' }>,
  nowMs: number,
): CallOutcome {
  if (state.phase === 'closing' || state.phase === 'over') return [state];
  if (isAnswered) {
    return andThen([state, observe({ type: 'call.fax', atMs })], (next) =>
      warn(next, 'The tone of a fax machine was heard.', nowMs),
    );
  }
  const heard = { sound, ...(category === undefined ? {} : { category }), atMs };
  return [{ ...state, earlySounds: [...state.earlySounds, heard] }, observe({ type: 'call.early-media', ...heard })];
}

const informationText: Readonly<Record<InformationCategory, string>> = {
  intercept: 'the number has changed or is out of service',
  'vacant-code': 'the number is not assigned',
  reorder: 'the network could not complete the call',
  'no-circuit': 'no circuit was free',
  other: 'the call cannot be completed as dialled',
};

/** The reason of a call that nobody answered, with the last sound of the network that says why. */
export function afterEarlySounds({ earlySounds }: CallState, error: GatewayError): GatewayError {
  const told = earlySounds.map(textOf).findLast((text) => text !== undefined);
  return told === undefined ? error : { ...error, message: `${error.message}. Before that ${told} was heard` };
}

function textOf({ sound, category = 'other' }: EarlySound): string | undefined {
  switch (sound) {
    case 'busy':
      return 'a busy tone';
    case 'congestion':
      return 'a congestion tone (the network had no way to the callee)';
    case 'special-information':
      return `a special information tone (${informationText[category]})`;
    case 'fax':
      return 'the tone of a fax machine';
    case 'ringback':
    case 'call-waiting':
    case 'speech':
    case 'silence':
      return undefined;
    default:
      return sound satisfies never;
  }
}
