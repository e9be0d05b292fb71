export { askBot, type BotConnection, maxReplyBytes } from './ask-bot.ts';
export { pathSegment } from './path-segment.ts';
export { emptyReply, readJsonReply } from './read-json-reply.ts';
