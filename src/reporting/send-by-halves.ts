import type { QueuedReport, Verdict } from './contract.ts';
import type { PostOutcome } from './post-reports.ts';

export interface BatchPost {
  /** One request with these reports in it. */
  post(reports: readonly QueuedReport[], signal: AbortSignal): Promise<PostOutcome>;
  /** What the answer to a request that was taken says of each report. */
  read(bodyText: string, reports: readonly QueuedReport[]): readonly Verdict[];
}

/** Sends reports in one request. When one of them spoils it for the others it is searched for by halves. */
export async function sendByHalves(
  batch: BatchPost,
  reports: readonly QueuedReport[],
  signal: AbortSignal,
): Promise<readonly Verdict[]> {
  const outcome = await batch.post(reports, signal);
  switch (outcome.type) {
    case 'taken':
      return batch.read(outcome.bodyText, reports);
    case 'later':
      return reports.map(() => outcome);
    case 'poison': {
      if (reports.length === 1) return [{ type: 'refused', reason: outcome.reason }];
      const middle = Math.ceil(reports.length / 2);
      const first = await sendByHalves(batch, reports.slice(0, middle), signal);
      return [...first, ...(await sendByHalves(batch, reports.slice(middle), signal))];
    }
    default:
      return outcome satisfies never;
  }
}
