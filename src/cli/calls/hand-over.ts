/** Events to a webhook on this machine, as the gateway itself would send them. */
import type { CallEvent } from '../../client/index.ts';
import { notificationHeaders } from '../../webhooks/index.ts';
import type { CallWorld } from './call-world.ts';

/** Resolves with what came of it, in a few words. */
export async function handOver(
  event: CallEvent,
  url: string,
  world: CallWorld,
): Promise<{ isTaken: boolean; text: string }> {
  const body = JSON.stringify(event);
  const headers = notificationHeaders(event.vgwSessionID, event.sequence, world.wallMs(), body, world.signingKeys);
  const outcome = await world.post(url, headers, body);
  if (typeof outcome === 'string') return { isTaken: false, text: outcome };
  return { isTaken: outcome >= 200 && outcome < 300, text: `HTTP ${outcome}` };
}

const states = ['started', 'ringing', 'active', 'transferred', 'failed', 'ended'] as const;

/** Data of a made-up event, by type: what a receiver may meet. */
const sampleData: Readonly<Record<string, CallEvent['data']>> = {
  'call.started': {},
  'call.ringing': {},
  'call.active': {},
  'call.transferred': {},
  'call.failed': { endCode: 'sip.busy', endedBy: 'gateway', sipStatus: 486, q850Cause: 17 },
  'call.ended': { endCode: 'completed.bot', endedBy: 'bot' },
  'turn.asked': { turn: 1, cause: 'speech', text: 'yes please' },
  'turn.answered': { turn: 1, text: ['You are booked.'], milliseconds: 240 },
  'turn.spoken': { turn: 1, milliseconds: 910, parts: [{ name: 'end of speech', milliseconds: 620 }] },
  'turn.interrupted': { turn: 1 },
  'turn.failed': { turn: 1, code: 'bot.timeout', reason: 'The bot did not answer in time.' },
  'speech.recognized': { text: 'yes please', confidence: 0.93 },
  'dtmf.received': { digit: '1' },
  'recording.completed': { recordingFile: 'example-audio.wav' },
  'transfer.started': { method: 'blind', cause: 'bot' },
};

export const sampleTypes: readonly string[] = Object.keys(sampleData);

/** A made-up notification; undefined for a type that there is none of. */
export function sampleEvent(
  type: string,
  tenantID: string,
  world: Pick<CallWorld, 'newId' | 'wallMs'>,
): CallEvent | undefined {
  const data = Object.hasOwn(sampleData, type) ? sampleData[type] : undefined;
  if (data === undefined) return undefined;
  return {
    vgwSessionID: world.newId(),
    callState: states.find((state) => type === `call.${state}`) ?? 'active',
    failureReason: type === 'call.failed' ? 'The call was refused: 486 Busy Here' : null,
    type,
    sequence: 1,
    timestamp: new Date(world.wallMs()).toISOString(),
    tenantID,
    data,
  };
}
