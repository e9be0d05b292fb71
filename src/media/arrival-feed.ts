/**
 * Brings the callee's audio to whoever listens at the instant it arrives: the jitter buffer, which waits so that a voice
 * sounds even, would only make the end of an utterance late. A packet that is next in sequence is handed on at once; one
 * that overtook others waits for them, but not for long. What is missing by the timestamps is silence of the same length,
 * and while nothing comes at all silence goes on with the clock, whether the far end suppresses it or is gone.
 *
 * Audio in sequence is heard even when it is late and its time was already filled with silence; so much silence less is
 * put in afterwards. Nobody is heard faster than time goes by, but for a burst.
 */
import { copySamples } from '../audio/index.ts';
import { type JitterVerdict, type RtpHeader, sequenceDistance } from '../rtp/index.ts';
import type { SampleRateHz } from '../speech/index.ts';
import { frameMs, frameSamplesAt } from './frame.ts';

/** Takes `count` samples from `from` on, which arrived at `atMs`; without samples so much silence. Nothing is kept. */
export type HearSamples = (samples: Int16Array | undefined, from: number, count: number, atMs: number) => void;

/** So many packets wait for one that they overtook, and so long. */
const mostWaiting = 3;
const longestWaitMs = 60;
/** After so much time without audio, time goes on without it. */
const quietAfterMs = 60;
/** Silence that was put in for audio that came after all is made good for up to so much. */
const mostOverlapMs = 60;
/** What a gap of the timestamps may exceed the time that went by: the jitter of the network. */
const gapSlackMs = 60;
/** Of a thread that stood still no more than this is made up for. */
const mostCatchUpMs = 1000;
/** A clock may be so much faster than this one; a burst is what came late at once. */
const fastestClock = 1.1;
const burstMs = 400;

interface WaitingPacket {
  readonly samples: Int16Array;
  isUsed: boolean;
  sequenceNumber: number;
  timestamp: number;
  count: number;
  atMs: number;
}

export class ArrivalFeed {
  readonly #hear: HearSamples;
  readonly #samplesPerMs: number;
  readonly #frameSamples: number;
  readonly #waiting: readonly WaitingPacket[];
  #waitingCount = 0;
  /** Undefined before the first packet. */
  #ssrc: number | undefined = undefined;
  #nextSequence = 0;
  /** The timestamp after the newest audio heard, and after all that was heard, silence included. */
  #audioEnd = 0;
  #heardEnd = 0;
  /** The instant up to which time has been heard; undefined before the first one. */
  #heardUntilMs: number | undefined = undefined;
  #lastTickMs = 0;
  #quietMs = 0;
  #isQuiet = true;
  #budgetSamples: number;
  #budgetAtMs = 0;

  /** No packet holds more than `maxPacketSamples`; timestamps count samples. */
  constructor(maxPacketSamples: number, sampleRateHz: SampleRateHz, hear: HearSamples) {
    this.#hear = hear;
    this.#samplesPerMs = sampleRateHz / 1000;
    this.#frameSamples = frameSamplesAt(sampleRateHz);
    this.#budgetSamples = burstMs * this.#samplesPerMs;
    this.#waiting = Array.from({ length: mostWaiting }, () => ({
      samples: new Int16Array(maxPacketSamples),
      isUsed: false,
      sequenceNumber: 0,
      timestamp: 0,
      count: 0,
      atMs: 0,
    }));
  }

  /**
   * Takes the first `count` of `samples` of a packet that arrived at `nowMs`, and what the jitter buffer made of it: that
   * decides what is part of the stream and when another one begins.
   */
  push(header: RtpHeader, samples: Int16Array, count: number, verdict: JitterVerdict, nowMs: number): void {
    if (verdict === 'implausible' || verdict === 'duplicate') return;
    this.#begin(nowMs);
    this.#giveUpOverdue(nowMs);
    if (verdict === 'restarted' || header.ssrc !== this.#ssrc) this.#restart(header, count, nowMs);
    const ahead = sequenceDistance(this.#nextSequence, header.sequenceNumber);
    if (ahead < 0) {
      // Late, unless it is newer than all audio: then the sender counts anew.
      if (((header.timestamp - this.#audioEnd) | 0) < 0) return;
      this.#restart(header, count, nowMs);
    }
    this.#place(header, samples, count, nowMs);
  }

  /** Takes a packet of the same stream that holds no audio: a key, comfort noise. Only its place in the sequence counts. */
  pass(header: RtpHeader, nowMs: number): void {
    if (header.ssrc !== this.#ssrc || sequenceDistance(this.#nextSequence, header.sequenceNumber) < 0) return;
    this.#giveUpOverdue(nowMs);
    if (sequenceDistance(this.#nextSequence, header.sequenceNumber) >= 0) this.#place(header, nothing, 0, nowMs);
  }

  /** To be called once per frame time: time goes on. */
  tick(nowMs: number): void {
    const untilMs = this.#begin(nowMs);
    // A thread that was held up has packets waiting in its socket: what counts is how often nothing had come.
    this.#quietMs += Math.min(frameMs, nowMs - this.#lastTickMs);
    this.#lastTickMs = nowMs;
    this.#giveUpOverdue(nowMs);
    const limitMs = this.#waitingCount === 0 ? quietAfterMs : quietAfterMs + longestWaitMs;
    if (this.#quietMs >= limitMs && nowMs - untilMs >= limitMs) this.#isQuiet = true;
    if (!this.#isQuiet) return;
    this.#heardUntilMs = Math.max(untilMs, nowMs - mostCatchUpMs);
    const frames = Math.floor((nowMs - this.#heardUntilMs) / frameMs);
    this.#hearSilence(frames * this.#frameSamples, nowMs);
  }

  #begin(nowMs: number): number {
    if (this.#heardUntilMs === undefined) {
      this.#heardUntilMs = nowMs - frameMs;
      this.#lastTickMs = nowMs;
      this.#budgetAtMs = nowMs;
    }
    return this.#heardUntilMs;
  }

  /** The stream begins, or goes on under other numbers, with this packet: what lies between is measured by the clock. */
  #restart(header: RtpHeader, count: number, nowMs: number): void {
    while (this.#waitingCount > 0) this.#giveUpGap();
    const missing = Math.max(0, this.#elapsedSamples(nowMs) - count);
    this.#ssrc = header.ssrc;
    this.#nextSequence = header.sequenceNumber;
    this.#heardEnd = (header.timestamp - missing) | 0;
    this.#audioEnd = header.timestamp;
  }

  #place(header: RtpHeader, samples: Int16Array, count: number, nowMs: number): void {
    const { sequenceNumber, timestamp } = header;
    for (const packet of this.#waiting) if (packet.isUsed && packet.sequenceNumber === sequenceNumber) return;
    while (sequenceNumber !== this.#nextSequence) {
      const place = this.#waiting.find(isFree);
      if (place === undefined) {
        const lowest = this.#lowestWaiting();
        // It would itself be the first one to go.
        if (lowest === undefined || sequenceDistance(sequenceNumber, lowest.sequenceNumber) > 0) break;
        this.#giveUpGap();
        continue;
      }
      copySamples(samples, 0, place.samples, 0, count);
      place.isUsed = true;
      place.sequenceNumber = sequenceNumber;
      place.timestamp = timestamp;
      place.count = count;
      place.atMs = nowMs;
      this.#waitingCount++;
      return;
    }
    this.#hearPacket(sequenceNumber, timestamp, samples, count, nowMs);
    this.#hearFollowing();
  }

  /** Hears what waited only for what has just been heard. */
  #hearFollowing(): void {
    while (this.#waitingCount > 0) {
      const next = this.#lowestWaiting();
      if (next === undefined || next.sequenceNumber !== this.#nextSequence) return;
      this.#hearWaiting(next);
    }
  }

  #giveUpOverdue(nowMs: number): void {
    while (this.#waitingCount > 0) {
      let isOverdue = false;
      for (const packet of this.#waiting) isOverdue ||= packet.isUsed && nowMs - packet.atMs >= longestWaitMs;
      if (!isOverdue) return;
      this.#giveUpGap();
    }
  }

  /** What is missing before the first of the waiting packets is lost. */
  #giveUpGap(): void {
    const lowest = this.#lowestWaiting();
    if (lowest === undefined) return;
    this.#hearWaiting(lowest);
    this.#hearFollowing();
  }

  #lowestWaiting(): WaitingPacket | undefined {
    let lowest: WaitingPacket | undefined;
    for (const packet of this.#waiting) {
      if (!packet.isUsed) continue;
      if (lowest === undefined || sequenceDistance(lowest.sequenceNumber, packet.sequenceNumber) < 0) lowest = packet;
    }
    return lowest;
  }

  #hearWaiting(packet: WaitingPacket): void {
    packet.isUsed = false;
    this.#waitingCount--;
    this.#hearPacket(packet.sequenceNumber, packet.timestamp, packet.samples, packet.count, packet.atMs);
  }

  #hearPacket(sequenceNumber: number, timestamp: number, samples: Int16Array, count: number, atMs: number): void {
    this.#nextSequence = (sequenceNumber + 1) & 0xffff;
    if (count === 0) return;
    const lead = (timestamp - this.#heardEnd) | 0;
    if (lead > 0) {
      this.#hearSilence(
        Math.min(lead, Math.max(0, this.#elapsedSamples(atMs) - count + gapSlackMs * this.#samplesPerMs)),
        atMs,
      );
    }
    const overlap = Math.min(Math.max(0, -lead), mostOverlapMs * this.#samplesPerMs);
    this.#audioEnd = (timestamp + count) | 0;
    this.#heardEnd = (timestamp + count + overlap) | 0;
    this.#heardUntilMs = atMs + overlap / this.#samplesPerMs;
    this.#quietMs = 0;
    this.#isQuiet = false;
    if (this.#spend(count, atMs) === count) this.#hear(samples, 0, count, atMs);
  }

  #hearSilence(count: number, nowMs: number): void {
    const granted = this.#spend(count, nowMs);
    let untilMs = this.#heardUntilMs ?? nowMs;
    for (let left = granted; left > 0; left -= this.#frameSamples) {
      const size = Math.min(left, this.#frameSamples);
      untilMs += size / this.#samplesPerMs;
      this.#hear(undefined, 0, size, Math.min(untilMs, nowMs));
    }
    this.#heardUntilMs = untilMs;
    this.#heardEnd = (this.#heardEnd + granted) | 0;
  }

  #elapsedSamples(nowMs: number): number {
    return Math.max(0, Math.round((nowMs - (this.#heardUntilMs ?? nowMs)) * this.#samplesPerMs));
  }

  /** How much of `count` may be heard now. */
  #spend(count: number, nowMs: number): number {
    const earned = Math.max(0, nowMs - this.#budgetAtMs) * this.#samplesPerMs * fastestClock;
    this.#budgetAtMs = Math.max(this.#budgetAtMs, nowMs);
    this.#budgetSamples = Math.min(burstMs * this.#samplesPerMs, this.#budgetSamples + earned);
    const granted = Math.min(count, Math.floor(this.#budgetSamples));
    this.#budgetSamples -= granted;
    return granted;
  }
}

const nothing = new Int16Array(0);

const isFree = (packet: WaitingPacket): boolean => !packet.isUsed;
