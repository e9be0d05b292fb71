import type { CallPlan } from './index.ts';

/** What the far end says of its audio, offer or answer. */
export const farSdp =
  'v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';

/** For tests only: a call to somebody, with what is usual everywhere. */
export const callPlan: CallPlan = {
  sessionId: 's-1',
  tenantId: 'clinic',
  to: 'sip:bob@192.0.2.9',
  from: 'sip:outdial@192.0.2.1',
  mediaAddress: '192.0.2.1',
  sdpSessionId: 1,
  context: {},
  recognition: { endOfSpeechMs: 600, confidenceThreshold: 0 },
  sourcePolicy: 'strict',
  responseTimeoutMs: 7000,
  notifyOnFilteredUtterances: false,
  failedMessage: 'Sorry.',
  transfer: { failedMessage: 'No agent.', isEndedByFailure: true, isHeld: true, noticeTimeoutMs: 60_000 },
  synthesisTimeoutMs: 5000,
  isPlaybackResumed: false,
  isEchoSuppressed: true,
  networkLimits: { packetsLost: 1000, jitterMs: 30, roundTripMs: 0, mos: 0 },
  notifyOnNetworkEvents: false,
  speechProviders: {},
  maxDurationMs: 60_000,
  sipFacts: { callId: false, requestUri: false, toUri: false, fromUri: false },
};
