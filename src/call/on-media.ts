/** What the media plane reports, taken into the call. */
import type { MediaEvent, NetworkWarning } from '../media/index.ts';
import type { RecognitionEvent } from '../speech/index.ts';
import { isPlaybackOf, type Utterance } from '../turn/index.ts';
import { fail, settle } from './call-ending.ts';
import { type CallOutcome, changeTurn, markTurn, observe, andThen, warn } from './call-outcome.ts';
import type { CallState } from './call-state.ts';
import { failWithMessage, onSynthesisFailed, take } from './call-turns.ts';
import { onGreetingReady } from './answer-call.ts';
import { goOnWhenReady } from './dial-when-ready.ts';
import { onProgressSound } from './progress-sound.ts';
import { firstWordsId } from './first-words.ts';
import { echoSource, fellSilent, soundBegan, voiceBegan } from './echo-memory.ts';
import { onKey } from './key-presses.ts';
import { playbackCame } from './playback-guard.ts';

export function onMedia(state: CallState, event: MediaEvent, nowMs: number): CallOutcome {
  switch (event.type) {
    case 'opened':
      return goOnWhenReady({ ...state, mediaPort: event.port }, nowMs);
    case 'prepared':
      return event.playbackId === firstWordsId ? onGreetingReady(state, nowMs) : [state];
    case 'closed': {
      const { recordingStartedAtMs } = event;
      const recording = recordingStartedAtMs === undefined ? {} : { recordingStartedAtMs };
      return andThen(
        [
          { ...state, ...recording, rtp: event.rtp, awaits: { ...state.awaits, media: false } },
          observe({ type: 'media.closed', rtp: event.rtp, atMs: nowMs, ...recordingFileOf(state) }),
        ],
        (next) => settle(next, nowMs),
      );
    }
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
      return andThen(warn(state, `The recording stopped: ${event.message}`, nowMs), (next) => [
        next,
        observe({ type: 'recording.failed', reason: event.message, atMs: nowMs }),
      ]);
    case 'first-packet-sent':
      return [{ ...state, firstPacketAtMs: event.atMs }];
    case 'network-warning':
      return onNetworkWarning(state, event.warning, nowMs);
    case 'playback-started':
      return onPlaybackStarted(sounding(state, event), event, nowMs);
    case 'playback-finished':
      return andThen(onPlaybackFinished(sounding(state, event), event, nowMs), (next) =>
        andThen(take(next, { type: 'playback-finished', playbackId: event.playbackId }, nowMs), (then) =>
          tellFinished(then, event),
        ),
      );
    case 'playback-failed':
      return onPlaybackFailed(playbackCame(state, event.playbackId), event, nowMs);
    case 'digit':
      return onKey(state, event.digit, event.isTone === true ? 'tone' : 'telephone-event', event.atMs, nowMs);
    case 'progress-sound':
      return onProgressSound(state, event, nowMs);
    case 'recognition':
      return onRecognition(state, event, nowMs);
    default:
      return event satisfies never;
  }
}

/** Notes when a text begins and ends to sound. */
function sounding(
  state: CallState,
  { type, playbackId, atMs }: Extract<MediaEvent, { readonly type: 'playback-started' | 'playback-finished' }>,
): CallState {
  const note = type === 'playback-started' ? soundBegan : fellSilent;
  return { ...playbackCame(state, playbackId), echo: note(state.echo, playbackId, atMs) };
}

function onPlaybackStarted(
  state: CallState,
  { playbackId, firstSamplesAtMs, atMs }: Extract<MediaEvent, { readonly type: 'playback-started' }>,
  nowMs: number,
): CallOutcome {
  const turn = state.turns.find(({ turnId }) => isPlaybackOf(playbackId, turnId));
  // An answer may consist of several sounds; it began with the first.
  if (turn?.firstAudioAtMs !== undefined) return [state];
  const began = { firstSamplesAtMs, firstAudioAtMs: atMs };
  return markTurn(state, playbackId, (asked) => ({ ...asked, ...began }), 'turn.spoken', nowMs);
}

/** Its name, without the folder. */
function recordingFileOf({ plan: { recording } }: CallState): { readonly recordingFile?: string } {
  return recording === undefined ? {} : { recordingFile: recording.filePath.replace(/^.*\//, '') };
}

/** It is told with the next turn; a turn of its own is for bots that want it, and for moments when nothing goes on. */
function onNetworkWarning(state: CallState, warning: NetworkWarning, nowMs: number): CallOutcome {
  const told: CallState = { ...state, networkWarnings: [...state.networkWarnings, warning] };
  return andThen(warn(told, printNetworkWarning(warning), nowMs), (next) =>
    state.plan.notifyOnNetworkEvents ? take(next, { type: 'network-warning' }, nowMs) : [next],
  );
}

function printNetworkWarning(warning: NetworkWarning): string {
  switch (warning.kind) {
    case 'packet-loss':
      return `${warning.packetsLost} packets of the callee were lost (limit ${warning.limit}).`;
    case 'jitter':
      return `The packets of the callee come unevenly: jitter ${warning.jitterMs} ms (limit ${warning.limitMs} ms).`;
    case 'round-trip':
      return `Packets take long to the callee and back: ${warning.roundTripMs} ms (limit ${warning.limitMs} ms).`;
    case 'mos':
      return `The call sounds bad: estimated opinion score ${warning.mos} (limit ${warning.limit}).`;
    default:
      return warning satisfies never;
  }
}

/** A voice that cannot speak ends or hands over the call; audio that cannot be had is left out. */
function onPlaybackFailed(
  state: CallState,
  { playbackId, error }: Extract<MediaEvent, { readonly type: 'playback-failed' }>,
  nowMs: number,
): CallOutcome {
  if (error.code !== 'media.audio-unavailable') return onSynthesisFailed(state, playbackId, error, nowMs);
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

/** Of an answer that is there as a whole, with nothing more of it to play. */
function tellFinished(
  state: CallState,
  { playbackId, isComplete, atMs }: Extract<MediaEvent, { readonly type: 'playback-finished' }>,
): CallOutcome {
  const turn = state.turns.find(({ turnId }) => isPlaybackOf(playbackId, turnId));
  if (!isComplete || turn?.firstAudioAtMs === undefined || turn.repliedAtMs === undefined) return [state];
  const playing = state.phase === 'active' ? state.turn.playbackId : undefined;
  if (playing !== undefined && isPlaybackOf(playing, turn.turnId)) return [state];
  return [state, observe({ type: 'turn.finished', turn, atMs })];
}

function onRecognition(
  state: CallState,
  { event, isDoubted }: Extract<MediaEvent, { readonly type: 'recognition' }>,
  nowMs: number,
): CallOutcome {
  switch (event.type) {
    case 'speech-started':
      return andThen(
        [
          { ...state, echo: voiceBegan(state.echo, event.onsetAtMs) },
          observe({ type: 'voice.started', onsetAtMs: event.onsetAtMs, atMs: event.atMs }),
        ],
        (next) => take(next, { type: 'voice-started' }, nowMs),
      );
    case 'final': {
      const isFiltered = isDoubted === true && state.plan.notifyOnFilteredUtterances;
      // Words that are not believed are no words, unless the bot is to be told of them.
      const text = isDoubted === true && !isFiltered ? '' : event.text;
      const utterance = {
        text,
        confidence: event.confidence,
        ...onsetOf(state, event.lastVoiceAtMs),
        lastVoiceAtMs: event.lastVoiceAtMs,
        speechEndedAtMs: event.speechEndedAtMs,
        finalAtMs: event.atMs,
      };
      const { confidence, lastVoiceAtMs } = event;
      const understood = { text, confidence, ...onsetOf(state, lastVoiceAtMs), lastVoiceAtMs, atMs: event.atMs };
      const said = state.plan.isEchoSuppressed ? echoSource(state.echo, event.text, event.lastVoiceAtMs) : undefined;
      if (said !== undefined) return onEcho(state, said.playbackId, { ...utterance, text: event.text }, nowMs);
      return andThen([state, observe({ type: 'voice.understood', ...understood })], (next) =>
        take(next, { type: isFiltered ? 'filtered' : 'heard', utterance }, nowMs),
      );
    }
    case 'failed':
      // The voice may still say that this call cannot go on.
      return failWithMessage(state, event.error, nowMs);
    case 'partial':
      return onPartial(state, event, isDoubted === true, nowMs);
    case 'speech-ended':
      return [state];
    default:
      return event satisfies never;
  }
}

/** When the voice began whose last sound was at `lastVoiceAtMs`, where an engine told of it. */
function onsetOf({ echo: { voiceOnsetAtMs } }: CallState, lastVoiceAtMs: number): Pick<Utterance, 'voiceOnsetAtMs'> {
  return voiceOnsetAtMs === undefined || voiceOnsetAtMs > lastVoiceAtMs ? {} : { voiceOnsetAtMs };
}

/** Words that would not become a turn of their own are no guess worth asking for. */
function onPartial(
  state: CallState,
  { text, paused, atMs }: Extract<RecognitionEvent, { readonly type: 'partial' }>,
  isDoubted: boolean,
  nowMs: number,
): CallOutcome {
  if (state.plan.isSpeculative !== true) return [state];
  const isEcho = (lastVoiceAtMs: number): boolean =>
    state.plan.isEchoSuppressed && echoSource(state.echo, text, lastVoiceAtMs) !== undefined;
  if (paused === undefined || isDoubted || isEcho(paused.lastVoiceAtMs)) {
    return take(state, { type: 'voice-resumed' }, nowMs);
  }
  const utterance = { text, ...paused, speechEndedAtMs: atMs, finalAtMs: atMs };
  return take(state, { type: 'guess', utterance }, nowMs);
}

/** What the callee's telephone gave back is no answer: dropped, and noted with the turn that it is an echo of. */
function onEcho(state: CallState, playbackId: string, utterance: Utterance, nowMs: number): CallOutcome {
  const { text, confidence, lastVoiceAtMs, finalAtMs } = utterance;
  const [noted] = changeTurn(state, playbackId, (turn) => ({ ...turn, echoes: [...(turn.echoes ?? []), text] }));
  return andThen(
    [noted, observe({ type: 'voice.understood', text, confidence, lastVoiceAtMs, isEcho: true, atMs: finalAtMs })],
    (next) => take(next, { type: 'heard', utterance: { ...utterance, text: '' } }, nowMs),
  );
}
