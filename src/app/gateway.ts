/** The gateway put together from real parts: start, drain, stop. The only place that says which part is which. */
import { join } from 'node:path';
import { createApi } from '../api/index.ts';
import { type CallEvent, callFacts } from '../call/index.ts';
import type { Settings } from '../config/index.ts';
import { createEngine, type Engine, type EnginePorts } from '../engine/index.ts';
import {
  at,
  createHttpClient,
  monotonicClock,
  createNodeRandom,
  createRecordFiles,
  digest,
  type HttpClient,
  type MediaWorker,
  openSipSocket,
  type SipSocket,
  startMediaWorker,
} from '../host/index.ts';
import { err, gatewayError, ok, type Result } from '../kit/index.ts';
import { buildCallRecord } from '../reports/index.ts';
import { checkCallUri, checkRoutes, createUserAgent } from '../sip/index.ts';
import { createTenantDirectory, type TenantDirectory } from '../tenants/index.ts';
import { createWebhookLanes } from '../webhooks/index.ts';
import { botOf, type Dialogs, loadDialogs } from './bots.ts';
import type { GatewayLog } from './log.ts';
import { version } from './version.ts';

export interface GatewayOptions {
  readonly settings: Settings;
  /** What MULTI_TENANT_CONFIG_FILE holds. */
  readonly tenantFileText?: string;
  readonly log: GatewayLog;
  /** URL of a module with `createSpeechEngines`, instead of the local engines. */
  readonly speechModule?: string;
  /** Watches every call. */
  readonly observe?: (sessionId: string, event: CallEvent) => void;
}

export interface Gateway {
  readonly httpUrl: string;
  readonly sipPort: number;
  activeCalls(): number;
  /** Takes no new calls, waits for the running ones at most `drainTimeoutMs`, then ends them, and frees everything. */
  stop(drainTimeoutMs: number): Promise<void>;
}

/** How long calls that were told to end get to say BYE and write their records. */
const goodbyeMs = 3000;

/** Starts everything, or says everything that stands against it, one sentence each. */
export async function startGateway(options: GatewayOptions): Promise<Result<Gateway, readonly string[]>> {
  const { settings, log } = options;
  const tenants = createTenantDirectory(settings, options.tenantFileText);
  if (!tenants.ok) return err(tenants.error.map(({ path, reason }) => `tenant file, ${path}: ${reason}`));
  for (const notice of tenants.value.notices) log.warn({}, notice);
  const dialogs = loadDialogs([tenants.value.deployment, ...tenants.value.tenants]);
  if (!dialogs.ok) return dialogs;
  const badUri = findBadIdentity(tenants.value);
  if (badUri !== undefined) return err([badUri]);
  try {
    return ok(await new RunningGateway(options, tenants.value, dialogs.value).start());
  } catch (fault) {
    return err([fault instanceof Error ? fault.message : String(fault)]);
  }
}

function findBadIdentity({ deployment, tenants }: TenantDirectory): string | undefined {
  for (const { id, from } of [deployment, ...tenants]) {
    const checked = from === undefined ? undefined : checkCallUri(from);
    if (checked?.ok === false) return `tenant ${id}: its tenantURI cannot call: ${checked.error.message}`;
  }
  return undefined;
}

class RunningGateway implements Gateway {
  readonly #options: GatewayOptions;
  readonly #tenants: TenantDirectory;
  readonly #dialogs: Dialogs;
  readonly #clock = monotonicClock;
  readonly #http: HttpClient = createHttpClient();
  #isDraining = false;
  #engine: Engine | undefined;
  #media: MediaWorker | undefined;
  #sip: SipSocket | undefined;
  #api: ReturnType<typeof createApi> | undefined;
  #webhooks: ReturnType<typeof createWebhookLanes> | undefined;
  readonly #writing = new Set<Promise<void>>();
  httpUrl = '';
  sipPort = 0;

  constructor(options: GatewayOptions, tenants: TenantDirectory, dialogs: Dialogs) {
    this.#options = options;
    this.#tenants = tenants;
    this.#dialogs = dialogs;
  }

  async start(): Promise<this> {
    try {
      this.#media = this.#startMedia();
      await this.#media.whenReady();
      this.#webhooks = this.#createWebhooks();
      this.#sip = await this.#openSip();
      this.sipPort = this.#sip.local.port;
      this.#engine = this.#createEngine(this.#media);
      await this.#openApi(this.#engine);
      return this;
    } catch (fault) {
      await this.#free();
      throw fault;
    }
  }

  activeCalls(): number {
    return this.#engine?.activeCalls() ?? 0;
  }

  async stop(drainTimeoutMs: number): Promise<void> {
    this.#isDraining = true;
    const engine = this.#engine;
    if (engine !== undefined) {
      const drained = engine.drain();
      if (!(await this.#isDoneWithin(drained, drainTimeoutMs))) {
        engine.stopCalls(gatewayError('call.shutdown', 'The gateway was stopped'));
        await this.#isDoneWithin(drained, goodbyeMs);
      }
    }
    // Notifications and records of the last calls leave before the process does.
    if (this.#webhooks !== undefined) await this.#isDoneWithin(this.#webhooks.idle(), goodbyeMs);
    await Promise.allSettled(this.#writing);
    await this.#free();
  }

  async #free(): Promise<void> {
    this.#engine?.close();
    this.#webhooks?.close();
    await Promise.allSettled([this.#api?.close(), this.#sip?.close(), this.#media?.close(), this.#http.close()]);
  }

  async #isDoneWithin(done: Promise<void>, limitMs: number): Promise<boolean> {
    let cancel = (): void => undefined;
    const late = new Promise<boolean>((resolve) => {
      cancel = at(this.#clock, this.#clock.nowMs() + limitMs, () => {
        resolve(false);
      });
    });
    const isDone = await Promise.race([done.then(() => true), late]);
    cancel();
    return isDone;
  }

  #startMedia(): MediaWorker {
    const { settings, log, speechModule } = this.#options;
    const media = startMediaWorker({
      rtpPorts: { min: settings.rtpPorts.first, max: settings.rtpPorts.last },
      bindAddress: settings.rtpBindHost,
      speech: { model: settings.speechModel, voice: settings.voice },
      speechModule: speechModule ?? new URL('../providers/local-speech/index.js', import.meta.url).href,
    });
    media.onLost((reason) => {
      log.error({ reason }, 'The media thread ended; its calls have failed and another one was started');
    });
    return media;
  }

  async #openSip(): Promise<SipSocket> {
    const { settings } = this.#options;
    const bind = { host: settings.sipBindHost, port: settings.sipPort };
    try {
      return await openSipSocket(bind, {
        onDatagram: (bytes, source) => this.#engine?.receive(bytes, source),
        onSendFailed: (to, detail) => this.#engine?.sendFailed(to, detail),
      });
    } catch (fault) {
      const reason = fault instanceof Error ? fault.message : String(fault);
      throw new Error(`SIP cannot listen on ${bind.host}:${bind.port} (SIP_HOST, SIP_PORT): ${reason}`, {
        cause: fault,
      });
    }
  }

  #createWebhooks(): ReturnType<typeof createWebhookLanes> {
    const { log } = this.#options;
    return createWebhookLanes({
      post: this.#http.post,
      after: (delayMs, fire) => at(this.#clock, this.#clock.nowMs() + delayMs, fire),
      nowMs: () => this.#clock.nowMs(),
      onResult: ({ notification: { vgwSessionID, callState }, outcome, attempts, status, reason }) => {
        const fields = { sessionId: vgwSessionID, callState, attempts, status, reason };
        if (outcome === 'delivered') log.debug(fields, 'webhook delivered');
        else log.warn(fields, 'webhook given up');
      },
    });
  }

  #createEngine(media: MediaWorker): Engine {
    const { settings, log, observe } = this.#options;
    const random = createNodeRandom();
    const sentBy = { host: settings.sipHost, port: this.sipPort };
    const ports: EnginePorts = {
      clock: this.#clock,
      random,
      media,
      userAgent: createUserAgent({ random, sentBy, userAgent: `outdial/${version}`, digest }),
      sendDatagram: (bytes, to) => this.#sip?.send(bytes, to),
      at: (atMs, callback) => at(this.#clock, atMs, callback),
      newAbort: () => {
        const controller = new AbortController();
        return {
          signal: controller.signal,
          abort: () => {
            controller.abort();
          },
        };
      },
      botOf: (tenant) => botOf(tenant, this.#dialogs, this.#http),
      notify: ({ sessionId, webhook, limits, callState, failureReason }) => {
        const { url, username, password } = webhook;
        const { connectTimeoutMs, readTimeoutMs, maxRetries } = limits;
        this.#webhooks?.send(
          {
            url,
            ...(username === undefined ? {} : { username }),
            ...(password === undefined ? {} : { password: password.reveal() }),
            connectTimeoutMs,
            readTimeoutMs,
            maxRetries,
          },
          { vgwSessionID: sessionId, callState, failureReason },
        );
      },
      writeRecord: (state) => {
        this.#keep(state);
      },
      observe: (sessionId, tenantId, event) => {
        logEvent(log, sessionId, tenantId, event);
        observe?.(sessionId, event);
      },
      reportDropped: (what, detail, source) => {
        log.debug({ what, detail, source }, 'SIP message dropped');
      },
      reportFault: (sessionId, fault) => {
        log.error({ sessionId, fault: fault instanceof Error ? fault.stack : String(fault) }, 'a fault ended a call');
      },
    };
    return createEngine(ports, {
      maxCalls: settings.maxSessions,
      mediaAddress: settings.sdpAddress,
      defaultFrom: `sip:outdial@${settings.sipHost.includes(':') ? `[${settings.sipHost}]` : settings.sipHost}`,
      trunk: settings.sipTrunk,
      ringTimeoutMs: settings.ringTimeoutMs,
      maxCallDurationMs: settings.maxCallDurationMs,
      sourcePolicy: settings.rtpSourcePolicy,
      recordingDirectory: join(settings.dataDir, 'recordings'),
    });
  }

  #keep(state: Parameters<EnginePorts['writeRecord']>[0]): void {
    const { settings, log } = this.#options;
    const { sessionId } = state.plan;
    const facts = callFacts(state);
    if (facts === undefined) return;
    const writing: Promise<void> = createRecordFiles(settings.dataDir)
      .write(buildCallRecord(facts))
      .then((written) => {
        if (!written.ok) log.error({ sessionId, reason: written.error.detail }, 'call record not written');
      })
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  async #openApi(engine: Engine): Promise<void> {
    const { settings, log } = this.#options;
    this.#api = createApi({
      startCall: async (order) => engine.startCall(order),
      tenants: this.#tenants,
      isReady: () => (this.#isDraining ? { ready: false, reasons: ['shutting down'] } : { ready: true, reasons: [] }),
      isLive: () => true,
      checkCallUri: (text) => {
        const checked = checkCallUri(text);
        return checked.ok ? checked : err(checked.error.message);
      },
      checkRoutes,
      clock: this.#clock,
      log,
      version,
    });
    try {
      this.httpUrl = await this.#api.listen({ host: settings.httpHost, port: settings.httpPort });
    } catch (fault) {
      const reason = fault instanceof Error ? fault.message : String(fault);
      throw new Error(
        `HTTP cannot listen on ${settings.httpHost}:${settings.httpPort} (HTTP_HOST, HTTP_PORT): ${reason}`,
        { cause: fault },
      );
    }
  }
}

/** States and failures of calls, without numbers, addresses or words. */
function logEvent(log: GatewayLog, sessionId: string, tenantId: string, event: CallEvent): void {
  const fields = { sessionId, tenantId };
  switch (event.type) {
    case 'call.over': {
      const { state, endCode, endedBy, blame, sipStatus } = event.end;
      log.info({ ...fields, state, endCode, endedBy, blame, sipStatus }, event.type);
      return;
    }
    case 'turn.failed':
      log.warn({ ...fields, turn: event.turn.turnId, code: event.turn.error?.code }, event.type);
      return;
    case 'call.warning':
      log.warn({ ...fields, warning: event.message }, event.type);
      return;
    case 'call.accepted':
    case 'call.started':
    case 'call.ringing':
    case 'call.answered':
      log.info(fields, event.type);
      return;
    default:
      log.debug(fields, event.type);
  }
}
