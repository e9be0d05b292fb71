/** Posts that somebody looks at. What is sent and what comes is the same as without. */
import type { BotWatch, GotFromBot } from '../../conversation/index.ts';
import type { HttpFailure, HttpPost, HttpReply, HttpStreamPost, Result } from '../../kit/index.ts';
import { botFailure } from './ask-bot.ts';

export function watchedPost(post: HttpPost, watch: BotWatch | undefined): HttpPost {
  if (watch === undefined) return post;
  return async (order) => {
    const { method = 'POST', url, body, headers } = order;
    const reply = watch.onSent({ to: { method, url }, body, secrets: secretsIn(headers) });
    const outcome = await post(order);
    reply.onEnd({ ...gotOf(outcome), ...(outcome.ok ? { body: outcome.value.bodyText } : {}) });
    return outcome;
  };
}

export function watchedPostStream(postStream: HttpStreamPost, watch: BotWatch | undefined): HttpStreamPost {
  if (watch === undefined) return postStream;
  return async (order) => {
    const { method = 'POST', url, body, headers, onData } = order;
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
    const reply = watch.onSent({ to: { method, url }, body: text, secrets: secretsIn(headers) });
    const decoder = new TextDecoder();
    const outcome = await postStream({
      ...order,
      onData: (bytes, ...head) => {
        reply.onPiece(decoder.decode(bytes, { stream: true }));
        return onData(bytes, ...head);
      },
    });
    reply.onEnd(gotOf(outcome));
    return outcome;
  };
}

function gotOf(outcome: Result<Pick<HttpReply, 'status' | 'firstByteAtMs'>, HttpFailure>): GotFromBot {
  if (!outcome.ok) {
    const { status } = outcome.error;
    return { failure: botFailure(outcome.error), ...(status === undefined ? {} : { status }) };
  }
  const { status, firstByteAtMs } = outcome.value;
  return { status, ...(firstByteAtMs === undefined ? {} : { firstByteAtMs }) };
}

/** A bot may tell what it was sent: its token, or the user name and password that HTTP Basic makes one text of. */
function secretsIn({ authorization = '' }: Readonly<Record<string, string>>): readonly string[] {
  const [, scheme = '', token = ''] = /^(\S+)\s+(\S+)$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== 'basic') return [token];
  const password = Buffer.from(token, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/, '');
  return [token, password];
}
