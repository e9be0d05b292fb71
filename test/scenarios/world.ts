/** A simulated world: the real engine on one host, a scripted phone on another, a network between them, a seed. */
import assert from 'node:assert/strict';
import { setImmediate as nextMacrotask } from 'node:timers/promises';
import type { CallEvent, CallState } from '../../src/call/index.ts';
import { readSettings } from '../../src/config/index.ts';
import {
  type BotWatch,
  type ConversationService,
  readMessageResponse,
  type TurnReply,
  type TurnRequest,
  withFailover,
} from '../../src/conversation/index.ts';
import {
  type BotExchangeLog,
  createCallDoor,
  createEngine,
  type Engine,
  type EnginePorts,
  type EngineSettings,
  type NewCallOrder,
  type OutgoingTextMessage,
  type SipTrace,
} from '../../src/engine/index.ts';
import { digest, SrtpSession } from '../../src/host/index.ts';
import { err, type GatewayError, type JsonObject, ok, type Result, seededRandom } from '../../src/kit/index.ts';
import { anywhere, createCallGuards, createLoginGuard } from '../../src/policy/index.ts';
import { encodeRtpPacket, encodeTelephoneEvent } from '../../src/rtp/index.ts';
import { createUserAgent, type Hop, type UserAgentOptions } from '../../src/sip/index.ts';
import { botTenants, createTenantDirectory, type StartCallOrder, type Tenant } from '../../src/tenants/index.ts';
import {
  calm,
  createScriptedPhone,
  createSimMediaPlane,
  type NetworkWeather,
  type PhoneEvent,
  type PhoneScript,
  type ScriptedPhone,
  SimClock,
  type SimMediaOptions,
  SimNetwork,
} from '../../src/testing/index.ts';
import { streamAnswer, type StreamedAnswer } from './streamed-answer.ts';

export type Answer = Result<TurnReply, GatewayError> | 'never';
export type FakeBot = (request: TurnRequest, index: number) => Answer;

export const says = (text: string, isLast = false): Answer =>
  ok({
    steps: [
      ...(text === '' ? [] : [{ type: 'say' as const, text }]),
      ...(isLast ? [{ type: 'hang-up' as const }] : []),
    ],
    context: {},
    problems: [],
  });

/** A bot of message responses: what each turn is answered with, from the first one on. Silent afterwards. */
export function answers(...outputs: readonly JsonObject[]): FakeBot {
  return ({ context }, index) => readMessageResponse({ output: outputs[index] ?? {}, context }, context);
}

export const politePhone: PhoneScript = {
  ringMs: 500,
  lines: ['hello?'],
  speaksFirst: true,
  hangsUp: false,
  patienceMs: 400,
};

export const tenant: Tenant = { ...defaultTenant(), id: 'clinic', conversationFailedMessage: 'Sorry.' };

function defaultTenant(): Tenant {
  const read = readSettings({ ENABLE_OUTBOUND_CALLS: 'true' });
  const directory = read.ok ? createTenantDirectory(read.value.settings) : read;
  if (!directory.ok) throw new Error('the default settings do not make a tenant');
  const { ringTimeoutMs: _ring, maxCallDurationMs: _longest, ...rest } = directory.value.deployment;
  return rest;
}

export interface WorldOptions {
  readonly seed?: number;
  readonly weather?: Partial<NetworkWeather>;
  readonly phone?: Partial<PhoneScript>;
  /** A second phone, at `sip:agent@10.0.0.9`. */
  readonly agent?: Partial<PhoneScript>;
  /** What the gateway's own user agent may do beside the usual. */
  readonly userAgent?: Partial<UserAgentOptions>;
  readonly bot: FakeBot;
  /** Bots behind URLs, for tenants that have such; any other tenant's is `bot`. */
  readonly botsByUrl?: Readonly<Record<string, FakeBot>>;
  /** A real connection, asked instead of `bot`. */
  readonly service?: ConversationService;
  /** Turns that are answered bit by bit instead, by their index. */
  readonly streams?: Readonly<Record<number, StreamedAnswer>>;
  /** How long the bot takes for its first answers; none by default. */
  readonly botDelaysMs?: readonly number[];
  readonly settings?: Partial<EngineSettings>;
  readonly rtpPorts?: number;
  readonly observe?: (sessionId: string, tenantId: string, event: CallEvent, state: CallState) => void;
  /** The words of the audio files there are, by URL. */
  readonly audioFiles?: Readonly<Record<string, string>>;
  /** Why text messages cannot be sent. */
  readonly textMessageFailure?: string;
  /** Takes the line out of every SDP that the phone sends or gets: it knows of no such thing. */
  readonly phoneWithout?: RegExp;
  /** The engines of calls of the gateway; the fakes by default. */
  readonly openSpeech?: SimMediaOptions['openSpeech'];
  readonly checkRequestUrl?: EnginePorts['checkRequestUrl'];
  readonly isOverloaded?: () => boolean;
  /** Whether a call becomes durable; it does unless told otherwise. */
  readonly store?: () => Result<void, GatewayError>;
  /** How long it takes until a dialog is safe. */
  readonly keepsDialogsAfterMs?: number;
  /** The tenants that take calls; without it none is taken. */
  readonly inbound?: readonly Tenant[];
  /** What DNS says; without it names are sent to as they are. */
  readonly locate?: NonNullable<EnginePorts['locate']>;
  /** No phone at the other end. */
  readonly isNobodyThere?: boolean;
}

export class World {
  readonly clock = new SimClock(async () => {
    await nextMacrotask();
  });
  readonly network: SimNetwork;
  readonly phone: ScriptedPhone;
  readonly agent: ScriptedPhone | undefined = undefined;
  /** What the gateway sent to the second phone by SIP. */
  readonly sipToAgent: string[] = [];
  readonly engine: Engine;
  readonly phoneEvents: PhoneEvent[] = [];
  readonly asked: TurnRequest[] = [];
  /** Which bot each of them went to: its URL, or `fake`. */
  readonly askedOf: string[] = [];
  /** Texts of the turns whose signal was aborted. */
  readonly aborted: string[] = [];
  readonly bot: ConversationService;
  readonly told: { readonly callState: string; readonly failureReason: string | null; readonly atMs: number }[] = [];
  readonly events: CallEvent[] = [];
  readonly records: CallState[] = [];
  readonly traces: SipTrace[] = [];
  readonly botExchanges: BotExchangeLog[] = [];
  readonly accepted: NewCallOrder[] = [];
  /** What was kept to end the calls in another life of the process. */
  readonly dialogs: JsonObject[] = [];
  readonly faults: unknown[] = [];
  /** The store answers when this is over. */
  holdStore = Promise.resolve();
  readonly dropped: string[] = [];
  /** Codes of the incoming calls that a limit refused. */
  readonly refused: string[] = [];
  readonly textMessages: OutgoingTextMessage[] = [];
  /** What the gateway sent to the phone by SIP, in order. */
  readonly sipToPhone: string[] = [];
  /** The BYEs of the gateway, as text. */
  readonly byes: string[] = [];
  #keysPressed = 0;

  constructor(options: WorldOptions) {
    const random = seededRandom(options.seed ?? 1);
    this.network = new SimNetwork(this.clock, random, { ...calm, ...options.weather });
    const gateway = { host: '10.0.0.1', port: 5060 };
    const far = { host: '10.0.0.2', port: 5060 };
    const { clock, network } = this;
    const at = (atMs: number, callback: () => void): (() => void) => clock.at(atMs, callback);
    const serviceOf = (name: string, bot: FakeBot): ConversationService => ({
      spec: 'conversation/1',
      name,
      turn: async (request, signal, onPart = () => undefined, watch?: BotWatch) => {
        signal.throwIfAborted();
        this.asked.push(request);
        this.askedOf.push(name);
        signal.addEventListener('abort', () => this.aborted.push(request.text));
        if (options.service !== undefined) return options.service.turn(request, signal, onPart, watch);
        const streamed = options.streams?.[this.asked.length - 1];
        if (streamed !== undefined) return streamAnswer(streamed, request, signal, onPart, clock);
        const answer = bot(request, this.asked.length - 1);
        if (answer === 'never') return new Promise(() => undefined);
        // Like a stateless bot, it gives the context back.
        const result = answer.ok
          ? ok({ ...answer.value, context: { ...request.context, ...answer.value.context } })
          : answer;
        const delayMs = options.botDelaysMs?.[this.asked.length - 1] ?? 0;
        if (delayMs === 0) return Promise.resolve(result);
        return new Promise((resolve) => {
          clock.at(clock.nowMs() + delayMs, () => {
            resolve(result);
          });
        });
      },
    });
    const botOf = (of: Tenant): ConversationService => {
      const [first = assert.fail(), ...standbys] = botTenants(of).map(({ conversation, settings }) => {
        const url = conversation.kind === 'watson-v1' ? conversation.url : 'fake';
        return {
          name: settings.conversationName ?? url,
          service: serviceOf(url, options.botsByUrl?.[url] ?? options.bot),
        };
      });
      return withFailover(first, ...standbys);
    };
    this.bot = serviceOf('fake', options.bot);
    const takers = options.inbound ?? [];
    const door = createCallDoor({
      tenants: { isMultiTenant: true, deployment: tenant, tenants: takers },
      digest,
      random,
      loginGuard: createLoginGuard(),
    });
    this.engine = createEngine(
      {
        clock,
        random,
        at,
        userAgent: createUserAgent({
          random,
          sentBy: gateway,
          userAgent: 'outdial',
          digest,
          locates: options.locate !== undefined,
          acceptsCalls: door.admit,
          ...options.userAgent,
        }),
        ...(options.locate === undefined ? {} : { locate: options.locate }),
        media: createSimMediaPlane(clock, network, {
          host: gateway.host,
          firstPort: 16_384,
          portCount: options.rtpPorts ?? 100,
          random,
          newSrtp: () => new SrtpSession(),
          audioFiles: options.audioFiles ?? {},
          ...(options.openSpeech === undefined ? {} : { openSpeech: options.openSpeech }),
        }),
        sendSip: (bytes, to) => {
          const text = new TextDecoder().decode(bytes);
          if (text.startsWith('BYE ')) this.byes.push(text);
          network.send(bytes, gateway, to);
        },
        guards: createCallGuards(),
        isOverloaded: () => options.isOverloaded?.() ?? false,
        newAbort: () => new AbortController(),
        ...(options.checkRequestUrl === undefined ? {} : { checkRequestUrl: options.checkRequestUrl }),
        botOf,
        accept: (call) => {
          this.accepted.push(call);
          return this.holdStore.then(() => options.store?.() ?? ok(undefined));
        },
        keepDialog: (_sessionId, snapshot) => {
          this.dialogs.push(snapshot);
          const { keepsDialogsAfterMs: delayMs = 0 } = options;
          if (delayMs === 0) return Promise.resolve();
          return new Promise((resolve) => {
            clock.at(clock.nowMs() + delayMs, () => {
              resolve();
            });
          });
        },
        notify: ({ callState, failureReason }) => {
          this.told.push({ callState, failureReason, atMs: clock.nowMs() });
        },
        sendTextMessage: (_sessionId, _tenant, message) => {
          this.textMessages.push(message);
          const { textMessageFailure: reason } = options;
          return Promise.resolve(reason === undefined ? ok(undefined) : err(reason));
        },
        writeRecord: (state, { sipTrace, botExchanges }) => {
          this.records.push(state);
          if (sipTrace !== undefined) this.traces.push(sipTrace);
          if (botExchanges !== undefined) this.botExchanges.push(botExchanges);
        },
        observe: (sessionId, tenantId, event, state) => {
          this.events.push(event);
          options.observe?.(sessionId, tenantId, event, state);
        },
        ...(options.inbound === undefined ? {} : { orderOf: door.orderOf }),
        reportRefused: (_tenantId, code) => {
          this.refused.push(code);
        },
        reportDropped: (what) => {
          this.dropped.push(what);
        },
        reportFault: (_sessionId, fault) => {
          this.faults.push(fault);
        },
      },
      {
        maxCalls: 0,
        mediaAddress: gateway.host,
        defaultFrom: 'sip:outdial@10.0.0.1',
        trunk: undefined,
        sipPolicy: anywhere,
        ringTimeoutMs: 60_000,
        maxCallDurationMs: 600_000,
        recordingDirectory: 'recordings',
        ...options.settings,
      },
    );
    network.bind(gateway, (bytes, source) => {
      this.engine.receive(bytes, source);
    });
    const phoneAt = (
      place: typeof far,
      script: Partial<PhoneScript> | undefined,
      send: (bytes: Uint8Array, to: Hop) => void,
      onEvent: (event: PhoneEvent) => void = () => undefined,
    ): ScriptedPhone => {
      const userAgent = createUserAgent({
        random,
        sentBy: place,
        otherPlaces: [{ transport: 'tls', ...place }],
        userAgent: 'phone',
        acceptsCalls: true,
        acceptsRefers: true,
      });
      const media = createSimMediaPlane(clock, network, {
        host: place.host,
        firstPort: 20_000,
        portCount: 100,
        random,
        newSrtp: () => new SrtpSession(),
      });
      const ports = { clock, at, userAgent, media, mediaAddress: place.host, sendSip: send };
      return createScriptedPhone(ports, { ...politePhone, ...script }, onEvent);
    };
    this.phone = phoneAt(
      far,
      options.phone,
      (bytes, to) => {
        const { phoneWithout } = options;
        network.send(phoneWithout === undefined ? bytes : withoutLine(bytes, phoneWithout), far, to);
      },
      (event) => {
        this.phoneEvents.push(event);
      },
    );
    if (options.agent !== undefined) {
      const second = { ...far, host: '10.0.0.9' };
      const agent = phoneAt(second, options.agent, (bytes, to) => {
        network.send(bytes, second, to);
      });
      this.agent = agent;
      network.bind(second, (bytes, source) => {
        this.sipToAgent.push(new TextDecoder().decode(bytes));
        agent.receive(bytes, source);
      });
    }
    if (options.isNobodyThere !== true) {
      network.bind(far, (bytes, source) => {
        this.sipToPhone.push(new TextDecoder().decode(bytes));
        const { phoneWithout } = options;
        this.phone.receive(phoneWithout === undefined ? bytes : withoutLine(bytes, phoneWithout), source);
      });
    }
  }

  /** Starts one call; `accepted` is what its caller is told. */
  call(order: Partial<StartCallOrder> = {}): { readonly accepted: ReturnType<Engine['startCall']> } {
    const accepted = this.engine.startCall({
      tenant,
      to: 'sip:bob@10.0.0.2',
      context: {},
      routes: [],
      webhook: { url: 'http://10.0.0.3/', origin: 'request' },
      ...order,
    });
    return { accepted };
  }

  /** Presses keys on the phone of the first call, the first at the instant `atMs`, then one every `gapMs` (RFC 4733). */
  press(keys: string, atMs: number, gapMs = 100): void {
    keys.split('').forEach((digit, index) => {
      this.clock.at(atMs + index * gapMs, () => {
        const payload = new Uint8Array(4);
        encodeTelephoneEvent({ digit, isEnd: true, duration: 800 }, payload);
        const bytes = new Uint8Array(16);
        const order = (this.#keysPressed += 1);
        const header = { marker: true, payloadType: 101, sequenceNumber: order, timestamp: order * 8000, ssrc: 7 };
        encodeRtpPacket({ ...header, payload }, bytes);
        this.network.send(bytes, { host: '10.0.0.2', port: 20_000 }, { host: '10.0.0.1', port: 16_384 });
      });
    });
  }

  /** Runs until every call is over, then until the network has come to rest. */
  async runToTheEnd(limitMs = 300_000): Promise<void> {
    const isOver = await this.clock.runUntil(() => this.engine.activeCalls() === 0, limitMs);
    if (!isOver) throw new Error(`calls were still running after ${limitMs} ms; told: ${this.states().join(' ')}`);
    await this.clock.runUntil(() => false, 100_000);
  }

  states(): string[] {
    return this.told.map(({ callState }) => callState);
  }
}

/** A SIP message without the lines of its body that match. */
function withoutLine(bytes: Uint8Array, line: RegExp): Uint8Array {
  const [head = '', body = ''] = new TextDecoder().decode(bytes).split('\r\n\r\n');
  const kept = body
    .split('\r\n')
    .filter((text) => !line.test(text))
    .join('\r\n');
  const length = `Content-Length: ${new TextEncoder().encode(kept).length}`;
  return new TextEncoder().encode(`${head.replace(/Content-Length: *\d+/i, length)}\r\n\r\n${kept}`);
}
