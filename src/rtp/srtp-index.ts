/** Where a packet stands in an SRTP stream (RFC 3711 §3.3.1), and whether it came before (§3.3.2). Pure. */
import { readUint16 } from './network-order.ts';

const sequenceNumbers = 65_536;
/** Packets behind the newest one that may still come, each once. The least is 64. */
const windowPackets = 128;

/** One stream in one direction. An index is the rollover counter times 2^16 plus the sequence number, below 2^48. */
export class SrtpIndex {
  #newest: number | undefined = undefined;
  /** Under the key before. */
  readonly #newestBefore: number | undefined;
  /** The index that was taken last in each place of the window. */
  readonly #taken = new Float64Array(windowPackets).fill(-1);

  /** `newestBefore`: where the stream stood when it got another key; its rollover counter goes on (§3.3.1). */
  constructor(newestBefore?: number) {
    this.#newestBefore = newestBefore;
  }

  get newest(): number | undefined {
    return this.#newest;
  }

  /** The index nearest to the newest one. Negative when the packet is from before the stream began. */
  estimate(sequenceNumber: number): number {
    const newest = this.#newest ?? this.#newestBefore;
    if (newest === undefined) return sequenceNumber;
    const newestNumber = newest % sequenceNumbers;
    const rollovers = (newest - newestNumber) / sequenceNumbers;
    const ahead = sequenceNumber - newestNumber;
    const half = sequenceNumbers / 2;
    const turn = ahead > half ? -1 : ahead < -half ? 1 : 0;
    return (rollovers + turn) * sequenceNumbers + sequenceNumber;
  }

  /**
   * What else the index may be of a packet that was not authentic with the nearest one: a turn later, after a loss of more than half a
   * turn or when all packets before the first wrap were lost; a first turn anew, from a peer that counts afresh with a new key.
   */
  furtherEstimates(sequenceNumber: number): readonly number[] {
    const nearest = this.estimate(sequenceNumber);
    const later = nearest + sequenceNumbers;
    if (this.#newest !== undefined || nearest === sequenceNumber) return [later];
    return nearest < 0 ? [sequenceNumber] : [later, sequenceNumber];
  }

  /** Whether a packet of this index may be taken: not too old, and not taken before. */
  isFresh(index: number): boolean {
    if (index < 0) return false;
    if (this.#newest !== undefined && index <= this.#newest - windowPackets) return false;
    return this.#taken[index % windowPackets] !== index;
  }

  /** Only of a packet whose authentication was good. */
  take(index: number): void {
    this.#taken[index % windowPackets] = index;
    if (this.#newest === undefined || index > this.#newest) this.#newest = index;
  }
}

/** Where the header of an RTP packet ends, CSRCs and extension included; undefined when it is none or does not fit. */
export function findRtpHeaderEnd(bytes: Uint8Array): number | undefined {
  const first = bytes[0] ?? 0;
  const fixedEnd = 12 + 4 * (first & 0x0f);
  if (first >> 6 !== 2 || bytes.length < fixedEnd) return undefined;
  if ((first & 0x10) === 0) return fixedEnd;
  if (bytes.length < fixedEnd + 4) return undefined;
  const end = fixedEnd + 4 + 4 * readUint16(bytes, fixedEnd + 2);
  return end <= bytes.length ? end : undefined;
}
