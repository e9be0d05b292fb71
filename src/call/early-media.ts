/**
 * Before the answer (RFC 3261 §13.2.1, RFC 3960): ringing, and what the far end or the network plays meanwhile. It is taken
 * in and goes nowhere: nothing is sent, understood or recorded until somebody answers. With several early dialogs the one that
 * described its media last is heard; the answer connects the winner.
 */
import { acceptAudioAnswer, type AgreedAudio } from '../sdp/index.ts';
import type { LegEvent } from '../sip/index.ts';
import { type CallOutcome, notify, observe, andThen } from './call-outcome.ts';
import type { CallState } from './call-state.ts';

type Provisional = Extract<LegEvent, { readonly type: 'provisional' }>;

export function onProvisional(state: CallState, event: Provisional): CallOutcome {
  if (state.phase !== 'dialling') return [state];
  return andThen(onRinging(state, event), (next) => onEarlyMedia(next, event));
}

/** Told once, however many phones ring. */
function onRinging(state: CallState, { status, atMs }: Provisional): CallOutcome {
  return status === 180 && state.ringingAtMs === undefined
    ? [{ ...state, ringingAtMs: atMs }, notify('ringing'), observe({ type: 'call.ringing', atMs })]
    : [state];
}

function onEarlyMedia(state: CallState, { status, remoteTag, sdp, isMediaBarred }: Provisional): CallOutcome {
  const { earlyMedia } = state;
  // Its early dialog is over (RFC 6228), or the network takes back what it allowed (RFC 5009).
  const isOver = status === 199 || isMediaBarred === true;
  if (isOver && earlyMedia !== undefined && earlyMedia.remoteTag === remoteTag) {
    const remote = { ...earlyMedia.remote, canReceive: false };
    return [
      { ...state, earlyMedia: undefined },
      { type: 'media', command: { type: 'connect', remote, isEarly: true } },
    ];
  }
  if (isOver || sdp === undefined) return [state];
  const described = acceptAudioAnswer(sdp, state.localSdp);
  // What cannot be used now is no failure yet: the answer may say something else.
  if (!described.ok) return [state];
  const remote = { ...described.value, canSend: false };
  return [
    { ...state, earlyMedia: { remoteTag, remote } },
    { type: 'media', command: { type: 'connect', remote, isEarly: true } },
  ];
}

/** An UPDATE before the answer (RFC 3311) names another place for what is heard; the answer brings what is agreed on then. */
export function moveEarlyMedia(state: CallState, audio: AgreedAudio): CallOutcome {
  const { earlyMedia } = state;
  if (earlyMedia === undefined) return [state];
  const remote = { ...audio, canSend: false };
  return [
    { ...state, earlyMedia: { ...earlyMedia, remote } },
    { type: 'media', command: { type: 'connect', remote, isEarly: true } },
  ];
}
