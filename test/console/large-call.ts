/** What the gateway would answer of a call with thousands of events, and a page that gets these answers. */
import type { Page } from 'playwright-core';
import { eventsOf, timeOf, type Told } from '../../console/src/axis/call-data.fixture.ts';
import type { CallRecord } from '../../src/reports/index.ts';

export const largeCallId = 'large-call';

const lengthMs = 600_000;
const answerMs = 4000;

const turnMs = 3000;

function turnsOf(): CallRecord['turns'] {
  return Array.from({ length: Math.floor((lengthMs - answerMs) / turnMs) }, (_, index) => {
    const lastVoiceAtMs = answerMs + index * turnMs;
    const playbackStartedAtMs = lastVoiceAtMs + 600 + ((index * 37) % 11) * 80;
    return {
      index,
      request: { type: 'speech_to_text', text: `Number ${index}, please.`, confidence: 0.5 + (index % 5) / 10 },
      response: [{ type: 'say', text: `This is number ${index}, and what there is to say of it.` }],
      isBargeIn: false,
      isInterrupted: index % 7 === 3,
      problems: [],
      times: {
        voiceOnsetAtMs: lastVoiceAtMs - 400,
        lastVoiceAtMs,
        speechEndedAtMs: lastVoiceAtMs + 500,
        recognizedAtMs: lastVoiceAtMs + 520,
        botAskedAtMs: lastVoiceAtMs + 521,
        botFirstByteAtMs: lastVoiceAtMs + 560,
        botAnsweredAtMs: lastVoiceAtMs + 580,
        voiceReadyAtMs: playbackStartedAtMs - 10,
        playbackStartedAtMs,
        playbackFinishedAtMs: playbackStartedAtMs + 900,
      },
    } as const;
  });
}

const stateNames: Readonly<Record<string, string>> = {
  'call.started': 'started',
  'call.ringing': 'ringing',
  'call.ended': 'ended',
};

function largeEvents(count: number) {
  const states: readonly Told[] = [
    [20, 'call.started', {}],
    [500, 'call.ringing', {}],
    [answerMs, 'call.active', {}],
    [lengthMs, 'call.ended', { endCode: 'completed.bot' }],
  ];
  const turns = turnsOf();
  const ofTurns = turns.flatMap(({ index, request, times }): Told[] => [
    [times.recognizedAtMs ?? 0, 'speech.recognized', { text: request.text, confidence: request.confidence ?? 1 }],
    [times.botAskedAtMs ?? 0, 'turn.asked', { turn: index, cause: 'speech', text: request.text }],
    [times.botAnsweredAtMs ?? 0, 'turn.answered', { turn: index, text: ['Yes.'], milliseconds: 60 }],
    [times.playbackStartedAtMs ?? 0, 'turn.spoken', { turn: index }],
    [times.playbackFinishedAtMs ?? 0, 'turn.finished', { turn: index }],
  ]);
  const others = count - states.length - ofTurns.length;
  const commands = Array.from({ length: others }, (_, index): Told => {
    const atMs = answerMs + 1 + (index * (lengthMs - answerMs - 2)) / others;
    return [atMs, 'command.taken', { command: 'set-variables', names: [`n${index}`] }];
  });
  const told = [...states, ...ofTurns, ...commands].sort(([a], [b]) => a - b);
  return eventsOf(...told).map((event) =>
    Object.assign(event, { vgwSessionID: largeCallId, callState: stateNames[event.type] ?? 'active' }),
  );
}

const firstLines = [
  'OPTIONS sip:bob@192.0.2.10 SIP/2.0',
  'SIP/2.0 200 OK',
  'INFO sip:bob@192.0.2.10 SIP/2.0',
  'SIP/2.0 183 Session Progress',
  'SIP/2.0 503 Service Unavailable',
];

function messagesOf(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    at: timeOf(10 + (index * lengthMs) / count),
    direction: index % 2 === 0 ? 'sent' : 'received',
    transport: 'udp',
    local: '192.0.2.1:5060',
    peer: '192.0.2.10:5060',
    text: `${firstLines[index % firstLines.length]}\r\nCall-ID: ${largeCallId}\r\nCSeq: ${index + 1} INFO\r\n\r\n`,
  }));
}

/** Answers the requests of the page for `largeCallId`; all others go to the gateway. */
export async function serveLargeCall(
  page: Page,
  counts: { readonly events: number; readonly sip: number },
): Promise<void> {
  const events = largeEvents(counts.events);
  const call = {
    vgwSessionID: largeCallId,
    tenantID: 'demo',
    callState: 'ended',
    direction: 'outbound',
    to: 'sip:bob@192.0.2.10',
    from: 'sip:clinic@example.com',
    acceptedAt: timeOf(0),
    changedAt: timeOf(lengthMs),
    endedAt: timeOf(lengthMs),
    endCode: 'completed.bot',
    failureReason: null,
    sequence: events.length,
  };
  const record = {
    ...{ vgwSessionID: largeCallId, tenantID: 'demo', outboundCall: true, to: call.to, from: call.from },
    ...{ startTime: timeOf(0), inviteTime: timeOf(20), answerTime: timeOf(answerMs), stopTime: timeOf(lengthMs) },
    ...{ callLength: lengthMs, talkTime: lengthMs - answerMs, finalState: 'ended', endCode: 'completed.bot' },
    ...{ endedBy: 'bot', sipStatus: 200, failureReason: null, blame: null, context: {}, turns: turnsOf() },
    ...{ latencies: [], maxLatency: {}, rtpNetworkSummary: null, codec: 'PCMU', mediaEncryption: null },
    ...{ recordingFile: null, redirects: [], earlyMedia: [], transfer: null, warnings: [] },
  };
  const answers: Readonly<Record<string, object>> = {
    '': call,
    '/record': record,
    '/sip-trace': {
      vgwSessionID: largeCallId,
      isComplete: true,
      messages: messagesOf(counts.sip),
      droppedMessages: 0,
    },
    '/deliveries': { deliveries: [] },
  };
  const none = { failureReason: 'none', type: 'about:blank', title: 'none', status: 404, detail: 'none' };
  await page.route(`**/calls/${largeCallId}**`, async (route) => {
    const path = new URL(route.request().url()).pathname;
    const rest = path.slice(path.indexOf(largeCallId) + largeCallId.length);
    if (path.startsWith('/console')) return route.fallback();
    if (rest === '/events') {
      // Told to its end: there is no more, as the gateway says of a call that is over.
      if (route.request().headers()['last-event-id'] !== undefined) return route.fulfill({ status: 204 });
      const body = events.map(
        (event) => `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
      );
      return route.fulfill({ contentType: 'text/event-stream', body: body.join('') });
    }
    const { [rest]: json = { ...none, code: 'artifact.none' } } = answers;
    return route.fulfill({ status: rest in answers ? 200 : 404, json });
  });
}
