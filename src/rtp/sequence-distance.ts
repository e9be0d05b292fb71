/** How far the sequence number `to` lies after `from`, on the circle of 16 bits (RFC 3550 §A.1). */
export function sequenceDistance(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}
