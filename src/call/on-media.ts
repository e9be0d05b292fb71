/** What the media plane reports, taken into the call. */
import type { MediaEvent } from '../media/index.ts';
import { fail, settle } from './call-ending.ts';
import { type CallOutcome, changeTurn, markTurn, observe, andThen, warn } from './call-outcome.ts';
import type { CallState } from './call-state.ts';
import { take } from './call-turns.ts';
import { dialWhenReady } from './dial-when-ready.ts';

export function onMedia(state: CallState, event: MediaEvent, nowMs: number): CallOutcome {
  switch (event.type) {
    case 'opened':
      return dialWhenReady({ ...state, mediaPort: event.port });
    case 'closed':
      return andThen(
        [
          { ...state, rtp: event.rtp, awaits: { ...state.awaits, media: false } },
          observe({ type: 'media.closed', rtp: event.rtp, atMs: nowMs }),
        ],
        (next) => settle(next, nowMs),
      );
    case 'failed':
      // A lost media thread closes nothing any more.
      return fail(
        {
          ...state,
          awaits: { ...state.awaits, media: event.error.code !== 'media.thread-lost' && state.mediaPort !== undefined },
        },
        event.error,
        nowMs,
      );
    case 'recording-failed':
      return warn(state, event.message, nowMs);
    case 'first-packet-sent':
      return [{ ...state, firstPacketAtMs: event.atMs }];
    case 'playback-started':
      return markTurn(
        state,
        event.playbackId,
        (turn) => ({ ...turn, firstAudioAtMs: event.atMs }),
        'turn.spoken',
        nowMs,
      );
    case 'playback-finished':
      return andThen(onPlaybackFinished(state, event, nowMs), (next) =>
        take(next, { type: 'playback-finished', playbackId: event.playbackId }, nowMs),
      );
    case 'playback-failed':
      return state.failure === undefined ? fail(state, event.error, nowMs) : fail(state, state.failure, nowMs);
    case 'digit':
      return warn(state, 'A key was pressed; digits are not part of a turn yet.', nowMs);
    case 'recognition':
      return onRecognition(state, event.event, nowMs);
    default:
      return event satisfies never;
  }
}

function onPlaybackFinished(
  state: CallState,
  event: Extract<MediaEvent, { readonly type: 'playback-finished' }>,
  nowMs: number,
): CallOutcome {
  const finishedAtMs = event.atMs;
  if (event.isComplete) return changeTurn(state, event.playbackId, (turn) => ({ ...turn, finishedAtMs }));
  const interrupted = { finishedAtMs, isInterrupted: true };
  return markTurn(state, event.playbackId, (turn) => ({ ...turn, ...interrupted }), 'turn.interrupted', nowMs);
}

function onRecognition(
  state: CallState,
  event: Extract<MediaEvent, { readonly type: 'recognition' }>['event'],
  nowMs: number,
): CallOutcome {
  switch (event.type) {
    case 'speech-started':
      return andThen(
        [state, observe({ type: 'voice.started', onsetAtMs: event.onsetAtMs, atMs: event.atMs })],
        (next) => take(next, { type: 'voice-started' }, nowMs),
      );
    case 'final': {
      const utterance = {
        text: event.text,
        confidence: event.confidence,
        lastVoiceAtMs: event.lastVoiceAtMs,
        speechEndedAtMs: event.speechEndedAtMs,
        finalAtMs: event.atMs,
      };
      const { text, confidence } = event;
      return andThen([state, observe({ type: 'voice.understood', text, confidence, atMs: event.atMs })], (next) =>
        take(next, { type: 'heard', utterance }, nowMs),
      );
    }
    case 'failed':
      return fail(state, event.error, nowMs);
    case 'speech-ended':
    case 'partial':
      return [state];
    default:
      return event satisfies never;
  }
}
