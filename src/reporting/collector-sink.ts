/**
 * An HTTP event collector (Splunk's HEC, or anything that takes such POSTs; specification §8.1): a request is one
 * envelope, or several, one JSON object after the other.
 */
import type { HttpPost } from '../kit/index.ts';
import type { QueuedReport, ReportSink, Verdict } from './contract.ts';
import { type HttpSinkOrder, postReports } from './post-reports.ts';

/** One envelope a request gets through at the pace of several connections. */
const parallel = 8;

export function createCollectorSink(order: HttpSinkOrder, post: HttpPost): ReportSink {
  const send = async (reports: readonly QueuedReport[], signal: AbortSignal): Promise<readonly Verdict[]> => {
    const body = reports.map(({ document }) => JSON.stringify(document)).join('\n');
    const outcome = await postReports(order, body, post, signal);
    switch (outcome.type) {
      case 'taken':
        return reports.map(() => ({ type: 'sent' }));
      case 'later':
        return reports.map(() => outcome);
      case 'poison': {
        if (reports.length === 1) return [{ type: 'refused', reason: outcome.reason }];
        // One of them spoils the others: it is searched for by halves.
        const middle = Math.ceil(reports.length / 2);
        const first = await send(reports.slice(0, middle), signal);
        return [...first, ...(await send(reports.slice(middle), signal))];
      }
      default:
        return outcome satisfies never;
    }
  };
  return { batchSize: order.batchSize, parallel, send };
}
