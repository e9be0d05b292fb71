/** Counts the connections of SIP: those that are open, and those that were. */
import type { ConnectionNews } from '../host/index.ts';
import type { Metrics } from '../metrics/index.ts';

type Labels = Pick<ConnectionNews, 'transport' | 'by'>;

export function createConnectionMetrics(metrics: Metrics): {
  count(what: 'opened' | 'closed', labels: Labels): void;
} {
  const open = new Map<string, number>();
  return {
    count(what, { transport, by }) {
      const key = `${transport} ${by}`;
      const left = (open.get(key) ?? 0) + (what === 'opened' ? 1 : -1);
      open.set(key, left);
      metrics.set('outdial_sip_connections_open', { transport, by }, left);
      if (what === 'opened') metrics.add('outdial_sip_connections_opened_total', { transport, by });
    },
  };
}
