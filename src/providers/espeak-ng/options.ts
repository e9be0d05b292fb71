import { z } from 'zod';

const parameters = z.strictObject({
  /** A name of `espeak-ng --voices`, with a variant if wanted: `de`, `fr-fr`, `en-gb+f3`. */
  voice: z
    .string()
    .regex(/^[a-z]{2,8}(?:-[a-z0-9]{1,8}){0,4}(?:\+[a-z0-9]{1,16})?$/i, 'no name of a voice')
    .default('en-us'),
  /** Words a minute. */
  rate: z.int().min(80).max(450).default(160),
  /** 0 to 99. */
  pitch: z.int().min(0).max(99).default(50),
});

/** Strict: a misspelt option is an error. */
const espeakOptions = z.strictObject({
  parameters: parameters.prefault({}),
  /** For a whole text. */
  requestTimeoutMs: z.int().min(1).default(10_000),
});

export type EspeakOptions = z.output<typeof espeakOptions>;

/** Throws an `Error` that names the fault and no value. */
export function readOptions(options: unknown): EspeakOptions {
  const parsed = espeakOptions.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new Error(`espeak-ng: ${z.prettifyError(parsed.error)}`);
}
