/** One text at a service of synthesis that answers a POST with audio, which is heard while it comes. */
import type { SynthesisRequest } from '../../speech/index.ts';
import { audioOf } from './audio-inbox.ts';
import { postService } from './post-service.ts';
import { type AudioEncoding, encodingFor } from './service-audio.ts';
import type { ServiceCredentials } from './service-credentials.ts';
import type { ServiceOptions } from './service-options.ts';
import type { SpeechServicePorts } from './service-ports.ts';

export interface SpokenRequest extends ServiceCredentials {
  readonly url: string;
  readonly body: string;
  /** Default: µ-law for 8 kHz, linear samples for 16 kHz. */
  readonly encoding?: AudioEncoding;
  /** Sample rate of what comes. Default: that of the request. */
  readonly fromHz?: number;
}

/** Of one text, however slowly it comes. */
const longestAnswerMs = 900_000;
const maxAnswerBytes = 64 * 1024 * 1024;

export function speakOverHttp(
  spoken: SpokenRequest,
  service: ServiceOptions,
  { sampleRateHz }: SynthesisRequest,
  ports: SpeechServicePorts,
  signal: AbortSignal,
): AsyncGenerator<Int16Array> {
  const { encoding = encodingFor(sampleRateHz), fromHz = sampleRateHz } = spoken;
  const { host } = service;
  // The client keeps the time.
  const startTimer = (): (() => void) => () => undefined;
  return audioOf(
    { encoding, fromHz, sampleRateHz, host, startTimer },
    (inbox) => {
      const abort = ports.newAbort();
      let isFirst = true;
      const ask = async (): Promise<void> => {
        const question = { ...spoken, maxReplyBytes: maxAnswerBytes };
        const outcome = await postService(question, service, ports, abort.signal, {
          totalTimeoutMs: longestAnswerMs,
          onData: (bytes, type) => {
            if (isText(type)) inbox.fail(`${host} sent ${type.slice(0, 40)} instead of audio`);
            else if (isFile(bytes) && isFirst) inbox.fail(`${host} sent an audio file instead of bare samples`);
            else inbox.push(bytes);
            isFirst = false;
          },
        });
        if (outcome.ok) inbox.complete(`${host} sent an empty answer`);
        else inbox.fail(outcome.error);
      };
      // Rejects only when it was given up.
      ask().catch(() => inbox.stop());
      return () => abort.abort();
    },
    signal,
  );
}

function isText(contentType: string): boolean {
  return /^(?:text\/|application\/(?:json|xml))/i.test(contentType);
}

/** WAV, MP3 with a tag, Ogg or FLAC. */
function isFile(bytes: Uint8Array): boolean {
  return /^(?:RIFF|ID3|OggS|fLaC)/.test(String.fromCharCode(...bytes.subarray(0, 4)));
}
