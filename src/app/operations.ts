/** What those who run a gateway see of it: its metrics and its audit log, each fed from one place. */
import type { MetricsPort } from '../api/index.ts';
import type { CallEvent } from '../call/index.ts';
import type { Settings } from '../config/index.ts';
import {
  type ConnectionNews,
  type LostThread,
  type MediaPace,
  type SpeechLoad,
  openProcessMeter,
  type ProcessMeter,
} from '../host/index.ts';
import type { ErrorCode } from '../kit/index.ts';
import { createMetrics, type Metrics } from '../metrics/index.ts';
import type { ReportNews } from '../reporting/index.ts';
import type { SipTransport } from '../sip/index.ts';
import type { PromptNews } from '../speech/index.ts';
import type { DeliveryResult } from '../webhooks/index.ts';
import { type Audit, createAudit } from './audit.ts';
import { createCallMetrics } from './call-metrics.ts';
import { createConnectionMetrics } from './connection-metrics.ts';
import type { GatewayLog } from './log.ts';
import { countReports } from './report-metrics.ts';
import { createScrape } from './scrape.ts';
import { version } from './version.ts';

export interface OperationsPorts {
  readonly settings: Settings;
  readonly log: Pick<GatewayLog, 'audit'>;
  readonly activeCalls: () => number;
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** The real one unless told otherwise. */
  readonly process?: ProcessMeter;
}

export interface Operations {
  readonly audit: Audit;
  readonly metrics: MetricsPort;
  /** Where parts of the application count by themselves. */
  readonly counters: Pick<Metrics, 'add' | 'set'>;
  onCallEvent(sessionId: string, tenantId: string, event: CallEvent): void;
  /** A call has been forgotten, and its record was handed to the store. */
  onCallGone(sessionId: string): void;
  onRecord(outcome: 'written' | 'failed'): void;
  onDelivery(result: DeliveryResult): void;
  onReports(news: ReportNews): void;
  onMessageDropped(reason: string): void;
  onHepPacket(outcome: 'sent' | 'lost'): void;
  onConnection(news: ConnectionNews): void;
  onConnectionRefused(transport: SipTransport, reason: string): void;
  onAnswer(route: string, status: number): void;
  /** A guard or a limit refused a call. */
  onRefused(tenantId: string, code: ErrorCode): void;
  onThreadLost(thread: LostThread): void;
  onMediaPace(pace: MediaPace, threadNumber: number): void;
  onPrompt(outcome: PromptNews['outcome']): void;
  onSpeechLoad(load: SpeechLoad): void;
  onFault(): void;
  close(): void;
}

export function createOperations(ports: OperationsPorts): Operations {
  const { settings, log } = ports;
  const metrics = createMetrics();
  const calls = createCallMetrics(metrics);
  const connections = createConnectionMetrics(metrics);
  const process = ports.process ?? openProcessMeter();
  const { isMetricsAuthEnabled, adminUsername: username, adminPassword: password } = settings;
  const isGuarded = isMetricsAuthEnabled && username !== undefined && password !== undefined;
  const audit = createAudit({
    write: (fields, text) => {
      if (settings.isAuditEnabled) log.audit(fields, text);
    },
    after: ports.after,
    onLoginFailed: () => {
      metrics.add('outdial_login_failures_total', {});
    },
  });
  let countedFrames = 0;
  // Without a tenant file the name is whatever the request made up.
  const labelOf = (tenantId: string): string => (settings.multiTenantConfigFile === undefined ? 'default' : tenantId);
  return {
    audit,
    counters: metrics,
    metrics: {
      ...createScrape({ metrics, process, version, activeCalls: ports.activeCalls }),
      ...(isGuarded ? { credentials: { username, password } } : {}),
    },
    onCallEvent(sessionId, tenantId, event) {
      calls.observe(sessionId, labelOf(tenantId), event);
    },
    onCallGone(sessionId) {
      calls.forget(sessionId);
    },
    onRecord(outcome) {
      metrics.add('outdial_call_records_total', { outcome });
    },
    onDelivery({ outcome, attempts, elapsedMs }) {
      if (attempts > 0) metrics.add('outdial_webhook_attempts_total', {});
      if (outcome === 'postponed') return;
      metrics.add('outdial_webhook_notifications_total', { outcome: outcome === 'dead' ? 'given-up' : outcome });
      if (outcome === 'delivered') metrics.observe('outdial_webhook_delivery_seconds', {}, elapsedMs / 1000);
    },
    onReports(news) {
      countReports(metrics, news);
    },
    onMessageDropped(reason) {
      metrics.add('outdial_sip_messages_dropped_total', { reason });
    },
    onHepPacket(outcome) {
      metrics.add('outdial_hep_packets_total', { outcome });
    },
    onConnection({ what, transport, by }) {
      if (what === 'failed') metrics.add('outdial_sip_connections_failed_total', { transport });
      else connections.count(what, { transport, by });
    },
    onConnectionRefused(transport, reason) {
      metrics.add('outdial_sip_connections_refused_total', { transport, reason });
    },
    onAnswer(route, status) {
      metrics.add('outdial_api_requests_total', { route, status: String(status) });
    },
    onRefused(tenant, code) {
      metrics.add('outdial_calls_refused_total', { tenant: labelOf(tenant), code });
    },
    onPrompt(outcome) {
      metrics.add('outdial_prompts_total', { outcome });
    },
    onMediaPace({ p50Ms, p99Ms, maxMs, skippedTicks, droppedPieces }, threadNumber) {
      const thread = String(threadNumber);
      const gauge = 'outdial_media_tick_lateness_seconds';
      metrics.set(gauge, { thread, quantile: '0.5' }, p50Ms / 1000);
      metrics.set(gauge, { thread, quantile: '0.99' }, p99Ms / 1000);
      metrics.set(gauge, { thread, quantile: '1' }, maxMs / 1000);
      metrics.add('outdial_media_ticks_skipped_total', { thread }, skippedTicks);
      metrics.add('outdial_speech_audio_dropped_total', { thread }, droppedPieces);
    },
    onSpeechLoad({ waitingUtterances, droppedFrames, finalWaitsMs }) {
      metrics.set('outdial_recognition_waiting', {}, waitingUtterances);
      for (const waitMs of finalWaitsMs) metrics.observe('outdial_recognition_wait_seconds', {}, waitMs / 1000);
      // The thread began anew: its count did, too.
      const fresh = droppedFrames - (droppedFrames < countedFrames ? 0 : countedFrames);
      countedFrames = droppedFrames;
      metrics.add('outdial_speech_frames_dropped_total', {}, fresh);
    },
    onThreadLost(thread) {
      metrics.add(`outdial_${thread}_thread_restarts_total`, {});
    },
    onFault() {
      metrics.add('outdial_faults_total', {});
    },
    close() {
      audit.close();
      process.close();
    },
  };
}
