/**
 * G.722 at 64 kbit/s (ITU-T G.722, mode 1): 16 kHz audio in two bands, each ADPCM, 6 bits of the lower and 2 of the upper one in
 * a byte that stands for two samples. RTP counts its time at 8000 Hz all the same, by a mistake that was made a rule (RFC
 * 3551 §4.5.2). The names of the steps are those of the recommendation. Left out: modes 2 and 3, whose spare bits nobody uses.
 */
import { saturate16 } from './gain.ts';

/** One half of the filter that divides and joins the bands (§5.2.1), which is symmetric: its taps for odd samples. */
const qmfTaps = Int32Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11);
const qmfLength = qmfTaps.length;

/** Decision levels of the lower band's 6 bits, as multiples of the step, from the first interval's upper end on (table 14). */
const lowLevels = Int32Array.of(
  ...[0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714],
  ...[786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919],
);
/** What an interval is sent as, for negative and positive differences (table 14). */
const lowNegativeCodes = Int32Array.from({ length: 31 }, (_, i) => (i < 3 ? 64 - i : 34 - i));
const lowPositiveCodes = Int32Array.from({ length: 31 }, (_, i) => 62 - i);
/** Values of the lower band's intervals by all 6 bits, for the ear, and by the upper 4, for the prediction (tables 15 and 17). */
const lowValues6 = Int32Array.of(
  ...[-136, -136, -136, -136, -24_808, -21_904, -19_008, -16_704, -14_984, -13_512, -12_280, -11_192],
  ...[-10_232, -9360, -8576, -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576],
  ...[-3168, -2776, -2400, -2032, -1688, -1360, -1040, -728, 24_808, 21_904, 19_008, 16_704],
  ...[14_984, 13_512, 12_280, 11_192, 10_232, 9360, 8576, 7856, 7192, 6576, 6000, 5456],
  ...[4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136],
);
const lowValues4 = Int32Array.of(
  ...[0, -20_456, -12_896, -8968, -6288, -4240, -2584, -1200],
  ...[20_456, 12_896, 8968, 6288, 4240, 2584, 1200, 0],
);
/** How the step of the lower band changes after each of the 16 values: small after small ones (table 16). */
const lowStepChanges = Int32Array.of(
  ...[-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60],
);
/** The same for the 2 bits of the upper band (tables 20 and 21). */
const highLevel = 564;
const highValues = Int32Array.of(-7408, -1616, 7408, 1616);
const highStepChanges = Int32Array.of(798, -214, 798, -214);

/** The steps of one octave, in 32nds of it (table 18). */
const steps = Int32Array.from({ length: 32 }, (_, i) => Math.round(2048 * 2 ** (i / 32)));

const poleLimit = 12_288;
const poleSumLimit = 15_360;

/** What both sides know of one band: its step, and a prediction of two poles and six zeros. */
class Band {
  /** The present step, and its logarithm (in 2048ths of an octave). */
  step: number;
  #stepLog = 0;
  readonly #stepLogLimit: number;
  readonly #octaves: number;
  /** The predicted next sample, and the part of it that the zeros predict. */
  predicted = 0;
  #fromZeros = 0;
  #pole1 = 0;
  #pole2 = 0;
  readonly #zeros = new Int32Array(6);
  /** The last six differences, newest first. */
  readonly #differences = new Int32Array(6);
  #lastSample = 0;
  /** The last two partial reconstructions. */
  #partial1 = 0;
  #partial2 = 0;

  constructor(firstStep: number, stepLogLimit: number, octaves: number) {
    this.step = firstStep;
    this.#stepLogLimit = stepLogLimit;
    this.#octaves = octaves;
  }

  /** LOGSCL and SCALEL, or LOGSCH and SCALEH. */
  adaptStep(change: number): void {
    const log = Math.min(this.#stepLogLimit, Math.max(0, ((this.#stepLog * 127) >> 7) + change));
    this.#stepLog = log;
    const shift = this.#octaves - (log >> 11);
    const mantissa = steps[(log >> 6) & 31] ?? 0;
    this.step = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2;
  }

  /** Takes the difference that both sides know of (block 4): reconstructs, adapts the predictor and predicts. */
  advance(difference: number): void {
    const sample = saturate16(this.predicted + difference);
    const partial = saturate16(this.#fromZeros + difference);
    this.#adaptPoles(partial);
    this.#partial2 = this.#partial1;
    this.#partial1 = partial;
    const sum = this.#adaptZeros(difference);
    const newest = (this.#pole1 * saturate16(2 * sample)) >> 15;
    const before = (this.#pole2 * saturate16(2 * this.#lastSample)) >> 15;
    this.#lastSample = sample;
    this.#fromZeros = saturate16(sum);
    this.predicted = saturate16(saturate16(newest + before) + this.#fromZeros);
  }

  /** UPPOL2 and UPPOL1. */
  #adaptPoles(partial: number): void {
    const isLikeLast = partial < 0 === this.#partial1 < 0;
    const isLikeBefore = partial < 0 === this.#partial2 < 0;
    const pull = saturate16(4 * this.#pole1);
    const second = Math.min(32_767, isLikeLast ? -pull : pull) >> 7;
    const pole2 = (isLikeBefore ? 128 : -128) + second + ((this.#pole2 * 32_512) >> 15);
    this.#pole2 = Math.min(poleLimit, Math.max(-poleLimit, pole2));
    const limit = saturate16(poleSumLimit - this.#pole2);
    const pole1 = saturate16((isLikeLast ? 192 : -192) + ((this.#pole1 * 32_640) >> 15));
    this.#pole1 = Math.min(limit, Math.max(-limit, pole1));
  }

  /** UPZERO and FILTEZ: each zero goes after the sign that its old difference has in common with the new one. */
  #adaptZeros(difference: number): number {
    const zeros = this.#zeros;
    const differences = this.#differences;
    const pull = difference === 0 ? 0 : 128;
    let sum = 0;
    for (let i = 5; i >= 0; i--) {
      const old = differences[i] ?? 0;
      const zero = saturate16((old < 0 === difference < 0 ? pull : -pull) + (((zeros[i] ?? 0) * 32_640) >> 15));
      zeros[i] = zero;
      const next = i === 0 ? difference : (differences[i - 1] ?? 0);
      differences[i] = next;
      sum += (zero * saturate16(2 * next)) >> 15;
    }
    return sum;
  }
}

const lowBand = (): Band => new Band(32, 18_432, 8);
const highBand = (): Band => new Band(8, 22_528, 10);

/** The last 12 pairs of samples on one side of the bands, and the place of the oldest. Each is kept twice: no index wraps. */
class PairWindow {
  readonly first = new Int32Array(2 * qmfLength);
  readonly second = new Int32Array(2 * qmfLength);
  at = 0;

  push(first: number, second: number): void {
    const at = this.at;
    this.first[at] = first;
    this.first[at + qmfLength] = first;
    this.second[at] = second;
    this.second[at + qmfLength] = second;
    this.at = at === qmfLength - 1 ? 0 : at + 1;
  }

  /** Both halves of the filter over the window; the second one has the taps the other way round. */
  firstSum(): number {
    let sum = 0;
    for (let i = 0; i < qmfLength; i++) sum += (this.first[this.at + i] ?? 0) * (qmfTaps[i] ?? 0);
    return sum;
  }

  secondSum(): number {
    let sum = 0;
    for (let i = 0; i < qmfLength; i++) sum += (this.second[this.at + i] ?? 0) * (qmfTaps[qmfLength - 1 - i] ?? 0);
    return sum;
  }
}

/** One direction of one call. Packets may be of any length. */
export class G722Encoder {
  readonly #low = lowBand();
  readonly #high = highBand();
  readonly #window = new PairWindow();

  /** Encodes the first `count` samples of 16 kHz (an even number) to `into` from index `at` on; returns the bytes that fitted. */
  encode(pcm: Int16Array, into: Uint8Array, at = 0, count = pcm.length): number {
    const bytes = Math.min(count >> 1, into.length - at);
    for (let i = 0; i < bytes; i++) {
      this.#window.push(pcm[2 * i] ?? 0, pcm[2 * i + 1] ?? 0);
      const odd = this.#window.firstSum();
      const even = this.#window.secondSum();
      into[at + i] = (this.#encodeHigh((even - odd) >> 14) << 6) | this.#encodeLow((even + odd) >> 14);
    }
    return bytes;
  }

  #encodeLow(sample: number): number {
    const { step, predicted } = this.#low;
    const difference = saturate16(sample - predicted);
    const magnitude = difference < 0 ? -(difference + 1) : difference;
    let interval = 1;
    while (interval < lowLevels.length && magnitude >= ((lowLevels[interval] ?? 0) * step) >> 12) interval++;
    const code = (difference < 0 ? lowNegativeCodes : lowPositiveCodes)[interval] ?? 0;
    advanceLow(this.#low, code);
    return code;
  }

  #encodeHigh(sample: number): number {
    const { step, predicted } = this.#high;
    const difference = saturate16(sample - predicted);
    const magnitude = difference < 0 ? -(difference + 1) : difference;
    const isFar = magnitude >= (highLevel * step) >> 12;
    const code = (difference < 0 ? 0 : 2) | (isFar ? 0 : 1);
    advanceHigh(this.#high, code);
    return code;
  }
}

function advanceLow(band: Band, code: number): void {
  const difference = (band.step * (lowValues4[code >> 2] ?? 0)) >> 15;
  band.adaptStep(lowStepChanges[code >> 2] ?? 0);
  band.advance(difference);
}

/** Returns the reconstructed sample. */
function advanceHigh(band: Band, code: number): number {
  const difference = (band.step * (highValues[code] ?? 0)) >> 15;
  const sample = band.predicted + difference;
  band.adaptStep(highStepChanges[code] ?? 0);
  band.advance(difference);
  return sample;
}

/** Each band has 15 bits. */
const limitBand = (sample: number): number => Math.min(16_383, Math.max(-16_384, sample));

/** The other direction. Any bytes are audio of some kind. */
export class G722Decoder {
  readonly #low = lowBand();
  readonly #high = highBand();
  readonly #window = new PairWindow();

  /** Decodes `bytes[start..end)` to the beginning of `into`, two samples of 16 kHz a byte; returns the number of samples. */
  decode(bytes: Uint8Array, into: Int16Array, start = 0, end = bytes.length): number {
    const count = Math.min(end - start, into.length >> 1);
    for (let i = 0; i < count; i++) {
      const code = bytes[start + i] ?? 0;
      const lowCode = code & 63;
      const low = limitBand(this.#low.predicted + ((this.#low.step * (lowValues6[lowCode] ?? 0)) >> 15));
      advanceLow(this.#low, lowCode);
      const high = limitBand(advanceHigh(this.#high, code >> 6));
      this.#window.push(low + high, low - high);
      into[2 * i] = saturate16(this.#window.secondSum() >> 11);
      into[2 * i + 1] = saturate16(this.#window.firstSum() >> 11);
    }
    return 2 * count;
  }
}
