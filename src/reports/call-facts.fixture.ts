/** A call in which everything is there, for tests: every optional fact, every kind of turn, step and measurement. */
import type { CallFacts, TurnFacts } from './call-record.ts';

/** Words, numbers and keys that must not be found where they do not belong. */
export const canaries = {
  callee: '393331112233',
  caller: '390612340001',
  said: 'marzipan',
  answered: 'rhubarb',
  keys: '40718296',
  secret: 'wisteria',
  path: 'lavender',
} as const;

const start: TurnFacts = {
  request: { type: 'start', text: '' },
  response: [
    {
      type: 'say',
      text: `Hello ${canaries.answered}`,
      fallbackAudioUrl: `https://audio.example.net/${canaries.path}`,
      isExcludedFromCache: true,
    },
    {
      type: 'play-audio',
      url: `https://audio.example.net/${canaries.path}.wav?k=${canaries.secret}`,
      isLooping: false,
    },
    { type: 'switch', name: 'digit-barge-in', isOn: false },
    {
      type: 'collect-digits',
      rule: {
        termKey: '#',
        minCount: 1,
        maxCount: 8,
        interDigitTimeoutMs: 2000,
        ignoresSpeech: true,
        pausesAfter: false,
      },
    },
  ],
  isBargeIn: false,
  problems: [],
  times: {
    botAskedAtMs: 500_001,
    botFirstByteAtMs: 500_040.2,
    botAnsweredAtMs: 500_040.4,
    voiceReadyAtMs: 500_120,
    playbackStartedAtMs: 508_230,
    playbackFinishedAtMs: 509_000,
  },
  isInterrupted: true,
};

const spoken: TurnFacts = {
  request: { type: 'speech_to_text', text: canaries.said, confidence: 0.93 },
  response: [{ type: 'configure-speech', service: 'stt', update: 'merge' }, { type: 'force-turn' }],
  isBargeIn: true,
  problems: [`"${canaries.secret}" is not supported and was skipped.`, `No answer of tel:+${canaries.callee}.`],
  times: {
    voiceOnsetAtMs: 509_000,
    lastVoiceAtMs: 510_000,
    speechEndedAtMs: 510_200,
    recognizedAtMs: 510_300,
    botAskedAtMs: 510_301,
    botAnsweredAtMs: 510_501,
    playbackStartedAtMs: 510_650.7,
  },
};

const keyed: TurnFacts = {
  request: { type: 'dtmf', text: canaries.keys },
  response: [
    { type: 'say', text: 'Goodbye.' },
    {
      type: 'transfer',
      order: { target: `sip:${canaries.secret}@example.net`, headers: [{ name: 'X-Name', value: canaries.said }] },
    },
    { type: 'hang-up', headers: [{ name: 'X-Name', value: canaries.said }] },
  ],
  isBargeIn: false,
  problems: [],
  times: { botAskedAtMs: 520_000, botAnsweredAtMs: 520_210 },
};

const hangup: TurnFacts = {
  request: { type: 'hangup', text: 'vgwHangUp' },
  response: [],
  isBargeIn: false,
  problems: [],
  times: {},
};

export const fullFacts: CallFacts = {
  mediaEncryption: 'AEAD_AES_256_GCM',
  isSignallingEncrypted: true,
  sessionId: '5f1c0d4e-0000-4000-8000-000000000001',
  tenantId: `+${canaries.caller}`,
  to: `sip:+${canaries.callee}@trunk.example.net;user=phone`,
  from: `sip:+${canaries.caller}@trunk.example.net`,
  startedAtMs: 500_000,
  startedWallMs: 1_741_079_707_120,
  invitedAtMs: 500_050,
  answeredAtMs: 508_170,
  stoppedAtMs: 545_360,
  finalState: 'ended',
  end: { code: 'completed.bot', by: 'bot', sipStatus: 200 },
  turns: [start, spoken, keyed, hangup],
  rtp: {
    packetsSent: 1800,
    packetsReceived: 1790,
    packetsLost: 3,
    packetsLate: 1,
    packetsDuplicated: 0,
    packetsFromStrangers: 0,
    packetsMalformed: 0,
    jitterMs: 2.5,
    sendJitterP50Ms: 0.1,
    sendJitterP99Ms: 3.2,
    sendJitterMaxMs: 7,
    rtcpPacketsSent: 8,
    rtcpPacketsReceived: 7,
    rtcpPacketsRefused: 0,
    roundTripMs: 42.5,
    roundTripMaxMs: 61,
    farPacketsLost: 12,
    farJitterMs: 1.5,
    farName: `${canaries.callee}@phone.example.net`,
    farTool: 'Phone 1.0',
    jitterMeanMs: 2.1,
    jitterMaxMs: 6.3,
    mos: 4.39,
    mosMin: 4.2,
    farMos: 4.31,
    farMosMin: 4.11,
    quality: [
      {
        atMs: 508_200,
        packetsReceived: 249,
        lossPercent: 0.4,
        jitterMs: 2.5,
        mos: 4.38,
        farLossPercent: 1.2,
        farJitterMs: 1.5,
        farMos: 4.11,
        roundTripMs: 42.5,
      },
    ],
  },
  recordingFile: '5f1c0d4e-0000-4000-8000-000000000001-audio.wav',
  redirects: [
    {
      status: 302,
      target: `sip:+${canaries.callee}@other.example.net`,
      diversion: `"${canaries.secret}" <sip:+${canaries.callee}@trunk.example.net>;reason=unconditional`,
      historyInfo: `<sip:+${canaries.callee}@trunk.example.net>;index=1`,
    },
  ],
  earlyMedia: [
    { sound: 'special-information', category: 'vacant-code', atMs: 502_000 },
    { sound: 'speech', atMs: 503_000 },
  ],
  transfer: {
    cause: 'bot',
    method: 'REFER',
    target: `tel:+${canaries.callee}`,
    outcome: 'failed',
    sipStatus: 486,
    reason: `The target +${canaries.callee} is busy.`,
    attempts: 1,
  },
  warnings: [`The audio of https://audio.example.net/${canaries.path}.wav cannot be had.`],
  context: { name: canaries.secret, phone: canaries.callee },
  customData: { campaign: 'recall-07', phone: `+${canaries.callee}` },
  activeCalls: 12,
  sipCallId: 'a1@gw',
  conversationId: 's1',
};

export const failedFacts: CallFacts = {
  ...fullFacts,
  finalState: 'failed',
  end: {
    code: 'sip.rejected',
    by: 'callee',
    sipStatus: 486,
    failureReason: `The call was refused: 486 sip:${canaries.secret}@example.net is busy, call +${canaries.callee}`,
  },
};
