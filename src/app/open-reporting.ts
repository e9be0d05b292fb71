/** Reporting with its real parts: the queue in the store, the file, the log and the metrics. */
import { hostname } from 'node:os';
import type { Settings } from '../config/index.ts';
import {
  at,
  createNodeRandom,
  deleteRecordFile,
  deleteRecordings,
  deleteTraceFile,
  openReportFile,
} from '../host/index.ts';
import { type Clock, err, ok } from '../kit/index.ts';
import {
  type ArtifactDeletion,
  createArtifactDeletion,
  createStoreReportQueue,
  type ReportNews,
} from '../reporting/index.ts';
import type { DurableStore, Owner } from '../store/index.ts';
import type { TenantRoster } from '../tenants/index.ts';
import type { Destinations } from './destinations.ts';
import { type GatewayLog, maskNumbers } from './log.ts';
import { readSinkName } from './report-routes.ts';
import { createReporting, type Reporting } from './reporting.ts';

export interface OpenReportingPorts {
  readonly settings: Settings;
  readonly tenants: TenantRoster;
  readonly destinations: Pick<Destinations, 'operatorHttp' | 'authorizations'>;
  readonly store: DurableStore;
  readonly owner: Owner;
  readonly clock: Clock;
  readonly log: GatewayLog;
  readonly onNews: (news: ReportNews) => void;
  readonly isRunning: (sessionId: string) => boolean;
}

export interface OpenReporting extends Reporting {
  readonly deleteArtifacts: ArtifactDeletion;
  /** Lets go of the file. */
  free(): Promise<void>;
}

const bytesPerMiB = 1024 * 1024;

export function openReporting(ports: OpenReportingPorts): OpenReporting {
  const { settings, tenants, destinations, clock } = ports;
  const file =
    settings.reportFile === undefined
      ? undefined
      : openReportFile({
          path: settings.reportFile,
          maxSizeBytes: settings.reportFileMiB * bytesPerMiB,
          keptFiles: settings.reportFileCount,
        });
  const queue = createStoreReportQueue({
    store: ports.store,
    owner: ports.owner,
    maxPerSink: settings.maxWaitingReports,
    sinks: () => reporting.sinks(),
  });
  const tell = createNewsLog(ports.log, clock);
  const reporting: Reporting = createReporting({
    directory: () => tenants.directory,
    queue,
    post: (order) => destinations.operatorHttp.post(order),
    authorizations: destinations.authorizations.deployment,
    ...(file === undefined ? {} : { file }),
    host: hostname(),
    clock,
    after: (ms, fire) => at(clock, clock.nowMs() + ms, fire),
    random: createNodeRandom(),
    gatherMs: settings.reportGatherMs,
    onNews: (news) => {
      ports.onNews(news);
      tell(news);
    },
  });
  return {
    ...reporting,
    deleteArtifacts: createArtifactDeletion({
      isRunning: ports.isRunning,
      deleters: {
        recordings: (sessionId) => deleteRecordings(settings.dataDir, sessionId),
        records: (sessionId) => deleteRecordFile(settings.dataDir, sessionId),
        traces: (sessionId) => deleteTraceFile(settings.dataDir, 'traces', sessionId),
        botExchanges: (sessionId) => deleteTraceFile(settings.dataDir, 'bot-exchanges', sessionId),
        events: async (sessionId) => {
          const found = await ports.store.call(sessionId);
          if (!found.ok) return err(found.error.message);
          if (found.value === undefined) return ok(0);
          const emptied = await ports.store.commit([{ type: 'artifacts-deleted', sessionId }]);
          return emptied.ok ? ok(found.value.lastSequence) : err(emptied.error.message);
        },
        reports: async (sessionId) => {
          const forgotten = await queue.forget(sessionId);
          return forgotten.ok ? ok(forgotten.value) : err(forgotten.error.detail);
        },
      },
    }),
    async free() {
      reporting.close();
      await file?.close();
    },
  };
}

/** Lines of one sink and kind are at least so far apart: a collector that refuses everything must not fill the disk. */
const quietMs = 10_000;

function createNewsLog(log: GatewayLog, clock: Clock): (news: ReportNews) => void {
  const saidAtMs = new Map<string, number>();
  return (news) => {
    if (news.type !== 'dropped' && news.type !== 'postponed') return;
    const { kind, tenantKey } = readSinkName(news.sink);
    const key = `${news.sink} ${news.type}`;
    const nowMs = clock.nowMs();
    if (nowMs - (saidAtMs.get(key) ?? -Infinity) < quietMs) return;
    saidAtMs.set(key, nowMs);
    const fields = { sink: kind, tenantId: maskNumbers(tenantKey), count: news.count, reason: news.reason };
    if (news.type === 'dropped') log.error({ ...fields, cause: news.cause }, 'reports dropped');
    else log.warn({ ...fields, retryMs: news.retryMs }, 'reports wait for their sink');
  };
}
