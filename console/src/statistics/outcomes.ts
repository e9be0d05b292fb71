/** Calls of a bucket, parted so that the parts add up to the whole. */
import type { StatisticsBucket } from '../../../src/client/index.ts';

export const outcomes = ['completed', 'callee', 'fault', 'running'] as const;
export type Outcome = (typeof outcomes)[number];

export const outcomeNames: Readonly<Record<Outcome, string>> = {
  completed: 'Completed',
  callee: 'Not reached (callee)',
  fault: 'Failed otherwise',
  running: 'Under way',
};

export function countOutcome(bucket: StatisticsBucket, outcome: Outcome): number {
  const ofCallee = bucket.failedByBlame.callee ?? 0;
  switch (outcome) {
    case 'completed':
      return bucket.ended;
    case 'callee':
      return ofCallee;
    case 'fault':
      return bucket.failed - ofCallee;
    case 'running':
      return bucket.running;
    default:
      return outcome satisfies never;
  }
}

/** `50 %`, `99.5 %`; an em dash where nothing was counted. */
export function printShare(share: number | null): string {
  if (share === null) return '—';
  const percent = share * 100;
  return `${Number.isInteger(percent) ? percent : percent.toFixed(1)} %`;
}

/** Of calls that are over. */
export function answerRate({ ended, failed, answered }: StatisticsBucket): number | null {
  return ended + failed === 0 ? null : answered / (ended + failed);
}
