/** What the process itself uses. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface ProcessLoad {
  readonly uptimeS: number;
  /** User and system time of all threads since the start. */
  readonly cpuS: number;
  readonly residentBytes: number;
  readonly heapUsedBytes: number;
  readonly heapTotalBytes: number;
  /** How late 99 of 100 timers of this thread were at most, since `read` was called last. */
  readonly eventLoopLagP99Ms: number;
}

export interface ProcessMeter {
  read(): ProcessLoad;
  close(): void;
}

const sampleEveryMs = 20;

export function openProcessMeter(): ProcessMeter {
  const delays = monitorEventLoopDelay({ resolution: sampleEveryMs });
  delays.enable();
  return {
    read() {
      const { rss, heapUsed, heapTotal } = process.memoryUsage();
      const { user, system } = process.cpuUsage();
      // The platform measures from timer to timer; without a sample it says 0.
      const eventLoopLagP99Ms = Math.max(0, delays.percentile(99) / 1e6 - sampleEveryMs);
      delays.reset();
      return {
        uptimeS: process.uptime(),
        cpuS: (user + system) / 1e6,
        residentBytes: rss,
        heapUsedBytes: heapUsed,
        heapTotalBytes: heapTotal,
        eventLoopLagP99Ms,
      };
    },
    close() {
      delays.disable();
    },
  };
}
