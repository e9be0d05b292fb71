/**
 * One call in a simulated world: the engine of the gateway on one host, a telephone on another, a network and a clock between
 * them that move only when told to. The bot alone is real, and time stands still while it thinks.
 */
import { setImmediate as nextMacrotask } from 'node:timers/promises';
import { callFacts, type CallState } from '../call/index.ts';
import type { ConversationService } from '../conversation/index.ts';
import { createEngine, type Engine, type EngineSettings, type NewCallOrder } from '../engine/index.ts';
import { digest } from '../host/index.ts';
import { type JsonObject, ok, seededRandom } from '../kit/index.ts';
import { anywhere, createCallGuards } from '../policy/index.ts';
import { buildCallRecord, type CallRecord } from '../reports/index.ts';
import { createUserAgent, type Hop } from '../sip/index.ts';
import {
  createScriptedPhone,
  createSimMediaPlane,
  type PhoneEvent,
  type ScriptedPhone,
  SimClock,
  SimNetwork,
} from '../testing/index.ts';
import type { ConnectedBot } from './connect-bot.ts';
import { type SoundWatch, watchSound } from './sound-watch.ts';

const gateway = { host: '10.0.0.1', port: 5060 };
const far = { host: '10.0.0.2', port: 5060 };

export interface SimCallOptions {
  readonly bot: ConnectedBot;
  readonly context: JsonObject;
  readonly seed: number;
}

export class SimCall {
  readonly clock: SimClock;
  readonly phone: ScriptedPhone;
  /** What is heard and played on the side of the gateway, and of the telephone. */
  readonly sounds: readonly [SoundWatch, SoundWatch];
  readonly heard: string[] = [];
  readonly keysHeard: string[] = [];
  /** Of the call as it is now; undefined before it is accepted. */
  state: CallState | undefined;
  record: CallRecord | undefined;
  isRinging = false;
  answeredAtMs: number | undefined;
  readonly #bot: ConnectedBot;
  readonly #engine: Engine;
  readonly #thinking = new Set<Promise<unknown>>();
  readonly #faults: unknown[] = [];
  readonly #context: JsonObject;
  #isClosed = false;

  constructor({ bot, context, seed }: SimCallOptions) {
    this.#bot = bot;
    this.#context = context;
    this.clock = new SimClock(() => this.#settle());
    const { clock } = this;
    const random = seededRandom(seed);
    const network = new SimNetwork(clock, random);
    const at = (atMs: number, callback: () => void): (() => void) => clock.at(atMs, callback);
    const media = (host: string, firstPort: number): SoundWatch => {
      const audioFiles = (url: string): string => `(audio ${url})`;
      return watchSound(
        createSimMediaPlane(clock, network, { host, firstPort, portCount: 10, random, audioFiles }),
        clock,
      );
    };
    const [near, other] = (this.sounds = [media(gateway.host, 16_384), media(far.host, 20_000)]);
    this.#engine = createEngine(
      {
        clock,
        random,
        at,
        userAgent: createUserAgent({ random, sentBy: gateway, userAgent: 'outdial', digest }),
        media: near.media,
        sendSip: (bytes, to) => network.send(bytes, gateway, to),
        guards: createCallGuards(),
        isOverloaded: () => false,
        newAbort: () => new AbortController(),
        botOf: (tenant) => this.#counted(bot.of(tenant)),
        accept: (_call: NewCallOrder) => Promise.resolve(ok(undefined)),
        keepDialog: () => Promise.resolve(),
        notify: () => undefined,
        sendTextMessage: () => Promise.resolve(ok(undefined)),
        writeRecord: (state) => this.#onOver(state),
        observe: (_sessionId, _tenantId, event, state) => {
          this.state = state;
          if (event.type === 'call.answered') this.answeredAtMs = event.atMs;
        },
        reportRefused: () => undefined,
        reportDropped: () => undefined,
        reportFault: (_sessionId, fault) => {
          this.#faults.push(fault);
        },
      },
      engineSettings(bot),
    );
    network.bind(gateway, (bytes, source) => this.#engine.receive(bytes, source));
    this.phone = createScriptedPhone(
      {
        clock,
        at,
        userAgent: createUserAgent({
          random,
          sentBy: far,
          userAgent: 'telephone',
          digest,
          acceptsCalls: true,
          acceptsRefers: true,
        }),
        media: other.media,
        mediaAddress: far.host,
        sendSip: (bytes: Uint8Array, to: Hop) => network.send(bytes, far, to),
      },
      {
        // It is answered, and says something, when the test wants it.
        ringMs: -1,
        lines: [],
        speaksFirst: false,
        hangsUp: false,
        patienceMs: 0,
        transfer: { status: 202, notices: [{ afterMs: 100, status: 200 }] },
      },
      (event) => this.#onPhone(event),
    );
    network.bind(far, (bytes, source) => this.phone.receive(bytes, source));
  }

  /** Places the call; resolves when it rings or is over. */
  async dial(): Promise<void> {
    const { tenant } = this.#bot;
    const order = { tenant, to: `sip:callee@${far.host}`, context: this.#context, routes: [] };
    const accepted = await this.#engine.startCall(order);
    if (!accepted.ok) throw new Error(accepted.error.message);
    await this.run(() => this.isRinging, 120_000);
  }

  get isOver(): boolean {
    return this.record !== undefined;
  }

  /** Lets simulated time pass until it is so, or the call is over, for `limitMs` at most; whether it came to one of them. */
  async run(isDone: () => boolean, limitMs: number): Promise<boolean> {
    const isReached = await this.clock.runUntil(() => isDone() || this.isOver || this.#hasFault(), limitMs);
    if (this.#hasFault()) await this.close();
    for (const fault of [...this.#bot.thrown, ...this.#faults]) throw fault;
    if (this.isOver) await this.close();
    return isReached;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // The last words before a BYE are still on their way through the recogniser of the telephone.
    await this.clock.runUntil(() => this.phone.callsEnded > 0 || !this.isRinging, 5000);
    this.#engine.close();
    this.phone.close();
    await this.#bot.close();
  }

  #hasFault(): boolean {
    return this.#faults.length + this.#bot.thrown.length > 0;
  }

  #onOver(state: CallState): void {
    this.state = state;
    const facts = callFacts(state);
    if (facts !== undefined) this.record = buildCallRecord(facts);
  }

  #onPhone(event: PhoneEvent): void {
    if (event.type === 'ringing') this.isRinging = true;
    else if (event.type === 'understood') this.heard.push(event.text);
    else if (event.type === 'key') this.keysHeard.push(event.digit);
  }

  /** Time goes on when everything that the last instant began has come to rest, the bot's answers among it. */
  async #settle(): Promise<void> {
    await nextMacrotask();
    while (this.#thinking.size > 0) {
      await Promise.race([...this.#thinking].map((answer) => answer.catch(() => undefined)));
      await nextMacrotask();
    }
  }

  #counted(service: ConversationService): ConversationService {
    return {
      ...service,
      turn: (request, signal, onPart) => {
        const answer = service.turn(request, signal, onPart);
        this.#thinking.add(answer);
        const onSettled = (): void => void this.#thinking.delete(answer);
        answer.then(onSettled, onSettled);
        return answer;
      },
    };
  }
}

function engineSettings({ settings }: ConnectedBot): EngineSettings {
  return {
    maxCalls: 0,
    mediaAddress: gateway.host,
    defaultFrom: `sip:outdial@${gateway.host}`,
    trunk: undefined,
    sipPolicy: anywhere,
    ringTimeoutMs: settings.ringTimeoutMs,
    maxCallDurationMs: settings.maxCallDurationMs,
    recordingDirectory: 'recordings',
  };
}
