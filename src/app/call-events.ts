/** What a receiver can be told of a call beside its states, made of what is observed of it. */
import { type CallEvent, latencyParts, type TurnReport } from '../call/index.ts';
import type { JsonObject } from '../kit/index.ts';

interface ToldEvent {
  /** Its first word is the group that a tenant subscribes to (OUTDIAL_WEBHOOK_EVENTS). */
  readonly type: string;
  readonly data: JsonObject;
}

/** What a command does, without numbers and values. */
function commandData(command: Extract<CallEvent, { type: 'command.taken' }>['command']): JsonObject {
  switch (command.type) {
    case 'say':
      return { command: 'say', text: command.text };
    case 'set-variables':
      return { command: 'set-variables', names: Object.keys(command.variables).slice(0, 100) };
    case 'receive-message':
      return { command: 'receive-message', text: command.message.text };
    case 'mute':
      return { command: command.isMuted ? 'mute' : 'unmute', who: command.who };
    default:
      return { command: command.type };
  }
}

/** How long the callee waited for the answer, and for what, in ms; empty when nobody spoke before it. */
function latencyData(turn: TurnReport): JsonObject {
  const parts = latencyParts(turn).map(({ name, durationMs }) => ({ name, milliseconds: Math.round(durationMs) }));
  if (parts.length === 0) return {};
  return { milliseconds: parts.reduce((sum, { milliseconds }) => sum + milliseconds, 0), parts };
}

/** How many ms before the words were there the voice began and ended. */
function voiceData({
  voiceOnsetAtMs,
  lastVoiceAtMs,
  atMs,
}: Extract<CallEvent, { type: 'voice.understood' }>): JsonObject {
  return {
    ...(voiceOnsetAtMs === undefined ? {} : { voiceStartedBefore: Math.round(atMs - voiceOnsetAtMs) }),
    voiceEndedBefore: Math.round(atMs - lastVoiceAtMs),
  };
}

/** Undefined for what is told as a state, or is of no interest outside. */
export function toldEvent(event: CallEvent): ToldEvent | undefined {
  switch (event.type) {
    case 'turn.asked': {
      const { turnId, cause, text } = event.turn;
      return { type: 'turn.asked', data: { turn: turnId, cause: cause.type, text } };
    }
    case 'turn.answered': {
      const { turnId, askedAtMs, repliedAtMs = event.atMs, reply } = event.turn;
      const said = (reply?.steps ?? []).flatMap((step) => (step.type === 'say' ? [step.text] : []));
      return { type: 'turn.answered', data: { turn: turnId, text: said, milliseconds: repliedAtMs - askedAtMs } };
    }
    case 'turn.failed': {
      const { turnId, error } = event.turn;
      return {
        type: 'turn.failed',
        data: { turn: turnId, code: error?.code ?? 'internal.bug', reason: error?.message ?? '' },
      };
    }
    case 'turn.spoken':
      return { type: 'turn.spoken', data: { turn: event.turn.turnId, ...latencyData(event.turn) } };
    case 'turn.finished':
    case 'turn.interrupted':
      return { type: event.type, data: { turn: event.turn.turnId } };
    case 'voice.understood':
      return {
        type: 'speech.recognized',
        data: { text: event.text, confidence: event.confidence, ...voiceData(event) },
      };
    case 'command.taken':
      return { type: 'command.taken', data: commandData(event.command) };
    case 'call.early-media': {
      const { sound, category } = event;
      return { type: 'call.early-media', data: { sound, category: category ?? null } };
    }
    case 'call.fax':
      return { type: 'call.fax', data: {} };
    case 'call.held':
    case 'call.resumed':
      return { type: event.type, data: {} };
    case 'call.moved':
      return { type: 'call.moved', data: { how: event.how } };
    case 'transfer.consulted':
      return { type: 'transfer.consulted', data: {} };
    case 'transfer.started':
      return { type: 'transfer.started', data: { method: event.method, cause: event.cause } };
    case 'transfer.over':
      return { type: 'transfer.over', data: { outcome: event.outcome, cause: event.cause, reason: event.reason } };
    case 'key.pressed':
      return { type: 'dtmf.received', data: { digit: event.digit } };
    case 'recording.failed':
      return { type: 'recording.failed', data: { reason: event.reason } };
    case 'media.closed':
      return event.recordingFile === undefined
        ? undefined
        : { type: 'recording.completed', data: { recordingFile: event.recordingFile } };
    default:
      return undefined;
  }
}
