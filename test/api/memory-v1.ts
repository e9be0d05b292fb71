/** What the routes under /v1 need, over a store in memory and without calls behind it. */
import type { ApiPorts, GatewayStatus, TenantStatus } from '../../src/api/index.ts';
import { err, gatewayError, ok } from '../../src/kit/index.ts';
import { createMemoryStore } from '../../src/store/index.ts';

export function memoryV1(ports: Partial<ApiPorts['v1']> = {}): ApiPorts['v1'] {
  return {
    store: createMemoryStore(),
    status: async ({ id }) => statusOf(id),
    owner: { nodeId: 'test', epoch: 1 },
    wallMs: () => 1_700_000_000_000,
    after: () => () => undefined,
    control: async () => err(gatewayError('call.is-over', 'The call is over.')),
    wakeOutbox: () => undefined,
    feed: { watch: () => () => undefined },
    deleteArtifacts: async () => ok({}),
    openRecording: async () => undefined,
    tracesSoFar: () => undefined,
    readTrace: async () => undefined,
    linkSecret: 'a secret of the tests',
    ...ports,
  };
}

const use = { used: 0, limit: null };

/** Of a gateway that has nothing to do. */
export function statusOf(tenantID: string): TenantStatus {
  return {
    tenantID,
    ready: true,
    reasons: [],
    remarks: [],
    isOutboundEnabled: true,
    isInboundEnabled: false,
    limits: { callsAtATime: use, minutesPerDay: use, callsPerSecond: use },
    bots: [],
    recognition: [],
    voice: [],
    trunk: { state: 'none', registrations: [] },
  };
}

export function gatewayStatusOf(tenants: readonly string[]): GatewayStatus {
  const { ready, reasons, remarks, isOutboundEnabled, isInboundEnabled, limits, trunk } = statusOf('');
  return {
    ready,
    reasons,
    remarks,
    version: '9.9.9',
    uptimeS: 12,
    calls: 0,
    maxCalls: null,
    mediaThreads: 1,
    store: 'memory',
    nodes: [],
    tenants: tenants.map((tenantID) => ({ tenantID, isOutboundEnabled, isInboundEnabled, limits })),
    problems: [],
    trunk,
  };
}
