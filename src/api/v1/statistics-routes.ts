/** What became of the calls of a tenant, and how long everybody waited, over a span of time. */
import { z } from 'zod';
import {
  type Blame,
  err,
  explainEnd,
  type GatewayError,
  gatewayError,
  ok,
  printWallTime,
  type Result,
} from '../../kit/index.ts';
import { type WaitName, waitNames } from '../../reports/index.ts';
import type { CallStatistics, SlotLengthMs, StatisticsQuery, Waits } from '../../store/index.ts';
import { slotOf } from '../../store/index.ts';
import { blames } from './call-resource.ts';
import { tenantRoute, type V1Route } from './route.ts';

const bucketLengthsMs = { '5m': 300_000, '1h': 3_600_000, '1d': 86_400_000 } as const satisfies Record<
  string,
  SlotLengthMs
>;
type BucketName = keyof typeof bucketLengthsMs;
const bucketNames = Object.keys(bucketLengthsMs) as BucketName[];

/** More than a chart can show, and as much as the store can add up without holding up calls: a year of days, two weeks of hours. */
const mostBuckets = 400;
const usualSpanMs = 86_400_000;

const instant = z.iso.datetime({ offset: true });
const count = z.int().min(0);
const ms = z.int().min(0);

const duration = z
  .object({
    count: count.describe('How many were measured.'),
    meanMs: ms,
    p50Ms: ms.describe('Half of them were no longer. Percentiles are rounded to two significant digits.'),
    p90Ms: ms,
    p95Ms: ms,
    p99Ms: ms,
  })
  .meta({ id: 'DurationFigures' });

const meanings: Readonly<Record<WaitName, string>> = {
  response: 'Silence that the callee hears: last voice to the first packet of the answer, measured on the audio.',
  recognition: 'Last voice of the callee to the words.',
  bot: 'Question to the bot, to its answer.',
  voice: 'Answer of the bot to the first packet of it.',
  ring: 'Acceptance of an outbound call to its ringing.',
  answer: 'Acceptance of an outbound call to its answer.',
  talk: 'Answer to end.',
};

const durations = z
  .object(Object.fromEntries(waitNames.map((name) => [name, duration.optional().describe(meanings[name])])))
  .meta({ id: 'Durations' });

const figures = {
  accepted: count.describe('Calls that were accepted: running, ended and failed.'),
  running: count.describe('Of them not over yet.'),
  ended: count.describe('Over without a failure.'),
  failed: count,
  answered: count.describe('Over, and were answered; some of them failed later.'),
  failedByBlame: z
    .object(Object.fromEntries(blames.map((blame) => [blame, count])))
    .meta({ id: 'FailuresByBlame' })
    .describe('Whose side the failures most likely lay on.'),
};

const totals = z
  .object({
    ...figures,
    answerRate: z.number().min(0).max(1).nullable().describe('Answered of those that are over; null when none is.'),
  })
  .meta({ id: 'CallTotals' });

const bucket = z
  .object({ at: z.iso.datetime().describe('Its beginning.'), ...figures, durations })
  .meta({ id: 'StatisticsBucket' });

const endCount = z
  .object({
    endCode: z.string(),
    callState: z.enum(['ended', 'failed']),
    blame: z.enum(blames).nullable().describe('null when nothing failed.'),
    text: z.string().describe('What it means, and what to do about it. Empty for a code of another version.'),
    calls: count,
  })
  .meta({ id: 'EndCodeCount' });

const statisticsSchema = z
  .object({
    from: z.iso.datetime().describe('As asked for, down to the beginning of a bucket.'),
    before: z.iso.datetime().describe('As asked for, up to the end of a bucket.'),
    bucket: z.enum(bucketNames),
    totals,
    buckets: z.array(bucket).describe('All of the span, also those without calls.'),
    endCodes: z.array(endCount).describe('The most frequent first.'),
    durations,
  })
  .meta({ id: 'Statistics' });

type Statistics = z.infer<typeof statisticsSchema>;
type Figures = Omit<Statistics['totals'], 'answerRate'>;

const query = z.strictObject({
  from: instant
    .optional()
    .describe('Calls that were accepted at this instant or later. Usually a day before `before`.'),
  before: instant.optional().describe('Calls that were accepted before this instant. Usually now.'),
  bucket: z.enum(bucketNames).default('1h').describe('Length of a bucket; days are those of UTC.'),
});

const getStatistics = tenantRoute(
  {
    method: 'GET',
    path: '/statistics',
    operationId: 'getStatistics',
    summary: 'Count calls',
    description: `What became of the calls of the tenant, and how long everybody waited, over a span of at most ${mostBuckets} buckets. Figures are counted when a call ends; they outlive it, and tell nothing of who was called or what was said.`,
    query,
    answers: [{ status: 200, description: 'The figures.', schema: statisticsSchema }],
    problems: [],
    access: 'credentials',
  },
  async ({ tenant, query: asked }, { v1 }) => {
    const span = spanOf(asked, v1.wallMs());
    if (!span.ok) return span;
    const order: StatisticsQuery = { tenantId: tenant.id, ...span.value };
    const found = await v1.store.statistics(order);
    return found.ok ? ok({ status: 200, body: printStatistics(order, asked.bucket, found.value) }) : found;
  },
);

function spanOf(
  { from, before, bucket: name }: z.infer<typeof query>,
  nowWallMs: number,
): Result<Omit<StatisticsQuery, 'tenantId'>, GatewayError> {
  const slotMs = bucketLengthsMs[name];
  const toMs = before === undefined ? nowWallMs : Date.parse(before);
  const beforeWallMs = slotOf(toMs + slotMs - 1, slotMs);
  const fromWallMs = slotOf(from === undefined ? toMs - usualSpanMs : Date.parse(from), slotMs);
  const buckets = (beforeWallMs - fromWallMs) / slotMs;
  if (buckets < 1) return err(gatewayError('request.malformed', 'from: it has to lie before `before`.'));
  if (buckets > mostBuckets) {
    const message = `The span has ${buckets} buckets of ${name}, and may have ${mostBuckets}: ask for longer ones, or for less time.`;
    return err(gatewayError('request.malformed', message));
  }
  return ok({ slotMs, fromWallMs, beforeWallMs });
}

function printStatistics(
  { slotMs, fromWallMs, beforeWallMs }: StatisticsQuery,
  bucketName: BucketName,
  found: CallStatistics,
): Statistics {
  const total = noFigures();
  const slots = new Map<number, Figures>();
  for (let atMs = fromWallMs; atMs < beforeWallMs; atMs += slotMs) slots.set(atMs, noFigures());
  for (const end of found.ends) for (const each of [slots.get(end.slotWallMs), total]) addEnd(each, end);
  for (const { slotWallMs, calls } of found.running) {
    for (const each of [slots.get(slotWallMs), total]) if (each !== undefined) each.running += calls;
  }
  const waits = new Map<number, Waits[]>();
  for (const each of found.waits) waits.set(each.slotWallMs, [...(waits.get(each.slotWallMs) ?? []), each]);
  const over = total.ended + total.failed;
  return {
    from: printWallTime(fromWallMs),
    before: printWallTime(beforeWallMs),
    bucket: bucketName,
    totals: { ...summed(total), answerRate: over === 0 ? null : total.answered / over },
    buckets: [...slots].map(([atMs, each]) =>
      Object.assign({ at: printWallTime(atMs) }, summed(each), { durations: printDurations(waits.get(atMs) ?? []) }),
    ),
    endCodes: printEndCodes(found.ends),
    durations: printDurations(found.overall),
  };
}

function noFigures(): Figures {
  const failedByBlame = Object.fromEntries(blames.map((blame) => [blame, 0]));
  return { accepted: 0, running: 0, ended: 0, failed: 0, answered: 0, failedByBlame };
}

function addEnd(
  figures: Figures | undefined,
  { state, endCode, isAnswered, calls }: CallStatistics['ends'][number],
): void {
  if (figures === undefined) return;
  figures[state] += calls;
  if (isAnswered) figures.answered += calls;
  if (state === 'failed') {
    const blame = blameOf(endCode);
    figures.failedByBlame[blame] = (figures.failedByBlame[blame] ?? 0) + calls;
  }
}

/** A failure that this version has no word for is somebody's all the same. */
function blameOf(endCode: string): Blame {
  return explainEnd(endCode)?.blame ?? 'unknown';
}

function summed(figures: Figures): Figures {
  return { ...figures, accepted: figures.running + figures.ended + figures.failed };
}

function printEndCodes(ends: CallStatistics['ends']): Statistics['endCodes'] {
  const counts = new Map<string, Statistics['endCodes'][number]>();
  for (const { state, endCode, calls } of ends) {
    const key = `${state} ${endCode}`;
    const known = counts.get(key);
    counts.set(key, {
      endCode,
      callState: state,
      blame: state === 'failed' ? blameOf(endCode) : null,
      text: explainEnd(endCode)?.text ?? '',
      calls: calls + (known?.calls ?? 0),
    });
  }
  return [...counts.values()].sort((one, other) => other.calls - one.calls || (one.endCode < other.endCode ? -1 : 1));
}

function printDurations(waits: readonly Waits[]): Statistics['durations'] {
  return Object.fromEntries(
    waits.map(({ name, count: measured, meanMs, p50Ms, p90Ms, p95Ms, p99Ms }) => [
      name,
      { count: measured, meanMs, p50Ms, p90Ms, p95Ms, p99Ms },
    ]),
  );
}

export const statisticsRoutes: readonly V1Route[] = [getStatistics];
