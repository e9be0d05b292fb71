/** `outdial serve`: from the environment to a running gateway, until a signal. */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { type Environment, type Problem, readSettings, type Settings } from '../config/index.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { createLog } from './log.ts';

export interface ServePorts {
  readonly environment: Environment;
  /** Lines for people, on standard error. */
  printError(line: string): void;
  /** Calls back for each SIGTERM or SIGINT. */
  onSignal(listener: () => void): void;
}

/** Runs until it is stopped; resolves with the exit code. */
export async function serve(ports: ServePorts): Promise<number> {
  const read = readSettings(ports.environment, { localAddresses: localAddresses() });
  if (!read.ok) {
    for (const problem of read.error) ports.printError(printProblem(problem));
    return 2;
  }
  const { settings, notices } = read.value;
  const log = createLog(settings.logLevel);
  for (const { variable, text } of notices) log.warn({ variable }, text);
  const tenantFile = readTenantFile(settings);
  if (!tenantFile.ok) {
    ports.printError(tenantFile.reason);
    return 2;
  }
  const started = await startGateway({ settings, log, ...tenantFile.options });
  if (!started.ok) {
    for (const problem of started.error) ports.printError(`outdial cannot start: ${problem}`);
    return 1;
  }
  const gateway = started.value;
  log.info({ http: gateway.httpUrl, https: gateway.httpsUrl, sipPort: gateway.sipPort }, 'outdial is ready');
  if (!settings.isOutboundEnabled && settings.multiTenantConfigFile === undefined) {
    log.warn({}, 'Outbound calls are off: set ENABLE_OUTBOUND_CALLS=true to take start-call requests');
  }
  await untilStopped(ports, gateway, settings.drainTimeoutMs, () => {
    log.info({ activeCalls: gateway.activeCalls() }, 'stopping: no new calls, running ones may end');
  });
  log.info({}, 'stopped');
  return 0;
}

/** The first signal drains, a second one ends calls at once. */
function untilStopped(ports: ServePorts, gateway: Gateway, drainTimeoutMs: number, onStop: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let signals = 0;
    ports.onSignal(() => {
      signals += 1;
      if (signals === 1) onStop();
      if (signals <= 2) gateway.stop(signals === 1 ? drainTimeoutMs : 0).then(resolve, reject);
    });
  });
}

function readTenantFile(
  settings: Settings,
): { ok: true; options: { tenantFileText?: string } } | { ok: false; reason: string } {
  const { multiTenantConfigFile: path } = settings;
  if (path === undefined) return { ok: true, options: {} };
  try {
    return { ok: true, options: { tenantFileText: readFileSync(path, 'utf8') } };
  } catch (fault) {
    const detail = fault instanceof Error ? fault.message : String(fault);
    return { ok: false, reason: `MULTI_TENANT_CONFIG_FILE=${path} cannot be read: ${detail}` };
  }
}

function printProblem({ variable, value, reason, fix }: Problem): string {
  return `${variable}=${value}: ${reason}. ${fix}`;
}

function localAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
}
