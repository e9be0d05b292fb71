/** The gateway's own connections to a bot and to a speech engine, for the suites that these are held against. */
import type { ConversationService } from '../conversation/index.ts';
import { createAdapterSpeechToText, createAdapterTextToSpeech } from '../providers/speech-adapter/index.ts';
import type { SpeechToText, TextToSpeech } from '../speech/index.ts';
import { type BotOptions, connectBot } from './connect-bot.ts';
import { openServicePorts } from './service-ports.ts';

export interface BotConnection {
  readonly service: ConversationService;
  readonly close: () => Promise<void>;
}

/** For `botConformance`: the bot behind it has to hold the conversation of `conformingBot`. */
export function connectToBot(options: BotOptions): BotConnection {
  const bot = connectBot(options);
  return { service: bot.of(bot.tenant), close: () => bot.close() };
}

export interface SpeechEngineOptions {
  /** http, https, ws or wss. */
  readonly url: string;
  /** Sent as a bearer token. */
  readonly apikey?: string;
  /** Given to the engine as `config`. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface SpeechConnection {
  readonly speechToText: SpeechToText;
  readonly textToSpeech: TextToSpeech;
  readonly close: () => Promise<void>;
}

/** For `speechToTextCases` and `textToSpeechCases`: an engine that speaks the protocol of docs/speech-adapter.md. */
export function connectToSpeechEngine({ url, apikey, config = {} }: SpeechEngineOptions): SpeechConnection {
  const services = openServicePorts();
  const authorization = apikey === undefined ? { kind: 'none' } : { kind: 'bearer', token: apikey };
  const options = { url, trust: 'operator', authorization, parameters: config };
  return {
    speechToText: createAdapterSpeechToText(options, services.ports, 'conformance'),
    textToSpeech: createAdapterTextToSpeech(options, services.ports, 'conformance'),
    close: () => services.close(),
  };
}
