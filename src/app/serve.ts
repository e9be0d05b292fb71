/** `outdial serve`: from the environment to a running gateway, until a signal. */
import { networkInterfaces } from 'node:os';
import { type Environment, type Problem, readSettings } from '../config/index.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { createLog } from './log.ts';

export interface ServePorts {
  readonly environment: Environment;
  /** Lines for people, on standard error. */
  printError(line: string): void;
  /** Calls back for each SIGTERM or SIGINT. */
  onSignal(listener: () => void): void;
  /** Calls back for each SIGHUP. */
  onReload(listener: () => void): void;
  /** Whether one tenant with a mistake stops the start (`--strict`). */
  readonly brokenEntries: 'refuse' | 'leave-out';
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
  let running: Gateway | undefined;
  // From the beginning: a SIGHUP that nobody listens for ends the process.
  ports.onReload(() => {
    log.info({}, 'SIGHUP: reading tenants, secrets and dialogs again');
    if (running?.reload().ok === false) log.error({}, 'nothing was reloaded; the gateway goes on with what it had');
  });
  const { environment, brokenEntries } = ports;
  const started = await startGateway({ settings, log, environment, brokenEntries });
  if (!started.ok) {
    for (const problem of started.error) ports.printError(`outdial cannot start: ${problem}`);
    return 1;
  }
  const gateway = (running = started.value);
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

function printProblem({ variable, value, reason, fix }: Problem): string {
  return `${variable}=${value}: ${reason}. ${fix}`;
}

/** IP addresses of the network interfaces of this machine. */
export function localAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
}
