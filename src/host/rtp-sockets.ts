/** UDP sockets for RTP and RTCP on ports of the configured range, an even one and the odd one above it for each call. */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { err, gatewayError, type GatewayError, ok, type Result } from '../kit/index.ts';
import type { AddressFamily, MediaEncryption, RtpSocket } from '../media/index.ts';
import { monotonicClock } from './monotonic-clock.ts';
import type { RtpPortRange, RtpPorts } from './rtp-ports.ts';
import { SrtpSession } from './srtp-session.ts';

/** Pairs of the range that another process holds are passed over, up to this many per call. */
const maxBindAttempts = 32;
const maxDatagramBytes = 2048;
/** Packets the system could not take at once keep their buffer for this many sends. */
const sendBuffers = 8;

export type OnDatagram = (
  sessionId: string,
  bytes: Uint8Array,
  sourceAddress: string,
  sourcePort: number,
  nowMs: number,
) => void;

/**
 * Addresses are literal here; resolving them without a detour keeps bind and send in the same turn of the loop. The family goes
 * unused: to find it out would cost more than all else that a send does before the system is asked.
 */
function literalLookup(
  address: string,
  _options: unknown,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  callback(null, address, 0);
}

class UdpRtpSocket implements RtpSocket {
  readonly port: number;
  readonly #socket: Socket;
  readonly #controlSocket: Socket;
  /** Each of the length of what was sent with it last: packets of a stream are of one length. */
  readonly #packets: Buffer[];
  readonly #onClose: () => void;
  #turn = 0;
  readonly #srtp = new SrtpSession();
  #isClosed = false;

  constructor(port: number, socket: Socket, controlSocket: Socket, onClose: () => void) {
    this.port = port;
    this.#socket = socket;
    this.#controlSocket = controlSocket;
    this.#onClose = onClose;
    this.#packets = Array.from({ length: sendBuffers }, () => Buffer.alloc(0));
  }

  send(bytes: Uint8Array, address: string, port: number): number {
    const sealed = this.#srtp.seal(bytes);
    if (sealed !== undefined) this.#hand(this.#socket, sealed, address, port);
    return monotonicClock.nowMs();
  }

  sendControl(bytes: Uint8Array, address: string, port: number, isMuxed: boolean): void {
    const sealed = this.#srtp.sealControl(bytes);
    if (sealed !== undefined) this.#hand(isMuxed ? this.#socket : this.#controlSocket, sealed, address, port);
  }

  #hand(socket: Socket, bytes: Uint8Array, address: string, port: number): void {
    if (this.#isClosed) return;
    try {
      // Without offset and length, which would have a view made of each packet.
      socket.send(this.#packetOf(bytes), port, address);
    } catch {
      // An address that is none: nothing can be sent there, which the far end's silence will show.
    }
  }

  /** A copy, in one of the buffers in turn. */
  #packetOf(bytes: Uint8Array): Buffer {
    const turn = this.#turn++ % sendBuffers;
    let packet = this.#packets[turn];
    if (packet?.length !== bytes.length) {
      packet = Buffer.allocUnsafe(bytes.length);
      this.#packets[turn] = packet;
    }
    packet.set(bytes);
    return packet;
  }

  encrypt(encryption: MediaEncryption | undefined): void {
    this.#srtp.use(encryption);
  }

  open(bytes: Uint8Array): Uint8Array {
    return this.#srtp.open(bytes);
  }

  openControl(bytes: Uint8Array): Uint8Array {
    return this.#srtp.openControl(bytes);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
    this.#controlSocket.close();
    this.#onClose();
  }
}

export class RtpSockets {
  readonly #ports: RtpPorts;
  readonly #range: RtpPortRange;
  readonly #bindAddresses: readonly string[];
  readonly #onDatagram: OnDatagram;
  readonly #onControlDatagram: OnDatagram;

  constructor(
    range: RtpPortRange,
    ports: RtpPorts,
    bindAddresses: readonly string[],
    onDatagram: OnDatagram,
    onControlDatagram: OnDatagram,
  ) {
    this.#ports = ports;
    this.#range = range;
    this.#bindAddresses = bindAddresses;
    this.#onDatagram = onDatagram;
    this.#onControlDatagram = onControlDatagram;
  }

  /** Binds a random even port of the range and the one above it for a call, or says that none is left. Without a family: the first address. */
  open(sessionId: string, family?: AddressFamily): Result<RtpSocket, GatewayError> {
    const address = this.#bindAddresses.find((each) => family === undefined || isIPv6(each) === (family === 'IPv6'));
    if (address === undefined) return err(gatewayError('media.no-port', `RTP is bound to no ${family} address.`));
    for (let attempt = 0; attempt < maxBindAttempts; attempt++) {
      const port = this.#ports.take(monotonicClock.nowMs());
      if (port === undefined) break;
      const socket = this.#bind(port, address);
      const controlSocket = socket === undefined ? undefined : this.#bind(port + 1, address);
      const release = (): void => this.#ports.release(port, monotonicClock.nowMs());
      if (socket !== undefined && controlSocket !== undefined) {
        const opened = new UdpRtpSocket(port, socket, controlSocket, release);
        this.#listen(socket, sessionId, this.#onDatagram);
        this.#listen(controlSocket, sessionId, this.#onControlDatagram);
        return ok(opened);
      }
      socket?.close();
      release();
    }
    const range = `${this.#range.min}-${this.#range.max}`;
    return err(
      gatewayError('media.no-port', `No pair of RTP and RTCP ports of ${range} could be bound on ${address}.`),
    );
  }

  #listen(socket: Socket, sessionId: string, onDatagram: OnDatagram): void {
    socket.on('message', (bytes, source) => {
      if (bytes.length > maxDatagramBytes) return;
      onDatagram(sessionId, bytes, source.address, source.port, monotonicClock.nowMs());
    });
  }

  #bind(port: number, address: string): Socket | undefined {
    const socket = createSocket({
      ...(isIPv6(address) ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' }),
      lookup: literalLookup,
    });
    // Errors of single sends (a route that is gone, say) do not end a call; a failed bind is seen below.
    socket.on('error', () => undefined);
    socket.bind({ port, address, exclusive: true });
    try {
      // Throws unless the bind has already succeeded.
      socket.address();
      return socket;
    } catch {
      socket.close();
      return undefined;
    }
  }
}
