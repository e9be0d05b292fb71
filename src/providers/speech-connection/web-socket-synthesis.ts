/** One text at a service of synthesis that speaks over a WebSocket: a connection for each text. */
import type { SynthesisRequest } from '../../speech/index.ts';
import { audioOf } from './audio-inbox.ts';
import { type AudioEncoding, encodingFor } from './service-audio.ts';
import { ServiceConnection, type ServiceOrder } from './service-connection.ts';
import type { ServiceOptions } from './service-options.ts';
import type { SpeechServicePorts } from './service-ports.ts';

/** What a message of the service in text means for the audio. */
export type SynthesisNews = { readonly error: string } | 'complete' | undefined;

export interface SynthesisExchange extends Omit<ServiceOrder, 'connectTimeoutMs'> {
  /** The first messages. */
  readonly messages: readonly (string | Uint8Array)[];
  /** Default: µ-law for 8 kHz, linear samples for 16 kHz. */
  readonly encoding?: AudioEncoding;
  readText(message: string): SynthesisNews;
}

/** A service that closes with 1000 has said all. */
export function speakOverWebSocket(
  exchange: SynthesisExchange,
  service: ServiceOptions,
  { sampleRateHz }: SynthesisRequest,
  ports: SpeechServicePorts,
  signal: AbortSignal,
): AsyncGenerator<Int16Array> {
  const { host, trust, connectTimeoutMs, requestTimeoutMs } = service;
  const { encoding = encodingFor(sampleRateHz), messages, ...order } = exchange;
  const startTimer = (callback: () => void): (() => void) => ports.after(requestTimeoutMs, callback);
  return audioOf(
    { encoding, fromHz: sampleRateHz, sampleRateHz, host, startTimer },
    (inbox) => {
      const connection = new ServiceConnection({ ...order, connectTimeoutMs }, ports.openWebSocket[trust], ports, {
        onOpen: () => {
          for (const message of messages) connection.send(message);
        },
        onText: (message) => {
          const news = exchange.readText(message);
          if (news === 'complete') inbox.complete(`${host} says that it is over`);
          else if (news !== undefined) inbox.fail(`${host} reports: ${news.error.slice(0, 200)}`);
        },
        onBinary: (bytes) => inbox.push(bytes),
        onEnd: (reason, how) => (how === 'goodbye' ? inbox.complete(reason) : inbox.fail(reason)),
      });
      return () => connection.close();
    },
    signal,
  );
}
