export {
  askBot,
  authorizationFailure,
  type BotConnection,
  botFailure,
  isPassingFailure,
  maxAttempts,
} from './ask-bot.ts';
export { pathSegment } from './path-segment.ts';
export { emptyReply, readJsonReply } from './read-json-reply.ts';
export { withFirstByte } from './with-first-byte.ts';
