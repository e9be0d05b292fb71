import { z } from 'zod';
import type { AuthorizationMethod, Hidden } from '../../authorization/index.ts';
import type { Json } from '../../kit/index.ts';
import type { SampleRateHz } from '../../speech/index.ts';

/** A secret that came from another thread in clear text: from here on it shows itself only to who asks. */
class Received implements Hidden {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toJSON(): string {
    return '***';
  }
}

const secret = z.string().transform((text): Hidden => new Received(text));
const json: z.ZodType<Json> = z.json();

const authorization = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('basic'), username: z.string(), password: secret }),
  z.strictObject({ kind: z.literal('api-key'), apikey: secret, tokenUrl: z.string().exactOptional() }),
  z.strictObject({ kind: z.literal('bearer'), token: secret }),
  z.strictObject({ kind: z.literal('key-file'), text: secret, tokenUrl: z.string().exactOptional() }),
]);

/** One service, recognition or synthesis. Strict: a misspelt option is an error. */
const serviceOptions = z.strictObject({
  /** The service's instance: http, https, ws or wss. The path of the API is added unless it stands there already. */
  url: z.string().exactOptional(),
  /** `request`: the URL is the word of a caller or a bot. */
  trust: z.enum(['operator', 'request']),
  authorization,
  /** Model, voice and whatever else the service takes, by its own names. */
  parameters: z.record(z.string(), json).default({}),
  /** In place of the others when the audio is of 16 kHz, where the service has models for that. */
  broadbandParameters: z.record(z.string(), json).exactOptional(),
  /** Until the service listens. */
  connectTimeoutMs: z.int().min(1).default(5000),
  /** Longest silence of the service while something is owed: audio of a text, or words of a voice. */
  requestTimeoutMs: z.int().min(1).default(10_000),
});

/** A key file as its maker hands it out, which its maker's engine alone knows how to use. */
export interface KeyFile {
  readonly kind: 'key-file';
  readonly text: Hidden;
  /** Where it is exchanged for a token. */
  readonly tokenUrl?: string;
}

export type ServiceOptions = Omit<z.output<typeof serviceOptions>, 'authorization' | 'url'> & {
  readonly maker: string;
  readonly url: string;
  /** Of the URL: all that is told of it. */
  readonly host: string;
  readonly authorization: AuthorizationMethod | KeyFile;
};

/**
 * The options of a service by the name of its maker; `defaultUrl` is where it is found when nobody says so. Throws an
 * `Error` that names the fault and no value.
 */
export function readServiceOptions(maker: string, options: unknown, defaultUrl?: string): ServiceOptions {
  const parsed = serviceOptions.safeParse(options);
  if (!parsed.success) throw new Error(`${maker} speech: ${z.prettifyError(parsed.error)}`);
  const { url = defaultUrl } = parsed.data;
  if (url === undefined) throw new Error(`${maker} speech: credentials.url is missing, and there is no usual one.`);
  if (!URL.canParse(url)) throw new Error(`${maker} speech: credentials.url is not an absolute URL.`);
  return { ...parsed.data, maker, url, host: new URL(url).host };
}

/** What a recogniser is asked for in a call of this sample rate. */
export function parametersAt(
  sampleRateHz: SampleRateHz,
  { parameters, broadbandParameters }: ServiceOptions,
): ServiceOptions['parameters'] {
  return sampleRateHz === 16_000 ? (broadbandParameters ?? parameters) : parameters;
}
