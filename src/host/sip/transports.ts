/** All transports of SIP under one roof: what listens, what is sent where, and one way in for messages. Nothing of SIP itself. */
import { isIP } from 'node:net';
import type { Hop, HostPort, OwnPlace, SipTransport } from '../../sip/index.ts';
import { type Resolve, resolveBySystem } from '../checked-lookup.ts';
import { openSipSocket, type SipSocket } from '../sip-socket.ts';
import { Admission, type AdmissionLimits, type Refusal } from './admission.ts';
import type { ConnectionLimits } from './connection.ts';
import { Connections, type ConnectionsListener } from './connections.ts';
import { listen, type SipListener } from './listen.ts';
import type { SipTls } from './tls.ts';

export interface SipTransportsOptions {
  /** What listens, opened in this order; host is an address. */
  readonly listen: readonly ListenPlace[];
  readonly tls: SipTls;
  readonly admission: AdmissionLimits;
  /** A connection of ours that nothing comes on is kept that long, in ms: longer than any call. */
  readonly outgoingIdleMs: number;
  /** Default: the system's. */
  readonly resolve?: Resolve;
}

export interface ListenPlace {
  readonly transport: SipTransport;
  readonly host: string;
  /** 0 takes a free one, or the one that an earlier place of the transport `sameAs` was given. */
  readonly port: number;
  readonly sameAs?: SipTransport;
  /** The settings that decide it, for messages. */
  readonly setBy?: string;
  /** When this port is taken: any free one. Otherwise it is a reason not to start. */
  readonly isPortFlexible?: boolean;
}

export interface SipTransportsListener extends ConnectionsListener {
  /** A connection was refused, or its handshake failed. */
  onRefused?(transport: SipTransport, refusal: Refusal | 'handshake', detail: string): void;
  /** Why nobody may connect from this address, or undefined. */
  judgeSource?(address: string): string | undefined;
}

export interface SipTransports {
  /** Sends one message. What cannot be sent is told to `onSendFailed`, never before this returns. */
  send(bytes: Uint8Array, to: Hop): void;
  /** What is bound, in the order of the options. */
  readonly places: readonly OwnPlace[];
  isOpen(): boolean;
  close(): Promise<void>;
}

const connectMs = 5000;
/** How long connections get to say what waits, at the end. */
const goodbyeMs = 1000;
const handshakeMs = 10_000;
const base: Omit<ConnectionLimits, 'firstMessageMs' | 'idleMs' | 'keepAliveMs'> = {
  messageMs: 30_000,
  waitingBytes: 1024 * 1024,
};
/** Somebody else's connection without a word; a keep-alive is one. */
const incomingIdleMs = 600_000;
/** RFC 5626 §4.4.1 asks for 95 to 120 s over connections. */
const keepAliveMs = 100_000;

/** Rejects with the place and the system's reason when one cannot listen; what was open by then is closed. */
export async function openSipTransports(
  options: SipTransportsOptions,
  listener: SipTransportsListener,
): Promise<SipTransports> {
  const opening = new OpenTransports(options, listener);
  try {
    for (const place of options.listen) await opening.open(place);
    return opening;
  } catch (fault) {
    await opening.close();
    throw fault;
  }
}

class OpenTransports implements SipTransports {
  readonly places: OwnPlace[] = [];
  readonly #options: SipTransportsOptions;
  readonly #listener: SipTransportsListener;
  readonly #sockets: SipSocket[] = [];
  readonly #listeners: SipListener[] = [];
  readonly #admission: Admission;
  readonly #connections: Connections;
  #isClosed = false;

  constructor(options: SipTransportsOptions, listener: SipTransportsListener) {
    this.#options = options;
    this.#listener = listener;
    const { admission, tls, outgoingIdleMs, resolve } = options;
    this.#admission = new Admission(admission, (address) => listener.judgeSource?.(address));
    this.#connections = new Connections(
      {
        tls,
        maxOutgoing: admission.connections,
        connectMs,
        outgoing: { ...base, firstMessageMs: 0, idleMs: outgoingIdleMs, keepAliveMs },
        incoming: { ...base, firstMessageMs: base.messageMs, idleMs: incomingIdleMs, keepAliveMs: 0 },
        localHosts: options.listen.map(({ host }) => host).filter((host) => !isEveryAddress(host)),
        ...(resolve === undefined ? {} : { resolve }),
      },
      listener,
    );
  }

  async open(place: ListenPlace): Promise<void> {
    try {
      const { host, port } = await this.#bind(place, this.#portOf(place));
      this.places.push({ transport: place.transport, host, port });
    } catch (fault) {
      const reason = fault instanceof Error ? fault.message : String(fault);
      const { transport, host, setBy } = place;
      const where = `${transport.toUpperCase()} ${host}:${this.#portOf(place)}`;
      const settings = setBy === undefined ? '' : ` (${setBy})`;
      throw new Error(`SIP cannot listen on ${where}${settings}: ${reason}`, { cause: fault });
    }
  }

  #portOf({ port, sameAs }: ListenPlace): number {
    return port === 0 ? (this.places.findLast(({ transport }) => transport === sameAs)?.port ?? 0) : port;
  }

  async #bind({ transport, host, isPortFlexible }: ListenPlace, port: number): Promise<HostPort> {
    try {
      return transport === 'udp'
        ? await this.#bindSocket({ host, port })
        : await this.#listen({ host, port }, transport);
    } catch (fault) {
      const isTaken = fault instanceof Error && 'code' in fault && fault.code === 'EADDRINUSE';
      if (!isTaken || isPortFlexible !== true) throw fault;
      return this.#bind({ transport, host, port, isPortFlexible: false }, 0);
    }
  }

  async #bindSocket(place: HostPort): Promise<HostPort> {
    const socket = await openSipSocket(place, {
      onDatagram: (bytes, source) => {
        this.#listener.onMessage(bytes, source);
      },
      onSendFailed: (to, detail) => {
        this.#listener.onSendFailed(to, detail);
      },
      judgeAddress: (host, at) => this.#listener.judgeAddress?.(host, at),
    });
    this.#sockets.push(socket);
    return socket.local;
  }

  async #listen(bind: HostPort, transport: Exclude<SipTransport, 'udp'>): Promise<HostPort> {
    const order = { transport, bind, tls: this.#options.tls, admission: this.#admission, handshakeMs };
    const opened = await listen(order, {
      onStream: (socket) => {
        this.#connections.takeStream(transport, socket);
      },
      onWebSocket: (socket, raw) => {
        this.#connections.takeWebSocket(transport, socket, raw);
      },
      onRefused: (refusal, detail) => {
        this.#listener.onRefused?.(transport, refusal, detail);
      },
    });
    this.#listeners.push(opened);
    return opened.local;
  }

  isOpen(): boolean {
    return !this.#isClosed && this.#sockets.every((socket) => socket.isOpen());
  }

  send(bytes: Uint8Array, to: Hop): void {
    if (this.#isClosed) return;
    if (to.transport !== 'udp') return this.#connections.send(bytes, to);
    const family = isIP(to.host);
    const [only] = this.#sockets;
    if (family === 0 && this.#sockets.length === 1 && only !== undefined) return only.send(bytes, to);
    if (family !== 0) return this.#sendFrom(family, bytes, to);
    const { resolve = resolveBySystem } = this.#options;
    resolve(to.host, { all: true }, (fault, found) => {
      if (this.#isClosed) return;
      if (fault !== null) return this.#listener.onSendFailed(to, fault.message);
      const reachable = found.find(({ family: each }) => this.#socketOf(each) !== undefined) ?? found[0];
      this.#sendFrom(reachable?.family ?? 4, bytes, to);
    });
  }

  #sendFrom(family: number, bytes: Uint8Array, to: Hop): void {
    const socket = this.#socketOf(family);
    if (socket !== undefined) return socket.send(bytes, to);
    queueMicrotask(() => {
      if (!this.#isClosed) this.#listener.onSendFailed(to, `no UDP socket is bound to an IPv${family} address`);
    });
  }

  #socketOf(family: number): SipSocket | undefined {
    return this.#sockets.find(({ local }) => isIP(local.host) === family);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    // First nobody comes in any more; a listener is closed when its connections are.
    const listeners = this.#listeners.map((each) => each.close());
    this.#connections.close();
    // What is in the middle of a handshake has nobody else to end it.
    const timer = setTimeout(() => this.#admission.destroyAll(), goodbyeMs);
    await Promise.allSettled([...listeners, ...this.#sockets.map((socket) => socket.close())]);
    clearTimeout(timer);
  }
}

function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::' || isIP(host) === 0;
}
