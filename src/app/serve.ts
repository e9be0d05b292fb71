/** `outdial serve`: from the environment to a running gateway, until a signal. */
import { networkInterfaces } from 'node:os';
import { type Environment, type Problem, readSettings, type Settings } from '../config/index.ts';
import { type Gateway, type GatewayOptions, startGateway } from './gateway.ts';
import { createLog, type GatewayLog } from './log.ts';

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
  /** Watches starts: the first one, and those after a life that was lost. */
  readonly onReady?: (gateway: Gateway) => void;
  /** See `GatewayOptions`. */
  readonly speechModule?: string;
}

/** Runs until it is stopped; resolves with the exit code. */
export async function serve(ports: ServePorts): Promise<number> {
  const read = readSettings(ports.environment, { localAddresses: localAddresses() });
  if (!read.ok) {
    for (const problem of read.error) ports.printError(printProblem(problem));
    ports.printError('code: config.invalid (outdial errors config.invalid)');
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
  const options: GatewayOptions = {
    settings,
    log,
    environment,
    brokenEntries,
    ...(ports.speechModule === undefined ? {} : { speechModule: ports.speechModule }),
  };
  const started = await startGateway(options);
  if (!started.ok) {
    for (const problem of started.error) ports.printError(`outdial cannot start: ${problem}`);
    ports.printError('fix: outdial doctor, with the same environment, says what to do');
    ports.printError('code: serve.cannot-start (outdial errors serve.cannot-start)');
    return 1;
  }
  // Not before: what a start that hangs is told must end it.
  const signals = countSignals(ports);
  for (let gateway = started.value; ;) {
    running = gateway;
    const { httpUrl: http, httpsUrl: https, sipPort } = gateway;
    log.info({ http, https, sipPort, console: `${https ?? http}/console` }, 'outdial is ready');
    warnWithoutCalls(settings, log);
    ports.onReady?.(gateway);
    const outcome = await Promise.race([
      gateway.whenLifeLost,
      untilStopped(signals, gateway, settings.drainTimeoutMs, log),
    ]);
    running = undefined;
    if (outcome === 'stopped') {
      log.info({}, 'stopped');
      return 0;
    }
    if (outcome === 'replaced') {
      ports.printError('outdial stops: another gateway runs under the same OUTDIAL_NODE_ID on the same database');
      return 1;
    }
    log.warn({}, 'this gateway was taken for dead, and its calls were ended by another; it begins anew');
    const again = await startGateway(options);
    if (!again.ok) {
      for (const problem of again.error) ports.printError(`outdial cannot start again: ${problem}`);
      return 1;
    }
    gateway = again.value;
  }
}

function warnWithoutCalls(settings: Settings, log: GatewayLog): void {
  if (settings.isOutboundEnabled || settings.multiTenantConfigFile !== undefined) return;
  log.warn({}, 'Outbound calls are off: set ENABLE_OUTBOUND_CALLS=true to take start-call requests');
}

/** Signals to stop, however many gateways have begun meanwhile. */
interface StopSignals {
  count: number;
  onNext: () => void;
}

function countSignals(ports: ServePorts): StopSignals {
  const signals: StopSignals = { count: 0, onNext: () => undefined };
  ports.onSignal(() => {
    signals.count += 1;
    signals.onNext();
  });
  return signals;
}

/** The first signal drains, a second one ends calls at once. */
function untilStopped(
  signals: StopSignals,
  gateway: Gateway,
  drainTimeoutMs: number,
  log: GatewayLog,
): Promise<'stopped'> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      if (signals.count === 1)
        log.info({ activeCalls: gateway.activeCalls() }, 'stopping: no new calls, running ones may end');
      if (signals.count > 2) return;
      gateway.stop(signals.count === 1 ? drainTimeoutMs : 0).then(() => {
        resolve('stopped');
      }, reject);
    };
    signals.onNext = stop;
    if (signals.count > 0) stop();
  });
}

function printProblem({ variable, value, reason, fix }: Problem): string {
  return `${variable}=${value}: ${reason}. ${fix}`;
}

/** IP addresses of the network interfaces of this machine. */
export function localAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
}
