/**
 * Which ports a call gets: an even one and the odd one above it (RFC 3550 §11), at random, and none that was in use a moment ago. All media
 * threads take from one table in shared memory, so that none of them runs out of ports while others have some, and the
 * ports of a thread that ended rest like all others.
 */
import type { Random } from '../kit/index.ts';

/** A freed port rests this long, so that packets still on their way reach nobody else's call. */
const quarantineMs = 2000;
/** Random places that are tried before the ports are tried in a row. */
const randomTries = 16;
/** Rest is counted in these: monotonic instants of years fit in 31 bits. */
const restUnitMs = 100;

export interface RtpPortRange {
  readonly min: number;
  readonly max: number;
}

/**
 * One place for each pair of the range. In use: the number of the thread. Free since an instant, or from one to
 * come: that instant, negative. 0: never used.
 */
export function createPortTable(range: RtpPortRange): SharedArrayBuffer {
  // The port above belongs to the range too.
  const count = Math.max(0, Math.floor((range.max - firstOf(range) + 1) / 2));
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * count);
}

function firstOf({ min }: RtpPortRange): number {
  return min + (min % 2);
}

export class RtpPorts {
  readonly #first: number;
  readonly #table: Int32Array;
  readonly #random: Random;
  readonly #threadNumber: number;

  /** `threadNumber` counts from 1, and is told apart by `releaseAllOf`. */
  constructor(range: RtpPortRange, random: Random, table = createPortTable(range), threadNumber = 1) {
    this.#first = firstOf(range);
    this.#table = new Int32Array(table);
    this.#random = random;
    this.#threadNumber = threadNumber;
  }

  /** Frees what a thread that ended had; the ports rest first. */
  static releaseAllOf(table: SharedArrayBuffer, threadNumber: number, nowMs: number): void {
    const states = new Int32Array(table);
    for (let at = 0; at < states.length; at++) {
      Atomics.compareExchange(states, at, threadNumber, restingUntil(nowMs + quarantineMs));
    }
  }

  /** Ports that `take` could give now or after their rest. */
  get freeCount(): number {
    return this.#table.filter((state) => state <= 0).length;
  }

  /** The even port of a random free pair, or undefined when none is left. */
  take(nowMs: number): number | undefined {
    const { length } = this.#table;
    if (length === 0) return undefined;
    let at = 0;
    for (let i = 0; i < randomTries; i++) {
      at = this.#random.uint32() % length;
      if (this.#takeAt(at, nowMs)) return this.#first + 2 * at;
    }
    for (let i = 1; i < length; i++) {
      const next = (at + i) % length;
      if (this.#takeAt(next, nowMs)) return this.#first + 2 * next;
    }
    return undefined;
  }

  /** Gives a port back; it rests for 2 s first. */
  release(port: number, nowMs: number): void {
    Atomics.store(this.#table, (port - this.#first) / 2, restingUntil(nowMs + quarantineMs));
  }

  #takeAt(at: number, nowMs: number): boolean {
    const state = Atomics.load(this.#table, at);
    if (state > 0 || -state > Math.floor(nowMs / restUnitMs)) return false;
    return Atomics.compareExchange(this.#table, at, state, this.#threadNumber) === state;
  }
}

function restingUntil(atMs: number): number {
  return -Math.ceil(atMs / restUnitMs);
}
