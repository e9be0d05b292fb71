/** What every other check stands on: settings, tenants and dialog files, read as `outdial serve` reads them. */
import { loadTenants, printProblem } from '../../app/index.ts';
import { type Environment, readSettings, type Settings, settingTable } from '../../config/index.ts';
import type { ConversationService } from '../../conversation/index.ts';
import type { Tenant } from '../../tenants/index.ts';
import { bad, type Finding, good } from './check.ts';

/** A deployment whose configuration can be read. */
export interface Deployment {
  readonly settings: Settings;
  /** Whoever can place calls: the tenants of the file, or the one of the environment. */
  readonly tenants: readonly Tenant[];
  readonly dialogs: ReadonlyMap<string, ConversationService>;
}

export interface ReadDeployment {
  readonly finding: Finding;
  /** Absent when it cannot be read. */
  readonly deployment?: Deployment;
}

export function readDeployment(environment: Environment, localAddresses: readonly string[]): ReadDeployment {
  const read = readSettings(environment, { localAddresses });
  if (!read.ok) {
    const problems = read.error.map(({ variable, value, reason }) => `${variable}=${value}: ${reason}`);
    const fixes = read.error.map(({ variable, fix }) => `${variable}: ${fix}`);
    return { finding: bad(problems.join('; '), fixes.join('\n')) };
  }
  const { settings, notices } = read.value;
  const loaded = loadTenants({ settings, environment, brokenEntries: 'refuse' });
  if (!loaded.ok) {
    const fixes = loaded.error.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
    return { finding: bad(loaded.error.map(printProblem).join('; '), fixes.join('\n') || 'Correct the file.') };
  }
  const { directory, dialogs } = loaded.value;
  const tenants = directory.isMultiTenant ? directory.tenants : [directory.deployment];
  const given = settingTable.filter(({ name }) => (environment[name] ?? '').trim() !== '').length;
  const detail = `${plural(given, 'setting')} given, ${plural(tenants.length, 'tenant')}`;
  return {
    finding: good([detail, ...notices.map(({ text }) => text)].join('; ')),
    deployment: { settings, tenants, dialogs },
  };
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
