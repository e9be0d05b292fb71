/**
 * What the two sides say of their media while the call lasts: offers of the peer (hold, resume, another address), offers it
 * asks for, and answers that change without an offer. While the callee holds the call nothing is heard, no timer of the turn
 * runs, and what the bot says waits (RFC 3264 §8.4).
 */
import { acceptAudioAnswer, type AgreedAudio, answerAudioOffer } from '../sdp/index.ts';
import { type CallOutcome, andThen, observe, warn } from './call-outcome.ts';
import type { CallState } from './call-state.ts';
import { take } from './call-turns.ts';
import { moveEarlyMedia } from './early-media.ts';
import { described, localOffer, localSide } from './local-offer.ts';
import { holdPlayback } from './playback-guard.ts';

/** A re-INVITE or UPDATE of the peer. */
export function onOffer(state: CallState, offerId: string, offer: string | undefined, nowMs: number): CallOutcome {
  const { plan, mediaPort } = state;
  const isOpen = state.phase === 'active' || state.phase === 'dialling';
  if (!isOpen || mediaPort === undefined) return [state, { type: 'answer-offer', offerId, sdp: undefined }];
  const isHolding = state.transfer?.isHeld === true;
  if (offer === undefined) {
    const direction = isHolding ? 'sendonly' : 'sendrecv';
    const offered = described(state, (version) => localOffer(plan, mediaPort, version, direction, state.localSdp));
    return [offered.state, { type: 'answer-offer', offerId, sdp: offered.sdp }];
  }
  const answer = (version: number) => answerAudioOffer(offer, { ...localSide(plan, mediaPort, version), isHolding });
  const first = answer(state.sdpVersion);
  if (!first.ok) return [state, { type: 'answer-offer', offerId, sdp: undefined }];
  const answered = described(state, (version) => {
    const again = answer(version);
    return again.ok ? again.value.sdp : '';
  });
  return andThen([answered.state, { type: 'answer-offer', offerId, sdp: answered.sdp }], (next) =>
    next.phase === 'active' ? connect(next, first.value.audio, nowMs) : moveEarlyMedia(next, first.value.audio),
  );
}

/** The peer says something else of its side than before, in an answer that nobody here waits for. */
export function onAnswerChanged(state: CallState, sdp: string, nowMs: number): CallOutcome {
  if (state.phase !== 'active') return [state];
  const answer = acceptAudioAnswer(sdp, state.localSdp);
  if (answer.ok) return connect(state, answer.value, nowMs);
  return warn(state, `The far end described its audio in a way that cannot be used: ${answer.error}.`, nowMs);
}

/** What records and reports tell of the audio. */
export function withAgreed(state: CallState, { codec, encryption }: AgreedAudio): CallState {
  return { ...state, codec, mediaEncryption: encryption?.suite };
}

/** Sends to and takes from where it was agreed on. */
export function connect(state: CallState, audio: AgreedAudio, nowMs: number): CallOutcome {
  const connected = withAgreed(state, audio);
  return andThen([connected, { type: 'media', command: { type: 'connect', remote: audio } }], (next) =>
    noteHold(next, !audio.canSend, nowMs),
  );
}

/** The callee holds the call, has taken it up again, or neither. */
export function noteHold(state: CallState, isHeld: boolean, nowMs: number): CallOutcome {
  if (isHeld === state.isHeld) return [state];
  const noted: CallState = { ...holdPlayback(state, isHeld, nowMs), activeAtMs: nowMs };
  return andThen([noted, observe({ type: isHeld ? 'call.held' : 'call.resumed', atMs: nowMs })], (next) =>
    take(next, { type: isHeld ? 'held' : 'resumed' }, nowMs),
  );
}
