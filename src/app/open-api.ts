/** The API on its ports, put together from the real parts. */
import { fileURLToPath } from 'node:url';
import {
  type ApiPorts,
  createApi,
  type PageFiles,
  readPageFiles,
  type ReloadReport,
  type TlsIdentity,
} from '../api/index.ts';
import type { Settings } from '../config/index.ts';
import type { Engine } from '../engine/index.ts';
import { checkWritableDirectory, type MediaThreads } from '../host/index.ts';
import { type Clock, err, type Result } from '../kit/index.ts';
import { type CallGuards, createLoginGuard } from '../policy/index.ts';
import { checkCallUri, checkRoutes } from '../sip/index.ts';
import type { TenantDirectory } from '../tenants/index.ts';
import { mostCalls } from './call-slots.ts';
import type { Destinations } from './destinations.ts';
import type { Durability } from './durability.ts';
import { type HttpListeners, openHttpListeners } from './http-listeners.ts';
import type { ConfigProblem } from './load-tenants.ts';
import type { GatewayLog } from './log.ts';
import type { OpenSip } from './open-sip.ts';
import type { OpenV1 } from './open-v1.ts';
import type { Operations } from './operations.ts';
import { createReadiness } from './readiness.ts';
import type { Registrations } from './registrations.ts';
import { createStatus, type Status } from './status.ts';
import { trunkRemarks } from './trunk-use.ts';
import { version } from './version.ts';

export interface ApiParts {
  readonly settings: Settings;
  readonly log: GatewayLog;
  readonly clock: Clock;
  readonly identity: TlsIdentity | undefined;
  readonly engine: Engine;
  readonly durability: Pick<Durability, 'health' | 'owner' | 'store'>;
  readonly guards: CallGuards;
  readonly v1: OpenV1['ports'];
  readonly tenants: TenantDirectory;
  readonly destinations: Pick<Destinations, 'checkRequestUrl'>;
  readonly operations: Operations;
  readonly media: Pick<MediaThreads, 'whyNotReady' | 'remarks'>;
  readonly sip: OpenSip;
  /** They begin after the API. */
  readonly registrations: () => Registrations | undefined;
  readonly isDraining: () => boolean;
  readonly reload: () => Result<ReloadReport, readonly ConfigProblem[]>;
}

/** How long the data directory may take to answer a readiness probe. */
const diskLimitMs = 2000;

export async function openApi(parts: ApiParts): Promise<HttpListeners> {
  const { settings, log, clock, engine, operations, destinations } = parts;
  const isReady = readinessOf(parts);
  const status = createStatus({
    settings,
    maxCalls: mostCalls(settings),
    engine,
    guards: parts.guards,
    store: parts.durability.store,
    owner: parts.durability.owner,
    tenants: parts.tenants,
    registrations: parts.registrations,
    readiness: isReady,
    clock,
  });
  const api = createApi({
    startCall: async (order, acceptance) => {
      const started = await engine.startCall(order, acceptance);
      if (!started.ok) operations.onRefused(order.tenant.id, started.error.code);
      return started;
    },
    v1: { ...parts.v1, status: (tenant) => status.ofTenant(tenant) },
    tenants: parts.tenants,
    ...adminPorts(parts, status),
    isReady,
    metrics: operations.metrics,
    audit: operations.audit,
    onAnswer: (route, status) => {
      operations.onAnswer(route, status);
    },
    isLive: () => true,
    checkCallUri: (text) => {
      const checked = checkCallUri(text);
      return checked.ok ? checked : err(checked.error.message);
    },
    checkRoutes,
    checkRequestUrl: destinations.checkRequestUrl,
    loginGuard: createLoginGuard(),
    clock,
    log,
    version,
    consoleFiles: builtPage('console'),
    docsFiles: builtPage('docs'),
  });
  return openHttpListeners(api, parts.identity, settings);
}

function readinessOf({ settings, media, sip, engine, registrations, durability, isDraining, clock }: ApiParts) {
  return createReadiness({
    isDraining,
    mediaProblem: () => media.whyNotReady(),
    isSipOpen: () => sip.transports.isOpen(),
    remarks: () => [...media.remarks(), ...trunkRemarks(engine.trunkTargets()), ...(registrations()?.remarks() ?? [])],
    storeHealth: () => durability.health(),
    checkDataDirectory: () => checkWritableDirectory(settings.dataDir, diskLimitMs),
    clock,
  });
}

/** Beside the sources. */
function builtPage(name: string): PageFiles {
  return readPageFiles(fileURLToPath(new URL(`../../pages/${name}`, import.meta.url)));
}

function adminPorts({ settings, reload }: ApiParts, status: Status): Pick<ApiPorts, 'admin'> {
  const { adminUsername: username, adminPassword: password } = settings;
  if (username === undefined || password === undefined) return {};
  return { admin: { credentials: { username, password }, reload, status: () => status.ofGateway() } };
}
