/** How good the audio was: loss, jitter, round trip and opinion score, of both directions, with the worst of each. */
import type { CallRecord } from '../../../../src/reports/index.ts';
import { printLength } from '../../text/measures.ts';
import type { Item } from '../timeline.ts';

type QualitySample = NonNullable<CallRecord['rtpNetworkSummary']>['quality'][number];

export interface QualityPoint {
  readonly fromMs: number;
  readonly toMs: number;
  /** Null: nothing is known of that time. */
  readonly here: number | null;
  /** What the far end reported; null where it did not, or where there is one value for both. */
  readonly far: number | null;
}

export interface QualitySeries {
  readonly name: string;
  readonly points: readonly QualityPoint[];
  /** Ends of its scale. */
  readonly least: number;
  readonly most: number;
  /** The worst, in words; undefined when nothing is known. */
  readonly worst: string | undefined;
  readonly isWorstBad: boolean;
  /** Whether people would notice it. */
  readonly isBad: (value: number) => boolean;
}

interface Measure {
  readonly name: string;
  readonly here: (sample: QualitySample) => number | null;
  readonly far: (sample: QualitySample) => number | null;
  readonly print: (value: number) => string;
  readonly scale: readonly [number, number];
  /** What is better: less, except of an opinion score. */
  readonly isMoreBetter: boolean;
  /** From here on people notice. */
  readonly badFrom: number;
}

const measures: readonly Measure[] = [
  {
    name: 'Loss',
    here: ({ lossPercent }) => lossPercent,
    far: ({ farLossPercent }) => farLossPercent,
    print: (value) => `${value} %`,
    scale: [0, 2],
    isMoreBetter: false,
    badFrom: 1,
  },
  {
    name: 'Jitter',
    here: ({ jitterMs }) => jitterMs,
    far: ({ farJitterMs }) => farJitterMs,
    print: (value) => `${value} ms`,
    scale: [0, 10],
    isMoreBetter: false,
    badFrom: 30,
  },
  {
    name: 'Round trip',
    here: ({ roundTripMs }) => roundTripMs,
    far: () => null,
    print: (value) => `${value} ms`,
    scale: [0, 50],
    isMoreBetter: false,
    badFrom: 300,
  },
  {
    name: 'MOS',
    here: ({ mos }) => mos,
    far: ({ farMos }) => farMos,
    print: (value) => value.toFixed(2),
    scale: [1, 4.5],
    isMoreBetter: true,
    badFrom: 3.6,
  },
];

export function qualitySeries(samples: readonly QualitySample[], endMs: number): readonly QualitySeries[] {
  if (samples.length === 0) return [];
  return measures.map(({ name, here, far, print, scale: [least, most], isMoreBetter, badFrom }) => {
    const points = samples.map((sample, index) => ({
      fromMs: sample.atMs,
      toMs: samples[index + 1]?.atMs ?? Math.max(sample.atMs, endMs),
      here: here(sample),
      far: far(sample),
    }));
    const isBad = (value: number): boolean => (isMoreBetter ? value < badFrom : value >= badFrom);
    const values = points.flatMap((point) => [point.here, point.far]).filter((value) => value !== null);
    const worst = values.length === 0 ? undefined : isMoreBetter ? Math.min(...values) : Math.max(...values);
    return {
      name,
      points,
      least,
      most: Math.max(most, ...values),
      worst: worst === undefined ? undefined : print(worst),
      isWorstBad: worst !== undefined && isBad(worst),
      isBad,
    };
  });
}

/** The samples as things of the axis: for their cards and the table. */
export function qualityItems(samples: readonly QualitySample[], endMs: number): readonly Item[] {
  return samples.map((sample, index) => {
    const toMs = samples[index + 1]?.atMs ?? Math.max(sample.atMs, endMs);
    return {
      lane: 'quality',
      fromMs: sample.atMs,
      toMs,
      shape: 'none',
      tone: 'gateway',
      label: '',
      title: `Audio in these ${printLength(toMs - sample.atMs)}`,
      facts: [
        ...measures.flatMap((measure) => factsOf(measure, sample)),
        ['packets received', String(sample.packetsReceived)],
      ],
    };
  });
}

function factsOf({ name, here, far, print }: Measure, sample: QualitySample): Item['facts'] {
  const [one, other] = [here(sample), far(sample)];
  // The round trip is one for both.
  const named = name === 'Round trip' ? name : `${name}, heard here`;
  return [
    ...(one === null ? [] : [[named, print(one)] as const]),
    ...(other === null ? [] : [[`${name}, at the far end`, print(other)] as const]),
  ];
}
