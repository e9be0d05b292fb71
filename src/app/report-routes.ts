/** Which reports go where, as the settings of a tenant say. Sinks are named by their kind and the tenant they belong to. */
import type { Secret } from '../config/index.ts';
import type { ReportRoute } from '../reporting/index.ts';
import { type ReportType, reportTypes } from '../reports/index.ts';
import type { TenantSettings } from '../tenants/index.ts';

export type SinkKind = 'collector' | 'cdr-database' | 'turn-database' | 'transcription-database' | 'file' | 'store';

/** Where a sink over HTTP is reached. */
export interface SinkAddress {
  readonly url: string;
  readonly username?: string;
  readonly password?: Secret;
  /** Of databases. */
  readonly database?: string;
  readonly apikey?: Secret;
}

interface TypeSettings {
  readonly index: string | undefined;
  readonly sourceType: string | undefined;
}

/** Sinks that belong to no tenant. */
export interface SharedSinks {
  readonly hasFile: boolean;
  readonly hasStore: boolean;
}

/** A type of report is off until its index is set (specification §8.1). */
export function reportRoutes(
  settings: TenantSettings,
  tenantKey: string,
  { hasFile, hasStore }: SharedSinks,
): readonly ReportRoute[] {
  const routes: ReportRoute[] = [];
  const shared = [
    ...(settings.reportingUrl === undefined ? [] : [sinkName('collector', tenantKey)]),
    ...(hasFile ? [sinkName('file')] : []),
    ...(hasStore ? [sinkName('store')] : []),
  ];
  for (const type of reportTypes) {
    const { index, sourceType } = typeSettings(settings, type);
    const named = sourceType === undefined ? {} : { sourceType };
    if (index !== undefined) for (const sink of shared) routes.push({ sink, type, index, ...named });
    const kind = databaseKinds[type];
    const databaseIndex = kind === undefined ? undefined : databaseSettings(settings, kind).index;
    if (kind === undefined || databaseIndex === undefined || sinkAddress(settings, kind) === undefined) continue;
    routes.push({ sink: sinkName(kind, tenantKey), type, index: databaseIndex, ...named });
  }
  return routes;
}

/** Undefined when what the sink needs is not configured. */
export function sinkAddress(settings: TenantSettings, kind: SinkKind): SinkAddress | undefined {
  switch (kind) {
    case 'collector': {
      const { reportingUrl: url, reportingUsername: username, reportingPassword: password } = settings;
      return url === undefined ? undefined : { url, ...credentials(username, password) };
    }
    case 'cdr-database':
    case 'turn-database':
    case 'transcription-database': {
      const { url, database, username, password, apikey } = databaseSettings(settings, kind);
      if (url === undefined || database === undefined) return undefined;
      return { url, database, ...credentials(username, password), ...(apikey === undefined ? {} : { apikey }) };
    }
    case 'file':
    case 'store':
      return undefined;
    default:
      return kind satisfies never;
  }
}

export function sinkName(kind: SinkKind, tenantKey?: string): string {
  return tenantKey === undefined ? kind : `${kind}:${tenantKey}`;
}

export function readSinkName(name: string): { readonly kind: string; readonly tenantKey: string } {
  const colon = name.indexOf(':');
  return colon === -1
    ? { kind: name, tenantKey: '' }
    : { kind: name.slice(0, colon), tenantKey: name.slice(colon + 1) };
}

type DatabaseKind = 'cdr-database' | 'turn-database' | 'transcription-database';

/** The original writes no requests of turns to databases. */
const databaseKinds: Readonly<Record<ReportType, DatabaseKind | undefined>> = {
  cdr: 'cdr-database',
  'turn-response': 'turn-database',
  'turn-request': undefined,
  transcription: 'transcription-database',
};

function typeSettings(settings: TenantSettings, type: ReportType): TypeSettings {
  switch (type) {
    case 'cdr':
      return { index: settings.cdrEventIndex, sourceType: settings.cdrEventSourceType };
    case 'turn-response':
      return { index: settings.turnEventIndex, sourceType: settings.turnEventSourceType };
    case 'turn-request':
      return { index: settings.turnRequestEventIndex, sourceType: settings.turnRequestEventSourceType };
    case 'transcription':
      return { index: settings.transcriptionEventIndex, sourceType: settings.transcriptionEventSourceType };
    default:
      return type satisfies never;
  }
}

function databaseSettings(settings: TenantSettings, kind: DatabaseKind) {
  switch (kind) {
    case 'cdr-database':
      return {
        url: settings.cdrCloudantUrl,
        database: settings.cdrCloudantDatabase,
        index: settings.cdrCloudantEventIndex,
        username: settings.cdrCloudantUsername,
        password: settings.cdrCloudantPassword,
        apikey: settings.cdrCloudantApikey,
      };
    case 'turn-database':
      return {
        url: settings.turnCloudantUrl,
        database: settings.turnCloudantDatabase,
        index: settings.turnCloudantEventIndex,
        username: settings.turnCloudantUsername,
        password: settings.turnCloudantPassword,
        apikey: settings.turnCloudantApikey,
      };
    case 'transcription-database':
      return {
        url: settings.transcriptionCloudantUrl,
        database: settings.transcriptionCloudantDatabase,
        index: settings.transcriptionCloudantEventIndex,
        username: settings.transcriptionCloudantUsername,
        password: settings.transcriptionCloudantPassword,
        apikey: settings.transcriptionCloudantApikey,
      };
    default:
      return kind satisfies never;
  }
}

function credentials(
  username: string | undefined,
  password: Secret | undefined,
): Pick<SinkAddress, 'username' | 'password'> {
  return username === undefined || password === undefined ? {} : { username, password };
}
