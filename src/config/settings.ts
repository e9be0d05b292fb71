/**
 * Deployment settings: the environment in, one read-only object out, or everything that is wrong with it at once.
 * They are read once, at the start.
 */
import { err, nearestName, ok, type Result } from '../kit/index.ts';
import { bindHostFor } from './bind-host.ts';
import { parseSetting, type SettingValue } from './setting-kind.ts';
import { showText } from './show-value.ts';
import type { FieldsOf, SettingSpec } from './setting-spec.ts';
import { settingTable } from './setting-table.ts';
import { findConflicts } from './setting-conflicts.ts';
import { unusedVariables } from './unused-variables.ts';

type Spec = (typeof settingTable)[number];
type DerivedKey = 'sipHost' | 'sipBindHost' | 'sdpAddress' | 'sipBindHostIpv6' | 'sdpAddressIpv6';
type GivenOrDefault = FieldsOf<Spec>;

/** Addresses, each worked out from the others when it is not given. */
interface Addresses {
  readonly sipHost: string;
  readonly sipBindHost: string;
  readonly sdpAddress: string;
  /** Where RTP sockets are bound: SDP_ADDRESS when it is an address of this machine, else every address. */
  readonly rtpBindHost: string;
  /** The same of the second family, where there is one. */
  readonly sipBindHostIpv6?: string;
  readonly sdpAddressIpv6?: string;
  readonly rtpBindHostIpv6?: string;
}

/** One field per entry of the setting table, under its `key`; absent when it was not given and has no default. */
export type Settings = Omit<GivenOrDefault, DerivedKey> & Addresses;

/** A reason not to start. `value` is what was written, `***` when it is or may be a secret. */
export interface Problem {
  readonly variable: string;
  readonly value: string;
  readonly reason: string;
  readonly fix: string;
}

/** Something worth a line in the log, but no reason not to start. */
export interface Notice {
  readonly variable: string;
  readonly text: string;
}

export interface ReadSettings {
  readonly settings: Settings;
  readonly notices: readonly Notice[];
}

/** What the machine itself says. */
export interface Machine {
  /** IP addresses of its network interfaces. */
  readonly localAddresses: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings. A variable that is set but empty counts as not set. Unknown `OUTDIAL_*` and `OUTBOUND_CALLS_*`
 * variables and near-misses of known names are problems, so that no setting is lost to a typing error.
 */
export function readSettings(
  environment: Environment,
  machine: Machine = { localAddresses: ['127.0.0.1', '::1'] },
): Result<ReadSettings, readonly Problem[]> {
  const problems: Problem[] = [];
  const values: Record<string, SettingValue> = {};
  for (const spec of settingTable) readOne(spec, readVariable(spec, environment), values, problems);
  problems.push(...findStrangers(environment));
  // The table's own type says which kind of value stands under which key; the loop above cannot.
  const given = values as unknown as GivenOrDefault;
  const settings: Settings = { ...given, ...completeAddresses(given, machine) };
  const conflicts = findConflicts(settings, environment);
  problems.push(...conflicts.problems);
  if (problems.length > 0) return err(problems);
  return ok({
    settings: Object.freeze(settings),
    notices: [...conflicts.notices, ...noticeIdle(environment), ...noticeUnused(environment)],
  });
}

/** What the environment says for a setting, under its name or else its other spelling; '' when it says nothing. */
export function readVariable(spec: SettingSpec, environment: Environment): string {
  const text = environment[spec.name] ?? '';
  return text.trim() === '' && spec.alias !== undefined ? (environment[spec.alias] ?? '') : text;
}

function readOne(spec: SettingSpec, text: string, values: Record<string, SettingValue>, problems: Problem[]): void {
  const isGiven = text.trim() !== '';
  const source = isGiven ? text : spec.default;
  if (source === undefined) return;
  const parsed = parseSetting(spec.kind, source);
  if (parsed.ok) {
    values[spec.key] = parsed.value;
    return;
  }
  problems.push({
    variable: spec.name,
    value: showText(spec.kind, source),
    reason: parsed.error,
    fix: spec.default === undefined ? 'Correct it or unset it.' : `Correct it, or unset it for ${spec.default}.`,
  });
  // The other checks need a value; what is wrong with this one has been said.
  if (spec.default !== undefined) readOne(spec, spec.default, values, problems);
}

function completeAddresses(given: GivenOrDefault, machine: Machine): Addresses {
  const sipHost = given.sipHost ?? given.sipBindHost ?? '127.0.0.1';
  const sipBindHost = given.sipBindHost ?? bindHostFor(sipHost, machine.localAddresses);
  const sdpAddress = given.sdpAddress ?? sipHost;
  const rtpBindHost = bindHostFor(sdpAddress, machine.localAddresses);
  return { sipHost, sipBindHost, sdpAddress, rtpBindHost, ...completeIpv6(given, machine) };
}

/** Nothing without OUTDIAL_SIP_HOST_IPV6. */
function completeIpv6(given: GivenOrDefault, { localAddresses }: Machine): Partial<Addresses> {
  const { sipHostIpv6 } = given;
  if (sipHostIpv6 === undefined) return {};
  const sdpAddressIpv6 = given.sdpAddressIpv6 ?? sipHostIpv6;
  return {
    sipBindHostIpv6: given.sipBindHostIpv6 ?? bindHostFor(sipHostIpv6, localAddresses),
    sdpAddressIpv6,
    rtpBindHostIpv6: bindHostFor(sdpAddressIpv6, localAddresses),
  };
}

const specs: readonly SettingSpec[] = settingTable;
/** Read by the commands that ask a gateway. */
const commandLineVariables = ['OUTDIAL_GATEWAY', 'OUTDIAL_TENANT', 'OUTDIAL_USERNAME', 'OUTDIAL_PASSWORD'] as const;

const knownVariables: ReadonlySet<string> = new Set([
  ...specs.flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias])),
  ...Object.keys(unusedVariables),
  ...commandLineVariables,
]);

const ownPrefixes = ['OUTDIAL_', 'OUTBOUND_CALLS_'];

/** Names that look like settings and are none. */
function findStrangers(environment: Environment): Problem[] {
  const known = knownVariables;
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || known.has(name)) continue;
    if (isServiceLink(name, value)) continue;
    const isOwn = ownPrefixes.some((prefix) => name.toUpperCase().startsWith(prefix));
    const nearest = nearestName(name, known);
    if (nearest === undefined || (!isOwn && !isNearMiss(name, nearest.distance))) continue;
    problems.push({
      variable: name,
      value: '***',
      reason: 'there is no such setting',
      fix: `Did you mean ${nearest.name}? Rename it or unset it.`,
    });
  }
  return problems;
}

/** Kubernetes sets such variables for every service, also for one that is called outdial: they are nobody's typing error. */
function isServiceLink(name: string, value: string): boolean {
  return (
    /_SERVICE_(?:HOST|PORT)(?:_|$)|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_|$)/.test(name) || /^(?:tcp|udp|sctp):\/\//.test(value)
  );
}

/** Short names are close to too much: one slip for 8 letters or more, two for 14 or more. */
function isNearMiss(name: string, distance: number): boolean {
  return (name.length >= 8 && distance <= 1) || (name.length >= 14 && distance <= 2);
}

/** Settings that are checked and kept for what is to come. */
function noticeIdle(environment: Environment): Notice[] {
  return specs.flatMap((spec) =>
    spec.noEffect === undefined || readVariable(spec, environment).trim() === ''
      ? []
      : [{ variable: spec.name, text: `${spec.name} has no effect yet: ${spec.noEffect}.` }],
  );
}

function noticeUnused(environment: Environment): Notice[] {
  return Object.entries(unusedVariables)
    .filter(([name]) => (environment[name] ?? '').trim() !== '')
    .map(([name, why]) => ({ variable: name, text: `${name} has no effect: ${why}.` }));
}
