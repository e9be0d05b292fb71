/** A call as the gateway tells of it, small and whole: the greeting, an interrupted answer, a goodbye. */
import type { CallEvent } from '../../../src/client/index.ts';
import type { CallRecord } from '../../../src/reports/index.ts';
import type { CallData } from '../call/call-data.ts';

const acceptedMs = Date.parse('2026-03-04T10:00:00.000Z');

export const timeOf = (atMs: number): string => new Date(acceptedMs + atMs).toISOString();

type EventData = Readonly<Record<string, unknown>>;

export type Told = readonly [atMs: number, type: string, data?: EventData];

export function eventsOf(...told: readonly Told[]): CallEvent[] {
  return told.map(([atMs, type, data = {}], index) => ({
    vgwSessionID: 'call-1',
    callState: null,
    failureReason: null,
    type,
    sequence: index + 1,
    timestamp: timeOf(atMs),
    tenantID: 'demo',
    data,
  }));
}

const turnContent = { response: [], isBargeIn: false, problems: [] } as const;

export const turns: CallRecord['turns'] = [
  {
    ...turnContent,
    index: 0,
    request: { type: 'start', text: '' },
    response: [{ type: 'say', text: 'Hello. Can you come?' }],
    isInterrupted: true,
    times: {
      botAskedAtMs: 1,
      botFirstByteAtMs: 5,
      botAnsweredAtMs: 9,
      voiceReadyAtMs: 150,
      playbackStartedAtMs: 2010,
      playbackFinishedAtMs: 4000,
    },
  },
  {
    ...turnContent,
    index: 1,
    request: { type: 'speech_to_text', text: 'Yes.', confidence: 0.75 },
    response: [{ type: 'say', text: 'Goodbye.' }],
    isBargeIn: true,
    times: {
      voiceOnsetAtMs: 3800,
      lastVoiceAtMs: 4600,
      speechEndedAtMs: 5200,
      recognizedAtMs: 5300,
      botAskedAtMs: 5301,
      botFirstByteAtMs: 5401,
      botAnsweredAtMs: 5501,
      // Ready before all of the answer was there.
      voiceReadyAtMs: 5450,
      playbackStartedAtMs: 5520,
      playbackFinishedAtMs: 6900,
    },
  },
];

/** While it runs, up to and with its last event but the end. */
export function runningCall(): CallData {
  return {
    call: {
      vgwSessionID: 'call-1',
      tenantID: 'demo',
      callState: 'active',
      direction: 'outbound',
      to: 'sip:bob@example.com',
      from: 'sip:clinic@example.com',
      acceptedAt: timeOf(0),
      changedAt: timeOf(2000),
      failureReason: null,
      sequence: 8,
    },
    events: eventsOf(
      [1, 'turn.asked', { turn: 0, cause: 'start', text: '' }],
      [9, 'turn.answered', { turn: 0, text: ['Hello. Can you come?'], milliseconds: 8 }],
      [20, 'call.started'],
      [500, 'call.ringing'],
      [2000, 'call.active'],
      [2010, 'turn.spoken', { turn: 0 }],
      [4000, 'turn.interrupted', { turn: 0 }],
      [5300, 'speech.recognized', { text: 'Yes.', confidence: 0.75, voiceStartedBefore: 1500, voiceEndedBefore: 700 }],
    ),
  };
}

/** What of a record the axis looks at. */
export function recordWith(part: Partial<CallRecord>): CallRecord {
  return {
    startTime: timeOf(0),
    inviteTime: timeOf(20),
    answerTime: timeOf(2000),
    stopTime: timeOf(7000),
    callLength: 7000,
    endCode: 'completed.bot',
    failureReason: null,
    turns,
    rtpNetworkSummary: null,
    ...part,
  } as CallRecord;
}
