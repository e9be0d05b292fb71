/** How good a call was, as it went on: a sample every 5 s, and what they come to. */
import { estimateRating, opinionOf } from '../rtp/index.ts';
import type { ControlChannel } from './control-channel.ts';
import type { QualitySample, RtpSummary } from './contract.ts';
import { frameMs } from './frame.ts';
import type { RtpListener } from './rtp-listener.ts';

const sampleMs = 5000;
/** The end of a call has a sample of its own when it is as long as this. */
const leastMs = 1000;
/** Of a longer call each sample stands for twice, four times ... as long. */
const mostSamples = 240;
/** The jitter buffer of a far end, which does not tell of it, has this and twice the jitter. */
const farBufferMs = 20;

export type QualitySummary = Pick<
  RtpSummary,
  'jitterMeanMs' | 'jitterMaxMs' | 'mos' | 'mosMin' | 'farMos' | 'farMosMin' | 'quality'
>;

export class QualityLog {
  readonly #listener: RtpListener;
  readonly #control: ControlChannel | undefined;
  #samples: QualitySample[] = [];
  #intervalMs = sampleMs;
  #beganAtMs = Number.NaN;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #lateBefore = 0;
  #reportsBefore = 0;
  readonly #jitter = new Tally();
  readonly #mos = new Tally();
  readonly #farMos = new Tally();

  constructor(listener: RtpListener, control: ControlChannel | undefined) {
    this.#listener = listener;
    this.#control = control;
  }

  /** The last estimate, of the worse direction; undefined without one. */
  get worstMos(): number | undefined {
    const last = this.#samples.at(-1);
    return last === undefined ? undefined : (worse(last.mos, last.farMos, Math.min) ?? undefined);
  }

  /** Once per frame time of an answered call. */
  tick(nowMs: number): void {
    if (Number.isNaN(this.#beganAtMs)) this.#begin(nowMs);
    else if (nowMs - this.#beganAtMs >= this.#intervalMs) this.#take(nowMs);
  }

  /** What all samples come to. */
  summary(nowMs: number): QualitySummary {
    if (nowMs - this.#beganAtMs >= leastMs) this.#take(nowMs);
    return {
      jitterMeanMs: this.#jitter.mean,
      jitterMaxMs: this.#jitter.most,
      mos: this.#mos.mean,
      mosMin: this.#mos.least,
      farMos: this.#farMos.mean,
      farMosMin: this.#farMos.least,
      quality: this.#samples,
    };
  }

  #begin(nowMs: number): void {
    const { packetsReceived, packetsLost } = this.#listener.statistics;
    this.#beganAtMs = nowMs;
    this.#receivedBefore = packetsReceived;
    this.#expectedBefore = packetsReceived + packetsLost;
    this.#lateBefore = this.#listener.jitterBuffer.packetsLate;
  }

  #take(nowMs: number): void {
    const sample = { atMs: this.#beganAtMs, ...this.#here(nowMs), ...this.#there() };
    this.#begin(nowMs);
    this.#samples.push(sample);
    this.#mos.add(sample.mos);
    this.#farMos.add(sample.farMos);
    this.#jitter.add(sample.jitterMs);
    if (this.#samples.length <= mostSamples) return;
    this.#samples = inPairs(this.#samples);
    this.#intervalMs *= 2;
  }

  /** Of the stream that comes. */
  #here(nowMs: number): Pick<QualitySample, 'packetsReceived' | 'lossPercent' | 'jitterMs' | 'mos'> {
    const { statistics, jitterBuffer } = this.#listener;
    const packetsReceived = statistics.packetsReceived - this.#receivedBefore;
    const expected = statistics.packetsReceived + statistics.packetsLost - this.#expectedBefore;
    // A stream that is not sent, on hold or in silence, is neither good nor bad.
    if (expected <= 0 || packetsReceived <= 0) return { packetsReceived, lossPercent: null, jitterMs: null, mos: null };
    // Of a call whose rate has changed, the buffer began anew.
    const late = Math.max(0, jitterBuffer.packetsLate - this.#lateBefore);
    const missing = Math.min(expected, Math.max(0, expected - packetsReceived + late));
    const { jitterMs } = statistics;
    return {
      packetsReceived,
      lossPercent: tenths((100 * missing) / expected),
      jitterMs: tenths(jitterMs),
      mos: this.#opinion(missing / expected, jitterBuffer.delayMs(nowMs)),
    };
  }

  /** Of the stream that is sent, as the far end reported since the last sample. */
  #there(): Pick<QualitySample, 'farLossPercent' | 'farJitterMs' | 'farMos' | 'roundTripMs'> {
    const { farEnd, farEndReports = 0, roundTripMs } = this.#control?.view ?? {};
    const isNew = farEndReports > this.#reportsBefore;
    this.#reportsBefore = farEndReports;
    if (farEnd === undefined || !isNew) {
      return { farLossPercent: null, farJitterMs: null, farMos: null, roundTripMs: null };
    }
    return {
      farLossPercent: tenths(100 * farEnd.lossShare),
      farJitterMs: tenths(farEnd.jitterMs),
      farMos: this.#opinion(farEnd.lossShare, farBufferMs + 2 * farEnd.jitterMs),
      roundTripMs: roundTripMs === undefined ? null : tenths(roundTripMs),
    };
  }

  /** The delay is that of the way, of a packet and of the jitter buffer; of the way nothing is known before a report. */
  #opinion(lossShare: number, bufferMs: number): number {
    const wayMs = (this.#control?.view.roundTripMs ?? 0) / 2;
    return Math.round(opinionOf(estimateRating(lossShare, wayMs + frameMs + bufferMs)) * 100) / 100;
  }
}

/** Mean, least and most of the numbers among what is added; null without any. */
class Tally {
  #sum = 0;
  #count = 0;
  least: number | null = null;
  most: number | null = null;

  get mean(): number | null {
    return this.#count === 0 ? null : Math.round((this.#sum / this.#count) * 100) / 100;
  }

  add(value: number | null): void {
    if (value === null) return;
    this.#sum += value;
    this.#count++;
    this.least = Math.min(this.least ?? value, value);
    this.most = Math.max(this.most ?? value, value);
  }
}

/** One sample for each two, with the worse of both: what was bad stays to be seen. */
function inPairs(samples: readonly QualitySample[]): QualitySample[] {
  const pairs: QualitySample[] = [];
  for (let at = 0; at < samples.length; at += 2) {
    const [a, b] = [samples[at], samples[at + 1]];
    if (a === undefined) continue;
    pairs.push(
      b === undefined
        ? a
        : {
            atMs: a.atMs,
            packetsReceived: a.packetsReceived + b.packetsReceived,
            lossPercent: worse(a.lossPercent, b.lossPercent, Math.max),
            jitterMs: worse(a.jitterMs, b.jitterMs, Math.max),
            mos: worse(a.mos, b.mos, Math.min),
            farLossPercent: worse(a.farLossPercent, b.farLossPercent, Math.max),
            farJitterMs: worse(a.farJitterMs, b.farJitterMs, Math.max),
            farMos: worse(a.farMos, b.farMos, Math.min),
            roundTripMs: worse(a.roundTripMs, b.roundTripMs, Math.max),
          },
    );
  }
  return pairs;
}

function worse(a: number | null, b: number | null, pick: (a: number, b: number) => number): number | null {
  return a === null || b === null ? (a ?? b) : pick(a, b);
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
