/** What the media core needs of the outside world. It never opens or waits by itself. */
import type { GatewayError, Random, Result } from '../kit/index.ts';
import type { CallSpeech, SampleRateHz, SpeechSelection, SpeechService } from '../speech/index.ts';
import type { OpenOpus } from './codec.ts';
import type { AddressFamily, MediaEncryption, MediaEvent, RecordingOrder } from './contract.ts';

export interface RtpSocket {
  /** The local UDP port. */
  readonly port: number;
  /**
   * Hands one datagram to the network without waiting and never throws. `bytes` is used again by the caller at once.
   * Returns the monotonic instant (ms) of the hand-over.
   */
  send(bytes: Uint8Array, address: string, port: number): number;
  /** The same for a compound of RTCP, from the port above; `isMuxed`: from the RTP port. Not sent where it cannot be encrypted. */
  sendControl(bytes: Uint8Array, address: string, port: number, isMuxed: boolean): void;
  /** SRTP from now on, or plain RTP without it. A key that stays goes on where it was. */
  encrypt(encryption: MediaEncryption | undefined): void;
  /**
   * What there is to see of a datagram that came, at the RTP port and at that of RTCP; nothing of one that is not authentic. Asked
   * for what an allowed source has sent, and once for each: strangers cost no cryptography.
   */
  open(bytes: Uint8Array): Uint8Array;
  openControl(bytes: Uint8Array): Uint8Array;
  close(): void;
}

/** Where a recording goes: 16-bit little-endian samples, interleaved when stereo. */
export interface RecordingSink {
  /** Never blocks and never throws; `pcm` is used again by the caller at once. */
  write(pcm: Uint8Array): void;
  /** So many bytes of silence. */
  skip(byteCount: number): void;
  close(): void;
}

export interface AbortHandle {
  readonly signal: AbortSignal;
  abort(): void;
}

export interface MediaPorts {
  /** Binds a free RTP port and the RTCP port above it for a call, or says why it cannot. */
  openSocket(sessionId: string, family?: AddressFamily): Result<RtpSocket, GatewayError>;
  /**
   * The engines of a call; without a selection the local ones. `onProvider` is told of every engine that takes over from
   * another one. Nothing is connected before it is used; what cannot be had fails then.
   */
  openSpeech(
    sessionId: string,
    selection: SpeechSelection | undefined,
    onProvider: (service: SpeechService, name: string | undefined) => void,
  ): CallSpeech;
  /** The audio of a WAV file, one channel. Rejects with an `Error` whose message says why it cannot be had. */
  fetchAudio(url: string, signal: AbortSignal, sampleRateHz: SampleRateHz): Promise<Int16Array>;
  /** `onFailed` is called at most once, later, when the disk fails; nothing is written after it. */
  openRecording(
    sessionId: string,
    order: RecordingOrder & { readonly sampleRateHz: SampleRateHz },
    onFailed: (message: string) => void,
  ): RecordingSink;
  /** Absent where no call agrees on Opus. */
  readonly openOpus?: OpenOpus;
  readonly random: Random;
  /** The clock of the instants that are handed in, for what arrives between two of them: the first audio of a text. */
  nowMs(): number;
  /** To be added to these instants for ms since 1970. It stays as it is, whatever is done to the clock of the system. */
  readonly wallOffsetMs: number;
  emit(sessionId: string, event: MediaEvent): void;
  newAbort(): AbortHandle;
}
