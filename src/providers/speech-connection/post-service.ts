/** One question to a service over HTTP, and its whole answer as text. */
import { err, ok, type Result } from '../../kit/index.ts';
import { describeRefusal } from './refusal.ts';
import type { ServiceCredentials } from './service-credentials.ts';
import type { ServiceOptions } from './service-options.ts';
import type { SpeechServicePorts } from './service-ports.ts';

export interface ServiceQuestion extends ServiceCredentials {
  readonly url: string;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly maxReplyBytes: number;
}

/** An error is one sentence without secrets. Rejects only when `signal` aborts before it is sent. */
export async function askService(
  question: ServiceQuestion,
  { host, trust, connectTimeoutMs, requestTimeoutMs }: ServiceOptions,
  ports: SpeechServicePorts,
  signal: AbortSignal,
): Promise<Result<string, string>> {
  const { url, body, contentType, maxReplyBytes } = question;
  const header = await question.authorization.header(signal);
  if (!header.ok) return err(header.error.detail);
  const decoder = new TextDecoder();
  let text = '';
  const outcome = await ports.postStream[trust]({
    url,
    headers: {
      'content-type': contentType,
      ...question.headers,
      ...(header.value === undefined ? {} : { authorization: header.value }),
    },
    body,
    connectTimeoutMs,
    idleTimeoutMs: requestTimeoutMs,
    totalTimeoutMs: requestTimeoutMs,
    maxReplyBytes,
    signal,
    onData: (bytes) => {
      text += decoder.decode(bytes, { stream: true });
      return 'progress';
    },
  });
  if (!outcome.ok) return err(outcome.error.detail);
  const { status } = outcome.value;
  return status === 200 ? ok(text) : err(describeRefusal(host, status, text));
}
