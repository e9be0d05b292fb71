/** `outdial config check`: everything that is wrong, before a call meets it. */
import { type ConfigProblem, inFile, loadTenants } from '../../app/index.ts';
import {
  type ConfigReport,
  type ConfigWorld,
  count,
  ofVariable,
  printForPeople,
  problemJson,
  readWhatIsRight,
  withTenantFile,
} from './config-report.ts';

export interface CheckOptions {
  /** A tenant file to check instead of the one of MULTI_TENANT_CONFIG_FILE. */
  readonly file?: string;
  /** `problems`: notices are only told; `notices`: they fail the check too (`--strict`). */
  readonly failOn: 'problems' | 'notices';
}

/** Exit code 0 when nothing is wrong, else 1. */
export function checkConfig(world: ConfigWorld, { file, failOn }: CheckOptions): ConfigReport {
  const environment = withTenantFile(world.environment, file);
  const { read, problems: ofEnvironment } = readWhatIsRight(environment, world.localAddresses);
  const problems: ConfigProblem[] = ofEnvironment.map(ofVariable);
  const notices = (read?.notices ?? []).map(({ text }) => text);
  let tenants = 0;
  if (read !== undefined) {
    const { settings } = read;
    const loaded = loadTenants({ settings, environment, brokenEntries: 'leave-out' });
    if (loaded.ok) {
      const { directory } = loaded.value;
      tenants = directory.tenants.length;
      notices.push(...directory.notices);
      problems.push(...directory.problems.map((problem) => inFile(settings.multiTenantConfigFile ?? '', problem)));
    } else problems.push(...loaded.error);
  }
  const isFailed = problems.length > 0 || (failOn === 'notices' && notices.length > 0);
  const verdict = `${count(problems.length, 'problem')}, ${count(notices.length, 'notice')}, ${count(tenants, 'usable tenant')} in the tenant file`;
  return {
    text: [...problems.map(printForPeople), ...notices.map((notice) => `note: ${notice}`), verdict].join('\n'),
    json: { ok: !isFailed, problems: problems.map(problemJson), notices, tenants },
    exitCode: isFailed ? 1 : 0,
  };
}
