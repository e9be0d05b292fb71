import { gatewayError, type Random } from '../kit/index.ts';
import {
  createMediaCore,
  type MediaCore,
  type MediaEncryption,
  type MediaEvent,
  type MediaPlane,
  type MediaPorts,
  type RecordingSink,
} from '../media/index.ts';
import { fakeSpeechToText, fakeTextToSpeech } from './fake-speech.ts';
import type { SimClock } from './sim-clock.ts';
import type { SimNetwork } from './sim-network.ts';

const frameMs = 20;

/** What seals and opens the packets of a socket. */
export interface SimSrtp {
  use(encryption: MediaEncryption | undefined): void;
  seal(bytes: Uint8Array): Uint8Array | undefined;
  open(bytes: Uint8Array): Uint8Array;
  sealControl(bytes: Uint8Array): Uint8Array | undefined;
  openControl(bytes: Uint8Array): Uint8Array;
}

export interface SimMediaOptions {
  readonly host: string;
  readonly firstPort: number;
  /** RTP ports to give out; 0 makes every call fail with `media.no-port`. */
  readonly portCount: number;
  readonly random: Random;
  /** The words of the audio files there are, by URL. */
  readonly audioFiles?: Readonly<Record<string, string>> | ((url: string) => string);
  /** The engines of calls; the fakes by default. */
  readonly openSpeech?: MediaPorts['openSpeech'];
  /** The SRTP of each socket; without it all that is said of encryption is passed over. */
  readonly newSrtp?: () => SimSrtp;
  /** Where recorded samples go. */
  readonly onRecorded?: (sessionId: string, pcm: Uint8Array) => void;
}

/** The media plane of a simulated host: the real media core with simulated sockets, clock and speech. */
export function createSimMediaPlane(clock: SimClock, network: SimNetwork, options: SimMediaOptions): MediaPlane {
  let listener: (sessionId: string, event: MediaEvent) => void = () => undefined;
  const inUse = new Set<number>();
  let nextTickMs: number | undefined;

  const core: MediaCore = createMediaCore({
    random: options.random,
    nowMs: () => clock.nowMs(),
    wallOffsetMs: clock.wallMs() - clock.nowMs(),
    openSpeech: options.openSpeech ?? (() => ({ speechToText: fakeSpeechToText, textToSpeech: fakeTextToSpeech })),
    fetchAudio: async (url, signal, sampleRateHz) => {
      const { audioFiles } = options;
      const words = typeof audioFiles === 'function' ? audioFiles(url) : audioFiles?.[url];
      if (words === undefined) throw new Error('there is no such file');
      // Silence before and after, long enough to end an utterance: the words are understood by themselves.
      const silence = Array.from({ length: sampleRateHz }, () => 0);
      const samples: number[] = [];
      for await (const chunk of fakeTextToSpeech.synthesize({ text: words, sampleRateHz }, signal)) {
        for (const sample of chunk) samples.push(sample);
      }
      return Int16Array.from([...silence, ...samples, ...silence]);
    },
    newAbort: () => new AbortController(),
    emit: (sessionId, event) => {
      // As across a thread border: the listener never runs inside the command that caused the event.
      clock.at(clock.nowMs(), () => {
        listener(sessionId, event);
      });
    },
    openRecording: (sessionId): RecordingSink => ({
      write: (pcm) => options.onRecorded?.(sessionId, pcm),
      skip: (byteCount) => options.onRecorded?.(sessionId, new Uint8Array(byteCount)),
      close: () => undefined,
    }),
    openSocket: (sessionId) => {
      for (let index = 0; index < options.portCount; index += 1) {
        const local = { host: options.host, port: options.firstPort + 2 * index };
        if (inUse.has(local.port)) continue;
        const srtp = options.newSrtp?.();
        const control = { host: options.host, port: local.port + 1 };
        const isBound = network.bind(local, (bytes, source) => {
          core.packet(sessionId, bytes, source.host, source.port, clock.nowMs());
        });
        if (!isBound) continue;
        network.bind(control, (bytes, source) => {
          core.controlPacket(sessionId, bytes, source.host, source.port, clock.nowMs());
        });
        inUse.add(local.port);
        const value = {
          port: local.port,
          send: (bytes: Uint8Array, host: string, port: number) => {
            const sealed = srtp === undefined ? bytes : srtp.seal(bytes);
            if (sealed !== undefined) network.send(sealed, local, { host, port });
            return clock.nowMs();
          },
          sendControl: (bytes: Uint8Array, host: string, port: number, isMuxed: boolean) => {
            const sealed = srtp === undefined ? bytes : srtp.sealControl(bytes);
            if (sealed !== undefined) network.send(sealed, isMuxed ? local : control, { host, port });
          },
          encrypt: (encryption: MediaEncryption | undefined) => srtp?.use(encryption),
          open: (bytes: Uint8Array) => (srtp === undefined ? bytes : srtp.open(bytes)),
          openControl: (bytes: Uint8Array) => (srtp === undefined ? bytes : srtp.openControl(bytes)),
          close: () => {
            network.unbind(local);
            network.unbind(control);
            inUse.delete(local.port);
          },
        };
        return { ok: true, value };
      }
      return { ok: false, error: gatewayError('media.no-port', 'No free RTP port') };
    },
  });

  function tick(): void {
    nextTickMs = undefined;
    core.tick(clock.nowMs());
    schedule();
  }

  function schedule(): void {
    if (nextTickMs !== undefined || core.sessionCount === 0) return;
    nextTickMs = clock.nowMs() + frameMs;
    clock.at(nextTickMs, tick);
  }

  return {
    send(sessionId, command) {
      core.command(sessionId, command, clock.nowMs());
      schedule();
    },
    onEvent(next) {
      listener = next;
    },
  };
}
