/** How it goes: what a tenant may know of the gateway that carries its calls, and what the operator sees of all of it. */
import { z } from 'zod';
import { ok } from '../../kit/index.ts';
import { tenantRoute, type V1Route } from './route.ts';

const count = z.int().min(0);

const use = z
  .object({ used: z.number().min(0), limit: count.nullable().describe('null: there is none.') })
  .meta({ id: 'LimitUse' });

const limits = z
  .object({
    callsAtATime: use,
    minutesPerDay: use.describe('Of answered calls on this UTC day.'),
    callsPerSecond: use.describe('Started within about a second.'),
  })
  .meta({ id: 'TenantLimits' })
  .describe('As this gateway counts them; gateways that share a database hold them together.');

const provider = z
  .object({
    kind: z.string().describe('As the settings name it; local is inside the gateway.'),
    name: z.string().optional(),
    host: z.string().nullable().describe('null: inside the gateway.'),
  })
  .meta({ id: 'ProviderInUse' });

const readiness = {
  ready: z.boolean().describe('Whether new calls are taken.'),
  reasons: z.array(z.string()).describe('Why not.'),
  remarks: z.array(z.string()).describe('What is amiss and keeps no call from being taken.'),
};

const target = z
  .object({
    target: z.string().describe('URI that is asked by OPTIONS.'),
    state: z.enum(['up', 'down', 'unknown']).describe('unknown: it is not asked, or has not answered yet.'),
    detail: z.string().describe('What it said last.'),
  })
  .meta({ id: 'TrunkTarget' });

const avoided = z
  .object({
    place: z.string(),
    failures: count.describe('In a row.'),
    forS: count.describe('Seconds until it is tried first again.'),
  })
  .meta({ id: 'AvoidedPlace' });

const registration = z
  .object({
    registrar: z.string().optional().describe('For the operator alone.'),
    isRegistered: z.boolean(),
    detail: z.string().optional().describe('Why not, as it was told last. For the operator alone.'),
  })
  .meta({ id: 'RegistrationState' });

const trunkStates = ['up', 'degraded', 'down', 'unknown', 'none'] as const;

const trunk = z
  .object({
    state: z
      .enum(trunkStates)
      .describe(
        'degraded: some of its targets are down. unknown: nobody asks them (OUTDIAL_SIP_TRUNK_PING). none: calls go where their URI leads.',
      ),
    registrations: z.array(registration).describe('Whose way the calls take.'),
    targets: z.array(target).optional().describe('For the operator alone, as all that follows.'),
    calls: count.optional().describe('That are on it now.'),
    maxCalls: count.nullable().optional(),
    callsPerSecond: z.number().nullable().optional(),
    avoided: z.array(avoided).optional().describe('Places that failed a call, and go last for a while.'),
  })
  .meta({ id: 'TrunkHealth' });

const tenantStatus = z
  .object({
    tenantID: z.string(),
    ...readiness,
    isOutboundEnabled: z.boolean(),
    isInboundEnabled: z.boolean(),
    limits,
    bots: z.array(provider).describe('The first is asked, the others stand by.'),
    recognition: z.array(provider),
    voice: z.array(provider),
    trunk,
  })
  .meta({ id: 'TenantStatus' });

export type TenantStatus = z.infer<typeof tenantStatus>;
export type TrunkHealth = z.infer<typeof trunk>;
export type ProviderInUse = z.infer<typeof provider>;

const tenantRow = z
  .object({
    tenantID: z.string(),
    isOutboundEnabled: z.boolean(),
    isInboundEnabled: z.boolean(),
    limits,
  })
  .meta({ id: 'TenantRow' });

const configProblem = z
  .object({
    path: z.string().optional(),
    line: z.int().optional(),
    reason: z.string(),
    fix: z.string().optional(),
  })
  .meta({ id: 'TenantProblem' });

const nodeState = z
  .object({
    nodeId: z.string(),
    isSelf: z.boolean(),
    isAlive: z.boolean().describe('It has given a sign of life in time.'),
    calls: count.describe('That are not over.'),
  })
  .meta({ id: 'NodeState' });

export const gatewayStatus = z
  .object({
    ...readiness,
    version: z.string(),
    uptimeS: count,
    calls: count.describe('Of this gateway, now.'),
    maxCalls: count.nullable(),
    mediaThreads: count,
    store: z.enum(['memory', 'sqlite', 'postgresql']),
    nodes: z.array(nodeState).describe('Gateways that share the database.'),
    tenants: z.array(tenantRow),
    problems: z.array(configProblem).describe('Entries of the tenant file that were left out, and why.'),
    trunk,
  })
  .meta({ id: 'GatewayStatus' });

export type GatewayStatus = z.infer<typeof gatewayStatus>;

const getStatus = tenantRoute(
  {
    method: 'GET',
    path: '/status',
    operationId: 'getStatus',
    summary: 'See how it goes',
    description:
      'Whether new calls are taken, the limits and what of them is used, bots and speech engines by kind and host, and how the trunk is. With one tenant the caller is the operator and is told where the trunk leads, too.',
    answers: [{ status: 200, description: 'The state of things.', schema: tenantStatus }],
    problems: [],
    access: 'credentials',
  },
  async ({ tenant }, { v1 }) => ok({ status: 200, body: await v1.status(tenant) }),
);

export const statusRoutes: readonly V1Route[] = [getStatus];
