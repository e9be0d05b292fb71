import type { SourcePolicy } from './contract.ts';

/**
 * Decides whose packets are heard. Before the remote side is known nobody's are. With `latch` the first valid packet
 * from the signalled address also fixes the port that is sent to (symmetric RTP, RFC 4961), which is what a far end
 * behind a NAT needs; a packet from any other address never changes anything.
 */
export class SourceGuard {
  readonly #policy: SourcePolicy;
  #address = '';
  /** The port of the SDP, or the latched one. 0 before `expect`. */
  #port = 0;
  #signalledPort = 0;
  #isLatched = false;

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
    if (address === this.#address && port === this.#signalledPort) return;
    this.#address = address;
    this.#port = port;
    this.#signalledPort = port;
    this.#isLatched = this.#policy === 'strict';
  }

  isAllowed(address: string, port: number): boolean {
    return this.#port !== 0 && address === this.#address && (!this.#isLatched || port === this.#port);
  }

  /** A packet of an allowed source turned out to be valid RTP of the call. */
  confirm(port: number): void {
    if (this.#isLatched) return;
    this.#port = port;
    this.#isLatched = true;
  }
}
