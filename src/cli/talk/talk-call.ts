/** A call to nowhere: the real engine and the real bot, with a far end in this process that answers at once. */
import { createTalkEngine, type Destinations, talkAddress } from '../../app/index.ts';
import type { CallEvent, CallState } from '../../call/index.ts';
import type { Settings } from '../../config/index.ts';
import type { ConversationService } from '../../conversation/index.ts';
import { createNodeRandom } from '../../host/index.ts';
import type { Clock, GatewayError, JsonObject, Result } from '../../kit/index.ts';
import type { MediaCommand, MediaPlane } from '../../media/index.ts';
import type { AgreedAudio, OfferedCodec } from '../../sdp/index.ts';
import { createUserAgent, type HostPort } from '../../sip/index.ts';
import type { Tenant } from '../../tenants/index.ts';
import { TalkCallee } from './talk-callee.ts';
import type { UnfinishedWork } from './unfinished-work.ts';

export interface TalkCallOptions {
  readonly settings: Settings;
  readonly tenant: Tenant;
  readonly destinations: Destinations;
  readonly dialogs: ReadonlyMap<string, ConversationService>;
  readonly context: JsonObject;
  readonly to: string;
  readonly from?: string;
  readonly clock: Clock;
  readonly at: (atMs: number, callback: () => void) => () => void;
  readonly work: UnfinishedWork;
  readonly media: MediaPlane;
  /** Where the callee takes audio, and which. */
  readonly ear: HostPort;
  readonly codecs: readonly OfferedCodec[];
  readonly onAudio: (audio: AgreedAudio) => void;
  readonly onEvent: (event: CallEvent, state: CallState) => void;
  /** What the media of the call is told, in order. */
  readonly onCommand: (command: MediaCommand) => void;
  readonly onFault: (fault: unknown) => void;
}

export interface TalkCall {
  /** Whether it began at all. */
  readonly begun: Promise<Result<unknown, GatewayError>>;
  /** Resolves when it is over. */
  readonly over: Promise<CallState>;
  /** The callee hangs up. */
  hangUp(): void;
  close(): void;
}

const here: HostPort = { host: talkAddress, port: 5060 };
const there: HostPort = { host: talkAddress, port: 5062 };

export function placeTalkCall(options: TalkCallOptions): TalkCall {
  const { settings, dialogs, destinations, clock, at, work } = options;
  const random = createNodeRandom();
  let onOver: (state: CallState) => void = () => undefined;
  const over = new Promise<CallState>((resolve) => {
    onOver = resolve;
  });
  const engine = createTalkEngine({
    settings,
    dialogs,
    destinations,
    clock,
    at,
    random,
    here,
    there,
    media: watched(options),
    sendSip: (bytes) => {
      work.soon(() => {
        callee.receive(bytes, { transport: 'udp', ...here });
      });
    },
    watchBot: (bot) => watchedBot(bot, work),
    observe: options.onEvent,
    onFault: options.onFault,
    onOver,
  });
  const callee = new TalkCallee({
    clock,
    at,
    userAgent: createUserAgent({
      random,
      sentBy: there,
      userAgent: 'outdial-talk',
      acceptsCalls: true,
      acceptsRefers: true,
    }),
    send: (bytes) => {
      work.soon(() => {
        engine.receive(bytes, { transport: 'udp', ...there });
      });
    },
    media: options.ear,
    codecs: options.codecs,
    onAudio: options.onAudio,
  });
  const { tenant, to, from, context } = options;
  const begun = engine.startCall({
    tenant,
    to,
    context,
    routes: [],
    ...(from === undefined ? {} : { from }),
  });
  return {
    begun,
    over,
    hangUp: () => {
      callee.hangUp();
    },
    close() {
      callee.close();
      engine.close();
    },
  };
}

function watched({ media, onCommand }: TalkCallOptions): MediaPlane {
  return {
    send(sessionId, command) {
      onCommand(command);
      media.send(sessionId, command);
    },
    onEvent: (listener) => {
      media.onEvent(listener);
    },
  };
}

/** While it is asked there is something to wait for. */
function watchedBot(bot: ConversationService, work: UnfinishedWork): ConversationService {
  return {
    ...bot,
    turn: async (request, signal, onPart) => {
      const end = work.begin();
      // An answer that nobody waits for any more is none.
      signal.addEventListener('abort', end, { once: true });
      try {
        return await bot.turn(request, signal, onPart);
      } finally {
        work.soon(end);
      }
    },
  };
}
