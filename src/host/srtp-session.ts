/** SRTP and SRTCP of one call: what is sealed before it leaves and opened when it comes, while the keys of a call change. */
import type { MediaEncryption } from '../media/index.ts';
import { isRtcp } from '../rtp/index.ts';
import { SrtcpReceiver, SrtcpSender } from './srtcp.ts';
import { SrtpReceiver, SrtpSender } from './srtp.ts';

/** So many packets of a new key end the time in which the old one counts, too: what they overtook has come by then. */
const packetsOfBothKeys = 50;

const notAuthentic = new Uint8Array(0);

interface Senders {
  readonly rtp: SrtpSender;
  readonly rtcp: SrtcpSender;
}

interface Receivers {
  readonly rtp: SrtpReceiver;
  readonly rtcp: SrtcpReceiver;
}

export class SrtpSession {
  #encryption: MediaEncryption | undefined = undefined;
  #sender: Senders | undefined = undefined;
  /** By suite and key: the same key begun anew would use its key stream twice (RFC 3711 §9.1). */
  readonly #senders = new Map<string, Senders>();
  #receiver: Receivers | undefined = undefined;
  /** Of the key before, while packets of it may still be on their way, and how many of the new one have come. */
  #leaving: Receivers | undefined = undefined;
  #openedSince = 0;

  /** From now on; plain RTP without it. A key that stays goes on where it was. */
  use(encryption: MediaEncryption | undefined): void {
    const before = this.#encryption;
    this.#encryption = encryption;
    if (encryption === undefined) {
      this.#sender = undefined;
      this.#receiver = undefined;
      this.#leaving = undefined;
      return;
    }
    const { suite, localKey, remoteKey } = encryption;
    const name = `${suite} ${localKey}`;
    this.#sender = this.#senders.get(name) ?? {
      rtp: new SrtpSender(suite, localKey),
      rtcp: new SrtcpSender(suite, localKey),
    };
    this.#senders.set(name, this.#sender);
    if (before?.suite === suite && before.remoteKey === remoteKey) return;
    // Another key of the same peer, for each leg has one of ours; a leg that was left is heard no more.
    const sameLeg = before?.suite === suite && before.localKey === localKey ? this.#receiver : undefined;
    this.#receiver = {
      rtp: new SrtpReceiver(suite, remoteKey, sameLeg?.rtp),
      rtcp: new SrtcpReceiver(suite, remoteKey),
    };
    this.#leaving = sameLeg;
    this.#openedSince = 0;
  }

  /** What leaves in place of an RTP packet; undefined when nothing may. */
  seal(bytes: Uint8Array): Uint8Array | undefined {
    return this.#sender === undefined ? bytes : this.#sender.rtp.protect(bytes);
  }

  /** What may be seen of a datagram, RTCP at the RTP port among them (RFC 5761 §4): nothing of one that is not authentic. */
  open(bytes: Uint8Array): Uint8Array {
    if (this.#receiver === undefined) return bytes;
    if (isRtcp(bytes)) return this.openControl(bytes);
    const plain = this.#receiver.rtp.unprotect(bytes);
    if (this.#leaving === undefined) return plain ?? notAuthentic;
    if (plain === undefined) return this.#leaving.rtp.unprotect(bytes) ?? notAuthentic;
    this.#openedSince += 1;
    if (this.#openedSince >= packetsOfBothKeys) this.#leaving = undefined;
    return plain;
  }

  /** The same for RTCP. */
  sealControl(bytes: Uint8Array): Uint8Array | undefined {
    return this.#sender === undefined ? bytes : this.#sender.rtcp.protect(bytes);
  }

  openControl(bytes: Uint8Array): Uint8Array {
    if (this.#receiver === undefined) return bytes;
    return this.#receiver.rtcp.unprotect(bytes) ?? this.#leaving?.rtcp.unprotect(bytes) ?? notAuthentic;
  }
}
