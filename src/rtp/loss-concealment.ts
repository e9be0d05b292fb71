/**
 * Makes up audio that is missing, in the spirit of ITU-T G.711 Appendix I: the last periods of the voice go on, one at first,
 * then two, then three, so that no buzz arises; from 10 ms on they fade, and at 60 ms there is silence. What comes after is
 * blended in. Unlike there the audio is not delayed for a blend before the gap: the first made-up samples take over the step.
 *
 * It is told of all audio of a stream in order. Whole samples at any rate; memory is fixed, and only the beginning of a gap
 * costs more than a copy.
 */

const shortestPeriodMs = 5;
const longestPeriodMs = 15;
/** What a period is looked for in. */
const templateMs = 20;
/** Made-up audio goes through so many periods in turn, one more for each stage. */
const mostPeriods = 3;
const stageMs = 10;
const fullMs = 10;
const silentMs = 60;
const longestBlendMs = 10;
/** More of the blend for each stage of the gap. */
const blendPerStageMs = 4;
/** Correlation below which there is no voice; the longest period is then the least like a buzz. */
const voicedCorrelation = 0.5;

export class LossConcealment {
  readonly #samplesPerMs: number;
  readonly #shortest: number;
  readonly #longest: number;
  /** A ring of the newest audio, made up or not, and where its next sample goes. */
  readonly #history: Int16Array;
  #end = 0;
  /** That at the beginning of the gap. */
  readonly #source: Int16Array;
  /** A gap goes on, or its end is still being blended. */
  #isOpen = false;
  /** Made-up samples since its beginning. */
  #made = 0;
  #period = 0;
  /** Where the next sample comes from, in the last `#periods` periods; and where it would have before they became more. */
  #at = 0;
  #periods = 1;
  #atBefore = 0;
  #sinceMore = 0;
  /** What the first sample differs by from its continuation, and the bounds of what the gap is filled from. */
  #step = 0;
  #least = 0;
  #most = 0;
  #blended = 0;
  #blendSamples = 0;

  constructor(sampleRateHz: number) {
    this.#samplesPerMs = sampleRateHz / 1000;
    this.#shortest = shortestPeriodMs * this.#samplesPerMs;
    this.#longest = longestPeriodMs * this.#samplesPerMs;
    const size = Math.ceil((mostPeriods + 0.25) * this.#longest);
    this.#source = new Int16Array(size);
    // Frames of 20 ms fit in whole.
    const frame = 20 * this.#samplesPerMs;
    this.#history = new Int16Array(Math.ceil(size / frame) * frame);
  }

  /** Audio that came is in `into[from..to)`; behind a gap its beginning is blended with what was made up. */
  receive(into: Int16Array, from: number, to: number): void {
    if (this.#isOpen) this.#blend(into, from, to);
    this.#remember(into, from, to);
  }

  /** Fills `into[from..to)`, where nothing came. */
  conceal(into: Int16Array, from: number, to: number): void {
    // A gap that is cut short by another one goes on.
    if (!this.#isOpen || this.#blended > 0) this.#open();
    if (this.#made >= silentMs * this.#samplesPerMs) into.fill(0, from, to);
    else for (let i = from; i < to; i++) into[i] = this.#next();
    this.#remember(into, from, to);
  }

  /** What comes next does not follow on what came before: it is blended in, too. */
  leap(): void {
    if (!this.#isOpen || this.#blended > 0) this.#open();
  }

  #open(): void {
    const { length } = this.#source;
    const size = this.#history.length;
    for (let i = 0; i < length; i++) this.#source[i] = this.#history[(this.#end + size - length + i) % size] ?? 0;
    this.#isOpen = true;
    this.#made = 0;
    this.#blended = 0;
    this.#at = 0;
    this.#atBefore = 0;
    this.#periods = 1;
    this.#sinceMore = Number.POSITIVE_INFINITY;
    this.#period = this.#findPeriod();
    this.#step = (this.#source[length - 1] ?? 0) - (this.#source[length - 1 - this.#period] ?? 0);
    this.#least = 0;
    this.#most = 0;
    for (let i = length - this.#period; i < length; i++) {
      const sample = this.#source[i] ?? 0;
      if (sample < this.#least) this.#least = sample;
      if (sample > this.#most) this.#most = sample;
    }
  }

  /** The distance at which the end of the source is most like what came before it. */
  #findPeriod(): number {
    // Every second sample and distance at 8000 Hz is enough to find the place, and then the neighbours.
    const stride = Math.max(1, Math.round(this.#samplesPerMs / 4));
    let best = this.#longest;
    let most = voicedCorrelation;
    for (let lag = this.#shortest; lag <= this.#longest; lag += stride) {
      const likeness = this.#likeness(lag, stride);
      if (likeness > most) {
        most = likeness;
        best = lag;
      }
    }
    const around = best;
    for (let lag = Math.max(this.#shortest, around - stride + 1); lag < around + stride; lag++) {
      if (lag > this.#longest) break;
      const likeness = this.#likeness(lag, 1);
      if (likeness > most) {
        most = likeness;
        best = lag;
      }
    }
    return best;
  }

  #likeness(lag: number, stride: number): number {
    const source = this.#source;
    let product = 0;
    let energy = 0;
    let energyBefore = 0;
    for (let i = source.length - templateMs * this.#samplesPerMs; i < source.length; i += stride) {
      const sample = source[i] ?? 0;
      const before = source[i - lag] ?? 0;
      product += sample * before;
      energy += sample * sample;
      energyBefore += before * before;
    }
    return energy === 0 || energyBefore === 0 ? 0 : product / Math.sqrt(energy * energyBefore);
  }

  /** The next made-up sample. */
  #next(): number {
    const n = this.#made++;
    const ms = n / this.#samplesPerMs;
    if (ms >= silentMs) return 0;
    if (n > 0 && n % (stageMs * this.#samplesPerMs) === 0 && this.#periods < mostPeriods) {
      // The same place of the period, one period earlier.
      this.#atBefore = this.#at;
      this.#periods++;
      this.#sinceMore = 0;
    }
    const quarter = this.#quarter();
    let sample = this.#repeated(this.#periods, this.#at);
    if (this.#sinceMore < quarter) {
      const weight = this.#sinceMore / quarter;
      sample = weight * sample + (1 - weight) * this.#repeated(this.#periods - 1, this.#atBefore);
      this.#sinceMore++;
      this.#atBefore = (this.#atBefore + 1) % ((this.#periods - 1) * this.#period);
    }
    this.#at = (this.#at + 1) % (this.#periods * this.#period);
    if (n < quarter) {
      sample += this.#step * (1 - n / quarter);
      sample = Math.min(this.#most, Math.max(this.#least, sample));
    }
    const gain = ms < fullMs ? 1 : (silentMs - ms) / (silentMs - fullMs);
    return Math.round(gain * sample);
  }

  /** A sample of the last `periods` periods of the source, whose end is blended into their beginning. */
  #repeated(periods: number, at: number): number {
    const source = this.#source;
    const length = periods * this.#period;
    const sample = source[source.length - length + at] ?? 0;
    const quarter = this.#quarter();
    const intoEnd = at - (length - quarter);
    if (intoEnd < 0) return sample;
    const weight = (intoEnd + 1) / (quarter + 1);
    return (1 - weight) * sample + weight * (source[source.length - length - quarter + intoEnd] ?? 0);
  }

  #quarter(): number {
    return this.#period >> 2;
  }

  #blend(into: Int16Array, from: number, to: number): void {
    if (this.#blended === 0) {
      const stages = Math.ceil(this.#made / (stageMs * this.#samplesPerMs));
      const longest = longestBlendMs * this.#samplesPerMs;
      const more = blendPerStageMs * this.#samplesPerMs * Math.max(0, stages - 1);
      // Out of silence there is nothing to blend, and the beginning of a word would be lost.
      this.#blendSamples = this.#made >= silentMs * this.#samplesPerMs ? 0 : Math.min(longest, this.#quarter() + more);
    }
    for (let i = from; i < to && this.#blended < this.#blendSamples; i++) {
      const weight = ++this.#blended / (this.#blendSamples + 1);
      into[i] = Math.round(weight * (into[i] ?? 0) + (1 - weight) * this.#next());
    }
    if (this.#blended >= this.#blendSamples) this.#isOpen = false;
  }

  #remember(samples: Int16Array, from: number, to: number): void {
    const history = this.#history;
    const size = history.length;
    if (from === 0 && to === samples.length && this.#end + to <= size) {
      // As a rule: one copy.
      history.set(samples, this.#end);
      this.#end = (this.#end + to) % size;
      return;
    }
    for (let i = from; i < to; i++) {
      history[this.#end] = samples[i] ?? 0;
      this.#end = this.#end + 1 === size ? 0 : this.#end + 1;
    }
  }
}
