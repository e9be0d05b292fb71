/** What the media plane reports, taken into the call. */
import type { MediaEvent } from '../media/index.ts';
import { isPlaybackOf } from '../turn/index.ts';
import { fail, settle } from './call-ending.ts';
import { type CallOutcome, changeTurn, markTurn, observe, andThen, warn } from './call-outcome.ts';
import type { CallState } from './call-state.ts';
import { failWithMessage, failWithoutMessage, take } from './call-turns.ts';
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
    case 'speech-provider': {
      const { [event.service]: _before, ...others } = state.speechProviders;
      const named = event.name === undefined ? {} : { [event.service]: event.name };
      return [{ ...state, speechProviders: { ...others, ...named } }];
    }
    case 'recording-failed':
      return warn(state, event.message, nowMs);
    case 'first-packet-sent':
      return [{ ...state, firstPacketAtMs: event.atMs }];
    case 'playback-started':
      return onPlaybackStarted(state, event, nowMs);
    case 'playback-finished':
      return andThen(onPlaybackFinished(state, event, nowMs), (next) =>
        take(next, { type: 'playback-finished', playbackId: event.playbackId }, nowMs),
      );
    case 'playback-failed':
      return onPlaybackFailed(state, event, nowMs);
    case 'digit':
      return andThen([state, observe({ type: 'key.pressed', digit: event.digit, atMs: event.atMs })], (next) =>
        take(next, { type: 'digit', digit: event.digit }, nowMs),
      );
    case 'recognition':
      return onRecognition(state, event, nowMs);
    default:
      return event satisfies never;
  }
}

function onPlaybackStarted(
  state: CallState,
  { playbackId, atMs }: Extract<MediaEvent, { readonly type: 'playback-started' }>,
  nowMs: number,
): CallOutcome {
  const turn = state.turns.find(({ turnId }) => isPlaybackOf(playbackId, turnId));
  // An answer may consist of several sounds; it began with the first.
  if (turn?.firstAudioAtMs !== undefined) return [state];
  return markTurn(state, playbackId, (asked) => ({ ...asked, firstAudioAtMs: atMs }), 'turn.spoken', nowMs);
}

/** A voice that cannot speak ends or hands over the call; an audio file that cannot be had is left out. */
function onPlaybackFailed(
  state: CallState,
  { playbackId, error }: Extract<MediaEvent, { readonly type: 'playback-failed' }>,
  nowMs: number,
): CallOutcome {
  if (error.code !== 'media.audio-unavailable') return failWithoutMessage(state, error, nowMs);
  const [noted] = changeTurn(state, playbackId, (turn) => ({
    ...turn,
    problems: [...(turn.problems ?? []), error.message],
  }));
  return andThen(warn(noted, error.message, nowMs), (next) =>
    take(next, { type: 'playback-finished', playbackId }, nowMs),
  );
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
  { event, isDoubted }: Extract<MediaEvent, { readonly type: 'recognition' }>,
  nowMs: number,
): CallOutcome {
  switch (event.type) {
    case 'speech-started':
      return andThen(
        [state, observe({ type: 'voice.started', onsetAtMs: event.onsetAtMs, atMs: event.atMs })],
        (next) => take(next, { type: 'voice-started' }, nowMs),
      );
    case 'final': {
      const isFiltered = isDoubted === true && state.plan.notifyOnFilteredUtterances;
      // Words that are not believed are no words, unless the bot is to be told of them.
      const text = isDoubted === true && !isFiltered ? '' : event.text;
      const utterance = {
        text,
        confidence: event.confidence,
        lastVoiceAtMs: event.lastVoiceAtMs,
        speechEndedAtMs: event.speechEndedAtMs,
        finalAtMs: event.atMs,
      };
      const { confidence } = event;
      return andThen([state, observe({ type: 'voice.understood', text, confidence, atMs: event.atMs })], (next) =>
        take(next, { type: isFiltered ? 'filtered' : 'heard', utterance }, nowMs),
      );
    }
    case 'failed':
      // The voice may still say that this call cannot go on.
      return failWithMessage(state, event.error, nowMs);
    case 'speech-ended':
    case 'partial':
      return [state];
    default:
      return event satisfies never;
  }
}
