/**
 * Finds keys in a stream of audio, within the limits of ITU-T Q.24 (annex A, column AT&T and NTT, whichever is wider):
 *
 * - a key is heard from 40 ms on, and not below about 25 ms; two of them are told apart by a pause of 40 ms, and an
 *   interruption of 10 ms (as a rule one lost packet, too) ends none;
 * - each of its tones may be off by 1.5 %, and not by 3.5 %;
 * - the high tone may be up to 4 dB stronger, or 8 dB weaker, than the low one;
 * - it is heard down to -30 dBm0 a tone, and amid noise 15 dB below it.
 *
 * Blocks of 12.75 ms are looked at, one after the other. A key begins with two blocks that hold little but its two tones, and
 * in which each of them goes on with the phase that its frequency demands: voices hit the frequencies now and then, but do
 * not hold them (talk-off). Blocks without a loud sound cost no more than their energy. Nothing is allocated per block.
 */
import { columnsHz, keyAt, rowsHz } from './dtmf.ts';
import { Goertzel } from './goertzel.ts';

const blockMs = 12.75;
/** Mean square of the weakest pair of tones: two of -31 dBm0. */
const leastMeanSquare = 400_000;
/** Share of the energy of a block that its two tones have; a tone that is 1.5 % off loses up to a third. */
const leastShare = 0.68;
/** By how much the tone of a group outdoes the others, as a ratio of powers (6 dB). */
const leastLead = 4;
/** High over low and low over high, as ratios of powers, with 2 dB more for what a block gets wrong. */
const mostHighOverLow = 10 ** 0.6;
const mostLowOverHigh = 10 ** 1;
/** What the frequency may be off by what the phase tells: between 1.5 % and 3.5 %. */
const mostDeviation = 0.025;
/** Blocks without the key before it is over. */
const missesToEnd = 3;
/** Of what is heard for 40 ms at least this much is measured, and of what is heard for 23 ms less. */
const leastMs = 31;

const nothing = -1;

export type OnKey = (key: string, durationMs: number, atMs: number) => void;

export class DtmfDetector {
  readonly #onKey: OnKey;
  readonly #blockSamples: number;
  readonly #samplesPerMs: number;
  readonly #block: Float64Array;
  #filled = 0;
  #energy = 0;
  readonly #rows: readonly Goertzel[];
  readonly #columns: readonly Goertzel[];
  /** Of the present block and of the two before: powers of the eight tones, rows first; 0 when it is not loud enough. */
  #powers = new Float64Array(8);
  #powersBefore = new Float64Array(8);
  #powersEarlier = new Float64Array(8);
  /** Index of the key of the block before, when that was nothing but a key, and the phases of its tones. */
  #hit = nothing;
  #rowPhase = 0;
  #columnPhase = 0;
  /** Index of the key that is being pressed, or `nothing`. */
  #key = nothing;
  #misses = 0;
  /** Power of its tones in its loudest block. */
  #fullPower = 0;
  /** Its length in blocks: up to its last one, what of it is in that one, and in the one behind. */
  #blocks = 0;
  #lastBlock = 0;
  #tailBlock = 0;

  /** `onKey` is told of a key when it is let go. */
  constructor(sampleRateHz: number, onKey: OnKey) {
    this.#onKey = onKey;
    this.#samplesPerMs = sampleRateHz / 1000;
    this.#blockSamples = Math.round(blockMs * this.#samplesPerMs);
    this.#block = new Float64Array(this.#blockSamples);
    this.#rows = rowsHz.map((frequencyHz) => new Goertzel(frequencyHz, sampleRateHz));
    this.#columns = columnsHz.map((frequencyHz) => new Goertzel(frequencyHz, sampleRateHz));
  }

  /** Takes `count` samples from `from` on, whose last one arrived at `atMs`; without samples so much silence. */
  push(samples: Int16Array | undefined, from: number, count: number, atMs: number): void {
    for (let done = 0; done < count;) {
      const size = Math.min(count - done, this.#blockSamples - this.#filled);
      if (samples === undefined) this.#block.fill(0, this.#filled, this.#filled + size);
      else this.#copy(samples, from + done, size);
      this.#filled += size;
      done += size;
      if (this.#filled < this.#blockSamples) return;
      this.#judge(atMs - (count - done) / this.#samplesPerMs);
      this.#filled = 0;
      this.#energy = 0;
    }
  }

  #copy(samples: Int16Array, from: number, count: number): void {
    const block = this.#block;
    const filled = this.#filled;
    let energy = 0;
    for (let i = 0; i < count; i++) {
      const sample = samples[from + i] ?? 0;
      block[filled + i] = sample;
      energy += sample * sample;
    }
    this.#energy += energy;
  }

  /** Whether a key sounds, as far as is known: from its second block on until it is certainly over. */
  get isPressed(): boolean {
    return this.#key !== nothing;
  }

  /** Forgets what is going on. */
  reset(): void {
    this.#filled = 0;
    this.#energy = 0;
    this.#hit = nothing;
    this.#key = nothing;
    this.#powers.fill(0);
    this.#powersBefore.fill(0);
  }

  #judge(atMs: number): void {
    const oldest = this.#powersEarlier;
    this.#powersEarlier = this.#powersBefore;
    this.#powersBefore = this.#powers;
    this.#powers = oldest;
    const isLoud = this.#energy >= leastMeanSquare * this.#blockSamples;
    if (!isLoud && this.#key === nothing) {
      this.#hit = nothing;
      oldest.fill(0);
      return;
    }
    this.#measure();
    const hit = isLoud ? this.#findHit() : nothing;
    if (this.#key !== nothing) this.#goOn(hit, atMs);
    if (hit !== nothing) this.#takeHit(hit);
    this.#hit = hit;
  }

  #measure(): void {
    for (let i = 0; i < 4; i++) {
      const row = this.#rows[i];
      const column = this.#columns[i];
      row?.run(this.#block, this.#blockSamples);
      column?.run(this.#block, this.#blockSamples);
      this.#powers[i] = row?.power ?? 0;
      this.#powers[4 + i] = column?.power ?? 0;
    }
  }

  /** The key of which the present block holds both tones and little else. */
  #findHit(): number {
    const row = this.#strongest(0);
    const column = this.#strongest(4);
    if (row === nothing || column === nothing) return nothing;
    const low = this.#powers[row] ?? 0;
    const high = this.#powers[4 + column] ?? 0;
    if (high > low * mostHighOverLow || low > high * mostLowOverHigh) return nothing;
    // The two tones alone would have a power of half the length of the block times the energy.
    return low + high >= (leastShare * this.#energy * this.#blockSamples) / 2 ? 4 * row + column : nothing;
  }

  /** Which of the four tones from `group` on stands out. */
  #strongest(group: number): number {
    let best = 0;
    let most = 0;
    let second = 0;
    for (let i = 0; i < 4; i++) {
      const power = this.#powers[group + i] ?? 0;
      if (power > most) {
        second = most;
        most = power;
        best = i;
      } else if (power > second) second = power;
    }
    return most > leastLead * second ? best : nothing;
  }

  #takeHit(hit: number): void {
    const rowPhase = this.#rows[hit >> 2]?.phase ?? 0;
    const columnPhase = this.#columns[hit & 3]?.phase ?? 0;
    const power = this.#powerOf(this.#powers, hit);
    if (this.#key === nothing && hit === this.#hit) {
      const isHeld =
        this.#holds(rowPhase - this.#rowPhase, rowsHz[hit >> 2] ?? 0) &&
        this.#holds(columnPhase - this.#columnPhase, columnsHz[hit & 3] ?? 0);
      if (isHeld) this.#begin(hit, power);
    }
    this.#rowPhase = rowPhase;
    this.#columnPhase = columnPhase;
  }

  /** The second block of a key; the one before the first may hold its beginning. */
  #begin(hit: number, power: number): void {
    const first = this.#powerOf(this.#powersBefore, hit);
    this.#key = hit;
    this.#fullPower = Math.max(power, first);
    this.#blocks = this.#shareOf(this.#powerOf(this.#powersEarlier, hit)) + this.#shareOf(first);
    this.#lastBlock = this.#shareOf(power);
    this.#misses = 0;
    this.#tailBlock = 0;
  }

  /** Of a key that has begun: this block may be part of it, an interruption, or behind its end. */
  #goOn(hit: number, atMs: number): void {
    const power = this.#powerOf(this.#powers, this.#key);
    if (hit === this.#key) {
      this.#fullPower = Math.max(this.#fullPower, power);
      // What lies between two blocks of it was all of it.
      this.#blocks += 1 + this.#misses;
      this.#lastBlock = this.#shareOf(power);
      this.#misses = 0;
      this.#tailBlock = 0;
      return;
    }
    if (this.#misses === 0) this.#tailBlock = this.#shareOf(power);
    this.#misses++;
    const isOther = hit !== nothing && hit === this.#hit;
    if (this.#misses >= missesToEnd || isOther) this.#end(atMs);
  }

  #end(atMs: number): void {
    const durationMs = (this.#blocks + this.#lastBlock + this.#tailBlock) * blockMs;
    const key = this.#key;
    this.#key = nothing;
    if (durationMs >= leastMs) this.#onKey(keyAt(key >> 2, key & 3), Math.round(durationMs), atMs);
  }

  /** Whether a tone of this frequency moves on by this phase from a block to the next one. */
  #holds(moved: number, frequencyHz: number): boolean {
    const blockS = this.#blockSamples / this.#samplesPerMs / 1000;
    const turns = moved / (2 * Math.PI) - frequencyHz * blockS;
    const deviationHz = (turns - Math.round(turns)) / blockS;
    return Math.abs(deviationHz) <= mostDeviation * frequencyHz;
  }

  #powerOf(powers: Float64Array, key: number): number {
    return (powers[key >> 2] ?? 0) + (powers[4 + (key & 3)] ?? 0);
  }

  /** How much of a block the key fills: power grows with the square of it. */
  #shareOf(power: number): number {
    return this.#fullPower === 0 ? 0 : Math.min(1, Math.sqrt(power / this.#fullPower));
  }
}
