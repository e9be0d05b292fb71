/**
 * Key presses as RTP events (RFC 4733 §2.3, events 0 to 15 of §3.2). Left out: tones (§4) and other events, which are
 * ignored.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +---------------+-+-+-----------+-------------------------------+
 *    |     event     |E|0|  volume   |  duration (timestamp units)   |
 *    +---------------+-+-+-----------+-------------------------------+
 *
 * All packets of one press carry the timestamp of its start; the last one is usually sent three times.
 */
import { readUint16, writeUint16 } from './network-order.ts';

const digits = '0123456789*#ABCD';
const payloadBytes = 4;
/** A press whose end was lost is over when nothing was heard of it for this long. */
const silenceMs = 200;
/** Longest distance in which an older timestamp means a packet that comes late rather than a new start. */
const lateUnits = 80_000;
const longestSegment = 0xffff;

/** Writes the payload of one event packet to `into`. `duration` is in timestamp units, `volume` in dBm0 without its sign. Returns its 4 bytes. */
export function encodeTelephoneEvent(
  event: { readonly digit: string; readonly isEnd: boolean; readonly duration: number; readonly volume?: number },
  into: Uint8Array,
  at = 0,
): number {
  into[at] = digits.indexOf(event.digit);
  into[at + 1] = (event.isEnd ? 0x80 : 0) | (event.volume ?? 10);
  writeUint16(into, at + 2, event.duration);
  return payloadBytes;
}

/** Turns the event packets of one call into digits, each told once however often, late or incompletely it arrives. */
export class TelephoneEventReceiver {
  readonly #unitsPerMs: number;
  readonly #onDigit: (digit: string, durationMs: number, atMs: number) => void;
  /** The event of the press that goes on, or -1. */
  #event = -1;
  /** Timestamp of the running segment, or of the last press when none goes on. */
  #timestamp = -1;
  /** Length of the segments before the running one: a press over 8 s is sent in several (§2.5.1.3). */
  #earlierUnits = 0;
  #segmentUnits = 0;
  #heardAtMs = 0;

  constructor(clockRateHz: number, onDigit: (digit: string, durationMs: number, atMs: number) => void) {
    this.#unitsPerMs = clockRateHz / 1000;
    this.#onDigit = onDigit;
  }

  /** Takes the payload `bytes[start..end)`; false if it is no event of a key. Several blocks: the first one counts. */
  push(bytes: Uint8Array, start: number, end: number, timestamp: number, atMs: number): boolean {
    const event = bytes[start] ?? 0;
    if (end - start < payloadBytes || event >= digits.length) return false;
    const isEnd = ((bytes[start + 1] ?? 0) & 0x80) !== 0;
    const duration = readUint16(bytes, start + 2);
    if (this.#event >= 0 && timestamp === (this.#timestamp + longestSegment) >>> 0 && event === this.#event) {
      this.#earlierUnits += longestSegment;
      this.#segmentUnits = 0;
      this.#timestamp = timestamp;
    } else if (timestamp !== this.#timestamp) {
      const ahead = (timestamp - this.#timestamp) | 0;
      if (this.#timestamp >= 0 && ahead < 0 && ahead > -lateUnits) return true;
      this.#finish(atMs);
      this.#event = event;
      this.#timestamp = timestamp;
      this.#earlierUnits = 0;
      this.#segmentUnits = 0;
    } else if (this.#event < 0) {
      // One more copy of an end already told.
      return true;
    }
    this.#segmentUnits = Math.max(this.#segmentUnits, duration);
    this.#heardAtMs = atMs;
    if (isEnd) this.#finish(atMs);
    return true;
  }

  /** To be called now and then (every tick): ends a press whose last packets were lost. */
  expire(nowMs: number): void {
    if (this.#event >= 0 && nowMs - this.#heardAtMs >= silenceMs) this.#finish(nowMs);
  }

  #finish(atMs: number): void {
    if (this.#event < 0) return;
    const digit = digits[this.#event] ?? '';
    this.#event = -1;
    this.#onDigit(digit, (this.#earlierUnits + this.#segmentUnits) / this.#unitsPerMs, atMs);
  }
}
