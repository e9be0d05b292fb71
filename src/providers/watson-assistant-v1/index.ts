export { createWatsonAssistantV1 } from './client.ts';
export { type WatsonAssistantV1Input, type WatsonAssistantV1Options, watsonAssistantV1Options } from './options.ts';
