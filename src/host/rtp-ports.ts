/** Which RTP port a call gets: an even one (RFC 3550 §11), at random, and none that was in use a moment ago. */
import type { Random } from '../kit/index.ts';

/** A freed port rests this long, so that packets still on their way reach nobody else's call. */
const quarantineMs = 2000;

export interface RtpPortRange {
  readonly min: number;
  readonly max: number;
}

export class RtpPorts {
  readonly #free: number[];
  readonly #resting: { readonly port: number; readonly freeAtMs: number }[] = [];
  readonly #random: Random;

  constructor(range: RtpPortRange, random: Random) {
    const first = range.min + (range.min % 2);
    const count = Math.max(0, Math.floor((range.max - first) / 2) + 1);
    this.#free = Array.from({ length: count }, (_, i) => first + 2 * i);
    this.#random = random;
  }

  /** Ports that `take` could give now or after their rest. */
  get freeCount(): number {
    return this.#free.length + this.#resting.length;
  }

  /** A random free port, or undefined when none is left. */
  take(nowMs: number): number | undefined {
    while (this.#resting[0] !== undefined && this.#resting[0].freeAtMs <= nowMs) {
      this.#free.push(this.#resting.shift()?.port ?? 0);
    }
    if (this.#free.length === 0) return undefined;
    const at = this.#random.uint32() % this.#free.length;
    const port = this.#free[at];
    const last = this.#free.pop();
    if (last !== undefined && at < this.#free.length) this.#free[at] = last;
    return port;
  }

  /** Gives a port back; it rests for 2 s first. */
  release(port: number, nowMs: number): void {
    this.#resting.push({ port, freeAtMs: nowMs + quarantineMs });
  }
}
