/**
 * The outline of a recording: least and greatest sample of each short stretch, then of four such stretches together, and
 * so on, so that a picture of any width looks at a few thousand numbers and never at an hour of samples.
 */
import type { PcmAudio } from './wav.ts';

const bucketMs = 10;
const fanIn = 4;

interface Level {
  readonly bucketMs: number;
  readonly least: Int16Array;
  readonly most: Int16Array;
}

export interface Peaks {
  readonly lengthMs: number;
  /** From fine to coarse; of one channel. */
  readonly levels: readonly Level[];
}

/**
 * Peaks of one channel. Each `next()` takes at most `sliceSamples` samples, so that the caller can let the page breathe in
 * between; the last one returns them.
 */
export function* computePeaks(
  audio: PcmAudio,
  channel: 0 | 1,
  sliceSamples = 400_000,
): Generator<void, Peaks, undefined> {
  const { samples, channels, rateHz } = audio;
  const frames = samples.length / channels;
  const perBucket = Math.max(1, Math.round((rateHz * bucketMs) / 1000));
  const count = Math.ceil(frames / perBucket);
  const least = new Int16Array(count);
  const most = new Int16Array(count);
  let taken = 0;
  for (let bucket = 0; bucket < count; bucket++) {
    const end = Math.min(frames, (bucket + 1) * perBucket);
    let low = 32_767;
    let high = -32_768;
    for (let frame = bucket * perBucket; frame < end; frame++) {
      const sample = samples[frame * channels + channel] ?? 0;
      if (sample < low) low = sample;
      if (sample > high) high = sample;
    }
    least[bucket] = low;
    most[bucket] = high;
    taken += perBucket;
    if (taken >= sliceSamples) {
      taken = 0;
      yield;
    }
  }
  const levels: Level[] = [{ bucketMs: (perBucket / rateHz) * 1000, least, most }];
  for (let finer = levels[0]; finer !== undefined && finer.least.length > fanIn;) {
    finer = coarser(finer);
    levels.push(finer);
  }
  return { lengthMs: audio.lengthMs, levels };
}

function coarser({ bucketMs, least, most }: Level): Level {
  const count = Math.ceil(least.length / fanIn);
  const into: Level = { bucketMs: bucketMs * fanIn, least: new Int16Array(count), most: new Int16Array(count) };
  for (let at = 0; at < count; at++) {
    into.least[at] = Math.min(...least.subarray(at * fanIn, (at + 1) * fanIn));
    into.most[at] = Math.max(...most.subarray(at * fanIn, (at + 1) * fanIn));
  }
  return into;
}

/**
 * The outline of one column of a picture, from `fromMs` to `toMs` after the start of the recording, each from -1 to 1;
 * undefined where there is no recording.
 */
export function peakBetween(peaks: Peaks, fromMs: number, toMs: number): readonly [number, number] | undefined {
  if (toMs <= 0 || fromMs >= peaks.lengthMs) return undefined;
  // The coarsest level by which a column is wrong by a quarter of its width at most.
  const level = peaks.levels.findLast(({ bucketMs }) => bucketMs * fanIn <= toMs - fromMs) ?? peaks.levels[0];
  if (level === undefined || level.least.length === 0) return undefined;
  const first = Math.max(0, Math.floor(fromMs / level.bucketMs));
  const last = Math.min(level.least.length - 1, Math.max(first, Math.ceil(toMs / level.bucketMs) - 1));
  let low = 32_767;
  let high = -32_768;
  for (let at = first; at <= last; at++) {
    low = Math.min(low, level.least[at] ?? 0);
    high = Math.max(high, level.most[at] ?? 0);
  }
  return low > high ? undefined : [low / 32_768, high / 32_768];
}
