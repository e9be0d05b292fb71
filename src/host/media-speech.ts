/** The speech engines of all calls of a media thread: one pair inside, and services of others as calls choose them. */
import type { MediaPorts } from '../media/index.ts';
import {
  cachingTextToSpeech,
  type CallSpeech,
  failoverSpeechToText,
  failoverTextToSpeech,
  PreparedPrompts,
  type PromptOrder,
  type SpeechChoice,
  type SpeechProvider,
  type SpeechSelection,
  type SpeechToText,
  SpokenTexts,
  type TextToSpeech,
} from '../speech/index.ts';
import { createRecogniser, createVoice } from './speech-providers.ts';
import type { SpeechEngines } from './speech-messages.ts';
import { createServices, type SpeechServiceOptions } from './speech-services.ts';

export interface MediaSpeechOptions extends SpeechServiceOptions {
  /** Room for spoken texts, in bytes. */
  readonly cacheBytes?: number;
}

/** Longest wait for the first audio of the voice inside, which works on other calls' texts too. */
const localPatienceMs = 10_000;

/** Calls, and whoever is to know of prompts. */
export type PromptSurroundings = Pick<ConstructorParameters<typeof PreparedPrompts>[0], 'isBusy' | 'tell'>;

export interface MediaSpeech {
  readonly open: MediaPorts['openSpeech'];
  /** Speaks texts ahead of calls, in place of all earlier ones. */
  preparePrompts(orders: readonly PromptOrder[]): void;
  close(): Promise<void>;
}

const noCalls: PromptSurroundings = { isBusy: () => false, tell: () => undefined };

export function createMediaSpeech(
  local: Pick<SpeechEngines, 'speechToText' | 'textToSpeech'>,
  options: MediaSpeechOptions,
  surroundings: PromptSurroundings = noCalls,
): MediaSpeech {
  const services = createServices(options);
  const spoken = new SpokenTexts(options.cacheBytes ?? 0);
  const { ports } = services;

  function recogniser({ kind, options: service }: SpeechChoice<SpeechProvider>, sessionId: string): SpeechToText {
    return kind === 'local' ? local.speechToText : createRecogniser(kind, service, ports, sessionId);
  }

  function voice({ kind, options: service }: SpeechChoice, sessionId: string, ttlMs: number): TextToSpeech {
    if (kind === 'local') return local.textToSpeech;
    const remote = createVoice(kind, service, ports, sessionId);
    if (ttlMs <= 0) return remote;
    const { url, parameters } = service;
    const voiceKey = JSON.stringify([kind, url, parameters]);
    return cachingTextToSpeech(remote, { store: spoken, voiceKey, ttlMs, nowMs: () => ports.nowMs() });
  }

  function open(...[sessionId, selection, onProvider]: Parameters<MediaPorts['openSpeech']>): CallSpeech {
    const { stt, tts, ttsCacheMs } = selection ?? localOnly;
    const chosen = engines(stt, tts, ttsCacheMs, sessionId, onProvider);
    return { ...chosen, textToSpeech: prompts.watch(selection ?? localOnly, chosen.textToSpeech) };
  }

  function engines(
    stt: SpeechSelection['stt'],
    tts: SpeechSelection['tts'],
    ttsCacheMs: number,
    sessionId: string,
    onProvider: Parameters<MediaPorts['openSpeech']>[2],
  ): CallSpeech {
    return {
      speechToText: isLocal(stt)
        ? local.speechToText
        : failoverSpeechToText(
            stt.map((choice) => ({ speechToText: recogniser(choice, sessionId) })),
            ports,
            (index) => onProvider('stt', stt[index]?.name),
          ),
      textToSpeech: isLocal(tts)
        ? local.textToSpeech
        : failoverTextToSpeech(
            tts.map((choice) => ({
              textToSpeech: voice(choice, sessionId, ttsCacheMs),
              patienceMs: patienceOf(choice),
            })),
            ports,
            (index) => onProvider('tts', tts[index]?.name),
          ),
    };
  }

  const prompts = new PreparedPrompts({
    ...ports,
    ...surroundings,
    openVoice: ({ stt, tts, ttsCacheMs }) => engines(stt, tts, ttsCacheMs, 'prompts', () => undefined).textToSpeech,
  });

  return {
    preparePrompts: (orders) => void prompts.prepare(orders),
    open: (...call) => {
      try {
        return open(...call);
      } catch (error) {
        return failing(error);
      }
    },
    close: () => {
      prompts.stop();
      return services.close();
    },
  };
}

/** A choice that cannot be read fails its call and no other. */
function failing(error: unknown): CallSpeech {
  const fail = (): never => {
    throw error;
  };
  return {
    speechToText: { spec: 'stt/1', name: 'none', open: fail },
    textToSpeech: {
      spec: 'tts/1',
      name: 'none',
      synthesize: () => ({ [Symbol.asyncIterator]: () => ({ next: async () => fail() }) }),
    },
  };
}

const localChoice = { kind: 'local', options: {} } as const;
const localOnly: SpeechSelection = { stt: [localChoice], tts: [localChoice], ttsCacheMs: 0 };

function isLocal(choices: readonly SpeechChoice[]): boolean {
  return choices.length === 1 && choices[0]?.kind === 'local';
}

function patienceOf({ kind, options }: SpeechChoice): number {
  const { requestTimeoutMs } = options;
  return kind !== 'local' && typeof requestTimeoutMs === 'number' ? requestTimeoutMs : localPatienceMs;
}
