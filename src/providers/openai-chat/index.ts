export { createOpenaiChat } from './client.ts';
export { type OpenaiChatInput, type OpenaiChatOptions, openaiChatOptions } from './options.ts';
