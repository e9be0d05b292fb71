/**
 * What a caller hears of a call before it is answered, from its sound alone: the tones of ITU-T E.180 and its supplement 2 with
 * the cadences of most countries, special information tones with the categories that North America gives them by pitch and
 * length, fax machines (ITU-T T.30), speech or music, and silence.
 *
 * - ringback: one of 380 to 500 Hz or two of them, 0.35 to 3 s on, then off for more than 1.3 s (425 Hz 1/4 s, 440+480 Hz 2/4 s,
 *   400+450 Hz 0.4/0.2/0.4/2 s);
 * - busy and congestion: the same tones, or 480+620 Hz, on and off by turns; congestion when a turn is under 0.62 s or uneven;
 * - call waiting: the same, 0.1 to 0.35 s on, then off for more than 1.3 s;
 * - special information: three rising tones near 950, 1400 and 1800 Hz;
 * - fax: 1100 Hz for half a second (CNG), or 2100 Hz for a second (CED).
 *
 * Windows of 20 ms are judged one by one and the label of most of the last five counts, so that a lost packet or a click
 * changes nothing. Windows without sound cost no more than their energy. Nothing is allocated but for a finding.
 */
import { Goertzel } from './goertzel.ts';

export type ProgressSound =
  | 'ringback'
  | 'busy'
  | 'congestion'
  | 'call-waiting'
  | 'special-information'
  | 'fax'
  | 'speech'
  | 'silence';

/** Why a call cannot be completed, as far as special information tones tell; `other`: they do not say it. */
export type InformationCategory = 'intercept' | 'vacant-code' | 'reorder' | 'no-circuit' | 'other';

export interface ProgressFinding {
  readonly sound: ProgressSound;
  /** Of special information. */
  readonly category?: InformationCategory;
}

type Label = 'silent' | 'tone' | 'first' | 'second' | 'third' | 'calling-fax' | 'answering-fax' | 'other';

const windowMs = 20;
/** Mean square of the faintest sound: -42 dBm0. Special information tones have -24. */
const leastMeanSquare = 16_000;
/** Share of the energy of a window that a tone holds. */
const leastShare = 0.65;
/** Windows of which most decide; a run begins so much before it is noticed. */
const ballot = 5;
const majority = 3;
const longGapMs = 1300;
const shortestRingMs = 350;
const longestRingMs = 3000;
const silenceMs = 6000;
const speechMs = 600;
/** By so much of a window without speech what was heard of it is forgotten. */
const forgetting = 0.2;

const within = (ms: number, least: number, most: number): boolean => ms >= least && ms <= most;

/** Of the special information tones: nominal ones of ITU-T E.180, and low and high ones beside them. */
const informationHz = { first: [913.8, 950, 985.2], second: [1370.6, 1400, 1428.5], third: [1776.7, 1800] } as const;
/** Between a short tone (274 ms) and a long one (380 ms). */
const longToneMs = 327;

export class CallProgress {
  readonly #onSound: (finding: ProgressFinding, atMs: number) => void;
  readonly #samplesPerMs: number;
  readonly #windowSamples: number;
  readonly #window: Float64Array;
  #filled = 0;
  #energy = 0;
  readonly #bank: (frequencyHz: number) => Goertzel;
  readonly #low: readonly Goertzel[];
  readonly #pairTop: Goertzel;
  readonly #first: readonly Goertzel[];
  readonly #second: readonly Goertzel[];
  readonly #third: readonly Goertzel[];
  readonly #callingFax: Goertzel;
  readonly #answeringFax: Goertzel;
  /** Labels of the last windows, the newest at `#at`. */
  readonly #labels: Label[] = Array.from({ length: ballot }, () => 'silent');
  #at = 0;
  /** The present run of one label, and those before it. */
  #run: Label = 'silent';
  #runMs = 0;
  #before: Label = 'silent';
  #beforeMs = 0;
  #earlier: Label = 'silent';
  #earlierMs = 0;
  /** The last two tones and the pauses behind them; 0 when there was none. */
  #on: [number, number] = [0, 0];
  #off: [number, number] = [0, 0];
  /** Nothing but silence so far. */
  #isUntouched = true;
  #silentMs = 0;
  #speechMs = 0;
  /** Power of the variants of the first two tones, low, nominal and high. */
  readonly #firstPowers = new Float64Array(3);
  readonly #secondPowers = new Float64Array(3);
  #told: ProgressFinding | undefined = undefined;

  /** `onSound` is told of each change of what is heard, as soon as it is certain. */
  constructor(sampleRateHz: number, onSound: (finding: ProgressFinding, atMs: number) => void) {
    this.#onSound = onSound;
    this.#samplesPerMs = sampleRateHz / 1000;
    this.#windowSamples = windowMs * this.#samplesPerMs;
    this.#window = new Float64Array(this.#windowSamples);
    this.#bank = (frequencyHz) => new Goertzel(frequencyHz, sampleRateHz);
    this.#low = [400, 450, 500].map(this.#bank);
    this.#pairTop = this.#bank(620);
    this.#first = informationHz.first.map(this.#bank);
    this.#second = informationHz.second.map(this.#bank);
    this.#third = informationHz.third.map(this.#bank);
    this.#callingFax = this.#bank(1100);
    this.#answeringFax = this.#bank(2100);
  }

  /** Takes `count` samples from `from` on, whose last one arrived at `atMs`; without samples so much silence. */
  push(samples: Int16Array | undefined, from: number, count: number, atMs: number): void {
    for (let done = 0; done < count;) {
      const size = Math.min(count - done, this.#windowSamples - this.#filled);
      for (let i = 0; i < size; i++) {
        const sample = samples?.[from + done + i] ?? 0;
        this.#window[this.#filled + i] = sample;
        this.#energy += sample * sample;
      }
      this.#filled += size;
      done += size;
      if (this.#filled < this.#windowSamples) return;
      this.#vote(this.#judge(), atMs - (count - done) / this.#samplesPerMs);
      this.#filled = 0;
      this.#energy = 0;
    }
  }

  /** Nothing more comes: a long tone that goes on, or whose pause was too short to tell, was ringback. */
  finish(atMs: number): void {
    const toneMs = this.#run === 'tone' ? this.#runMs : this.#before === 'tone' ? this.#beforeMs : 0;
    if (this.#told === undefined && within(toneMs, 700, longestRingMs)) this.#tell({ sound: 'ringback' }, atMs);
  }

  #judge(): Label {
    if (this.#energy < leastMeanSquare * this.#windowSamples) return 'silent';
    const low = this.#shareOf(this.#low);
    if (low >= leastShare) return 'tone';
    const top = this.#measure(this.#pairTop);
    // 480 Hz has its share in the windows of 450 and 500 Hz.
    if (low >= 0.2 && top >= 0.2 && low + top >= leastShare) return 'tone';
    // The variants of a tone are too near to each other to be added up.
    if (this.#strongest(this.#first) >= leastShare) return this.#note(this.#first, this.#firstPowers, 'first');
    if (this.#strongest(this.#second) >= leastShare) return this.#note(this.#second, this.#secondPowers, 'second');
    if (this.#strongest(this.#third) >= leastShare) return 'third';
    if (this.#measure(this.#callingFax) >= leastShare) return 'calling-fax';
    if (this.#measure(this.#answeringFax) >= leastShare) return 'answering-fax';
    return 'other';
  }

  /** Share of the energy of the window that lies at one frequency. */
  #measure(tone: Goertzel): number {
    tone.run(this.#window, this.#windowSamples);
    return (2 * tone.power) / (this.#windowSamples * this.#energy);
  }

  #shareOf(tones: readonly Goertzel[]): number {
    let share = 0;
    for (const tone of tones) share += this.#measure(tone);
    return share;
  }

  #strongest(tones: readonly Goertzel[]): number {
    let most = 0;
    for (const tone of tones) most = Math.max(most, this.#measure(tone));
    return most;
  }

  #note(tones: readonly Goertzel[], powers: Float64Array, label: 'first' | 'second'): Label {
    if (label === 'first' && this.#run !== 'first') powers.fill(0);
    if (label === 'second' && this.#run !== 'second') powers.fill(0);
    for (let i = 0; i < tones.length; i++) powers[i] = (powers[i] ?? 0) + (tones[i]?.power ?? 0);
    return label;
  }

  #vote(label: Label, atMs: number): void {
    this.#at = (this.#at + 1) % ballot;
    this.#labels[this.#at] = label;
    let votes = 0;
    for (const other of this.#labels) if (other === label) votes++;
    const elected = votes >= majority ? label : this.#run;
    if (elected !== this.#run) this.#change(elected, atMs);
    this.#runMs += windowMs;
    this.#weighSpeech(label, atMs);
    this.#look(atMs);
  }

  #change(to: Label, atMs: number): void {
    this.#isUntouched &&= to === 'silent';
    if (this.#run === 'tone') this.#on = [this.#on[1], this.#runMs];
    if (this.#run === 'silent') this.#off = [this.#off[1], this.#runMs];
    if (this.#run === 'calling-fax' && within(this.#runMs, 380, 640)) this.#tell({ sound: 'fax' }, atMs);
    if (to === 'tone' && this.#run === 'silent') this.#judgeTurns(atMs);
    if (to !== 'tone' && to !== 'silent') {
      this.#on = [0, 0];
      this.#off = [0, 0];
    }
    this.#earlier = this.#before;
    this.#earlierMs = this.#beforeMs;
    this.#before = this.#run;
    this.#beforeMs = this.#runMs;
    this.#run = to;
    this.#runMs = 0;
  }

  /** At the beginning of a third tone: two tones and two pauses of about the same length. */
  #judgeTurns(atMs: number): void {
    const [firstOn, secondOn] = this.#on;
    const [firstOff, secondOff] = this.#off;
    if (!within(firstOn, 100, 800) || !within(secondOn, 100, 800)) return;
    if (!within(firstOff, 100, 800) || !within(secondOff, 100, 800)) return;
    // The very first tone may have begun before it was listened to.
    const isUneven = firstOn > secondOn + 100 || (firstOn < secondOn - 100 && this.#told !== undefined);
    const isQuick = secondOn + secondOff < 620;
    this.#tell({ sound: isQuick || isUneven ? 'congestion' : 'busy' }, atMs);
  }

  #look(atMs: number): void {
    if (this.#run === 'silent') {
      this.#silentMs += windowMs;
      if (this.#isUntouched && this.#silentMs >= silenceMs) this.#tell({ sound: 'silence' }, atMs);
      if (this.#before === 'tone' && this.#runMs === longGapMs) this.#judgeRing(atMs);
    } else if (this.#run === 'answering-fax' && this.#runMs === 1000) {
      this.#tell({ sound: 'fax' }, atMs);
    } else if (this.#run === 'third' && this.#runMs === 160) {
      this.#judgeInformation(atMs);
    }
  }

  #judgeRing(atMs: number): void {
    const toneMs = this.#beforeMs;
    const isInTurns = within(this.#on[0], shortestRingMs, 800) && within(this.#off[1], 280, 800);
    // Two tones that end with the call.
    if (isInTurns && within(toneMs, shortestRingMs, 800)) this.#tell({ sound: 'busy' }, atMs);
    else if (within(toneMs, shortestRingMs, longestRingMs)) this.#tell({ sound: 'ringback' }, atMs);
    // The beginning of a first tone may not have been heard.
    else if (within(toneMs, 100, shortestRingMs) && this.#earlierMs > 0) this.#tell({ sound: 'call-waiting' }, atMs);
  }

  #judgeInformation(atMs: number): void {
    if (this.#before !== 'second' || this.#earlier !== 'first') return;
    if (!within(this.#beforeMs, 160, 480) || !within(this.#earlierMs, 160, 480)) return;
    this.#tell({ sound: 'special-information', category: this.#category() }, atMs);
  }

  /** By the pitch of the first two tones, and where that leaves two by their length. */
  #category(): InformationCategory {
    const first = variantOf(this.#firstPowers);
    const second = variantOf(this.#secondPowers);
    const isFirstLong = this.#earlierMs > longToneMs;
    const isSecondLong = this.#beforeMs > longToneMs;
    if (first === 'low' && second === 'low') return isFirstLong && isSecondLong ? 'no-circuit' : 'intercept';
    if (first === 'high' && second === 'low') return !isFirstLong && isSecondLong ? 'reorder' : 'vacant-code';
    if (first === 'low' && second === 'high') return !isFirstLong && isSecondLong ? 'reorder' : 'other';
    if (first === 'high' && second === 'high') return isFirstLong && isSecondLong ? 'no-circuit' : 'other';
    return 'other';
  }

  #weighSpeech(label: Label, atMs: number): void {
    if (label === 'other') this.#speechMs += windowMs;
    else this.#speechMs = Math.max(0, this.#speechMs - forgetting * windowMs);
    if (this.#speechMs < speechMs) return;
    this.#speechMs = speechMs / 2;
    this.#tell({ sound: 'speech' }, atMs);
  }

  #tell(finding: ProgressFinding, atMs: number): void {
    if (this.#told?.sound === finding.sound && this.#told.category === finding.category) return;
    this.#told = finding;
    this.#onSound(finding, atMs);
  }
}

function variantOf([low = 0, nominal = 0, high = 0]: Float64Array): 'low' | 'nominal' | 'high' {
  if (low > nominal && low > high) return 'low';
  return high > nominal ? 'high' : 'nominal';
}
