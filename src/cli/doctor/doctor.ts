/** `outdial doctor`: everything a first call needs, looked at beforehand. */
import type { Check } from './check.ts';
import { type DoctorWorld, planChecks } from './plan-checks.ts';
import { isHealthy, printReport, reportToJson } from './print-report.ts';
import { runChecks } from './run-checks.ts';
import { readDeployment } from './settings-check.ts';

export interface DoctorOptions {
  /** Asks every bot for a first turn. */
  readonly asksBot: boolean;
  readonly isJson: boolean;
}

export interface DoctorOutput {
  print(text: string): void;
  readonly isStyled: boolean;
}

/** Resolves with the exit code: 1 when a finding is bad. */
export async function examine(world: DoctorWorld, options: DoctorOptions, output: DoctorOutput): Promise<number> {
  const { finding, deployment } = readDeployment(world.environment, world.localAddresses);
  const settingsCheck: Check = { name: 'settings', run: async () => finding };
  // Without settings there is nothing else to look at.
  const others = deployment === undefined ? [] : planChecks(deployment, world, options);
  const findings = await runChecks([settingsCheck, ...others]);
  output.print(options.isJson ? reportToJson(findings) : printReport(findings, output.isStyled));
  return isHealthy(findings) ? 0 : 1;
}
