import { beginning, playbackIdOf } from '../turn/index.ts';
import type { CallEffect, CallOutcome } from './call-outcome.ts';
import type { CallState } from './call-state.ts';
import { described, localOffer } from './local-offer.ts';

/**
 * The INVITE leaves once the first turn is answered and the media port is open. What the first turn wants to say is
 * synthesised while the phone rings, as it wants it spoken: configurations before it take effect now. They are the same
 * when they are carried out with the other steps, after the answer.
 */
export function dialWhenReady(state: CallState): CallOutcome {
  if (state.phase !== 'preparing' || state.firstReply === undefined || state.mediaPort === undefined) return [state];
  const { quiet, spoken } = beginning(state.firstReply.steps);
  const { length: _length, ...prepared } = spoken;
  const { plan, mediaPort } = state;
  const { state: offered, sdp } = described(state, (version) => localOffer(plan, mediaPort, version));
  const dialling: CallState = { ...offered, phase: 'dialling', awaits: { ...state.awaits, dialog: true } };
  if (spoken.text === '') return [dialling, { type: 'invite', sdp }];
  const configured = quiet.flatMap((step): CallEffect[] => (step.type === 'configure-speech' ? [step] : []));
  return [
    dialling,
    ...configured,
    { type: 'media', command: { type: 'prepare', playbackId: playbackIdOf(0), ...prepared } },
    { type: 'invite', sdp },
  ];
}
