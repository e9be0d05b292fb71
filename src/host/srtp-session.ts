/** The SRTP of one socket: what is sealed before it leaves and opened when it comes, while the keys of a call change. */
import type { MediaEncryption } from '../media/index.ts';
import { SrtpReceiver, SrtpSender } from './srtp.ts';

const notAuthentic = new Uint8Array(0);

export class SrtpSession {
  #encryption: MediaEncryption | undefined = undefined;
  #sender: SrtpSender | undefined = undefined;
  /** By suite and key: the same key begun anew would use its key stream twice (RFC 3711 §9.1). */
  readonly #senders = new Map<string, SrtpSender>();
  #receiver: SrtpReceiver | undefined = undefined;

  /** From now on; plain RTP without it. A key that stays goes on where it was. */
  use(encryption: MediaEncryption | undefined): void {
    const before = this.#encryption;
    this.#encryption = encryption;
    if (encryption === undefined) {
      this.#sender = undefined;
      this.#receiver = undefined;
      return;
    }
    const { suite, localKey, remoteKey } = encryption;
    const name = `${suite} ${localKey}`;
    this.#sender = this.#senders.get(name) ?? new SrtpSender(suite, localKey);
    this.#senders.set(name, this.#sender);
    if (before?.suite !== suite || before.remoteKey !== remoteKey) this.#receiver = new SrtpReceiver(suite, remoteKey);
  }

  /** What leaves in place of an RTP packet; undefined when nothing may. */
  seal(bytes: Uint8Array): Uint8Array | undefined {
    return this.#sender === undefined ? bytes : this.#sender.protect(bytes);
  }

  /** What may be seen of a datagram: nothing of one that is not authentic. */
  open(bytes: Uint8Array): Uint8Array {
    return this.#receiver === undefined ? bytes : (this.#receiver.unprotect(bytes) ?? notAuthentic);
  }
}
