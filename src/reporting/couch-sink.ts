/**
 * A database of CouchDB or Cloudant: documents are written by `_bulk_docs`, each under the id of its report, so that what is
 * sent a second time is there once. The document is the envelope (specification §8.1).
 */
import { type HttpPost, isJsonObject } from '../kit/index.ts';
import type { QueuedReport, ReportSink, Verdict } from './contract.ts';
import { type HttpSinkOrder, postReports } from './post-reports.ts';

export interface CouchSinkOrder extends HttpSinkOrder {
  readonly database: string;
}

/** Requests do not grow with what is told by whoever has the most to tell. */
const parallel = 2;

export function createCouchSink(order: CouchSinkOrder, post: HttpPost): ReportSink {
  const root = order.url.replace(/\/+$/, '');
  const target = { ...order, url: `${root}/${encodeURIComponent(order.database)}/_bulk_docs` };
  const send = async (reports: readonly QueuedReport[], signal: AbortSignal): Promise<readonly Verdict[]> => {
    const docs = reports.map(({ id, document }) => ({ ...document, _id: id }));
    const outcome = await postReports(target, JSON.stringify({ docs }), post, signal);
    switch (outcome.type) {
      case 'taken':
        return readVerdicts(outcome.bodyText, reports);
      case 'later':
        return reports.map(() => outcome);
      case 'poison': {
        if (reports.length === 1) return [{ type: 'refused', reason: outcome.reason }];
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
