/** Calls and phones on one media core, joined by a simulated network with its losses, for tests of sound. */
import assert from 'node:assert/strict';
import { rmsLevel, tone, toneShare } from '../audio/index.ts';
import { err, gatewayError, ok, type Random, seededRandom } from '../kit/index.ts';
import type {
  ExpectedSpeech,
  RecognitionEvent,
  SpeechToText,
  SynthesisRequest,
  TextToSpeech,
} from '../speech/index.ts';
import {
  type AudioCodec,
  createMediaCore,
  type MediaCommand,
  type MediaEvent,
  type MediaPorts,
  type NegotiatedAudio,
} from './index.ts';

export const recognition = { endOfSpeechMs: 500, confidenceThreshold: 0 } as const;
const payloadTypes: Readonly<Record<AudioCodec, number>> = { PCMU: 0, PCMA: 8, G722: 9, opus: 111 };
export const ownAddress = '192.0.2.10';

export interface Sent {
  readonly bytes: Uint8Array;
  readonly atMs: number;
}

/** What one packet of a network suffers: the delay of each copy that arrives; none is loss. */
export type Fate = (random: Random) => readonly number[];

interface Heard {
  readonly sampleRateHz: number;
  readonly pcm: number[];
  readonly atMs: number[];
  readonly expected: (ExpectedSpeech | undefined)[];
  emit: (event: RecognitionEvent) => void;
  isClosed: boolean;
}

/** A text is `frequency:durationMs`, spoken as a tone in chunks of 50 ms; `fail` fails, `hang` never ends. */
class FakeVoice implements TextToSpeech {
  readonly spec = 'tts/1';
  readonly name = 'fake';
  readonly begun: string[] = [];
  readonly aborted: string[] = [];
  chunksAsked = 0;

  async *synthesize({ text, sampleRateHz }: SynthesisRequest, signal: AbortSignal): AsyncGenerator<Int16Array> {
    this.begun.push(text);
    signal.addEventListener('abort', () => this.aborted.push(text));
    if (text.startsWith('fail')) {
      if (text === 'fail late') yield tone(440, sampleRateHz, 100);
      throw new Error('no voice today');
    }
    const [frequencyHz = 0, durationMs = 0] = text.split(':').map(Number);
    const pcm = tone(frequencyHz, sampleRateHz, durationMs);
    const chunkSamples = sampleRateHz / 20;
    for (let at = 0; at < pcm.length; at += chunkSamples) {
      this.chunksAsked++;
      yield pcm.subarray(at, at + chunkSamples);
    }
    if (text.endsWith(':hang')) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  }
}

/** Calls and phones in one core, joined by a simulated network; a phone is just another session. */
export class World {
  readonly voice = new FakeVoice();
  readonly events: { sessionId: string; event: MediaEvent }[] = [];
  readonly heard: Heard[] = [];
  readonly sent = new Map<string, Sent[]>();
  readonly recordings = new Map<
    string,
    { sampleRateHz: number; bytes: number[]; isClosed: boolean; fail: (message: string) => void }
  >();
  readonly openPorts = new Set<number>();
  readonly wire: { readonly atMs: number; readonly bytes: Uint8Array; readonly from: number; readonly to: number }[] =
    [];
  readonly sessionByPort = new Map<number, string>();
  fate: Fate = () => [5];
  nowMs = 0;
  nextPort = 10_000;
  brokenSocket = '';
  /** What becomes of datagrams of an allowed source. */
  unseal: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes;
  readonly #random = seededRandom(22);

  constructor(openOpus?: NonNullable<MediaPorts['openOpus']>) {
    if (openOpus !== undefined) this.ports.openOpus = openOpus;
  }

  readonly speechToText: SpeechToText = {
    spec: 'stt/1',
    name: 'fake',
    open: ({ sampleRateHz }, onEvent) => {
      const heard: Heard = { sampleRateHz, pcm: [], atMs: [], expected: [], emit: onEvent, isClosed: false };
      this.heard.push(heard);
      return {
        write: (pcm, atMs) => {
          for (const sample of pcm) heard.pcm.push(sample);
          heard.atMs.push(atMs);
        },
        expect: (expected) => heard.expected.push(expected),
        close: () => (heard.isClosed = true),
      };
    },
  };

  readonly ports: { -readonly [key in keyof MediaPorts]: MediaPorts[key] } = {
    openSocket: (sessionId) => {
      if (sessionId === 'no-port') return err(gatewayError('media.no-port', 'none left'));
      const port = this.nextPort;
      this.nextPort += 2;
      this.openPorts.add(port);
      this.sessionByPort.set(port, sessionId);
      const sent: Sent[] = [];
      this.sent.set(sessionId, sent);
      return ok({
        port,
        send: (bytes, _address, to) => {
          if (this.brokenSocket === sessionId) throw new Error('a bug');
          sent.push({ bytes: bytes.slice(), atMs: this.nowMs });
          for (const delayMs of this.fate(this.#random)) {
            this.wire.push({ atMs: this.nowMs + delayMs, bytes: bytes.slice(), from: port, to });
          }
          return this.nowMs;
        },
        sendControl: () => undefined,
        encrypt: () => undefined,
        open: (bytes) => this.unseal(bytes),
        openControl: (bytes) => bytes,
        close: () => this.openPorts.delete(port),
      });
    },
    openSpeech: () => ({ speechToText: this.speechToText, textToSpeech: this.voice }),
    fetchAudio: (url, signal, sampleRateHz) => {
      signal.addEventListener('abort', () => this.voice.aborted.push(url));
      const [, frequencyHz = 0, durationMs = 0] = url.split('/').map(Number);
      return url === 'missing'
        ? Promise.reject(new Error('404'))
        : Promise.resolve(tone(frequencyHz, sampleRateHz, durationMs));
    },
    openRecording: (sessionId, { sampleRateHz }, onFailed) => {
      const recording = { sampleRateHz, bytes: [] as number[], isClosed: false, fail: onFailed };
      this.recordings.set(sessionId, recording);
      return {
        write: (pcm) => {
          for (const byte of pcm) recording.bytes.push(byte);
        },
        skip: (byteCount) => {
          for (let i = 0; i < byteCount; i++) recording.bytes.push(0);
        },
        close: () => (recording.isClosed = true),
      };
    },
    // Of its own, so that what the network does follows from the packets alone.
    random: seededRandom(21),
    emit: (sessionId, event) => this.events.push({ sessionId, event }),
    nowMs: () => this.nowMs,
    wallOffsetMs: 0,
    newAbort: () => new AbortController(),
  };
  readonly core = createMediaCore(this.ports);

  command(sessionId: string, command: MediaCommand): void {
    this.core.command(sessionId, command, this.nowMs);
  }

  open(sessionId: string, options: Partial<Extract<MediaCommand, { type: 'open' }>> = {}): number {
    this.command(sessionId, { type: 'open', recognition, sourcePolicy: 'strict', ...options });
    const opened = this.eventsOf(sessionId).find((event) => event.type === 'opened');
    return opened?.type === 'opened' ? opened.port : 0;
  }

  connect(sessionId: string, remotePort: number, changes: Partial<NegotiatedAudio> = {}): void {
    const codec = changes.codec ?? 'PCMU';
    const payloadType = payloadTypes[codec];
    const remote = { remoteAddress: ownAddress, remotePort, codec, payloadType, canSend: true, canReceive: true };
    this.command(sessionId, { type: 'connect', remote: { ...remote, telephoneEventPayloadType: 101, ...changes } });
  }

  /** A call and a phone that are connected and listen. Returns the port of the call. */
  joined(
    codec: AudioCodec = 'PCMU',
    options: Partial<Extract<MediaCommand, { type: 'open' }>> = {},
    changes: Partial<NegotiatedAudio> = {},
  ): number {
    const callPort = this.open('call', options);
    const phonePort = this.open('phone');
    this.connect('call', phonePort, { codec, ...changes });
    this.connect('phone', callPort, { codec, ...changes });
    this.command('call', { type: 'listen' });
    this.command('phone', { type: 'listen' });
    return callPort;
  }

  /** Runs the world for `durationMs`: every tick the packets that are due, then 20 ms of both sessions. */
  async run(durationMs: number): Promise<void> {
    const endMs = this.nowMs + durationMs;
    while (this.nowMs < endMs) {
      this.nowMs += 20;
      const due = this.wire.filter(({ atMs }) => atMs <= this.nowMs).sort((a, b) => a.atMs - b.atMs);
      const waiting = this.wire.filter(({ atMs }) => atMs > this.nowMs);
      this.wire.splice(0, this.wire.length, ...waiting);
      for (const { bytes, from, to, atMs } of due) {
        this.core.packet(this.sessionByPort.get(to) ?? '', bytes, ownAddress, from, atMs);
      }
      this.core.tick(this.nowMs);
      await settled();
    }
  }

  portOf(sessionId: string): number {
    const [port = 0] = [...this.sessionByPort].find(([, owner]) => owner === sessionId) ?? [];
    return port;
  }

  eventsOf(sessionId: string): MediaEvent[] {
    return this.events.filter((entry) => entry.sessionId === sessionId).map(({ event }) => event);
  }

  types(sessionId: string): string[] {
    return this.eventsOf(sessionId).map(({ type }) => type);
  }

  closed(sessionId: string): Extract<MediaEvent, { type: 'closed' }>['rtp'] {
    this.command(sessionId, { type: 'close' });
    const last = this.eventsOf(sessionId).at(-1);
    assert.equal(last?.type, 'closed');
    return last.type === 'closed' ? last.rtp : assert.fail();
  }
}

/** Lets every promise that can go on do so. */
export async function settled(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}

/** Mean share of `frequencyHz` over windows of 40 ms that hold sound, and how many those are. */
export function sound(
  pcm: readonly number[],
  frequencyHz: number,
  sampleRateHz = 8000,
): { windows: number; share: number } {
  let windows = 0;
  let shares = 0;
  const windowSamples = sampleRateHz / 25;
  for (let at = 0; at + windowSamples <= pcm.length; at += windowSamples) {
    const window = Int16Array.from(pcm.slice(at, at + windowSamples));
    if (rmsLevel(window) < 500) continue;
    windows++;
    shares += toneShare(window, sampleRateHz, frequencyHz);
  }
  return { windows, share: windows === 0 ? 0 : shares / windows };
}
