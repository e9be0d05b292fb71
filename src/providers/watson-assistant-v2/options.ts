import { z } from 'zod';

/** From this version date on there is a v2 API; the setting's older default is of the v1 API. */
const firstVersion = '2018-09-20';
const usualVersion = '2021-06-14';

/** How to reach an assistant through the v2 message API. A misspelt option stops the start. */
export const watsonAssistantV2Options = z.strictObject({
  /** Root of the service. */
  url: z.url({ protocol: /^https?$/ }),
  /** An assistant, or one of its environments. */
  assistantId: z.string().min(1).max(256),
  /** `sessions`: the service keeps the conversation. `stateless`: it comes and goes with every turn. */
  mode: z.enum(['sessions', 'stateless']).default('sessions'),
  /** The `version` query parameter; a date before the API's first becomes 2021-06-14. */
  apiVersion: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .default(usualVersion)
    .transform((date) => (date < firstVersion ? usualVersion : date)),
  connectTimeoutMs: z.int().min(1).max(120_000).default(10_000),
  /** For the whole reply, of each of the two attempts. */
  readTimeoutMs: z.int().min(1).max(120_000).default(5000),
});

export type WatsonAssistantV2Options = z.output<typeof watsonAssistantV2Options>;
export type WatsonAssistantV2Input = z.input<typeof watsonAssistantV2Options>;
