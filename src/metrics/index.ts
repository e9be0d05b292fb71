import { createMetricRegistry, type MetricRegistry } from './metric-registry.ts';
import { metricTable } from './metric-table.ts';

export { maxLabelValues } from './metric-registry.ts';
export type { MetricSpec } from './metric-spec.ts';
export { metricTable } from './metric-table.ts';
export { metricsContentType, metricsToJson, printMetrics } from './print-metrics.ts';

/** The metrics of one gateway. */
export type Metrics = MetricRegistry<typeof metricTable>;

export function createMetrics(): Metrics {
  return createMetricRegistry(metricTable);
}
