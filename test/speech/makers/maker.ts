/** One maker of speech services: what its service does, and how a client of it is made. */
import type { SpeechServicePorts } from '../../../src/providers/speech-connection/index.ts';
import type { SpeechToText, TextToSpeech } from '../../../src/speech/index.ts';
import type { Asked, ServiceSides } from '../speech-service.ts';

export interface Maker {
  readonly name: string;
  readonly sides: ServiceSides;
  /** Whether a request shows the key of the options below, as this maker wants it. */
  readonly isProven: (asked: Asked) => boolean;
  readonly authorization: object;
  readonly recogniser?: {
    readonly create: (options: unknown, ports: SpeechServicePorts) => SpeechToText;
  } & (
    | {
        readonly how: 'stream';
        /** Says that it listens before it hears. */
        readonly saysListening: boolean;
        /** An error in the words of the service, and what is told of it. */
        readonly error: readonly [message: string | Uint8Array, told: RegExp];
      }
    | { readonly how: 'utterances' }
  );
  readonly voice?: {
    readonly create: (options: unknown, ports: SpeechServicePorts) => TextToSpeech;
    /** Heard while it comes over HTTP or over a socket, or as one answer. */
    readonly how: 'http' | 'socket' | 'whole';
    /** More bytes than are taken for one text; what all makers share need not be flooded by each. */
    readonly floodBytes?: number;
  };
}

export const apiKey = { kind: 'api-key', apikey: 'C4NARY' };
