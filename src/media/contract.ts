/**
 * The media plane as the call sees it: commands in, events out, all plain data, so that it may live in another thread.
 * Audio never crosses this border. Instants are on the process's monotonic clock (`Clock.nowMs`).
 */
import type { ProgressFinding } from '../audio/index.ts';
import type { GatewayError } from '../kit/index.ts';
import type {
  ExpectedSpeech,
  ListeningOptions,
  RecognitionEvent,
  SampleRateHz,
  SpeechSelection,
  SpeechService,
} from '../speech/index.ts';

export type AudioCodec = 'PCMU' | 'PCMA' | 'G722' | 'opus';

/** What the far end wants of our Opus (RFC 7587 §6.1); absent: anything. */
export interface OpusWishes {
  /** It can make up for a lost packet from the next one. */
  readonly isFecWanted?: boolean;
  /** Bits a second. */
  readonly maxBitrate?: number;
  readonly isConstantRate?: boolean;
  readonly maxPlaybackRateHz?: number;
}

export type SrtpSuite = 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32' | 'AEAD_AES_128_GCM' | 'AEAD_AES_256_GCM';

/** Of one call's SRTP: each side's master key and salt, in base64 (RFC 4568 §6.1). Secrets: never shown. */
export interface MediaEncryption {
  readonly suite: SrtpSuite;
  /** What is sent. */
  readonly localKey: string;
  /** What is received. */
  readonly remoteKey: string;
}

export type AddressFamily = 'IPv4' | 'IPv6';

/** What offer and answer agreed on, as seen from this side. */
export interface NegotiatedAudio {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly codec: AudioCodec;
  /** RTP payload type number of the codec, 0 to 127. */
  readonly payloadType: number;
  /** Payload type of telephone-event (RFC 4733), if agreed. */
  readonly telephoneEventPayloadType?: number;
  readonly opus?: OpusWishes;
  /** The clock of their durations; default 8000. */
  readonly telephoneEventClockHz?: number;
  /** What else may come, by its payload type; G.711 under its static ones always may. */
  readonly otherFormats?: readonly { readonly payloadType: number; readonly codec: AudioCodec }[];
  /** Whether this side may send and whether it should expect to receive (hold). */
  readonly canSend: boolean;
  readonly canReceive: boolean;
  /** SRTP; absent: plain RTP. */
  readonly encryption?: MediaEncryption;
  /** Absent: RTCP goes to the port above that of RTP. */
  readonly rtcp?: NegotiatedRtcp;
}

/** Where the far end takes RTCP, when that is not the port above that of RTP. */
export interface NegotiatedRtcp {
  /** Absent: the address of RTP. */
  readonly address?: string;
  /** 0: nowhere. */
  readonly port: number;
  /** On both sides at the port of RTP (RFC 5761). */
  readonly isMuxed?: true;
  /** It has asked for extended reports (RFC 3611 §5). */
  readonly isExtended?: true;
}

/**
 * `strict`: only packets from the exact address and port of the SDP are heard. `latch`: the first valid packet from the
 * SDP address, whatever its port, fixes the source. `learn`: the first valid packet from anywhere does.
 */
export type SourcePolicy = 'strict' | 'latch' | 'learn';

export interface RecordingOrder {
  readonly filePath: string;
  /** stereo: left = bot, right = callee. */
  readonly layout: 'mono' | 'stereo';
}

export interface NetworkLimits {
  /** So many packets lost since the last such warning; 0 warns of none. */
  readonly packetsLost: number;
  /** Interarrival jitter above this. */
  readonly jitterMs: number;
  /** Round trip above this; 0 warns of none. */
  readonly roundTripMs: number;
  /** A mean opinion score below this in one of the directions; 0 warns of none. */
  readonly mos: number;
}

/** How bad the stream of the callee is, and the limit that it is beyond. */
export type NetworkWarning =
  | { readonly kind: 'packet-loss'; readonly packetsLost: number; readonly limit: number }
  | { readonly kind: 'jitter'; readonly jitterMs: number; readonly limitMs: number }
  | { readonly kind: 'round-trip'; readonly roundTripMs: number; readonly limitMs: number }
  | { readonly kind: 'mos'; readonly mos: number; readonly limit: number };

export type MediaCommand =
  /** Binds an RTP port. Answered by `opened` or `failed`. */
  | {
      readonly type: 'open';
      readonly recognition: ListeningOptions;
      /** Which engines hear and speak; absent: the local ones. */
      readonly speech?: SpeechSelection;
      readonly sourcePolicy: SourcePolicy;
      /** Of the port, where there is one of each. Default: that of the usual address. */
      readonly addressFamily?: AddressFamily;
      readonly recording?: RecordingOrder;
      /** The likely rate of the audio, for what is prepared before a codec is agreed on. Default 8000. */
      readonly likelyRateHz?: SampleRateHz;
      /** What of the callee's stream is worth a `network-warning`; absent: nothing. */
      readonly networkLimits?: NetworkLimits;
      /**
       * Sounds leave on the beat, as those of a microphone do. Absent: what begins amid silence leaves at once, up to one
       * packet ahead of the beat until the next silence.
       */
      readonly isLive?: true;
    }
  /**
   * Starts (or, after a re-INVITE, changes) the exchange of packets: silence flows until something is played. `isEarly`: nobody has
   * answered yet, so what comes is neither understood nor recorded, but its sound is told (`progress-sound`); `remote` should not allow to send.
   */
  | { readonly type: 'connect'; readonly remote: NegotiatedAudio; readonly isEarly?: true }
  /** Synthesises a text now, to be played later by `play` with the same `playbackId`. */
  | ({ readonly type: 'prepare'; readonly playbackId: string; readonly text: string } & SpeechManner)
  /** Plays a text after whatever is still playing. Answered by `playback-started`, then `playback-finished`. */
  | ({ readonly type: 'play'; readonly playbackId: string; readonly text: string } & SpeechManner)
  /**
   * Plays the audio of a URL after whatever is still playing, answered like `play`. A loop plays until it is stopped,
   * and then counts as complete.
   */
  | { readonly type: 'play-audio'; readonly playbackId: string; readonly url: string; readonly isLooping: boolean }
  /**
   * Plays the audio of a URL over and over under everything else that is sent, weakened by so many dB, until `stop-background`
   * or another one; keys alone silence it. It goes on through `stop-playback` and `pause-playback`. Answered only when it cannot be
   * had, by `playback-failed`.
   */
  | {
      readonly type: 'play-background';
      readonly playbackId: string;
      readonly url: string;
      readonly attenuationDb: number;
    }
  | { readonly type: 'stop-background' }
  /**
   * Sends keys as telephone events (RFC 4733), one after the other, in place of any audio; what plays waits. A far end that
   * has not agreed to such events hears their tones instead. Answered by `playback-finished`.
   */
  | {
      readonly type: 'send-keys';
      readonly playbackId: string;
      readonly keys: readonly {
        readonly digit: string;
        readonly durationMs: number;
        /** Power level in dBm0 without its sign. */
        readonly attenuationDb: number;
      }[];
      /** From the end of one key to the start of the next. */
      readonly gapMs: number;
    }
  /** Stops what plays and forgets what waits, within one packet. Each is answered by `playback-finished`. */
  | { readonly type: 'stop-playback' }
  /** Silence from the next packet on; what plays and what waits stand still until `resume-playback`. */
  | { readonly type: 'pause-playback' }
  /** Goes on with the very next sample. */
  | { readonly type: 'resume-playback' }
  /**
   * Other engines or other options from now on. A recogniser that is changed begins anew, and the utterance that is going
   * on may be lost; what is being spoken is spoken to its end as it was.
   */
  | { readonly type: 'configure-speech'; readonly speech: SpeechSelection; readonly recognition: ListeningOptions }
  /** What the callee is likely to say from now on; undefined: anything. */
  | { readonly type: 'expect'; readonly expected: ExpectedSpeech | undefined }
  /** Feeds the recogniser from now on. */
  | { readonly type: 'listen' }
  /** Silence in place of the callee from now on, for the recogniser and the recording, until `listen` (§6.2). */
  | { readonly type: 'pause-listening' }
  /**
   * `bot`: silence is sent in place of what plays, which goes on unheard. `callee`: silence in place of the callee, for the
   * recogniser and the recording; keys are told all the same.
   */
  | { readonly type: 'mute'; readonly who: 'bot' | 'callee'; readonly isMuted: boolean }
  /** Stops everything and frees the port. Answered by `closed`; no event follows. */
  | { readonly type: 'close' };

/** How a text is spoken, beside the words. */
export interface SpeechManner {
  /** The audio is not kept for the next call that says the same. */
  readonly isExcludedFromCache?: boolean;
  /** Played instead when the text cannot be spoken, or cannot be spoken to its end. */
  readonly fallbackAudioUrl?: string;
}

/** Counters of one call's RTP, both directions (RFC 3550 §6.4.1 and A.3, A.8 for loss and jitter). */
export interface RtpSummary {
  readonly packetsSent: number;
  readonly packetsReceived: number;
  /** Expected minus received; negative when duplicates outnumber losses. */
  readonly packetsLost: number;
  readonly packetsLate: number;
  readonly packetsDuplicated: number;
  /** Packets from a source the policy does not allow, never played, recognised or recorded. */
  readonly packetsFromStrangers: number;
  readonly packetsMalformed: number;
  /** Interarrival jitter of the callee's stream, ms. */
  readonly jitterMs: number;
  /** |interval between two packets sent - 20 ms|, from the pacer's own clock at the send call. */
  readonly sendJitterP50Ms: number;
  readonly sendJitterP99Ms: number;
  readonly sendJitterMaxMs: number;
  readonly rtcpPacketsSent: number;
  readonly rtcpPacketsReceived: number;
  /** What came as RTCP from places that the policy does not allow, or was none. */
  readonly rtcpPacketsRefused: number;
  /** From here to the far end and back, ms, mean and most; null when the far end has sent no report. */
  readonly roundTripMs: number | null;
  readonly roundTripMaxMs: number | null;
  /** What the far end says of the stream that it gets; null when it says nothing. */
  readonly farPacketsLost: number | null;
  readonly farJitterMs: number | null;
  /** How it calls itself and its program in RTCP (CNAME, TOOL). */
  readonly farName: string | null;
  readonly farTool: string | null;
  /** Of the samples; null where no packet came. */
  readonly jitterMeanMs: number | null;
  readonly jitterMaxMs: number | null;
  /** Estimated mean opinion scores, 1 to 4.5: what is heard here, and what the far end hears; mean and least of the samples. */
  readonly mos: number | null;
  readonly mosMin: number | null;
  readonly farMos: number | null;
  readonly farMosMin: number | null;
  /** In order; at most 240. */
  readonly quality: readonly QualitySample[];
}

/** Some seconds of a call. The far end's part is null when it did not report in that time. */
export interface QualitySample {
  /** When it begins; it ends where the next one begins. */
  readonly atMs: number;
  /** The stream of the callee; null where no packet came. */
  readonly packetsReceived: number;
  /** Lost, or too late to be played. */
  readonly lossPercent: number | null;
  readonly jitterMs: number | null;
  readonly mos: number | null;
  /** The stream to the callee. */
  readonly farLossPercent: number | null;
  readonly farJitterMs: number | null;
  readonly farMos: number | null;
  readonly roundTripMs: number | null;
}

/** Of a call without media. */
export const noPackets: RtpSummary = {
  packetsSent: 0,
  packetsReceived: 0,
  packetsLost: 0,
  packetsLate: 0,
  packetsDuplicated: 0,
  packetsFromStrangers: 0,
  packetsMalformed: 0,
  jitterMs: 0,
  sendJitterP50Ms: 0,
  sendJitterP99Ms: 0,
  sendJitterMaxMs: 0,
  rtcpPacketsSent: 0,
  rtcpPacketsReceived: 0,
  rtcpPacketsRefused: 0,
  roundTripMs: null,
  roundTripMaxMs: null,
  farPacketsLost: null,
  farJitterMs: null,
  farName: null,
  farTool: null,
  jitterMeanMs: null,
  jitterMaxMs: null,
  mos: null,
  mosMin: null,
  farMos: null,
  farMosMin: null,
  quality: [],
};

export type MediaEvent =
  | { readonly type: 'opened'; readonly port: number }
  /** `firstSamplesAtMs`: when the first audio of the text or file was there; before `play` for what was prepared. */
  | {
      readonly type: 'playback-started';
      readonly playbackId: string;
      readonly firstSamplesAtMs: number;
      readonly atMs: number;
    }
  /** Of a text under `prepare`: its first audio is there, or there will be none. */
  | { readonly type: 'prepared'; readonly playbackId: string; readonly atMs: number }
  /** `playedMs` of audio left; `isComplete` is false when it was stopped before its end. */
  | {
      readonly type: 'playback-finished';
      readonly playbackId: string;
      readonly isComplete: boolean;
      readonly playedMs: number;
      readonly atMs: number;
    }
  /** The text could not be spoken (`speech.*`) or the audio not be had (`media.audio-unavailable`); counts as finished. */
  | { readonly type: 'playback-failed'; readonly playbackId: string; readonly error: GatewayError }
  | { readonly type: 'first-packet-sent'; readonly atMs: number }
  /** A key of the callee, when it is let go. `isTone`: found in the audio, because no telephone events were agreed on. */
  | {
      readonly type: 'digit';
      readonly digit: string;
      readonly durationMs: number;
      readonly isTone?: true;
      readonly atMs: number;
    }
  /**
   * What is heard before the answer, at each change (`CallProgress`); after it, for some seconds, only a fax. At most 16 of a
   * call.
   */
  | ({ readonly type: 'progress-sound'; readonly isAnswered: boolean; readonly atMs: number } & ProgressFinding)
  /** `isDoubted`: the words of a `final`, or of a `partial` in a pause, are below the confidence threshold. */
  | { readonly type: 'recognition'; readonly event: RecognitionEvent; readonly isDoubted?: true }
  /** At most one of a kind within 30 s. */
  | { readonly type: 'network-warning'; readonly warning: NetworkWarning; readonly atMs: number }
  /** Another engine than the first of the selection serves the call from now on; `name` as the tenant calls it. */
  | { readonly type: 'speech-provider'; readonly service: SpeechService; readonly name?: string }
  /** The media of this call cannot go on; `close` is still owed. */
  | { readonly type: 'failed'; readonly error: GatewayError }
  /** A recording stopped early (disk); the call goes on. */
  | { readonly type: 'recording-failed'; readonly message: string }
  /** `recordingStartedAtMs`: the instant of the first sample of the recording, when something was recorded. */
  | { readonly type: 'closed'; readonly rtp: RtpSummary; readonly recordingStartedAtMs?: number };

export interface MediaPlane {
  send(sessionId: string, command: MediaCommand): void;
  /** One listener for all calls; events of one call arrive in order. */
  onEvent(listener: (sessionId: string, event: MediaEvent) => void): void;
}
