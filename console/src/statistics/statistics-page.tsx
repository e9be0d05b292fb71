/** The calls of the tenant, counted: how many, how many were answered, how they ended, and how long everybody waited. */
import { useSignal } from '@preact/signals';
import { useCallback } from 'preact/hooks';
import type { Durations, OutdialClient, Statistics } from '../../../src/client/index.ts';
import { useTitle } from '../frame/title.ts';
import { Polled } from '../parts/polled.tsx';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import { changeQuery, printRoute, query } from '../router.ts';
import { client } from '../session/client.ts';
import { printLength } from '../text/measures.ts';
import { Chart } from './chart.tsx';
import { EndCodes } from './end-codes.tsx';
import { answerRate, countOutcome, outcomeNames, outcomes, printShare } from './outcomes.ts';
import { printBucket, type RangeKey, rangeOf, ranges } from './scale.ts';

const refreshMs = 15_000;

export function StatisticsPage() {
  useTitle('Statistics');
  const { value } = client;
  const range = rangeOf(query.value.get('range'));
  return (
    <>
      <div class="page-head">
        <h1>Statistics</h1>
        <div class="ranges" role="group" aria-label="Time">
          {Object.entries(ranges).map(([key, { name }]) => (
            <button
              key={key}
              type="button"
              class="button"
              aria-pressed={key === range}
              onClick={() => {
                changeQuery({ range: key });
              }}
            >
              {name}
            </button>
          ))}
        </div>
      </div>
      {value === undefined ? null : <StatisticsOf key={range} api={value} range={range} />}
    </>
  );
}

function StatisticsOf({ api, range }: { readonly api: OutdialClient; readonly range: RangeKey }) {
  const { spanMs, bucket } = ranges[range];
  const question = useCallback(
    () => api.getStatistics({ from: new Date(Date.now() - spanMs).toISOString(), bucket }),
    [api, spanMs, bucket],
  );
  return (
    <Polled question={question} everyMs={refreshMs} what="The figures could not be read">
      {(figures) => <Figures figures={figures} range={range} />}
    </Polled>
  );
}

function Figures({ figures, range }: { readonly figures: Statistics; readonly range: RangeKey }) {
  if (figures.totals.accepted === 0) return <Nothing range={range} />;
  const { buckets } = figures;
  const labels = buckets.map(({ at }) => printBucket(at, range));
  const labelTitle = `From, by ${ranges[range].bucketName}`;
  return (
    <>
      <Totals figures={figures} />
      <div class="charts">
        <Chart
          title="Calls"
          kind="bars"
          labelTitle={labelTitle}
          labels={labels}
          series={outcomes.map((key) => ({
            key,
            name: outcomeNames[key],
            values: buckets.map((each) => countOutcome(each, key)),
          }))}
          print={printCount}
          empty="There was no call in this time."
        />
        <Chart
          title="Answer rate"
          kind="lines"
          labelTitle={labelTitle}
          labels={labels}
          series={[
            {
              key: 'rate',
              name: 'Answered of those over',
              values: buckets.map((each) => answerRate(each) ?? undefined),
            },
          ]}
          print={printShare}
          max={1}
          empty="No call of this time was answered."
        />
        <EndCodes figures={figures} />
        <Waits figures={figures} labels={labels} labelTitle={labelTitle} />
      </div>
      <DurationTable figures={figures} />
    </>
  );
}

function printCount(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

function Nothing({ range }: { readonly range: RangeKey }) {
  return (
    <div class="notice">
      <p class="notice-title">No call was accepted in the last {ranges[range].name.toLowerCase()}.</p>
      <p>
        Choose a longer time above, or <a href={printRoute({ page: 'new-call' })}>place a call</a>. Calls are counted
        when they end; those under way are shown as such.
      </p>
    </div>
  );
}

function Totals({ figures: { totals, durations } }: { readonly figures: Statistics }) {
  const response = durations.response;
  const all: readonly (readonly [name: string, value: string, what: string])[] = [
    ['Calls', String(totals.accepted), totals.running === 0 ? 'all over' : `${totals.running} under way`],
    ['Answer rate', printShare(totals.answerRate), `${totals.answered} of ${totals.ended + totals.failed} answered`],
    ['Failed', String(totals.failed), `${totals.failedByBlame.callee ?? 0} of them the callee’s side`],
    [
      'Response, median',
      response === undefined ? '—' : printLength(response.p50Ms),
      response === undefined ? 'nobody spoke yet' : `p95 ${printLength(response.p95Ms)}, measured on the audio`,
    ],
  ];
  return (
    <dl class="totals">
      {all.map(([name, value, what]) => (
        <div key={name} class="total">
          <dt>{name}</dt>
          <dd class="total-value number">{value}</dd>
          <dd class="soft">{what}</dd>
        </div>
      ))}
    </dl>
  );
}

const durationNames: readonly (readonly [keyof Durations, string])[] = [
  ['response', 'Response: what callees wait'],
  ['recognition', 'Recognition'],
  ['bot', 'Bot'],
  ['voice', 'Voice'],
  ['ring', 'Accepted to ringing'],
  ['answer', 'Accepted to answer'],
  ['talk', 'Talk time'],
];
const percentiles = [
  ['p50', 'p50Ms'],
  ['p90', 'p90Ms'],
  ['p95', 'p95Ms'],
  ['p99', 'p99Ms'],
] as const;

interface WaitsProps {
  readonly figures: Statistics;
  readonly labels: readonly string[];
  readonly labelTitle: string;
}

function Waits({ figures, labels, labelTitle }: WaitsProps) {
  const chosen = useSignal<keyof Durations>('response');
  return (
    <Chart
      title="Latency percentiles"
      kind="lines"
      labelTitle={labelTitle}
      labels={labels}
      series={percentiles.map(([key, field]) => ({
        key,
        name: key,
        values: figures.buckets.map(({ durations }) => durations[chosen.value]?.[field]),
      }))}
      print={printLength}
      empty="None of these was measured in this time. They are measured in calls that were answered and talked."
    >
      <p class="chart-choice">
        <label for="latency-of">Of</label>{' '}
        <select
          id="latency-of"
          class="field"
          value={chosen.value}
          onChange={({ currentTarget }) => {
            chosen.value = durationNames.find(([key]) => key === currentTarget.value)?.[0] ?? 'response';
          }}
        >
          {durationNames.map(([key, name]) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </select>
      </p>
    </Chart>
  );
}

function DurationTable({ figures: { durations } }: { readonly figures: Statistics }) {
  return (
    <section aria-labelledby="durations-title">
      <h2 id="durations-title">Waits of the whole time</h2>
      <ScrollFrame name="Waits of the whole time, table">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Wait</th>
              <th scope="col" class="number">
                Measured
              </th>
              <th scope="col" class="number">
                Mean
              </th>
              {percentiles.map(([name]) => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {durationNames.map(([key, name]) => {
              const found = durations[key];
              return (
                <tr key={key} data-wait={key}>
                  <th scope="row">{name}</th>
                  <td class="number">{found?.count ?? 0}</td>
                  <td class="number">{found === undefined ? '—' : printLength(found.meanMs)}</td>
                  {percentiles.map(([each, field]) => (
                    <td key={each} class="number">
                      {found === undefined ? '—' : printLength(found[field])}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollFrame>
      <p class="form-hint">Percentiles are rounded to two significant digits.</p>
    </section>
  );
}
