/**
 * What a receiver counts of one stream: sequence numbers over their wrap (RFC 3550 A.1), loss (A.3) and interarrival
 * jitter (A.8). Left out: probation of a new source (MIN_SEQUENTIAL), because the caller has already checked that the
 * packet comes from the address that signalling named, and dropping its first packet would cost the first word.
 */

import { type BurstMetrics, LossBursts } from './loss-bursts.ts';

/** A gap of this many packets or more is a restart of the sender rather than loss. */
const maxDropout = 3000;
/** A packet this far behind is still taken for a reordered one. */
const maxMisorder = 100;

/** What a reception report tells of the present source (RFC 3550 §6.4.1), since it began. */
export interface SourceStatistics {
  readonly ssrc: number;
  readonly packetsExpected: number;
  readonly packetsReceived: number;
  /** The highest sequence number with its wraps above it, 32 bits. */
  readonly highestSequence: number;
  /** In units of the clock rate. */
  readonly jitterUnits: number;
  readonly bursts: BurstMetrics;
}

export class ReceiveStatistics {
  #unitsPerMs: number;
  #hasSource = false;
  #ssrc = 0;
  #baseSequence = 0;
  #maxSequence = 0;
  #cycles = 0;
  #badSequence = -1;
  #bursts = new LossBursts();
  #receivedOfSource = 0;
  /** Of sources and restarts before the present one. */
  #receivedBefore = 0;
  #lostBefore = 0;
  #transitUnits = Number.NaN;
  #jitterUnits = 0;

  constructor(clockRateHz: number) {
    this.#unitsPerMs = clockRateHz / 1000;
  }

  get packetsReceived(): number {
    return this.#receivedBefore + this.#receivedOfSource;
  }

  /** Expected minus received (A.3); duplicates make it smaller, even negative. */
  get packetsLost(): number {
    return this.#lostBefore + this.#lostOfSource();
  }

  get jitterMs(): number {
    return this.#jitterUnits / this.#unitsPerMs;
  }

  /** Undefined before the first packet. */
  get source(): SourceStatistics | undefined {
    if (!this.#hasSource) return undefined;
    return {
      ssrc: this.#ssrc,
      packetsExpected: this.#lostOfSource() + this.#receivedOfSource,
      packetsReceived: this.#receivedOfSource,
      highestSequence: (this.#cycles + this.#maxSequence) >>> 0,
      jitterUnits: Math.round(this.#jitterUnits),
      bursts: this.#bursts.metrics,
    };
  }

  /** Counts a packet; false for the first after a jump, which is only believed when the next one follows it. */
  onPacket(ssrc: number, sequenceNumber: number): boolean {
    if (!this.#hasSource || ssrc !== this.#ssrc) {
      this.#startSource(ssrc, sequenceNumber);
      return true;
    }
    const ahead = (sequenceNumber - this.#maxSequence) & 0xffff;
    if (ahead < maxDropout) {
      if (sequenceNumber < this.#maxSequence) this.#cycles += 0x1_0000;
      this.#maxSequence = sequenceNumber;
      if (ahead > 0) this.#bursts.onPacket(ahead - 1);
    } else if (ahead <= 0x1_0000 - maxMisorder) {
      if (sequenceNumber !== this.#badSequence) {
        this.#badSequence = (sequenceNumber + 1) & 0xffff;
        return false;
      }
      this.#startSource(ssrc, sequenceNumber);
      return true;
    }
    this.#receivedOfSource++;
    return true;
  }

  /** The sender counts its time by another clock from now on, because it changed its codec. */
  useClock(clockRateHz: number): void {
    const unitsPerMs = clockRateHz / 1000;
    if (unitsPerMs === this.#unitsPerMs) return;
    this.#jitterUnits *= unitsPerMs / this.#unitsPerMs;
    this.#unitsPerMs = unitsPerMs;
    this.#transitUnits = Number.NaN;
  }

  /** Feeds the jitter estimate; for packets of audio only, as the packets of one event share a timestamp. */
  onArrival(timestamp: number, atMs: number): void {
    const transit = (Math.round(atMs * this.#unitsPerMs) - timestamp) | 0;
    if (!Number.isNaN(this.#transitUnits)) {
      const difference = Math.abs((transit - this.#transitUnits) | 0);
      // A clock that was set anew is no jitter.
      if (difference < 1000 * this.#unitsPerMs) this.#jitterUnits += (difference - this.#jitterUnits) / 16;
    }
    this.#transitUnits = transit;
  }

  #lostOfSource(): number {
    if (!this.#hasSource) return 0;
    return this.#cycles + this.#maxSequence - this.#baseSequence + 1 - this.#receivedOfSource;
  }

  #startSource(ssrc: number, sequenceNumber: number): void {
    this.#lostBefore += this.#lostOfSource();
    this.#receivedBefore += this.#receivedOfSource;
    this.#hasSource = true;
    this.#ssrc = ssrc;
    this.#baseSequence = sequenceNumber;
    this.#maxSequence = sequenceNumber;
    this.#cycles = 0;
    this.#badSequence = -1;
    this.#receivedOfSource = 1;
    this.#bursts = new LossBursts();
    this.#bursts.onPacket(0);
    this.#transitUnits = Number.NaN;
  }
}
