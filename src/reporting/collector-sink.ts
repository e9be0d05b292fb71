/**
 * An HTTP event collector (Splunk's HEC, or anything that takes such POSTs; specification §8.1): a request is one
 * envelope, or several, one JSON object after the other.
 */
import type { HttpPost } from '../kit/index.ts';
import type { ReportSink } from './contract.ts';
import { type HttpSinkOrder, postReports } from './post-reports.ts';
import { type BatchPost, sendByHalves } from './send-by-halves.ts';

/** One envelope a request gets through at the pace of several connections. */
const parallel = 8;

export function createCollectorSink(order: HttpSinkOrder, post: HttpPost): ReportSink {
  const batch: BatchPost = {
    post(reports, signal) {
      const body = reports.map(({ document }) => JSON.stringify(document)).join('\n');
      return postReports(order, body, post, signal);
    },
    read: (_bodyText, reports) => reports.map(() => ({ type: 'sent' })),
  };
  return { batchSize: order.batchSize, parallel, send: (reports, signal) => sendByHalves(batch, reports, signal) };
}
