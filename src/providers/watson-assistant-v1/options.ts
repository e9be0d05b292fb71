import { z } from 'zod';

/**
 * How to reach a bot that speaks the v1 message format: Watson Assistant itself, or a service orchestration engine in
 * front of it. A misspelt option stops the start.
 */
export const watsonAssistantV1Options = z.strictObject({
  /** With `workspaceId` the service's root, without one the exact address of every POST. */
  url: z.url({ protocol: /^https?$/ }),
  workspaceId: z.string().min(1).max(256).optional(),
  /** The `version` query parameter, a date; sent only with `workspaceId`. */
  apiVersion: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .default('2017-05-26'),
  connectTimeoutMs: z.int().min(1).max(120_000).default(10_000),
  /** For the whole reply, of each of the two attempts. */
  readTimeoutMs: z.int().min(1).max(120_000).default(5000),
});

export type WatsonAssistantV1Options = z.output<typeof watsonAssistantV1Options>;
export type WatsonAssistantV1Input = z.input<typeof watsonAssistantV1Options>;
