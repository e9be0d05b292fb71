import {
  type AudioAnswerOptions,
  type AudioOfferOptions,
  createAudioOffer,
  type LocalEncryption,
  telephoneCodecs,
} from '../sdp/index.ts';
import type { CallPlan, CallState } from './call-state.ts';

/** What every session description of this side says, offer or answer. */
export function localSide(
  { mediaAddress: address, sdpSessionId: sessionId, codecs = telephoneCodecs, encryption }: CallPlan,
  port: number,
  version: number,
): AudioAnswerOptions & Pick<AudioOfferOptions, 'codecs'> {
  return { address, port, sessionId, version, codecs, ...(encryption === undefined ? {} : { encryption }) };
}

/** The session description that this side offers: in the INVITE, when a re-INVITE asks for one, and to hold and resume. */
export function localOffer(
  plan: CallPlan,
  port: number,
  version: number,
  direction: 'sendrecv' | 'sendonly' | 'inactive' = 'sendrecv',
  previous?: string,
): string {
  return createAudioOffer({
    ...localSide(plan, port, version),
    telephoneEventPayloadType: 101,
    direction,
    ...(previous === undefined ? {} : { previous }),
  });
}

/** For another leg: it has keys of its own or none, for those of this one are known to somebody else (RFC 4568 §8.1). */
export function withKeys(
  { encryption: _ofThisLeg, ...plan }: CallPlan,
  encryption: LocalEncryption | undefined,
): CallPlan {
  return encryption === undefined ? plan : { ...plan, encryption };
}

/** What this side says of itself: its version goes up only when it differs from what it said last (RFC 3264 §8). */
export function described(
  state: CallState,
  describe: (version: number) => string,
): { readonly state: CallState; readonly sdp: string } {
  const { sdpVersion, localSdp } = state;
  const same = describe(sdpVersion);
  if (same === localSdp) return { state, sdp: same };
  const version = localSdp === undefined ? sdpVersion : sdpVersion + 1;
  const sdp = describe(version);
  return { state: { ...state, sdpVersion: version, localSdp: sdp }, sdp };
}
