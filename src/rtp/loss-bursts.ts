/**
 * Losses in bursts and between them (RFC 3611 §4.7.2): a burst begins and ends with a loss, and fewer than 16 packets came between
 * two of its losses. Packets that came too late count as received here.
 */
import { gapPackets } from './extended-report.ts';

export interface BurstMetrics {
  /** Share of packets lost within bursts, and outside of them: 0 to 1. */
  readonly burstDensity: number;
  readonly gapDensity: number;
  /** Mean lengths in packets; 0 without a burst. */
  readonly burstPackets: number;
  readonly gapPackets: number;
}

export class LossBursts {
  #packets = 0;
  #lost = 0;
  #bursts = 0;
  #packetsInBursts = 0;
  #lostInBursts = 0;
  /** From the first loss of what may be a burst to its last one. */
  #openPackets = 0;
  #openLost = 0;
  #receivedSinceLoss = gapPackets;

  /** A packet came that so many before it are missing of. */
  onPacket(lostBefore: number): void {
    this.#packets += lostBefore + 1;
    if (lostBefore > 0) {
      this.#lost += lostBefore;
      this.#openPackets += lostBefore + (this.#openLost === 0 ? 0 : this.#receivedSinceLoss);
      this.#openLost += lostBefore;
      this.#receivedSinceLoss = 0;
    }
    this.#receivedSinceLoss++;
    if (this.#receivedSinceLoss === gapPackets) this.#end();
  }

  get metrics(): BurstMetrics {
    const isOpen = this.#openLost > 1;
    const bursts = this.#bursts + (isOpen ? 1 : 0);
    const packetsIn = this.#packetsInBursts + (isOpen ? this.#openPackets : 0);
    const lostIn = this.#lostInBursts + (isOpen ? this.#openLost : 0);
    const packetsOut = this.#packets - packetsIn;
    return {
      burstDensity: packetsIn === 0 ? 0 : lostIn / packetsIn,
      gapDensity: packetsOut === 0 ? 0 : (this.#lost - lostIn) / packetsOut,
      burstPackets: bursts === 0 ? 0 : packetsIn / bursts,
      gapPackets: packetsOut / (bursts + 1),
    };
  }

  /** A single loss is none. */
  #end(): void {
    if (this.#openLost > 1) {
      this.#bursts++;
      this.#packetsInBursts += this.#openPackets;
      this.#lostInBursts += this.#openLost;
    }
    this.#openPackets = 0;
    this.#openLost = 0;
  }
}
