/** `GET /metrics`: what is counted as it happens, completed with what can only be read off at the moment of asking. */
import type { ProcessMeter } from '../host/index.ts';
import type { Json } from '../kit/index.ts';
import { type Metrics, metricsToJson, printMetrics } from '../metrics/index.ts';

export interface ScrapePorts {
  readonly metrics: Metrics;
  readonly process: Pick<ProcessMeter, 'read'>;
  readonly version: string;
  readonly activeCalls: () => number;
}

export interface Scrape {
  text(): string;
  json(): Json;
}

export function createScrape({ metrics, process, version, activeCalls }: ScrapePorts): Scrape {
  let countedCpuS = 0;
  metrics.set('outdial_info', { version }, 1);

  function readGauges(): void {
    const load = process.read();
    metrics.set('outdial_calls_active', {}, activeCalls());
    metrics.set('outdial_uptime_seconds', {}, load.uptimeS);
    metrics.add('process_cpu_seconds_total', {}, load.cpuS - countedCpuS);
    countedCpuS = load.cpuS;
    metrics.set('process_resident_memory_bytes', {}, load.residentBytes);
    metrics.set('nodejs_heap_size_used_bytes', {}, load.heapUsedBytes);
    metrics.set('nodejs_heap_size_total_bytes', {}, load.heapTotalBytes);
    metrics.set('nodejs_eventloop_lag_p99_seconds', {}, load.eventLoopLagP99Ms / 1000);
  }

  return {
    text() {
      readGauges();
      return printMetrics(metrics.families());
    },
    json() {
      readGauges();
      return metricsToJson(metrics.families());
    },
  };
}
