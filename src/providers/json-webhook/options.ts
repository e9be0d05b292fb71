import { z } from 'zod';

/** How to reach a bot that is a function of one's own behind a URL. A misspelt option stops the start. */
export const jsonWebhookOptions = z.strictObject({
  /** The exact address of every POST. */
  url: z.url({ protocol: /^https?$/ }),
  connectTimeoutMs: z.int().min(1).max(120_000).default(10_000),
  /** For the whole reply, of each of the two attempts. */
  readTimeoutMs: z.int().min(1).max(120_000).default(5000),
});

export type JsonWebhookOptions = z.output<typeof jsonWebhookOptions>;
export type JsonWebhookInput = z.input<typeof jsonWebhookOptions>;
