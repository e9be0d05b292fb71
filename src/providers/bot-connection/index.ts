export { askBot, type BotConnection } from './ask-bot.ts';
export { pathSegment } from './path-segment.ts';
export { emptyReply, readJsonReply } from './read-json-reply.ts';
