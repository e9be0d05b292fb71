/**
 * Evens out what the network did to a stream of audio: packets of any length go in as they come, one frame comes out
 * per tick. It works on samples at their timestamps (in samples, `SampleClock`) rather than on packets, so the far end's packet
 * time, reordering, silence suppression and duplicates need no special case. Memory is fixed: one ring of a second.
 *
 * The delay starts at 40 to 60 ms and follows the lateness of packets within 20 to 200 ms: it grows by one concealed
 * frame and shrinks by leaving one out, in quiet passages when possible. Missing samples are made up (`loss-concealment.ts`).
 */
import { ComfortNoise } from './comfort-noise.ts';
import { DelayEstimate } from './delay-estimate.ts';
import { LossConcealment } from './loss-concealment.ts';
import type { RtpHeader } from './packet.ts';

export type JitterVerdict =
  | 'queued'
  /** Its time had passed. */
  | 'late'
  | 'duplicate'
  /** Another SSRC or a timestamp far off; believed when the next packet follows on. */
  | 'implausible'
  /** The stream began anew with this packet. */
  | 'restarted';

/** Whether a frame holds received samples, holds made-up ones (some or all), or is silent for want of a stream. */
export type FrameKind = 'received' | 'concealed' | 'silent';

/** Samples of the ring at 8000 Hz; a power of two, as the rates are multiples by such. */
const narrowbandRing = 8192;
const minDelayMs = 20;
export const maxDelayMs = 200;
/** Late packets in a row after which the sender's clock is taken to have stopped for a while. */
const lateRunLimit = 8;
/** Frames without a single sample after which the stream is taken to have ended. */
const idleFrameLimit = 50;
/** Mean magnitude below which nobody notices a frame more or less (-40 dB). */
const quietMagnitude = 300;
/** Frames over the target after which one is left out, when quiet and in any case. */
const shrinkAfterFrames = 50;
const shrinkAnywayFrames = 250;
const noSequence = -1;

export class JitterBuffer {
  readonly #unitsPerMs: number;
  readonly #frameMs: number;
  readonly #ringSamples: number;
  readonly #ringMask: number;
  readonly #ring: Int16Array;
  readonly #isPresent: Uint8Array;
  /** The last 256 sequence numbers seen, at their low byte. */
  readonly #seen = new Int32Array(256).fill(noSequence);
  readonly #frameSamples: number;
  readonly #concealment: LossConcealment;
  readonly #noise = new ComfortNoise();
  /** Where the sender has said that it pauses: what is missing from there on is its noise. */
  #pauseUnits = Number.POSITIVE_INFINITY;
  readonly #estimate = new DelayEstimate({ minMs: minDelayMs, maxMs: maxDelayMs });

  #state: 'empty' | 'filling' | 'playing' = 'empty';
  #ssrc = 0;
  #candidateSsrc = 0;
  #candidateSequence = noSequence;
  /** Media time: timestamps unwrapped to plain numbers of samples. */
  #referenceTimestamp = 0;
  #referenceUnits = 0;
  #cursorUnits = 0;
  #endUnits = 0;
  /** While filling, the cursor may go back to packets that were overtaken, but not below this. */
  #floorUnits = 0;
  #lateRun = 0;
  #idleFrames = 0;
  #framesOverTarget = 0;

  /** Packets whose time had passed, and packets that came twice, since the beginning. */
  packetsLate = 0;
  packetsDuplicated = 0;

  /** `sampleRateHz`: 8000 or 16000. */
  constructor(sampleRateHz: number, frameSamples: number) {
    this.#ringSamples = narrowbandRing * (sampleRateHz / 8000);
    this.#ringMask = this.#ringSamples - 1;
    this.#ring = new Int16Array(this.#ringSamples);
    this.#isPresent = new Uint8Array(this.#ringSamples);
    this.#unitsPerMs = sampleRateHz / 1000;
    this.#frameMs = frameSamples / this.#unitsPerMs;
    this.#frameSamples = frameSamples;
    this.#concealment = new LossConcealment(sampleRateHz);
  }

  /** The delay aimed at, 20 to 200. */
  get targetMs(): number {
    return this.#estimate.targetMs;
  }

  /** Time from the arrival of an undelayed sample to its turn, if its turn is at `nowMs`; 0 without a stream. */
  delayMs(nowMs: number): number {
    if (this.#state !== 'playing') return 0;
    return nowMs - this.#cursorUnits / this.#unitsPerMs - this.#estimate.fastestMs;
  }

  /** Takes the decoded audio of a packet that arrived at `nowMs`: the first `count` of `samples`, which are copied. */
  push(header: RtpHeader, samples: Int16Array, count: number, nowMs: number): JitterVerdict {
    if (this.#state === 'empty') return this.#restart(header, samples, count, nowMs);
    if (header.ssrc !== this.#ssrc) return this.#consider(header, samples, count, nowMs);
    if (this.#seen[header.sequenceNumber & 0xff] === header.sequenceNumber) {
      this.packetsDuplicated++;
      return 'duplicate';
    }
    const startUnits = this.#unwrap(header.timestamp);
    const ahead = startUnits - this.#cursorUnits;
    if (ahead + count > this.#ringSamples || ahead < -this.#ringSamples)
      return this.#consider(header, samples, count, nowMs);
    this.#seen[header.sequenceNumber & 0xff] = header.sequenceNumber;
    this.#candidateSequence = noSequence;
    this.#estimate.observe(nowMs - startUnits / this.#unitsPerMs, nowMs);
    if (this.#state === 'filling' && ahead < 0 && this.#endUnits - startUnits <= this.#ringSamples) {
      this.#cursorUnits = Math.max(startUnits, this.#floorUnits);
    }
    const isLate = startUnits + count <= this.#cursorUnits;
    const isNewest = startUnits + count > this.#endUnits;
    if (isLate) this.packetsLate++;
    this.#lateRun = isLate && isNewest ? this.#lateRun + 1 : 0;
    if (isLate && this.#lateRun >= lateRunLimit) return this.#refill(startUnits, samples, count, nowMs);
    this.#endUnits = Math.max(this.#endUnits, startUnits + count);
    if (isLate) return 'late';
    this.#store(startUnits, samples, count);
    return 'queued';
  }

  /**
   * Takes what was made up for a packet that is missing, up to the beginning of the stream's next one. It counts as nothing,
   * and what its time has passed for is left out.
   */
  fill(header: RtpHeader, samples: Int16Array, count: number): void {
    if (this.#state === 'empty' || header.ssrc !== this.#ssrc) return;
    const startUnits = this.#unwrap(header.timestamp);
    const ahead = startUnits - this.#cursorUnits;
    if (ahead < -this.#ringSamples || ahead + count > this.#ringSamples) return;
    this.#seen[header.sequenceNumber & 0xff] = header.sequenceNumber;
    this.#endUnits = Math.max(this.#endUnits, startUnits + count);
    this.#store(startUnits, samples, count);
  }

  /**
   * The sender pauses from the time of this packet on, and behind its voice there is noise of this level (RFC 3389 §3.1): until
   * there is audio again nothing is missing.
   */
  pause(header: RtpHeader, levelDbov: number): void {
    if (this.#state === 'empty' || header.ssrc !== this.#ssrc) return;
    this.#noise.setLevel(levelDbov);
    const atUnits = this.#unwrap(header.timestamp);
    // Further packets of one pause only change the noise.
    if (atUnits >= this.#endUnits) this.#pauseUnits = Math.min(this.#pauseUnits, atUnits);
  }

  /** Fills `into`, one frame long, with the audio whose turn it is at `nowMs`. To be called once per frame time. */
  pull(nowMs: number, into: Int16Array): FrameKind {
    if (this.#state === 'filling') {
      const delayMs = nowMs - this.#cursorUnits / this.#unitsPerMs - this.#estimate.fastestMs;
      if (delayMs >= this.#estimate.targetMs) this.#state = 'playing';
    }
    if (this.#state !== 'playing') {
      if (this.#pauseUnits < Number.POSITIVE_INFINITY) this.#noise.generate(into, 0, into.length);
      else into.fill(0);
      return 'silent';
    }
    this.#shrink(nowMs, into.length);
    if (this.#mustGrow(nowMs, into.length)) {
      this.#makeUp(into, 0, into.length);
      return 'concealed';
    }
    return this.#read(into);
  }

  /** Lets `frames` frame times pass unheard, when whoever pulls came too late to pull them. */
  skip(frames: number): void {
    if (this.#state === 'playing') this.#leap(frames * this.#frameSamples);
  }

  /** Copies one frame out, making up what is missing. */
  #read(into: Int16Array): FrameKind {
    let found = 0;
    for (let from = 0; from < into.length;) {
      const to = this.#copyRun(into, from);
      if (to > from) {
        this.#concealment.receive(into, from, to);
        if (this.#cursorUnits + from > this.#pauseUnits) this.#pauseUnits = Number.POSITIVE_INFINITY;
        found += to - from;
        from = to;
      } else {
        const end = this.#endOfGap(into.length, from);
        this.#makeUp(into, from, end);
        from = end;
      }
    }
    this.#cursorUnits += into.length;
    if (found > 0) {
      this.#idleFrames = 0;
      return found === into.length ? 'received' : 'concealed';
    }
    this.#idleFrames++;
    if (this.#idleFrames >= idleFrameLimit) this.#state = 'empty';
    return 'concealed';
  }

  #makeUp(into: Int16Array, from: number, to: number): void {
    if (this.#cursorUnits + from >= this.#pauseUnits) this.#noise.generate(into, from, to);
    else this.#concealment.conceal(into, from, to);
  }

  /** Copies what is there from `from` on; returns where the first sample is missing. */
  #copyRun(into: Int16Array, from: number): number {
    const ring = this.#ring;
    const isPresent = this.#isPresent;
    const mask = this.#ringMask;
    const start = this.#cursorUnits;
    for (let i = from; i < into.length; i++) {
      const at = (start + i) & mask;
      if (isPresent[at] === 0) return i;
      into[i] = ring[at] ?? 0;
      isPresent[at] = 0;
    }
    return into.length;
  }

  #endOfGap(frameSamples: number, from: number): number {
    for (let i = from; i < frameSamples; i++) {
      if (this.#isPresent[(this.#cursorUnits + i) & this.#ringMask] === 1) return i;
    }
    return frameSamples;
  }

  #mustGrow(nowMs: number, frameSamples: number): boolean {
    const shortMs = this.#estimate.targetMs - this.delayMs(nowMs);
    if (shortMs <= 5) return false;
    return shortMs > 2 * this.#frameMs || this.#isQuiet(frameSamples);
  }

  #shrink(nowMs: number, frameSamples: number): void {
    const overMs = this.delayMs(nowMs) - this.#estimate.targetMs;
    if (overMs > maxDelayMs) {
      // The sender's clock leapt forward: nothing of what lies between will come.
      this.#leap(Math.floor(overMs / this.#frameMs) * frameSamples);
      this.#framesOverTarget = 0;
    } else if (overMs <= this.#frameMs + 5) {
      this.#framesOverTarget = 0;
    } else if (
      ++this.#framesOverTarget >= shrinkAnywayFrames ||
      (this.#framesOverTarget >= shrinkAfterFrames && this.#isQuiet(frameSamples))
    ) {
      this.#leap(frameSamples);
      this.#framesOverTarget -= 10;
    }
  }

  /** Whether the next frame is missing or close to silence. */
  #isQuiet(frameSamples: number): boolean {
    let sum = 0;
    let found = 0;
    for (let i = 0; i < frameSamples; i++) {
      const at = (this.#cursorUnits + i) & this.#ringMask;
      if (this.#isPresent[at] === 0) continue;
      sum += Math.abs(this.#ring[at] ?? 0);
      found++;
    }
    return found === 0 || sum < quietMagnitude * found;
  }

  /** Leaves out what comes next. */
  #leap(units: number): void {
    this.#concealment.leap();
    const cleared = Math.min(units, this.#ringSamples);
    for (let i = 0; i < cleared; i++) this.#isPresent[(this.#cursorUnits + i) & this.#ringMask] = 0;
    this.#cursorUnits += units;
  }

  #store(startUnits: number, samples: Int16Array, count: number): void {
    for (let i = Math.max(0, this.#cursorUnits - startUnits); i < count; i++) {
      const at = (startUnits + i) & this.#ringMask;
      this.#ring[at] = samples[i] ?? 0;
      this.#isPresent[at] = 1;
    }
  }

  /** The sender's clock stood still for a while: the same stream goes on from here, with a new delay. */
  #refill(startUnits: number, samples: Int16Array, count: number, nowMs: number): JitterVerdict {
    this.#isPresent.fill(0);
    this.#pauseUnits = Number.POSITIVE_INFINITY;
    this.#state = 'filling';
    this.#cursorUnits = startUnits;
    this.#floorUnits = startUnits;
    this.#endUnits = startUnits + count;
    this.#lateRun = 0;
    this.#idleFrames = 0;
    this.#framesOverTarget = 0;
    this.#estimate.restart(nowMs);
    this.#estimate.observe(nowMs - startUnits / this.#unitsPerMs, nowMs);
    this.#store(startUnits, samples, count);
    return 'restarted';
  }

  /** A packet that does not fit the stream: the second in a row that follows on begins a new one. */
  #consider(header: RtpHeader, samples: Int16Array, count: number, nowMs: number): JitterVerdict {
    if (header.ssrc === this.#candidateSsrc && header.sequenceNumber === this.#candidateSequence) {
      return this.#restart(header, samples, count, nowMs);
    }
    this.#candidateSsrc = header.ssrc;
    this.#candidateSequence = (header.sequenceNumber + 1) & 0xffff;
    return 'implausible';
  }

  #restart(header: RtpHeader, samples: Int16Array, count: number, nowMs: number): JitterVerdict {
    const verdict = this.#state === 'empty' ? 'queued' : 'restarted';
    this.#seen.fill(noSequence);
    this.#seen[header.sequenceNumber & 0xff] = header.sequenceNumber;
    this.#ssrc = header.ssrc;
    this.#candidateSequence = noSequence;
    this.#referenceTimestamp = header.timestamp;
    // Media time starts well above zero, so that packets overtaken by the first one have a place.
    this.#referenceUnits = this.#ringSamples;
    this.#refill(this.#ringSamples, samples, Math.min(count, this.#ringSamples), nowMs);
    this.#floorUnits = 0;
    return verdict;
  }

  #unwrap(timestamp: number): number {
    const units = this.#referenceUnits + ((timestamp - this.#referenceTimestamp) | 0);
    // The reference follows the stream, or a long call would leave the half circle.
    if (Math.abs(units - this.#cursorUnits) <= this.#ringSamples) {
      this.#referenceTimestamp = timestamp;
      this.#referenceUnits = units;
    }
    return units;
  }
}
