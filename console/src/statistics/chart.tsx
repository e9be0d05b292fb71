/** Charts drawn as SVG, each with the same figures as a table. Colours come from the style, so that both themes have their own. */
import type { ComponentChildren } from 'preact';
import { ScrollFrame } from '../parts/scroll-frame.tsx';
import { labelledEvery, niceCeiling } from './scale.ts';

export interface Series {
  readonly key: string;
  readonly name: string;
  /** One for each label; undefined where there is nothing. */
  readonly values: readonly (number | undefined)[];
}

interface ChartProps {
  readonly title: string;
  readonly kind: 'bars' | 'lines';
  /** What a row of the table is of: `Hour`. */
  readonly labelTitle: string;
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  readonly print: (value: number) => string;
  /** The end of the axis; the greatest value, rounded up, unless told otherwise. */
  readonly max?: number;
  /** In place of the drawing when there is no value at all. */
  readonly empty: string;
  readonly children?: ComponentChildren;
}

const height = 100;

export function Chart({ title, kind, labelTitle, labels, series, print, max, empty, children }: ChartProps) {
  const id = `chart-${title.toLowerCase().replaceAll(/\W+/g, '-')}`;
  const isEmpty = series.every(({ values }) => values.every((value) => value === undefined || value === 0));
  const sums = labels.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  const greatest = kind === 'bars' ? sums : series.flatMap(({ values }) => values.map((value) => value ?? 0));
  const top = max ?? niceCeiling(Math.max(0, ...greatest));
  return (
    <section class="chart" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
      {isEmpty ? (
        <p class="soft">{empty}</p>
      ) : (
        <>
          {series.length > 1 ? <Legend series={series} kind={kind} /> : null}
          <div class="chart-frame" aria-hidden="true">
            <div class="chart-scale number">
              <span>{print(top)}</span>
              <span>{print(top / 2)}</span>
              <span>{print(0)}</span>
            </div>
            <svg class="chart-plot" viewBox={`0 0 ${labels.length} ${height}`} preserveAspectRatio="none">
              <path
                class="chart-grid"
                d={`M0 0H${labels.length}M0 ${height / 2}H${labels.length}M0 ${height}H${labels.length}`}
              />
              {kind === 'bars' ? <Bars series={series} top={top} /> : <Lines series={series} top={top} />}
              {labels.map((label, index) => (
                <rect key={label} class="chart-hit" x={index} y={0} width={1} height={height}>
                  <title>{[label, ...series.map((each) => describe(each, index, print))].join('\n')}</title>
                </rect>
              ))}
            </svg>
            <Labels labels={labels} />
          </div>
          <FigureTable title={title} labelTitle={labelTitle} labels={labels} series={series} print={print} />
        </>
      )}
    </section>
  );
}

function describe({ name, values }: Series, index: number, print: ChartProps['print']): string {
  const value = values[index];
  return `${name}: ${value === undefined ? '—' : print(value)}`;
}

function Legend({ series, kind }: Pick<ChartProps, 'series' | 'kind'>) {
  return (
    <ul class="chart-legend">
      {series.map(({ key, name }) => (
        <li key={key}>
          <svg viewBox="0 0 16 10" aria-hidden="true">
            {kind === 'bars' ? (
              <rect class={`chart-bar is-${key}`} width="16" height="10" />
            ) : (
              <path class={`chart-line is-${key}`} d="M0 5H16" />
            )}
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}

function Bars({ series, top }: { readonly series: readonly Series[]; readonly top: number }) {
  const reached: number[] = [];
  return (
    <>
      {series.flatMap(({ key, values }) =>
        values.map((value = 0, index) => {
          const from = reached[index] ?? 0;
          reached[index] = from + value;
          if (value === 0) return null;
          const size = (value / top) * height;
          const y = height - (from / top) * height - size;
          return (
            <rect
              key={`${key}-${index}`}
              class={`chart-bar is-${key}`}
              x={index + 0.1}
              y={y}
              width={0.8}
              height={size}
            />
          );
        }),
      )}
    </>
  );
}

/** A value without neighbours is a dot; where there is none the line has a gap. */
function Lines({ series, top }: { readonly series: readonly Series[]; readonly top: number }) {
  return (
    <>
      {series.map(({ key, values }) => {
        const at = (value: number, index: number): string =>
          `${index + 0.5} ${height - (Math.min(value, top) / top) * height}`;
        const line = values.map((value, index) => {
          if (value === undefined) return '';
          return `${index > 0 && values[index - 1] !== undefined ? 'L' : 'M'}${at(value, index)}`;
        });
        const dots = values.map((value, index) => {
          const isAlone = values[index - 1] === undefined && values[index + 1] === undefined;
          return value === undefined || !isAlone ? '' : `M${at(value, index)}h0.001`;
        });
        return (
          <g key={key}>
            <path class={`chart-line is-${key}`} d={line.join('')} />
            <path class={`chart-dot is-${key}`} d={dots.join('')} />
          </g>
        );
      })}
    </>
  );
}

/** Each where its bucket begins; none so far to the right that it would not be seen whole. */
function Labels({ labels }: { readonly labels: readonly string[] }) {
  const every = labelledEvery(labels.length);
  return (
    <div class="chart-labels number">
      {labels.map((label, index) => {
        const share = index / labels.length;
        if (index % every !== 0 || share > 0.85) return null;
        return (
          <span key={label} style={{ left: `${share * 100}%` }}>
            {label}
          </span>
        );
      })}
    </div>
  );
}

function FigureTable({
  title,
  labelTitle,
  labels,
  series,
  print,
}: Pick<ChartProps, 'title' | 'labelTitle' | 'labels' | 'series' | 'print'>) {
  return (
    <details class="chart-figures">
      <summary>{title} as a table</summary>
      <ScrollFrame name={`${title}, table`}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{labelTitle}</th>
              {series.map(({ key, name }) => (
                <th key={key} scope="col" class="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {labels.map((label, index) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                {series.map(({ key, values }) => {
                  const value = values[index];
                  return (
                    <td key={key} class="number">
                      {value === undefined ? '—' : print(value)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollFrame>
    </details>
  );
}
