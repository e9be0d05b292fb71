/**
 * Makes up for lost packets of one stream as soon as the next one has come, where its decoder can: what that one tells of the
 * one before it (in-band FEC, RFC 7587 §3.3), and for further ones what the decoder guesses.
 */
import { type RtpHeader, sequenceDistance } from '../rtp/index.ts';
import type { PacketDecoder } from './codec.ts';

/** A longer gap is left to the jitter buffer, which fades. */
const mostPackets = 3;

type Filled = (header: RtpHeader, samples: number) => void;

export class GapFiller {
  readonly #decoder: PacketDecoder;
  #ssrc = -1;
  /** Of the newest packet so far. */
  #newest = 0;
  #packetSamples = 0;
  /** The last packets that were made up for. */
  readonly #filled: number[] = [];

  constructor(decoder: PacketDecoder) {
    this.#decoder = decoder;
  }

  /** Whether this packet comes after all, when it has been made up for. */
  hasFilled({ ssrc, sequenceNumber }: RtpHeader): boolean {
    return ssrc === this.#ssrc && this.#filled.includes(sequenceNumber);
  }

  /**
   * Before a packet is decoded: writes what is missing before it to the beginning of `into`, packet by packet, and tells of each.
   * Timestamps count samples.
   */
  fill(
    bytes: Uint8Array,
    packet: RtpHeader & { readonly payloadStart: number; readonly payloadEnd: number },
    into: Int16Array,
    onFilled: Filled,
  ): void {
    if (packet.ssrc !== this.#ssrc || this.#packetSamples === 0) return;
    const missing = sequenceDistance(this.#newest, packet.sequenceNumber) - 1;
    if (missing < 1 || missing > mostPackets) return;
    const { payloadType, ssrc, payloadStart, payloadEnd } = packet;
    for (let left = missing; left > 0; left--) {
      const sequenceNumber = (packet.sequenceNumber - left) & 0xffff;
      const timestamp = (packet.timestamp - left * this.#packetSamples) >>> 0;
      const samples =
        left === 1
          ? this.#decoder.recover?.(bytes, payloadStart, payloadEnd, into, this.#packetSamples)
          : this.#decoder.conceal?.(into, this.#packetSamples);
      if (samples === undefined || samples === 0) continue;
      this.#filled.push(sequenceNumber);
      if (this.#filled.length > mostPackets) this.#filled.shift();
      onFilled({ marker: false, payloadType, ssrc, sequenceNumber, timestamp }, samples);
    }
  }

  onDecoded({ ssrc, sequenceNumber }: RtpHeader, samples: number): void {
    if (ssrc !== this.#ssrc) this.#filled.length = 0;
    else if (sequenceDistance(this.#newest, sequenceNumber) <= 0) return;
    this.#ssrc = ssrc;
    this.#newest = sequenceNumber;
    if (samples > 0) this.#packetSamples = samples;
  }
}
