/** What every other check stands on: settings, tenants and dialog files, read as `outdial serve` reads them. */
import { readFile } from 'node:fs/promises';
import { loadDialogs } from '../../app/index.ts';
import { type Environment, readSettings, type Settings, settingTable } from '../../config/index.ts';
import { err, ok, type Result } from '../../kit/index.ts';
import { createTenantDirectory, type Tenant } from '../../tenants/index.ts';
import { bad, type Finding, good, reasonOf } from './check.ts';

/** A deployment whose configuration can be read. */
export interface Deployment {
  readonly settings: Settings;
  /** Whoever can place calls: the tenants of the file, or the one of the environment. */
  readonly tenants: readonly Tenant[];
  readonly dialogs: ReturnType<typeof loadDialogs> extends Result<infer Dialogs, unknown> ? Dialogs : never;
}

export interface ReadDeployment {
  readonly finding: Finding;
  /** Absent when it cannot be read. */
  readonly deployment?: Deployment;
}

export async function readDeployment(
  environment: Environment,
  localAddresses: readonly string[],
): Promise<ReadDeployment> {
  const read = readSettings(environment, { localAddresses });
  if (!read.ok) {
    const problems = read.error.map(({ variable, value, reason }) => `${variable}=${value}: ${reason}`);
    const fixes = read.error.map(({ variable, fix }) => `${variable}: ${fix}`);
    return { finding: bad(problems.join('; '), fixes.join('\n')) };
  }
  const { settings, notices } = read.value;
  const tenants = await readTenants(settings);
  if (!tenants.ok) return { finding: bad(tenants.error.join('; '), 'Correct the tenant file.') };
  const dialogs = loadDialogs(tenants.value);
  if (!dialogs.ok) return { finding: bad(dialogs.error.join('; '), 'Correct the dialog file.') };
  const given = settingTable.filter(({ name }) => (environment[name] ?? '').trim() !== '').length;
  const detail = `${plural(given, 'setting')} given, ${plural(tenants.value.length, 'tenant')}`;
  return {
    finding: good([detail, ...notices.map(({ text }) => text)].join('; ')),
    deployment: { settings, tenants: tenants.value, dialogs: dialogs.value },
  };
}

async function readTenants(settings: Settings): Promise<Result<readonly Tenant[], readonly string[]>> {
  const { multiTenantConfigFile: path } = settings;
  let text: string | undefined;
  try {
    text = path === undefined ? undefined : await readFile(path, 'utf8');
  } catch (fault) {
    return err([`MULTI_TENANT_CONFIG_FILE cannot be read: ${reasonOf(fault)}`]);
  }
  const directory = createTenantDirectory(settings, text);
  if (!directory.ok) return err(directory.error.map(({ path: where, reason }) => `tenant file, ${where}: ${reason}`));
  return ok(path === undefined ? [directory.value.deployment] : directory.value.tenants);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
