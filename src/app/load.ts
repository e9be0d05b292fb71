/** Measures what part of the machine this process uses, and asks the load guard. */
import { availableParallelism } from 'node:os';
import type { Settings } from '../config/index.ts';
import { createLoadGuard } from '../policy/index.ts';

export interface Load {
  /** How long finals waited for a recogniser thread, in ms; none when none did. */
  onRecognitionWaits(waitsMs: readonly number[]): void;
  isOverloaded(): boolean;
  close(): void;
}

const sampleMs = 500;

export function watchLoad(
  { maxCpuPercent, maxRecognitionWaitMs }: Pick<Settings, 'maxCpuPercent' | 'maxRecognitionWaitMs'>,
  nowMs: () => number,
  after: (delayMs: number, callback: () => void) => () => void,
): Load {
  const guard = createLoadGuard(maxCpuPercent / 100);
  const recognition = createLoadGuard(maxRecognitionWaitMs === 0 ? 0 : 1);
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
    onRecognitionWaits: (waitsMs) => recognition.sample(Math.max(0, ...waitsMs) / maxRecognitionWaitMs),
    isOverloaded: () => guard.isOverloaded() || recognition.isOverloaded(),
    close: () => {
      cancel();
    },
  };
}
