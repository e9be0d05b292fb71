/**
 * Both speech services as far as a client sees them, on loopback: the WebSocket protocol as IBM publishes it, with the
 * fake engines behind, so that words which arrive prove the audio both ways. On request it misbehaves.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { decodeUlaw, encodeUlaw } from '../../src/audio/index.ts';
import { fakeSpeechToText, fakeTextToSpeech } from '../../src/testing/index.ts';
import { type Mischief, spoils } from './mischief.ts';

export interface ServedConnection {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  /** The first message of the client, parsed. */
  start: Record<string, unknown>;
  audioBytes: number;
  audioMessages: number;
}

export interface WatsonService {
  readonly url: string;
  readonly connections: ServedConnection[];
  /** What the recognition side understood so far. */
  readonly understood: string[];
  /** Of the next connection, and those after it; the last one stays. */
  misbehave(...mischief: readonly Mischief[]): void;
  /** Cuts every connection that is open. */
  cut(): void;
  close(): Promise<void>;
}

const frameSamples = 160;

export async function startWatsonService(isAllowed: (header: string) => boolean = () => true): Promise<WatsonService> {
  const server: Server = createServer((_request, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ noServer: true });
  const connections: ServedConnection[] = [];
  const understood: string[] = [];
  let plan: Mischief[] = [{}];
  server.on('upgrade', (request, socket, head) => {
    const mischief = (plan.length > 1 ? plan.shift() : plan[0]) ?? {};
    const status = isAllowed(request.headers.authorization ?? '') ? mischief.refuseWith : 401;
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (peer) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      const { headers } = request;
      const served: ServedConnection = {
        path: pathname,
        query: Object.fromEntries(searchParams),
        headers,
        start: {},
        audioBytes: 0,
        audioMessages: 0,
      };
      connections.push(served);
      if (pathname.endsWith('/v1/recognize')) serveRecognition(peer, served, mischief, understood);
      else serveSynthesis(peer, served, mischief);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/instances/abc`,
    connections,
    understood,
    misbehave: (...mischief) => (plan = [...mischief]),
    cut: () => {
      for (const peer of sockets.clients) peer.terminate();
    },
    close: async () => {
      for (const peer of sockets.clients) peer.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function serveRecognition(peer: WebSocket, served: ServedConnection, mischief: Mischief, understood: string[]): void {
  let heardMs = 0;
  let rest = new Int16Array(0);
  let index = 0;
  let onsetS = 0;
  let isListening = mischief.slowMs === undefined;
  const say = (message: unknown): void => peer.send(JSON.stringify(message));
  const ear = fakeSpeechToText.open({ sampleRateHz: 8000, endOfSpeechMs: 300 }, (event) => {
    if (event.type === 'speech-started') {
      onsetS = event.onsetAtMs / 1000;
      const alternatives = [{ transcript: 'hmm ', timestamps: [['hmm', onsetS, event.atMs / 1000]] }];
      say({ result_index: index, results: [{ final: false, alternatives }] });
    } else if (event.type === 'final') {
      understood.push(event.text);
      const timestamps = [[event.text, onsetS, event.lastVoiceAtMs / 1000]];
      const alternatives = [{ transcript: `${event.text} `, confidence: 0.87, timestamps }];
      say({ result_index: index++, results: [{ final: true, alternatives }] });
    }
  });
  peer.on('message', (data, isBinary) => {
    if (mischief.isDeaf === true) return;
    if (!isBinary) {
      const message = JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : '{}') as Record<string, unknown>;
      if (message['action'] === 'start') {
        served.start = message;
        setTimeout(() => {
          isListening = true;
          say({ state: 'listening' });
        }, mischief.slowMs ?? 0);
      } else say({ state: 'listening' });
      return;
    }
    const bytes = data as Buffer;
    served.audioBytes += bytes.length;
    served.audioMessages += 1;
    if (!isListening || spoils(peer, mischief, served.audioMessages)) return;
    const pcm = new Int16Array(rest.length + bytes.length);
    pcm.set(rest);
    decodeUlaw(bytes, pcm.subarray(rest.length));
    let at = 0;
    for (; at + frameSamples <= pcm.length; at += frameSamples) {
      heardMs += 20;
      ear.write(pcm.subarray(at, at + frameSamples), heardMs);
    }
    rest = pcm.slice(at);
  });
}

function serveSynthesis(peer: WebSocket, served: ServedConnection, mischief: Mischief): void {
  peer.on('message', (data) => {
    served.start = JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : '{}') as Record<string, unknown>;
    if (mischief.isDeaf === true) return;
    const text = String(served.start['text']);
    setTimeout(() => void speak(peer, text, mischief), mischief.slowMs ?? 0);
  });
}

async function speak(peer: WebSocket, text: string, mischief: Mischief): Promise<void> {
  if (text.includes('(refused)')) {
    peer.send(JSON.stringify({ error: 'The text cannot be spoken.' }));
    peer.close(1011);
    return;
  }
  peer.send(JSON.stringify({ binary_streams: [{ content_type: 'audio/basic' }] }));
  let chunks = 0;
  for await (const pcm of fakeTextToSpeech.synthesize({ text, sampleRateHz: 8000 }, new AbortController().signal)) {
    if (spoils(peer, mischief, ++chunks)) return;
    const bytes = new Uint8Array(pcm.length);
    encodeUlaw(pcm, bytes);
    peer.send(bytes);
  }
  peer.close(1000);
}
