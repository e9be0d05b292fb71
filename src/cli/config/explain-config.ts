/** `outdial config explain`: what holds, and where it comes from. */
import { createDialogCache, fileChecks } from '../../app/index.ts';
import {
  type Environment,
  readVariable,
  type Settings,
  type SettingSpec,
  settingTable,
  type SettingValue,
  showValue,
} from '../../config/index.ts';
import { err, nearestName, ok, quoteName, type Result } from '../../kit/index.ts';
import { listTenantKeys, readTenantFile, type TenantEntry } from '../../tenants/index.ts';
import {
  columns,
  type ConfigReport,
  type ConfigWorld,
  printForPeople,
  readSettingsOr,
  trouble,
  withTenantFile,
} from './config-report.ts';

export interface ExplainOptions {
  /** A variable, a key such as `outboundCalls.readTimeout`, or the first part of a key. Without it, everything. */
  readonly name?: string;
  /** The tenantURI of an entry; without it the settings of the deployment are explained. */
  readonly tenant?: string;
  readonly file?: string;
}

interface Row {
  readonly name: string;
  /** undefined when there is none. */
  readonly value: string | undefined;
  readonly source: string;
}

/** Exit code 0, or 2 when there is nothing to explain. */
export function explainConfig(world: ConfigWorld, { name, tenant, file }: ExplainOptions): ConfigReport {
  const environment = withTenantFile(world.environment, file);
  const read = readSettingsOr(world, environment);
  if (!read.ok) return read.error;
  const { settings } = read.value;
  const rows =
    tenant === undefined ? ok(settingRows(settings, environment)) : tenantRows(world, settings, environment, tenant);
  if (!rows.ok) return rows.error;
  const chosen = name === undefined ? rows.value : rows.value.filter((row) => isMeant(row.name, name));
  if (name !== undefined && chosen.length === 0) {
    const nearest =
      nearestName(
        name,
        rows.value.map((row) => row.name),
      )?.name ?? '';
    return trouble(`There is nothing called ${quoteName(name)}; the nearest known name is ${nearest}.`);
  }
  return {
    text: columns(chosen.map((row) => [row.name, row.value ?? '-', row.source])),
    json: chosen.map(({ name: each, value, source }) => ({ name: each, value: value ?? null, source })),
    exitCode: 0,
  };
}

function isMeant(rowName: string, name: string): boolean {
  return rowName.toLowerCase() === name.toLowerCase() || rowName.startsWith(`${name}.`);
}

function settingRows(settings: Settings, environment: Environment): readonly Row[] {
  const values = new Map<string, unknown>(Object.entries(settings));
  const specs: readonly SettingSpec[] = settingTable;
  return specs.map((spec) => {
    const value = values.get(spec.key);
    return { name: spec.name, value: shown(spec, value), source: sourceOf(spec, value, environment) };
  });
}

function shown({ kind }: Pick<SettingSpec, 'kind'>, value: unknown): string | undefined {
  // Every value under the key of a spec was parsed with its kind.
  return value === undefined ? undefined : showValue(kind, value as SettingValue);
}

function sourceOf(spec: SettingSpec, value: unknown, environment: Environment): string {
  if (value === undefined) return 'not set';
  if (readVariable(spec, environment).trim() !== '') {
    const isOwnName = (environment[spec.name] ?? '').trim() !== '';
    return `environment ${isOwnName ? spec.name : (spec.alias ?? spec.name)}`;
  }
  return spec.default === undefined && spec.defaultNote !== undefined ? `default: ${spec.defaultNote}` : 'default';
}

function tenantRows(
  world: ConfigWorld,
  settings: Settings,
  environment: Environment,
  tenantId: string,
): Result<readonly Row[], ConfigReport> {
  const file = settings.multiTenantConfigFile;
  if (file === undefined) return err(trouble('There is no tenant file: set MULTI_TENANT_CONFIG_FILE or give --file.'));
  const text = world.readText(file);
  if (!text.ok) return err(trouble(`${file} ${text.error}.`));
  const entries = readTenantFile(settings, text.value, fileChecks({ settings, environment }, createDialogCache()));
  if (!entries.ok) return err(trouble(printForPeople({ file, ...entries.error })));
  const found = entries.value.find((entry) => entry.tenantId === tenantId);
  if (found === undefined) {
    const known = entries.value.flatMap((entry) => entry.tenantId ?? []);
    return err(trouble(`${file} has no tenant ${quoteName(tenantId)}; it has ${known.map(quoteName).join(', ')}.`));
  }
  if (found.tenant === undefined) {
    return err(trouble(found.problems.map((problem) => printForPeople({ file, ...problem })).join('\n')));
  }
  return ok(rowsOf(found, file, environment));
}

function rowsOf(entry: TenantEntry, file: string, environment: Environment): readonly Row[] {
  const values = new Map<string, unknown>(Object.entries(entry.tenant?.settings ?? {}));
  const specByName = new Map<string, SettingSpec>(settingTable.map((spec) => [spec.name, spec]));
  const seen = new Set<string>();
  return listTenantKeys().flatMap(({ path, spec, variable }) => {
    // Two spellings of one key are one value.
    if (seen.has(spec.key)) return [];
    seen.add(spec.key);
    const value = values.get(spec.key);
    const place = entry.places.get(spec.key);
    const setting = variable === undefined ? undefined : specByName.get(variable);
    const fallback = setting === undefined ? plainSource(value) : sourceOf(setting, value, environment);
    const source = place === undefined ? fallback : `${file}:${place.line}:${place.column}`;
    return [{ name: path, value: shown(spec, value), source }];
  });
}

function plainSource(value: unknown): string {
  return value === undefined ? 'not set' : 'default';
}
