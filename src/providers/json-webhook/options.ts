import { z } from 'zod';

/** How to reach a bot that is a function of one's own behind a URL. A misspelt option stops the start. */
export const jsonWebhookOptions = z.strictObject({
  /** The exact address of every POST. */
  url: z.url({ protocol: /^https?$/ }),
  /** Sent as a bearer token. */
  apiKey: z.string().max(4096).optional(),
  /** HTTP Basic; not together with an API key. */
  username: z.string().max(256).optional(),
  password: z.string().max(4096).optional(),
  connectTimeoutMs: z.int().min(1).max(120_000).default(10_000),
  /** For the whole reply, of each of the two attempts. */
  readTimeoutMs: z.int().min(1).max(120_000).default(5000),
});

export type JsonWebhookOptions = z.output<typeof jsonWebhookOptions>;
export type JsonWebhookInput = z.input<typeof jsonWebhookOptions>;
