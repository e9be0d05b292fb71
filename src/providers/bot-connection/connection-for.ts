import type { BotWatch, TurnRequest } from '../../conversation/index.ts';
import type { BotConnection } from './ask-bot.ts';
import { watchedPost } from './watched-post.ts';

/** The connection as one turn wants it: with its own time for the answer, and watched. */
export function connectionFor(
  { answerTimeoutMs }: TurnRequest,
  connection: BotConnection,
  watch: BotWatch | undefined,
): BotConnection {
  const { post, readTimeoutMs } = connection;
  return { ...connection, post: watchedPost(post, watch), readTimeoutMs: answerTimeoutMs ?? readTimeoutMs };
}
