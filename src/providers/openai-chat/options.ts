import { z } from 'zod';
import { toolNames } from './tools.ts';

/** How to reach a chat completion endpoint, and what it is told about its part. A misspelt option stops the start. */
export const openaiChatOptions = z.strictObject({
  /** Everything before `/chat/completions`, for example `https://api.openai.com/v1`. */
  url: z.url({ protocol: /^https?$/ }),
  model: z.string().min(1).max(256),
  /** What the model is to do; `{{name|default}}` takes a value of the call's context. */
  prompt: z.string().max(32_768).optional(),
  /** Said on the first turn instead of asking the model; `{{name|default}}` as in the prompt. */
  greeting: z.string().max(2000).optional(),
  tools: z.array(z.enum(toolNames)).default([...toolNames]),
  /** Further members of every request, such as `temperature`; those of ours win. */
  parameters: z.record(z.string(), z.json()).default({}),
  connectTimeoutMs: z.int().min(1).max(120_000).default(10_000),
  /** Until the answer begins, and from one piece of it to the next; of each of the two attempts. */
  readTimeoutMs: z.int().min(1).max(120_000).default(5000),
});

export type OpenaiChatOptions = z.output<typeof openaiChatOptions>;
export type OpenaiChatInput = z.input<typeof openaiChatOptions>;
