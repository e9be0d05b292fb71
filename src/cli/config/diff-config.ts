/** `outdial config diff`: what would be different with another tenant file, after defaults and the environment. */
import { inFile } from '../../app/index.ts';
import { Secret, type SettingKind, type SettingValue, showValue } from '../../config/index.ts';
import { err, ok, type Result } from '../../kit/index.ts';
import { listTenantKeys, readTenantFile, type Tenant } from '../../tenants/index.ts';
import {
  columns,
  type ConfigReport,
  type ConfigWorld,
  printForPeople,
  problemJson,
  readSettingsOr,
  trouble,
  withTenantFile,
} from './config-report.ts';

interface Difference {
  readonly tenant: string;
  /** undefined: the tenant as a whole. */
  readonly key?: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

interface Leaf {
  readonly kind: SettingKind;
  readonly value: SettingValue;
}

/** Exit codes as of diff(1): 0 no difference, 1 some, 2 when a file cannot be compared. Secrets are not looked up. */
export function diffConfig(world: ConfigWorld, before: string, after: string): ConfigReport {
  const old = readTenants(world, before);
  if (!old.ok) return old.error;
  const next = readTenants(world, after);
  if (!next.ok) return next.error;
  const differences = [...new Set([...old.value.keys(), ...next.value.keys()])].flatMap((id) =>
    compareTenants(id, old.value.get(id), next.value.get(id)),
  );
  return {
    text: differences.length === 0 ? 'No difference.' : printDifferences(differences),
    json: differences.map((each) => ({
      tenant: each.tenant,
      key: each.key ?? null,
      before: each.before ?? null,
      after: each.after ?? null,
    })),
    exitCode: differences.length === 0 ? 0 : 1,
  };
}

function readTenants(world: ConfigWorld, file: string): Result<ReadonlyMap<string, Tenant>, ConfigReport> {
  const read = readSettingsOr(world, withTenantFile(world.environment, file));
  if (!read.ok) return read;
  const text = world.readText(file);
  if (!text.ok) return err(trouble(`${file} ${text.error}.`));
  const entries = readTenantFile(read.value.settings, text.value, {
    // The same reference is the same secret, another one is another.
    resolveSecret: (reference) => ok(JSON.stringify(reference)),
  });
  const problems = entries.ok ? entries.value.flatMap((entry) => entry.problems) : [entries.error];
  if (!entries.ok || problems.length > 0) {
    const named = problems.map((problem) => inFile(file, problem));
    const [lines, json] = [named.map(printForPeople).join('\n'), { problems: named.map(problemJson) }];
    return err({ text: lines, json, exitCode: 2 });
  }
  return ok(new Map(entries.value.flatMap(({ tenant }) => (tenant === undefined ? [] : [[tenant.id, tenant]]))));
}

function compareTenants(id: string, before: Tenant | undefined, after: Tenant | undefined): readonly Difference[] {
  if (before === undefined || after === undefined) {
    const say = (tenant: Tenant | undefined) => (tenant === undefined ? undefined : 'present');
    return [{ tenant: id, before: say(before), after: say(after) }];
  }
  const [old, next] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...old.keys(), ...next.keys()])].flatMap((key) => {
    const [a, b] = [old.get(key), next.get(key)];
    return isSame(a, b) ? [] : [{ tenant: id, key, before: show(a), after: show(b) }];
  });
}

/** Every value of a tenant by its key, those of providers that stand by under `conversation[1]` and so on. */
function leavesOf(tenant: Tenant): ReadonlyMap<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const add = (settings: object, prefix: (path: string) => string | undefined): void => {
    const values = new Map<string, unknown>(Object.entries(settings));
    const seen = new Set<string>();
    for (const { path, spec } of listTenantKeys()) {
      const [value, name] = [values.get(spec.key), prefix(path)];
      if (value === undefined || name === undefined || seen.has(spec.key)) continue;
      seen.add(spec.key);
      // Every value under the key of a spec was parsed with its kind.
      leaves.set(name, { kind: spec.kind, value: value as SettingValue });
    }
  };
  add(tenant.settings, (path) => path);
  for (const [group, list] of Object.entries(tenant.standbys)) {
    for (const [index, settings] of list.entries()) {
      add(settings, (path) =>
        path.startsWith(`${group}.`) ? `${group}[${index + 1}]${path.slice(group.length)}` : undefined,
      );
    }
  }
  return leaves;
}

function isSame(a: Leaf | undefined, b: Leaf | undefined): boolean {
  return a !== undefined && b !== undefined && textOf(a.value) === textOf(b.value);
}

/** For comparing only: holds secrets in the clear. */
function textOf(value: SettingValue): string {
  return value instanceof Secret ? value.reveal() : JSON.stringify(value);
}

function show(leaf: Leaf | undefined): string | undefined {
  return leaf === undefined ? undefined : showValue(leaf.kind, leaf.value);
}

function printDifferences(differences: readonly Difference[]): string {
  return columns(
    differences.map(({ tenant, key, before, after }) => [
      tenant,
      key ?? '(tenant)',
      before === '***' && after === '***' ? '*** -> *** (another secret)' : `${before ?? '-'} -> ${after ?? '-'}`,
    ]),
  );
}
