/** How the gateway is, put together from what its parts know of themselves. */
import type { GatewayStatus, ProviderInUse, TenantStatus, TrunkHealth } from '../api/index.ts';
import type { Settings } from '../config/index.ts';
import type { Engine } from '../engine/index.ts';
import type { Clock } from '../kit/index.ts';
import type { CallGuards } from '../policy/index.ts';
import { printHostPort } from '../sip/index.ts';
import type { DurableStore, Owner } from '../store/index.ts';
import { botTenants, speechSelectionOf, type Tenant, type TenantDirectory } from '../tenants/index.ts';
import type { Readiness } from './readiness.ts';
import type { Registrations, RegistrationState } from './registrations.ts';
import { mediaThreadsOf } from './start-media.ts';
import { version } from './version.ts';

export interface StatusParts {
  /** Of the gateway at a time; 0 = no limit. */
  readonly maxCalls: number;
  readonly settings: Pick<Settings, 'mediaThreads' | 'sipTrunk' | 'sipTrunkMaxCalls' | 'sipTrunkCallsPerSecond'>;
  readonly engine: Pick<Engine, 'activeCalls' | 'trunkTargets' | 'trunkCalls' | 'avoidedHops'>;
  readonly guards: Pick<CallGuards, 'usage'>;
  readonly store: Pick<DurableStore, 'name' | 'nodes'>;
  readonly owner: Owner;
  readonly tenants: TenantDirectory;
  readonly registrations: () => Registrations | undefined;
  readonly readiness: () => Promise<Readiness>;
  readonly clock: Clock;
}

export interface Status {
  ofTenant(tenant: Tenant): Promise<TenantStatus>;
  ofGateway(): Promise<GatewayStatus>;
}

export function createStatus(parts: StatusParts): Status {
  const { settings, engine, guards, store, tenants, clock } = parts;
  const startedAtMs = clock.nowMs();

  async function readiness(): Promise<Pick<TenantStatus, 'ready' | 'reasons' | 'remarks'>> {
    const { ready, reasons, remarks = [] } = await parts.readiness();
    return { ready, reasons: [...reasons], remarks: [...remarks] };
  }

  function limitsOf({ limits }: Tenant): TenantStatus['limits'] {
    const { calls, usedMs, startsPerSecond } = guards.usage(limits, clock.nowMs(), clock.wallMs());
    return {
      callsAtATime: { used: calls, limit: limitOf(limits.maxCalls) },
      minutesPerDay: { used: Math.round(usedMs / 6000) / 10, limit: limitOf(limits.minutesPerDay) },
      callsPerSecond: { used: startsPerSecond, limit: limitOf(limits.callsPerSecond) },
    };
  }

  /** `isWhole`: whether whoever asks may know where the trunk leads. */
  function trunk(registrationIds: readonly string[] | 'all', isWhole: boolean): TrunkHealth {
    const states = parts.registrations()?.states(registrationIds) ?? [];
    const registrations = states.map(isWhole ? wholeRegistration : ({ isRegistered }) => ({ isRegistered }));
    const state = trunkState(settings.sipTrunk !== undefined, engine.trunkTargets());
    if (!isWhole) return { state, registrations };
    const calls = engine.trunkCalls();
    const nowMs = clock.nowMs();
    return {
      state,
      registrations,
      targets: engine.trunkTargets().map((each) => Object.assign({}, each)),
      ...(calls === undefined ? {} : { calls }),
      maxCalls: limitOf(settings.sipTrunkMaxCalls),
      callsPerSecond: limitOf(settings.sipTrunkCallsPerSecond),
      avoided: engine.avoidedHops().map(({ hop, failures, untilMs }) => ({
        place: `${hop.transport} ${printHostPort(hop.host, hop.port)}`,
        failures,
        forS: Math.max(0, Math.ceil((untilMs - nowMs) / 1000)),
      })),
    };
  }

  return {
    async ofTenant(tenant) {
      const speech = speechSelectionOf(tenant);
      const { isOutboundEnabled, isInboundEnabled } = tenant;
      return {
        tenantID: tenant.id,
        ...(await readiness()),
        isOutboundEnabled,
        isInboundEnabled,
        limits: limitsOf(tenant),
        bots: botTenants(tenant).map(botOf),
        recognition: speech.stt.map(engineOf),
        voice: speech.tts.map(engineOf),
        trunk: trunk(parts.registrations()?.idsOf(tenant) ?? [], !tenants.isMultiTenant),
      };
    },
    async ofGateway() {
      const nodes = await store.nodes();
      const wallMs = clock.wallMs();
      const all = tenants.isMultiTenant ? tenants.tenants : [tenants.deployment];
      return {
        ...(await readiness()),
        version,
        uptimeS: Math.max(0, Math.floor((clock.nowMs() - startedAtMs) / 1000)),
        calls: engine.activeCalls(),
        maxCalls: limitOf(parts.maxCalls),
        mediaThreads: mediaThreadsOf(settings),
        store: store.name,
        nodes: (nodes.ok ? nodes.value : []).map(({ owner, leaseUntilWallMs, unfinishedCalls }) => ({
          nodeId: owner.nodeId,
          isSelf: owner.nodeId === parts.owner.nodeId,
          isAlive: leaseUntilWallMs >= wallMs,
          calls: unfinishedCalls,
        })),
        tenants: all.map((tenant) => ({
          tenantID: tenant.id,
          isOutboundEnabled: tenant.isOutboundEnabled,
          isInboundEnabled: tenant.isInboundEnabled,
          limits: limitsOf(tenant),
        })),
        problems: tenants.problems.map(({ path, line, reason, fix }) => ({ path, line, reason, fix })),
        trunk: trunk('all', true),
      };
    },
  };
}

function wholeRegistration({ place, isRegistered, detail }: RegistrationState): TrunkHealth['registrations'][number] {
  return { registrar: place, isRegistered, ...(detail === undefined ? {} : { detail }) };
}

function limitOf(limit: number): number | null {
  return limit > 0 ? limit : null;
}

function trunkState(isThere: boolean, targets: ReturnType<Engine['trunkTargets']>): TrunkHealth['state'] {
  if (!isThere) return 'none';
  const down = targets.filter(({ state }) => state === 'down').length;
  if (down > 0) return down === targets.length ? 'down' : 'degraded';
  return targets.some(({ state }) => state === 'up') ? 'up' : 'unknown';
}

function botOf({ conversation, settings }: Tenant): ProviderInUse {
  const { conversationName: name } = settings;
  return {
    kind: conversation.kind,
    ...(name === undefined ? {} : { name }),
    host: conversation.kind === 'dialog-file' ? null : hostOf(conversation.url),
  };
}

type SpeechChoice = ReturnType<typeof speechSelectionOf>['stt' | 'tts'][number];

/** The options hold secrets: nothing but the host of the URL is taken. */
function engineOf({ kind, name, options }: SpeechChoice): ProviderInUse {
  const url = typeof options === 'object' && options !== null && 'url' in options ? options['url'] : undefined;
  return { kind, ...(name === undefined ? {} : { name }), host: typeof url === 'string' ? hostOf(url) : null };
}

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host : null;
}
