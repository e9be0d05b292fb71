/** Measures what part of the machine this process uses, and asks the load guard. */
import { availableParallelism } from 'node:os';
import { createLoadGuard } from '../policy/index.ts';

export interface Load {
  isOverloaded(): boolean;
  close(): void;
}

const sampleMs = 500;

export function watchLoad(
  maxCpuPercent: number,
  nowMs: () => number,
  after: (delayMs: number, callback: () => void) => () => void,
): Load {
  const guard = createLoadGuard(maxCpuPercent / 100);
  let [lastMs, lastCpu] = [nowMs(), process.cpuUsage()];
  let cancel = (): void => undefined;
  const sample = (): void => {
    const [atMs, cpu] = [nowMs(), process.cpuUsage()];
    const busyMs = (cpu.user - lastCpu.user + cpu.system - lastCpu.system) / 1000;
    guard.sample(busyMs / ((atMs - lastMs) * availableParallelism()));
    [lastMs, lastCpu] = [atMs, cpu];
    cancel = after(sampleMs, sample);
  };
  cancel = after(sampleMs, sample);
  return {
    isOverloaded: () => guard.isOverloaded(),
    close: () => {
      cancel();
    },
  };
}
