/** The gateway put together from real parts: start, drain, stop. The only place that says which part is which. */
import type { ReloadReport, TlsIdentity } from '../api/index.ts';
import type { CallEvent } from '../call/index.ts';
import type { Environment, Settings } from '../config/index.ts';
import type { ConversationService } from '../conversation/index.ts';
import { createEngine, type Engine } from '../engine/index.ts';
import {
  at,
  monotonicClock,
  createNodeRandom,
  type MediaThreads,
  readClientTls,
  readTlsIdentity,
} from '../host/index.ts';
import { err, gatewayError, ok, type Result } from '../kit/index.ts';
import { createCallGuards } from '../policy/index.ts';
import type { ArtifactDeletion } from '../reporting/index.ts';
import { createTenantRoster, type TenantRoster } from '../tenants/index.ts';
import { fingerprintOf } from './audit.ts';
import { createInbound, type Inbound } from './inbound.ts';
import { chargeMinutes } from './charge-minutes.ts';
import { createDestinations, type Destinations } from './destinations.ts';
import { enginePortsOf } from './engine-ports.ts';
import { engineSettingsOf } from './engine-settings.ts';
import type { HttpListeners } from './http-listeners.ts';
import { fixedPromptsOf } from './fixed-prompts.ts';
import { type ConfigProblem, inFile, type LoadedTenants, loadTenants, printProblem } from './load-tenants.ts';
import { type Load, watchLoad } from './load.ts';
import type { GatewayLog } from './log.ts';
import { logDelivery } from './log-events.ts';
import { type Durability, type LostLife, openDurability } from './durability.ts';
import { openApi } from './open-api.ts';
import { type OpenV1, openV1 } from './open-v1.ts';
import { openStore } from './open-store.ts';
import { createOperations, type Operations } from './operations.ts';
import { openReporting, type OpenReporting } from './open-reporting.ts';
import { type OpenSip, openSip } from './open-sip.ts';
import { startMedia } from './start-media.ts';
import { createSteadyClock } from './steady-clock.ts';
import { createRecordKeeper, type RecordKeeper } from './record-keeper.ts';
import { createRegistrations, type Registrations } from './registrations.ts';
import { type OpenSipCapture, openSipCapture } from './sip-capture.ts';
import { createTraceKeepers, type TraceKeepers } from './trace-keeper.ts';

export interface GatewayOptions {
  readonly settings: Settings;
  /** Where `${env:NAME}` of the tenant file is looked up. */
  readonly environment?: Environment;
  /** Whether a tenant with a mistake stops the start; without it the others are served. */
  readonly brokenEntries?: 'refuse' | 'leave-out';
  readonly log: GatewayLog;
  /** URL of a module with `createSpeechEngines`, instead of the local engines. */
  readonly speechModule?: string;
  /** Watches every call. */
  readonly observe?: (sessionId: string, event: CallEvent) => void;
}

export interface Gateway {
  readonly httpUrl: string;
  /** Undefined without a key. */
  readonly httpsUrl: string | undefined;
  readonly sipPort: number;
  activeCalls(): number;
  /** Resolves when another node has taken this one's calls over, and this one has let go of them and freed everything. */
  readonly whenLifeLost: Promise<LostLife>;
  /** Reads tenants, secrets and dialogs again: all of them, or after any mistake none. Running calls keep theirs. */
  reload(): Result<ReloadReport, readonly ConfigProblem[]>;
  /** Deletes what is kept of a call that is over. */
  deleteArtifacts: ArtifactDeletion;
  /** Takes no new calls, waits for the running ones at most `drainTimeoutMs`, then ends them, and frees everything. */
  stop(drainTimeoutMs: number): Promise<void>;
}

/** How long calls that were told to end get to say BYE and write their records. */
const goodbyeMs = 3000;

/** Starts everything, or says everything that stands against it, one sentence each. */
export async function startGateway(options: GatewayOptions): Promise<Result<Gateway, readonly string[]>> {
  const { settings, environment = {}, brokenEntries = 'leave-out', log } = options;
  const loaded = loadTenants({ settings, environment, brokenEntries });
  if (!loaded.ok) return err(loaded.error.map(printProblem));
  const { notices, problems } = loaded.value.directory;
  for (const notice of notices) log.warn({}, notice);
  for (const problem of problems) {
    log.error({}, `tenant left out: ${printProblem(inFile(settings.multiTenantConfigFile ?? '', problem))}`);
  }
  const identity = readTlsIdentity(settings);
  if (!identity.ok) return err([identity.error]);
  try {
    return ok(await new RunningGateway(options, loaded.value, identity.value).start());
  } catch (fault) {
    return err([fault instanceof Error ? fault.message : String(fault)]);
  }
}

class RunningGateway implements Gateway {
  readonly #options: GatewayOptions;
  readonly #tenants: TenantRoster;
  /** Of every version so far: a request may hold a tenant of the one before the last reload. */
  readonly #dialogs: Map<string, ConversationService>;
  /** Every time of this gateway is of it; its wall clock never jumps. */
  readonly #clock = createSteadyClock(monotonicClock);
  readonly #after = (ms: number, fire: () => void) => at(this.#clock, this.#clock.nowMs() + ms, fire);
  readonly #destinations: Destinations;
  readonly #identity: TlsIdentity | undefined;
  #isDraining = false;
  #engine: Engine | undefined;
  #inbound: Inbound | undefined;
  #media: MediaThreads | undefined;
  #sip: OpenSip | undefined;
  #listeners: HttpListeners | undefined;
  #durability: Durability | undefined;
  readonly #random = createNodeRandom();
  readonly #guards = createCallGuards();
  readonly #records: RecordKeeper;
  readonly #traces: TraceKeepers;
  readonly #sipCapture: OpenSipCapture;
  readonly #operations: Operations;
  #reporting: OpenReporting | undefined;
  readonly #load: Load;
  #v1: OpenV1 | undefined;
  #registrations: Registrations | undefined;
  #freeing: Promise<void> | undefined;
  #tellLifeLost: (why: LostLife) => void = () => undefined;
  readonly whenLifeLost = new Promise<LostLife>((resolve) => {
    this.#tellLifeLost = resolve;
  });
  sipPort = 0;

  constructor(options: GatewayOptions, { directory, dialogs }: LoadedTenants, identity: TlsIdentity | undefined) {
    this.#destinations = createDestinations(options.settings);
    this.#identity = identity;
    this.#options = options;
    this.#records = createRecordKeeper(options.settings.dataDir, options.log, (outcome) => {
      this.#operations.onRecord(outcome);
    });
    this.#traces = createTraceKeepers(options.settings.dataDir, options.log);
    this.#sipCapture = openSipCapture(
      options.settings,
      (transport) => this.#sip?.placeOf(transport) ?? { host: options.settings.sipHost, port: this.sipPort },
      () => this.#clock.nowMs(),
      (outcome) => {
        this.#operations.onHepPacket(outcome);
      },
    );
    this.#tenants = createTenantRoster(directory);
    this.#dialogs = new Map(dialogs);
    this.#load = watchLoad(options.settings, () => this.#clock.nowMs(), this.#after);
    this.#operations = createOperations({
      settings: options.settings,
      log: options.log,
      activeCalls: () => this.activeCalls(),
      after: this.#after,
    });
  }

  async start(): Promise<this> {
    try {
      const speechTls = readClientTls(this.#options.settings);
      if (!speechTls.ok) throw new Error(speechTls.error);
      this.#media = startMedia(
        { ...this.#options, tenants: this.#tenants.directory },
        this.#destinations,
        speechTls.value,
        this.#operations,
      );
      this.#media.onSpeechLoad(({ finalWaitsMs }) => {
        this.#load.onRecognitionWaits(finalWaitsMs);
      });
      await this.#media.whenReady();
      const durability = (this.#durability = await this.#openDurability());
      this.#reporting = this.#openReporting(durability);
      this.#sip = await openSip({
        ...this.#options,
        identity: this.#identity,
        destinations: this.#destinations,
        operations: this.#operations,
        engine: () => this.#engine,
      });
      this.sipPort = this.#sip.addressing.sentBy.port;
      for (const port of this.#sip.ports) this.#destinations.addOwnPort(port);
      await chargeMinutes(this.#guards, durability.store, this.#tenants.directory, this.#clock);
      this.#engine = this.#createEngine(this.#media, this.#sip, durability, this.#reporting);
      const begun = await durability.begin(this.#engine);
      if (!begun.ok) throw new Error(begun.error.message);
      await this.#openApi(this.#engine, this.#media, this.#sip, durability);
      this.#reporting.start();
      this.#registrations = this.#createRegistrations(this.#engine);
      this.#registrations.apply(this.#tenants.directory);
      this.#preparePrompts();
      this.#auditConfiguration('start');
      return this;
    } catch (fault) {
      await this.#free();
      throw fault;
    }
  }

  get httpUrl(): string {
    return this.#listeners?.httpUrl ?? '';
  }

  get httpsUrl(): string | undefined {
    return this.#listeners?.httpsUrl;
  }

  activeCalls(): number {
    return this.#engine?.activeCalls() ?? 0;
  }

  reload(): Result<ReloadReport, readonly ConfigProblem[]> {
    const { settings, environment = {}, log } = this.#options;
    const loaded = loadTenants({ settings, environment, brokenEntries: 'refuse' });
    if (!loaded.ok) {
      for (const problem of loaded.error) log.error({ event: 'config.refused' }, printProblem(problem));
      this.#operations.audit.configurationRead('reload', { result: 'refused', problems: loaded.error.length });
      return loaded;
    }
    const { directory, dialogs } = loaded.value;
    for (const [path, service] of dialogs) this.#dialogs.set(path, service);
    this.#tenants.replace(directory);
    this.#registrations?.apply(this.#tenants.directory);
    this.#preparePrompts();
    const report = { tenants: directory.tenants.length, notices: directory.notices };
    log.info(
      { event: 'config.reloaded', tenants: report.tenants },
      'configuration reloaded; running calls keep theirs',
    );
    this.#auditConfiguration('reload');
    return ok(report);
  }

  readonly deleteArtifacts: ArtifactDeletion = async (sessionId) => {
    // A record that is being written would come after its deletion.
    await this.#filesSettled();
    if (this.#durability !== undefined) await this.#isDoneWithin(this.#durability.settle(), goodbyeMs);
    return this.#reporting?.deleteArtifacts(sessionId) ?? ok({});
  };

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
    // Calls may need it to the end: it goes last.
    if (this.#registrations !== undefined) await this.#isDoneWithin(this.#registrations.stop(), goodbyeMs);
    await this.#filesSettled();
    // Notifications of the last calls leave before the process does; those that cannot wait in the store.
    if (this.#durability !== undefined) await this.#isDoneWithin(this.#durability.settle(), goodbyeMs);
    if (this.#reporting !== undefined) await this.#isDoneWithin(this.#reporting.idle(), goodbyeMs);
    await this.#free();
  }

  /** Tells nobody anything: whoever has the calls now does. */
  async #letGo(why: LostLife): Promise<void> {
    const calls = this.activeCalls();
    this.#options.log.error({ why, calls, nodeId: this.#options.settings.nodeId }, 'another node has the calls now');
    this.#isDraining = true;
    this.#engine?.letGoOfAll();
    await this.#free();
    this.#tellLifeLost(why);
  }

  /** What is being written for people is. */
  async #filesSettled(): Promise<void> {
    await Promise.all([this.#records, ...Object.values(this.#traces)].map((keeper) => keeper.settle()));
  }

  #free(): Promise<void> {
    return (this.#freeing ??= this.#freeAll());
  }

  async #freeAll(): Promise<void> {
    this.#engine?.close();
    this.#sipCapture.close();
    this.#v1?.close();
    await this.#reporting?.free();
    await this.#durability?.close();
    this.#operations.close();
    this.#inbound?.close();
    this.#load.close();
    await Promise.allSettled([
      this.#listeners?.close(),
      this.#sip?.transports.close(),
      this.#media?.close(),
      this.#destinations.close(),
    ]);
  }

  async #isDoneWithin(done: Promise<void>, limitMs: number): Promise<boolean> {
    let cancel = (): void => undefined;
    const late = new Promise<boolean>((resolve) => {
      cancel = this.#after(limitMs, () => {
        resolve(false);
      });
    });
    const isDone = await Promise.race([done.then(() => true), late]);
    cancel();
    return isDone;
  }

  #auditConfiguration(occasion: 'start' | 'reload'): void {
    const { deployment, tenants } = this.#tenants.directory;
    const fingerprint = fingerprintOf([this.#options.settings, deployment, tenants]);
    const outcome = { result: 'in force', fingerprint, tenants: Math.max(1, tenants.length) } as const;
    this.#operations.audit.configurationRead(occasion, outcome);
  }

  #openReporting({ store, owner }: Durability): OpenReporting {
    return openReporting({
      ...this.#options,
      tenants: this.#tenants,
      destinations: this.#destinations,
      store,
      owner,
      clock: this.#clock,
      onNews: (news) => {
        this.#operations.onReports(news);
      },
      isRunning: (sessionId) => this.#engine?.hasCall(sessionId) === true,
    });
  }

  #preparePrompts(): void {
    const orders = fixedPromptsOf(this.#tenants.directory, this.#dialogs, this.#options.settings);
    this.#media?.preparePrompts(orders);
  }

  async #openDurability(): Promise<Durability> {
    const { settings, log } = this.#options;
    const store = await openStore(settings);
    if (!store.ok) throw new Error(store.error);
    const opened = await openDurability({
      settings,
      store: store.value,
      log,
      random: this.#random,
      destinations: this.#destinations,
      wallMs: () => this.#clock.wallMs(),
      after: this.#after,
      findTenant: (tenantId) => this.#tenants.directory.find(tenantId),
      onRecovered: (facts) => this.#reporting?.onCallOver(facts),
      onDelivery: (result) => {
        this.#operations.onDelivery(result);
        logDelivery(log, result);
      },
      onEvents: (events) => this.#v1?.tell(events),
      onLifeLost: (why) => void this.#letGo(why),
    });
    if (opened.ok) return opened.value;
    await store.value.close();
    throw new Error(`the store cannot be used: ${opened.error.message}`);
  }

  #createEngine(media: MediaThreads, sip: OpenSip, { calls }: Durability, reporting: OpenReporting): Engine {
    const { settings, log } = this.#options;
    const inbound = (this.#inbound = createInbound(settings, {
      tenants: this.#tenants.directory,
      random: this.#random,
      operations: this.#operations,
      log,
      after: this.#after,
    }));
    const ports = enginePortsOf({
      ...this.#options,
      clock: this.#clock,
      random: this.#random,
      media,
      sip,
      sipCapture: this.#sipCapture,
      traces: this.#traces,
      inbound,
      calls,
      records: this.#records,
      reporting,
      guards: this.#guards,
      isOverloaded: () => this.#load.isOverloaded(),
      destinations: this.#destinations,
      operations: this.#operations,
      dialogs: this.#dialogs,
      registrations: () => this.#registrations,
    });
    return createEngine(ports, engineSettingsOf(settings, this.#destinations.sipPolicy));
  }

  #createRegistrations(engine: Engine): Registrations {
    return createRegistrations({
      engine,
      random: this.#random,
      log: this.#options.log,
      metrics: this.#operations.counters,
      trustHost: (host) => {
        this.#destinations.trustSipHost(host);
      },
    });
  }

  async #openApi(engine: Engine, media: MediaThreads, sip: OpenSip, durability: Durability): Promise<void> {
    const { settings, log } = this.#options;
    this.#v1 = openV1({
      settings,
      durability,
      engine,
      random: this.#random,
      clock: this.#clock,
      traces: this.#traces,
      deleteArtifacts: this.deleteArtifacts,
    });
    this.#listeners = await openApi({
      settings,
      log,
      clock: this.#clock,
      identity: this.#identity,
      engine,
      durability,
      guards: this.#guards,
      v1: this.#v1.ports,
      tenants: this.#tenants.directory,
      destinations: this.#destinations,
      operations: this.#operations,
      media,
      sip,
      registrations: () => this.#registrations,
      isDraining: () => this.#isDraining,
      reload: () => this.reload(),
    });
    for (const port of this.#listeners.ports) this.#destinations.addOwnPort(port);
  }
}
