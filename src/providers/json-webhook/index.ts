export { createJsonWebhook } from './client.ts';
export { type JsonWebhookInput, type JsonWebhookOptions, jsonWebhookOptions } from './options.ts';
