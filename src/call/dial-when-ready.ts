import { playbackIdOf, spokenText } from '../turn/index.ts';
import type { CallOutcome } from './call-outcome.ts';
import type { CallState } from './call-state.ts';
import { localOffer } from './local-offer.ts';

/**
 * The INVITE leaves once the first turn is answered and the media port is open. What the first turn wants to say is
 * synthesised while the phone rings.
 */
export function dialWhenReady(state: CallState): CallOutcome {
  if (state.phase !== 'preparing' || state.firstReply === undefined || state.mediaPort === undefined) return [state];
  const text = spokenText(state.firstReply.steps);
  const sdp = localOffer(state.plan, state.mediaPort, state.sdpVersion);
  const dialling: CallState = { ...state, phase: 'dialling', awaits: { ...state.awaits, dialog: true } };
  return text === ''
    ? [dialling, { type: 'invite', sdp }]
    : [
        dialling,
        { type: 'media', command: { type: 'prepare', playbackId: playbackIdOf(0), text } },
        { type: 'invite', sdp },
      ];
}
