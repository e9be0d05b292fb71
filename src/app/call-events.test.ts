import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallEvent } from '../call/index.ts';
import { toldEvent } from './call-events.ts';

const rtp = {} as Extract<CallEvent, { type: 'media.closed' }>['rtp'];
const over = { type: 'transfer.over', atMs: 1, cause: 'bot', reason: '486 Busy Here' } as const;

const rows: readonly (readonly [CallEvent, ReturnType<typeof toldEvent>])[] = [
  [
    { type: 'transfer.started', atMs: 1, method: 'refer', cause: 'bot' },
    { type: 'transfer.started', data: { method: 'refer', cause: 'bot' } },
  ],
  [
    { ...over, outcome: 'failed' },
    { type: 'transfer.over', data: { outcome: 'failed', cause: 'bot', reason: '486 Busy Here' } },
  ],
  [
    { type: 'media.closed', atMs: 1, rtp, recordingFile: 's-1.wav' },
    { type: 'recording.completed', data: { recordingFile: 's-1.wav' } },
  ],
  [{ type: 'media.closed', atMs: 1, rtp }, undefined],
  [
    { type: 'voice.understood', atMs: 5300, text: 'yes', confidence: 0.5, voiceOnsetAtMs: 3800, lastVoiceAtMs: 4600 },
    {
      type: 'speech.recognized',
      data: { text: 'yes', confidence: 0.5, voiceStartedBefore: 1500, voiceEndedBefore: 700 },
    },
  ],
  [
    { type: 'recording.failed', atMs: 1, reason: 'ENOSPC' },
    { type: 'recording.failed', data: { reason: 'ENOSPC' } },
  ],
  [
    { type: 'command.taken', atMs: 1, command: { type: 'receive-message', message: { text: 'hi', media: [] } } },
    { type: 'command.taken', data: { command: 'receive-message', text: 'hi' } },
  ],
];

for (const [event, told] of rows) {
  test(`${event.type} is told as ${told?.type ?? 'nothing'}`, () => {
    assert.deepEqual(toldEvent(event), told);
  });
}
