/**
 * Copies `count` samples without an allocation: `set` with a `subarray` makes an object each time, which costs more than the few
 * hundred samples of a packet.
 */
export function copySamples(from: Int16Array, fromAt: number, to: Int16Array, toAt: number, count: number): void {
  for (let i = 0; i < count; i++) to[toAt + i] = from[fromAt + i] ?? 0;
}
