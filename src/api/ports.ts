import type { Acceptance } from '../engine/index.ts';
import type { Clock, GatewayError, Json, Result } from '../kit/index.ts';
import type { LoginGuard } from '../policy/index.ts';
import type { Credentials, StartCallOrder, TenantDirectory } from '../tenants/index.ts';
import type { PageFiles } from './pages/page-files.ts';
import type { V1Ports } from './v1/ports.ts';
import type { GatewayStatus } from './v1/status-routes.ts';

/** What the API needs from the rest of the gateway. */
export interface ApiPorts {
  /** Accepts a call. Resolves once the call is durable; an expected refusal is an error value. */
  startCall(
    order: StartCallOrder,
    acceptance?: Acceptance,
  ): Promise<Result<{ readonly sessionId: string }, GatewayError>>;
  /** What the routes under `/v1` need beside that. */
  readonly v1: V1Ports;
  readonly tenants: TenantDirectory;
  /** Whether new calls are taken, and if not, why: short sentences without secrets. */
  isReady(): ReadinessAnswer | Promise<ReadinessAnswer>;
  /** Whether the process is worth keeping. */
  isLive(): boolean;
  /** Accepts a `sip:`, `sips:` or `tel:` URI that may be called or call, or says why not. */
  checkCallUri(text: string): Result<unknown, string>;
  /** Splits a comma-separated list of Route values, or says why it is none. */
  checkRoutes(text: string): Result<readonly string[], string>;
  readonly metrics: MetricsPort;
  readonly audit: AuditPort;
  /** Told of every answer. `route` is the pattern of the path, `none` when nothing is there or what came was no request. */
  onAnswer(route: string, status: number): void;
  /** Whether a URL that came with a request may be reached, as far as its text tells, or why not. */
  checkRequestUrl(url: string): Result<void, string>;
  readonly loginGuard: LoginGuard;
  readonly clock: Clock;
  readonly log: ApiLog;
  readonly version: string;
  /** The built console; empty when it was not built. */
  readonly consoleFiles: PageFiles;
  /** The built API reference; empty when it was not built. */
  readonly docsFiles: PageFiles;
  /** Who may administrate, and what they can do; absent when no admin credentials are configured. */
  readonly admin?: AdminPorts;
}

export interface AdminPorts {
  readonly credentials: Credentials;
  /** Reads tenants, secrets and dialogs again. All or nothing: an error lists every problem and nothing has changed. */
  reload(): Result<ReloadReport, readonly ReloadProblem[]>;
  status(): Promise<GatewayStatus>;
}

export interface ReloadReport {
  /** Tenants in the file; 0 without one. */
  readonly tenants: number;
  readonly notices: readonly string[];
}

/** One mistake in a file. Values are shown as far as they are no secret. */
export interface ReloadProblem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
  readonly value?: string;
  readonly reason: string;
  readonly fix?: string;
}

interface ReadinessAnswer {
  readonly ready: boolean;
  readonly reasons: readonly string[];
  /** What is amiss and keeps no call from being taken. */
  readonly remarks?: readonly string[];
}

/** What there is to scrape. */
export interface MetricsPort {
  /** In the Prometheus exposition format. */
  text(): string;
  json(): Json;
  /** What a scraper must send; absent when nothing is asked for. */
  readonly credentials?: Credentials;
}

/** Where actions that concern credentials and calls are written down. Never throws and never waits. */
export interface AuditPort {
  loginFailed(attempt: {
    /** Absent for what belongs to no tenant, such as metrics. */
    readonly tenantId?: string;
    readonly sourceAddress: string;
    /** Whether credentials were sent at all. */
    readonly hasCredentials: boolean;
  }): void;
  callStarted(call: {
    readonly tenantId: string;
    /** User name the request came with; absent when none is asked for. */
    readonly username?: string;
    readonly sourceAddress: string;
    readonly sessionId: string;
    /** The whole URI; it is for the audit log to mask it. */
    readonly to: string;
  }): void;
}

/** The part of a pino logger that is used. Fields never hold a secret, a number or an URI. */
export interface ApiLog {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/**
 * Limits on connections, in milliseconds. A socket that is slow with its head or its body is answered with 408 and cut
 * at most one check interval after its time (promise A6: within 7 s).
 */
export interface ApiTimeouts {
  /** For the request line and headers. */
  readonly headersMs: number;
  /** For the whole request, body included. */
  readonly requestMs: number;
  /** Between two looks for late sockets. */
  readonly checkEveryMs: number;
  /** For the next request on an idle connection. */
  readonly keepAliveMs: number;
}

/**
 * Connections that may wait to be accepted. With the system's usual 511 a rush of clients loses its first packets and waits
 * a second for their repetition.
 */
export const listenBacklog = 4096;

export const defaultTimeouts: ApiTimeouts = {
  headersMs: 5000,
  requestMs: 6000,
  checkEveryMs: 250,
  keepAliveMs: 5000,
};
