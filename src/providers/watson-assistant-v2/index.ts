export { createWatsonAssistantV2 } from './client.ts';
export { type WatsonAssistantV2Input, type WatsonAssistantV2Options, watsonAssistantV2Options } from './options.ts';
