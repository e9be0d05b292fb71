/** One text at a service of synthesis that answers a POST with audio, which is heard while it comes. */
import type { SynthesisRequest } from '../../speech/index.ts';
import { audioOf } from './audio-inbox.ts';
import { describeRefusal } from './refusal.ts';
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
const maxErrorBytes = 4096;

export function speakOverHttp(
  spoken: SpokenRequest,
  service: ServiceOptions,
  { sampleRateHz }: SynthesisRequest,
  ports: SpeechServicePorts,
  signal: AbortSignal,
): AsyncGenerator<Int16Array> {
  const { host, connectTimeoutMs, requestTimeoutMs, trust } = service;
  const { url, body, encoding = encodingFor(sampleRateHz), fromHz = sampleRateHz } = spoken;
  // The client keeps the time.
  const startTimer = (): (() => void) => () => undefined;
  return audioOf(
    { encoding, fromHz, sampleRateHz, host, startTimer },
    (inbox) => {
      const abort = ports.newAbort();
      const refusal: number[] = [];
      let isFirst = true;
      const ask = async (): Promise<void> => {
        const header = await spoken.authorization.header(abort.signal);
        if (!header.ok) return inbox.fail(header.error.detail);
        const outcome = await ports.postStream[trust]({
          url,
          headers: {
            'content-type': 'application/json',
            ...spoken.headers,
            ...(header.value === undefined ? {} : { authorization: header.value }),
          },
          body,
          connectTimeoutMs,
          idleTimeoutMs: requestTimeoutMs,
          totalTimeoutMs: longestAnswerMs,
          maxReplyBytes: maxAnswerBytes,
          signal: abort.signal,
          onData: (bytes, status, contentType = '') => {
            if (status !== 200) refusal.push(...bytes.subarray(0, maxErrorBytes - refusal.length));
            else if (isText(contentType)) inbox.fail(`${host} sent ${contentType.slice(0, 40)} instead of audio`);
            else if (isFile(bytes) && isFirst) inbox.fail(`${host} sent an audio file instead of bare samples`);
            else inbox.push(bytes);
            isFirst = false;
            return 'progress';
          },
        });
        if (!outcome.ok) inbox.fail(outcome.error.detail);
        else if (outcome.value.status === 200) inbox.complete(`${host} sent an empty answer`);
        else {
          const text = new TextDecoder().decode(Uint8Array.from(refusal));
          inbox.fail(describeRefusal(host, outcome.value.status, text));
        }
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
