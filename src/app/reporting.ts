/**
 * Reporting put together: what calls do becomes reports, and reports go where the tenant's settings say now. Nothing here
 * waits for a collector, and nothing throws into a call.
 */
import { type CallEvent, type CallState, reportedCall, turnFacts, type TurnReport } from '../call/index.ts';
import { type AuthorizationBook, postAuthorized } from '../authorization/index.ts';
import { type Clock, err, type HttpPost, type Random } from '../kit/index.ts';
import {
  createCollectorSink,
  createCouchSink,
  createReportIds,
  createReportLanes,
  queueReports,
  type ReportNews,
  type ReportQueue,
  type ReportSink,
} from '../reporting/index.ts';
import {
  type CallFacts,
  cdrReports,
  type Report,
  type ReportedCall,
  transcriptionReport,
  turnRequestReport,
  turnResponseReport,
} from '../reports/index.ts';
import type { TenantDirectory, TenantSettings } from '../tenants/index.ts';
import { readSinkName, reportRoutes, type SinkAddress, sinkAddress, type SinkKind, sinkName } from './report-routes.ts';

export interface ReportingPorts {
  /** The tenants as they are configured now. */
  readonly directory: () => TenantDirectory;
  readonly queue: ReportQueue;
  /** Posts to URLs of the operator. */
  readonly post: HttpPost;
  /** Tokens in exchange for API keys of the operator. */
  readonly authorizations: AuthorizationBook;
  /** Takes the reports of all tenants. */
  readonly file?: ReportSink;
  /** A database of the gateway's own that keeps reports, whichever it is. */
  readonly store?: ReportSink;
  /** Name of this machine in the envelopes. */
  readonly host: string;
  readonly clock: Clock;
  readonly after: (ms: number, fire: () => void) => () => void;
  readonly random: Random;
  readonly gatherMs: number;
  readonly onNews: (news: ReportNews) => void;
}

export interface Reporting {
  /** Takes one event of a call, with the call's state after it. */
  onCallEvent(event: CallEvent, state: CallState): void;
  onCallOver(facts: CallFacts): void;
  /** The names of all sinks that are configured now. */
  sinks(): readonly string[];
  /** Looks for reports that wait from before. */
  start(): void;
  /** Sends what is gathered. Resolves when nothing is under way any more; what sinks do not take stays in the queue. */
  idle(): Promise<void>;
  close(): void;
}

/** The most documents in one bulk of a database. */
const bulkSize = 100;
/** The one tenant of a deployment without a tenant file, whatever requests call it. */
const onlyTenant = 'default';

export function createReporting(ports: ReportingPorts): Reporting {
  const nextId = createReportIds(ports.clock, ports.random);
  const lanes = createReportLanes({ ...ports, openSink: (name) => openSink(name, ports) }, ports);

  function report(tenantId: string, build: (settings: TenantSettings) => readonly Report[]): void {
    const tenant = settingsOf(tenantId, ports.directory());
    if (tenant === undefined) return;
    const routes = reportRoutes(tenant.settings, tenant.key, sharedSinks(ports));
    if (routes.length === 0) return;
    const reports = build(tenant.settings);
    const order = { host: ports.host, nextId, nowWallMs: ports.clock.wallMs() };
    for (const [sink, queued] of queueReports(reports, routes, order)) lanes.add(sink, queued);
  }

  return {
    onCallEvent(event, state) {
      report(state.plan.tenantId, () => reportsOf(event, state));
    },
    onCallOver(facts) {
      report(facts.tenantId, ({ cdrFormat }) => cdrReports(facts, cdrFormat));
    },
    sinks: () => allSinks(ports),
    start() {
      lanes.resume(allSinks(ports));
    },
    idle: () => lanes.idle(),
    close() {
      lanes.close();
    },
  };
}

function reportsOf(event: CallEvent, state: CallState): readonly Report[] {
  const call = reportedCall(state);
  switch (event.type) {
    case 'turn.answered':
    case 'turn.failed': {
      const { turn, exchange } = event;
      const reported = {
        call,
        index: turn.turnId,
        facts: turnFacts(turn),
        ...(exchange === undefined ? {} : { exchange }),
        ...(turn.reply?.actions === undefined ? {} : { actions: turn.reply.actions }),
        ...(turn.error === undefined ? {} : { errorCode: turn.error.code }),
      };
      const response = turnResponseReport(reported);
      // Of an answer that came in parts some has been heard already.
      const heard = turn.firstAudioAtMs === undefined ? [] : botReport(call, turn, turn.firstAudioAtMs);
      return [turnRequestReport(reported), ...present(response), ...heard];
    }
    case 'voice.understood': {
      const { text, confidence, atMs } = event;
      return present(
        transcriptionReport({ call, speaker: call.isInbound === true ? 'caller' : 'callee', text, confidence, atMs }),
      );
    }
    case 'turn.spoken':
      // While its parts still come, it waits for the whole.
      return event.turn.reply === undefined ? [] : botReport(call, event.turn, event.atMs);
    case 'turn.asked': {
      // The rest of the answer before was given up: what there was of it is all there is.
      const before = state.turns.at(-2);
      const isCut = before?.isAbandoned === true && before.firstAudioAtMs !== undefined;
      return isCut ? botReport(call, before, before.firstAudioAtMs ?? event.atMs) : [];
    }
    default:
      return [];
  }
}

function botReport(call: ReportedCall, turn: TurnReport, atMs: number): readonly Report[] {
  return present(transcriptionReport({ call, speaker: 'bot', text: textOf(turn), confidence: null, atMs }));
}

/** All that the answer is to say, as far as it is known. */
function textOf({ reply, parts = [] }: TurnReport): string {
  return (reply?.steps ?? parts).flatMap((step) => (step.type === 'say' ? [step.text] : [])).join(' ');
}

function present(report: Report | undefined): readonly Report[] {
  return report === undefined ? [] : [report];
}

function sharedSinks({ file, store }: ReportingPorts) {
  return { hasFile: file !== undefined, hasStore: store !== undefined };
}

/** A tenant's settings and the name its sinks go by; undefined when it was taken out of the file. */
function settingsOf(
  tenantId: string,
  directory: TenantDirectory,
): { readonly settings: TenantSettings; readonly key: string } | undefined {
  const { isMultiTenant, deployment } = directory;
  if (!isMultiTenant) return { settings: deployment.settings, key: onlyTenant };
  const tenant = directory.find(tenantId);
  return tenant === undefined ? undefined : { settings: tenant.settings, key: tenant.id };
}

function openSink(name: string, ports: ReportingPorts): ReportSink | undefined {
  const { kind, tenantKey } = readSinkName(name);
  if (kind === 'file') return ports.file;
  if (kind === 'store') return ports.store;
  const tenant = settingsOf(tenantKey, ports.directory());
  const address = tenant === undefined ? undefined : sinkAddress(tenant.settings, kind as SinkKind);
  if (tenant === undefined || address === undefined) return undefined;
  const { url, username, password, database } = address;
  const order = {
    url,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: password.reveal() }),
  };
  return database === undefined
    ? createCollectorSink({ ...order, batchSize: tenant.settings.reportBatchSize }, ports.post)
    : createCouchSink({ ...order, database, batchSize: bulkSize }, postOf(address, ports));
}

/** With an API key and no user name, requests carry a token that the key was exchanged for. */
function postOf({ apikey, username }: SinkAddress, { post, authorizations }: ReportingPorts): HttpPost {
  if (apikey === undefined || username !== undefined) return post;
  const authorization = authorizations.authorizationBy({ kind: 'api-key', apikey });
  return async (order) => {
    const outcome = await postAuthorized(post, authorization, order);
    if (outcome.ok) return outcome;
    const { error } = outcome;
    return err(error.at === 'service' ? error.failure : { kind: 'connect', detail: error.failure.detail });
  };
}

function allSinks(ports: ReportingPorts): readonly string[] {
  const { isMultiTenant, deployment, tenants } = ports.directory();
  const all = isMultiTenant
    ? tenants.map(({ id, settings }) => ({ key: id, settings }))
    : [{ key: onlyTenant, settings: deployment.settings }];
  const own = all.flatMap(({ key, settings }) => reportRoutes(settings, key, { hasFile: false, hasStore: false }));
  const shared = [
    ...(ports.file === undefined ? [] : [sinkName('file')]),
    ...(ports.store === undefined ? [] : [sinkName('store')]),
  ];
  return [...new Set([...own.map(({ sink }) => sink), ...shared])];
}
