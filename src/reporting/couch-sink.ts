/**
 * A database of CouchDB or Cloudant: documents are written by `_bulk_docs`, each under the id of its report, so that what is
 * sent a second time is there once. The document is the envelope (specification §8.1).
 */
import { type HttpPost, isJsonObject } from '../kit/index.ts';
import type { QueuedReport, ReportSink, Verdict } from './contract.ts';
import { type HttpSinkOrder, postReports } from './post-reports.ts';
import { type BatchPost, sendByHalves } from './send-by-halves.ts';

export interface CouchSinkOrder extends HttpSinkOrder {
  readonly database: string;
}

/** Requests do not grow with what is told by whoever has the most to tell. */
const parallel = 2;

export function createCouchSink(order: CouchSinkOrder, post: HttpPost): ReportSink {
  const root = order.url.replace(/\/+$/, '');
  const target = { ...order, url: `${root}/${encodeURIComponent(order.database)}/_bulk_docs` };
  const batch: BatchPost = {
    post(reports, signal) {
      const docs = reports.map(({ id, document }) => ({ ...document, _id: id }));
      return postReports(target, JSON.stringify({ docs }), post, signal);
    },
    read: readVerdicts,
  };
  return { batchSize: order.batchSize, parallel, send: (reports, signal) => sendByHalves(batch, reports, signal) };
}

/** The answer has a line for each document, in any order. One that has no line of an error was written. */
function readVerdicts(bodyText: string, reports: readonly QueuedReport[]): readonly Verdict[] {
  const failures = new Map<string, Verdict>();
  for (const line of readLines(bodyText)) {
    if (!isJsonObject(line) || typeof line['id'] !== 'string' || typeof line['error'] !== 'string') continue;
    const verdict = verdictOn(line['error']);
    if (verdict !== undefined) failures.set(line['id'], verdict);
  }
  return reports.map(({ id }) => failures.get(id) ?? { type: 'sent' });
}

function readLines(bodyText: string): readonly unknown[] {
  try {
    const lines: unknown = JSON.parse(bodyText);
    return Array.isArray(lines) ? lines : [];
  } catch {
    return [];
  }
}

function verdictOn(error: string): Verdict | undefined {
  // Written by an earlier attempt whose answer was lost.
  if (error === 'conflict') return undefined;
  const reason = `The database answered: ${/^[a-z_]{1,64}$/.test(error) ? error : 'an error'}.`;
  return error === 'forbidden' || error === 'doc_validation' ? { type: 'refused', reason } : { type: 'later', reason };
}
