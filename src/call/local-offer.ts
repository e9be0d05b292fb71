import { createAudioOffer } from '../sdp/index.ts';
import type { CallPlan } from './call-state.ts';

/** The session description that this side offers: in the INVITE, when a re-INVITE asks for one, and to hold and resume. */
export function localOffer(
  { mediaAddress, sdpSessionId }: CallPlan,
  port: number,
  version: number,
  direction: 'sendrecv' | 'sendonly' = 'sendrecv',
): string {
  return createAudioOffer({
    address: mediaAddress,
    port,
    sessionId: sdpSessionId,
    version,
    codecs: ['PCMU', 'PCMA'],
    telephoneEventPayloadType: 101,
    direction,
  });
}
