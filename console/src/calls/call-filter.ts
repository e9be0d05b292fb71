/** What the list of calls shows, as the address of the page has it: an address that is copied shows the same. */
import type { ListCallsInput } from '../../../src/client/index.ts';
import { runningStates } from './call-states.ts';

/** Groups of states, by the words that people use. */
export const stateGroups = {
  '': 'All states',
  running: 'Under way',
  ended: 'Ended',
  failed: 'Failed',
} as const;

const statesOf: Readonly<Record<string, string>> = {
  running: runningStates,
};

export const periods = {
  '': 'Any time',
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  own: 'From … until …',
} as const;

const periodMs: Readonly<Record<string, number>> = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 };
export const pageSize = 50;

/** The names of the query that make the filter. */
export const filterNames = ['state', 'period', 'from', 'until', 'party', 'endCode'] as const;

/** What the API is asked. Local times of the filter are those of who looks. */
export function listInput(query: URLSearchParams, nowMs: number): ListCallsInput {
  const text = (name: string): string | undefined => query.get(name) || undefined;
  const state = text('state');
  const period = text('period');
  const from = period === 'own' ? instantOf(text('from')) : undefined;
  const until = period === 'own' ? instantOf(text('until')) : undefined;
  const since = period === undefined || period === 'own' ? undefined : periodMs[period];
  const acceptedFrom = since === undefined ? from : new Date(nowMs - since).toISOString();
  const party = text('party');
  const endCode = text('endCode');
  const cursor = text('cursor');
  return {
    limit: pageSize,
    ...(state === undefined ? {} : { state: statesOf[state] ?? state }),
    ...(acceptedFrom === undefined ? {} : { acceptedFrom }),
    ...(until === undefined ? {} : { acceptedBefore: until }),
    ...(party === undefined ? {} : { party }),
    ...(endCode === undefined ? {} : { endCode }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}

/** Of a `datetime-local` field. */
function instantOf(text: string | undefined): string | undefined {
  const instant = new Date(text ?? '');
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
}

export function isFiltered(query: URLSearchParams): boolean {
  return filterNames.some((name) => (query.get(name) ?? '') !== '');
}
