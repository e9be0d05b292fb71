/** One question to a service over HTTP; after one 401 it is asked once more with another token. */
import { err, ok, type Result } from '../../kit/index.ts';
import { describeRefusal } from './refusal.ts';
import type { ServiceCredentials } from './service-credentials.ts';
import type { ServiceOptions } from './service-options.ts';
import type { SpeechServicePorts } from './service-ports.ts';

export interface ServiceQuestion extends ServiceCredentials {
  readonly url: string;
  /** Default: JSON. */
  readonly contentType?: string;
  readonly body: string | Uint8Array;
  readonly maxReplyBytes: number;
}

interface AnswerListener {
  /** Of the whole answer, however slowly it comes. */
  readonly totalTimeoutMs: number;
  /** Of an answer that is a success alone. */
  onData(bytes: Uint8Array, contentType: string): void;
}

const maxErrorBytes = 4096;

/** Ends with the answer. An error is one sentence without secrets. Rejects only when `signal` aborts before it is sent. */
export async function postService(
  { url, contentType = 'application/json', body, maxReplyBytes, headers, authorization }: ServiceQuestion,
  { host, trust, connectTimeoutMs, requestTimeoutMs }: ServiceOptions,
  ports: SpeechServicePorts,
  signal: AbortSignal,
  listener: AnswerListener,
): Promise<Result<undefined, string>> {
  for (let attempt = 1; ; attempt++) {
    const header = await authorization.header(signal);
    if (!header.ok) return err(header.error.detail);
    const sent = header.value;
    const refusal: number[] = [];
    const outcome = await ports.postStream[trust]({
      url,
      headers: { 'content-type': contentType, ...headers, ...(sent === undefined ? {} : { authorization: sent }) },
      body,
      connectTimeoutMs,
      idleTimeoutMs: requestTimeoutMs,
      totalTimeoutMs: listener.totalTimeoutMs,
      maxReplyBytes,
      signal,
      onData: (bytes, status, type = '') => {
        if (status === 200) listener.onData(bytes, type);
        else refusal.push(...bytes.subarray(0, maxErrorBytes - refusal.length));
        return 'progress';
      },
    });
    if (!outcome.ok) return err(outcome.error.detail);
    const { status } = outcome.value;
    if (status === 200) return ok(undefined);
    if (status === 401 && attempt === 1 && authorization.forget(sent)) continue;
    return err(describeRefusal(host, status, new TextDecoder().decode(Uint8Array.from(refusal))));
  }
}

/** As `postService`; the whole answer as text. */
export async function askService(
  question: ServiceQuestion,
  service: ServiceOptions,
  ports: SpeechServicePorts,
  signal: AbortSignal,
): Promise<Result<string, string>> {
  const decoder = new TextDecoder();
  let text = '';
  const outcome = await postService(question, service, ports, signal, {
    totalTimeoutMs: service.requestTimeoutMs,
    onData: (bytes) => {
      text += decoder.decode(bytes, { stream: true });
    },
  });
  return outcome.ok ? ok(text) : outcome;
}
