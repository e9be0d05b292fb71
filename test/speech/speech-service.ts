/**
 * A speech service of any maker as far as a client sees it, on loopback, with the fake engines behind, so that words which
 * arrive prove the audio both ways. What the makers differ in is a `ServiceSides`. On request it misbehaves.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { RecognitionEvent, RecognitionSession, SampleRateHz } from '../../src/speech/index.ts';
import { fakeSpeechToText, fakeTextToSpeech } from '../../src/testing/index.ts';
import { type Mischief, spoils } from './mischief.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface ServedSession {
  readonly asked: Asked;
  /** Messages that are no audio. */
  readonly texts: string[];
  audioMessages: number;
}

/** One side of a recognition over a WebSocket. */
export interface HearingSide {
  /** Asked for when the first audio comes. */
  readonly sampleRateHz: SampleRateHz;
  readonly greeting?: readonly (string | Uint8Array)[];
  /** The greeting answers a message of this type instead of the connection. */
  readonly greetsAfter?: string;
  /** The audio in a message; undefined when it holds none. */
  audioIn(data: Buffer, isBinary: boolean): Int16Array | undefined;
  /** The text that a message asks to be spoken, for services that speak on a socket. */
  speakIn?(data: Buffer): SocketSpeech | undefined;
  /** What is said of an event of the fake ear, whose instants are ms of audio. */
  say(event: RecognitionEvent): readonly (string | Uint8Array)[];
}

export type SpeakingSide = {
  readonly text: string;
  readonly contentType: string;
} & (
  | {
      /** Audio at 8 kHz as this service sends it. */
      encode(pcm: Int16Array): Uint8Array;
    }
  | {
      /** All of it as an answer in JSON. */
      encodeWhole(pcm: Int16Array): unknown;
    }
);

export interface SocketSpeech {
  readonly text: string;
  readonly encode: (pcm: Int16Array) => Uint8Array;
  /** Says that all is spoken. */
  readonly done: string;
}

export interface TranscribingSide {
  /** At 8 kHz. */
  readonly pcm: Int16Array;
  answer(text: string): unknown;
}

export interface ServiceSides {
  readonly hear?: (asked: Asked) => HearingSide;
  readonly speak?: (asked: Asked) => SpeakingSide | undefined;
  readonly transcribe?: (asked: Asked) => TranscribingSide | undefined;
}

export interface SpeechService {
  readonly url: string;
  readonly sessions: ServedSession[];
  readonly requests: Asked[];
  /** Of the next connections; the last one stays. */
  misbehave(...mischief: readonly Mischief[]): void;
  close(): Promise<void>;
}

export async function startSpeechService(sides: ServiceSides): Promise<SpeechService> {
  const sessions: ServedSession[] = [];
  const requests: Asked[] = [];
  let plan: readonly Mischief[] = [{}];
  const nextMischief = (): Mischief => {
    const [mischief = {}, ...later] = plan;
    if (later.length > 0) plan = later;
    return mischief;
  };
  const server = createServer((request, response) => {
    const mischief = nextMischief();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked = askedBy(request, Buffer.concat(chunks));
      requests.push(asked);
      void answer(sides, asked, response, mischief);
    });
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const mischief = nextMischief();
    if (mischief.refuseWith !== undefined || sides.hear === undefined) {
      socket.end(`HTTP/1.1 ${mischief.refuseWith ?? 404} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    const side = sides.hear(askedBy(request, Buffer.alloc(0)));
    sockets.handleUpgrade(request, socket, head, (peer) => {
      const served = { asked: askedBy(request, Buffer.alloc(0)), texts: [], audioMessages: 0 };
      sessions.push(served);
      serveHearing(peer, side, served, mischief);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sessions,
    requests,
    misbehave: (...mischief) => (plan = mischief),
    close: async () => {
      for (const peer of sockets.clients) peer.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function askedBy(request: IncomingMessage, body: Buffer): Asked {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  return { method: request.method ?? '', path: pathname, query: searchParams, headers: request.headers, body };
}

function bufferOf(data: RawData): Buffer {
  return Buffer.isBuffer(data) ? data : Buffer.alloc(0);
}

function serveHearing(peer: WebSocket, side: HearingSide, served: ServedSession, mischief: Mischief): void {
  let heardMs = 0;
  let rest = new Int16Array(0);
  let opened: RecognitionSession | undefined;
  const openEar = (): RecognitionSession =>
    fakeSpeechToText.open({ sampleRateHz: side.sampleRateHz, endOfSpeechMs: 300 }, (event) => {
      if (mischief.isDeaf === true) return;
      for (const message of side.say(event)) peer.send(message);
    });
  const greet = (): void => {
    if (mischief.isDeaf !== true) for (const message of side.greeting ?? []) peer.send(message);
  };
  if (side.greetsAfter === undefined) greet();
  peer.on('message', (raw, isBinary) => {
    const data = bufferOf(raw);
    const spoken = isBinary ? undefined : side.speakIn?.(data);
    if (spoken !== undefined) void sendOverSocket(peer, spoken, mischief);
    const audio = side.audioIn(data, isBinary);
    if (audio === undefined) {
      served.texts.push(data.toString('latin1'));
      if (side.greetsAfter !== undefined && data.includes(`"type":"${side.greetsAfter}"`)) greet();
      return;
    }
    served.audioMessages += 1;
    if (spoils(peer, mischief, served.audioMessages)) return;
    const ear = (opened ??= openEar());
    const frameSamples = side.sampleRateHz / 50;
    const pcm = new Int16Array(rest.length + audio.length);
    pcm.set(rest);
    pcm.set(audio, rest.length);
    let at = 0;
    for (; at + frameSamples <= pcm.length; at += frameSamples) {
      heardMs += 20;
      ear.write(pcm.subarray(at, at + frameSamples), heardMs);
    }
    rest = pcm.slice(at);
  });
}

async function answer(
  { speak, transcribe }: ServiceSides,
  asked: Asked,
  response: ServerResponse,
  mischief: Mischief,
): Promise<void> {
  if (mischief.isDeaf === true) return;
  if (mischief.refuseWith !== undefined) {
    response.writeHead(mischief.refuseWith, { 'content-type': 'application/json' });
    response.end(mischief.garbage ?? '{"error":{"message":"C4NARY is no key"}}');
    return;
  }
  if (mischief.garbage !== undefined) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(mischief.garbage);
    return;
  }
  const heard = transcribe?.(asked);
  if (heard !== undefined) {
    if (mischief.cutAfter !== undefined) response.destroy();
    else
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(heard.answer(wordsIn(heard.pcm))));
    return;
  }
  const spoken = speak?.(asked);
  if (spoken === undefined) response.writeHead(404).end();
  else await send(spoken, response, mischief);
}

async function sendOverSocket(
  peer: WebSocket,
  { text, encode, done }: SocketSpeech,
  mischief: Mischief,
): Promise<void> {
  if (mischief.isDeaf === true) return;
  let chunks = 0;
  const { signal } = new AbortController();
  for await (const pcm of fakeTextToSpeech.synthesize({ text, sampleRateHz: 8000 }, signal)) {
    if (spoils(peer, mischief, ++chunks)) return;
    peer.send(encode(pcm));
  }
  for (let left = mischief.floodBytes ?? 0; left > 0; left -= 1_000_000) peer.send(Buffer.alloc(1_000_000));
  peer.send(done);
}

/** What the fake ear makes of a whole recording at 8 kHz. */
function wordsIn(pcm: Int16Array): string {
  const words: string[] = [];
  const ear = fakeSpeechToText.open({ sampleRateHz: 8000, endOfSpeechMs: 300 }, (event) => {
    if (event.type === 'final') words.push(event.text);
  });
  // The frames of the fake voice begin where it does, wherever the recording was cut.
  const voice = pcm.subarray(
    Math.max(
      0,
      pcm.findIndex((sample) => Math.abs(sample) > 150),
    ),
  );
  const padded = new Int16Array(voice.length + 8000);
  padded.set(voice);
  for (let at = 0; at + 160 <= padded.length; at += 160) ear.write(padded.subarray(at, at + 160), at / 8);
  return words.join(' ');
}

async function send(spoken: SpeakingSide, response: ServerResponse, mischief: Mischief): Promise<void> {
  response.writeHead(200, { 'content-type': spoken.contentType });
  response.flushHeaders();
  let chunks = 0;
  const samples: number[] = [];
  const { signal } = new AbortController();
  for await (const pcm of fakeTextToSpeech.synthesize({ text: spoken.text, sampleRateHz: 8000 }, signal)) {
    chunks += 1;
    if (chunks === mischief.cutAfter) {
      // Only what has left can be heard.
      await new Promise(setImmediate);
      response.destroy();
      return;
    }
    if (chunks === mischief.silentAfter) return;
    if ('encode' in spoken) response.write(spoken.encode(pcm));
    else samples.push(...pcm);
  }
  if ('encodeWhole' in spoken) response.write(JSON.stringify(spoken.encodeWhole(Int16Array.from(samples))));
  const flood = Buffer.alloc(mischief.floodBytes ?? 0);
  if (flood.length > 0) response.write(flood);
  response.end();
}
