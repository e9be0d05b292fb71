import { isSameIpAddress } from '../kit/index.ts';
import type { SourcePolicy } from './contract.ts';

/**
 * Decides whose packets are heard. Before the remote side is known nobody's are. With `latch` the first valid packet
 * from the signalled address also fixes the port that is sent to (symmetric RTP, RFC 4961), which is what a far end
 * behind a NAT needs; a packet from any other address never changes anything. With `learn` the address is learnt as well:
 * for far ends that send from another address than they name, at the price that whoever is first is heard.
 */
export class SourceGuard {
  readonly #policy: SourcePolicy;
  /** The address of the SDP, or the learnt one. */
  #address = '';
  /** The port of the SDP, or the latched one. 0 before `expect`. */
  #port = 0;
  #signalledAddress = '';
  #signalledPort = 0;
  #isLatched = false;
  /** The last IPv6 address that is not ours in any spelling. */
  #stranger = '';

  constructor(policy: SourcePolicy) {
    this.#policy = policy;
  }

  /** Where to send. */
  get address(): string {
    return this.#address;
  }
  get port(): number {
    return this.#port;
  }

  /** Takes address and port of the SDP. The same ones again keep what was latched. */
  expect(address: string, port: number): void {
    if (address === this.#signalledAddress && port === this.#signalledPort) return;
    this.#address = address;
    this.#stranger = '';
    this.#signalledAddress = address;
    this.#port = port;
    this.#signalledPort = port;
    this.#isLatched = this.#policy === 'strict';
  }

  isAllowed(address: string, port: number): boolean {
    if (this.#port === 0) return false;
    if (this.#isLatched) return port === this.#port && this.#isExpected(address);
    return this.#policy === 'learn' || this.#isExpected(address);
  }

  /** The system spells IPv6 addresses in one way, a session description in any. */
  #isExpected(address: string): boolean {
    if (address === this.#address) return true;
    if (address === this.#stranger || !address.includes(':')) return false;
    if (isSameIpAddress(address, this.#address)) {
      this.#address = address;
      return true;
    }
    this.#stranger = address;
    return false;
  }

  /** A packet of an allowed source turned out to be valid RTP of the call. */
  confirm(address: string, port: number): void {
    if (this.#isLatched) return;
    this.#address = address;
    this.#port = port;
    this.#isLatched = true;
  }
}
