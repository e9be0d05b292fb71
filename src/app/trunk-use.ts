/** What the settings say of the trunk, for the engine: its targets as URIs, how they are watched, and its limits. */
import { parseTrunkTarget, type Settings } from '../config/index.ts';
import type { EngineSettings, TargetReport, TrunkSettings, TrunkTarget } from '../engine/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { printHostPort } from '../sip/index.ts';
import type { GatewayLog } from './log.ts';

type TrunkOf = Pick<
  Settings,
  'sipTrunk' | 'sipTrunkTargets' | 'sipTrunkPingMs' | 'sipTrunkMaxCalls' | 'sipTrunkCallsPerSecond'
>;

/** Only one trunk is known today; the name says that its own targets stand for what DNS would say. */
const trunkName = 'OUTDIAL_SIP_TRUNK';

export function trunkUse(settings: TrunkOf): Pick<EngineSettings, 'trunk' | 'trunkUse'> {
  const { sipTrunk: trunk, sipTrunkTargets = [] } = settings;
  if (trunk === undefined) return { trunk };
  const { host, port, transport } = trunk;
  const wanted = trunk.wanted ?? { scheme: 'sip', host, port, transport };
  const targets = sipTrunkTargets.flatMap((text) => {
    const target = parseTrunkTarget(text);
    if (target === undefined) return [];
    const { priority, weight, ...place } = target;
    return [targetOf(place, priority, weight)];
  });
  const use: TrunkSettings = {
    targets: targets.length > 0 ? targets : [targetOf(wanted, 0, 1)],
    pingMs: settings.sipTrunkPingMs,
    maxCalls: settings.sipTrunkMaxCalls,
    callsPerSecond: settings.sipTrunkCallsPerSecond,
  };
  if (targets.length === 0) return { trunk, trunkUse: use };
  return { trunk: { ...trunk, wanted: { ...wanted, trunk: trunkName } }, trunkUse: use };
}

function targetOf(wanted: TrunkTarget['wanted'], priority: number, weight: number): TrunkTarget {
  const { scheme, host, port, transport } = wanted;
  const uri = `${scheme}:${printHostPort(host, port)}`;
  const isUsual = transport === undefined || transport === 'udp';
  return { uri: isUsual ? uri : `${uri};transport=${transport}`, wanted, priority, weight };
}

/** Shows a change in the log and in the metrics. */
export function showTarget(
  { target, state, detail }: TargetReport,
  { log, metrics }: { readonly log: Pick<GatewayLog, 'info' | 'warn'>; readonly metrics: Pick<Metrics, 'set'> },
): void {
  metrics.set('outdial_sip_trunk_target_up', { target }, state === 'up' ? 1 : 0);
  const fields = { event: `trunk.${state}`, target, detail };
  if (state === 'down') log.warn(fields, 'a target of the trunk is down');
  else log.info(fields, 'a target of the trunk is up');
}

/** What is amiss with the trunk, for people, without addresses. */
export function trunkRemarks(reports: readonly TargetReport[]): readonly string[] {
  const down = reports.filter(({ state }) => state === 'down').length;
  if (down === 0) return [];
  return [`${down} of ${reports.length} targets of the trunk ${down === 1 ? 'does' : 'do'} not answer OPTIONS`];
}
