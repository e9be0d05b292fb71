export {
  askBot,
  authorizationFailure,
  type BotConnection,
  botFailure,
  isPassingFailure,
  maxAttempts,
} from './ask-bot.ts';
export { connectionFor } from './connection-for.ts';
export { pathSegment } from './path-segment.ts';
export { emptyReply, readJsonReply } from './read-json-reply.ts';
export { watchedPostStream } from './watched-post.ts';
export { withFirstByte } from './with-first-byte.ts';
