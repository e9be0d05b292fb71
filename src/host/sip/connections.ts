/**
 * Every connection of SIP, whoever opened it: one to each target is shared by all that is sent there (RFC 3261 §18.1.1), an
 * answer finds the one its request came by (§18.2.2), and the loss of one is told for what waits on it.
 */
import { isIP, type Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { type Hop, hopKey } from '../../sip/index.ts';
import { type Resolve, resolveBySystem } from '../checked-lookup.ts';
import {
  type ConnectionLimits,
  type ConnectionListener,
  placeOf,
  plainAddress,
  type Remote,
  type SipConnection,
} from './connection.ts';
import { dial } from './dial.ts';
import { openStreamConnection } from './stream-connection.ts';
import type { SipTls } from './tls.ts';
import { openWebSocketConnection } from './web-socket-connection.ts';

/** What happens to connections, for counters and the log. */
export interface ConnectionNews {
  readonly what: 'opened' | 'closed' | 'failed';
  readonly transport: Remote['transport'];
  /** Who opened it, or tried to. */
  readonly by: 'us' | 'peer';
  /** `host:port` of the other side. */
  readonly peer: string;
  /** Of `closed` and `failed`. */
  readonly reason?: string;
}

export interface ConnectionsOptions {
  readonly tls: SipTls;
  /** Most connections that we open ourselves. */
  readonly maxOutgoing: number;
  readonly connectMs: number;
  readonly outgoing: ConnectionLimits;
  readonly incoming: ConnectionLimits;
  /** Addresses of ours that connections to their family come from. */
  readonly localHosts: readonly string[];
  /** Default: the system's. */
  readonly resolve?: Resolve;
}

export interface ConnectionsListener {
  onMessage(bytes: Uint8Array, source: Hop): void;
  onSendFailed(to: Hop, detail: string): void;
  /** Why nothing for `host` may go to this address, or undefined. */
  judgeAddress?(host: string, at: { readonly host: string; readonly port: number }): string | undefined;
  onNews?(news: ConnectionNews): void;
}

/** A target of ours: being connected to, or connected. */
interface Target {
  readonly hop: Hop;
  connection: SipConnection | undefined;
  /** What is to be sent once it stands. */
  readonly waiting: Uint8Array[];
  waitingBytes: number;
  giveUp: () => void;
}

type ConnectionHop = Hop & { readonly transport: Remote['transport'] };

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #listener: ConnectionsListener;
  readonly #targets = new Map<string, Target>();
  readonly #open = new Map<string, SipConnection>();
  #nextId = 1;
  #isClosed = false;

  constructor(options: ConnectionsOptions, listener: ConnectionsListener) {
    this.#options = options;
    this.#listener = listener;
  }

  send(bytes: Uint8Array, to: Hop): void {
    if (this.#isClosed || to.transport === 'udp') return;
    const known = to.connection === undefined ? undefined : this.#open.get(to.connection);
    if (known?.write(bytes) === true) return;
    const hop: ConnectionHop = { ...to, transport: to.transport };
    const target = this.#targets.get(hopKey(hop)) ?? this.#begin(hop);
    if (target === undefined) return;
    if (target.connection !== undefined) {
      // One that does not take it is on its way out, and tells so.
      target.connection.write(bytes);
      return;
    }
    target.waitingBytes += bytes.length;
    if (target.waitingBytes > this.#options.outgoing.waitingBytes) this.#fail(target, 'too much waits for it');
    else target.waiting.push(bytes);
  }

  /** A stream that somebody has opened to us; it has been admitted. */
  takeStream(transport: Remote['transport'], socket: Socket): void {
    this.#take(transport, socket, (listener) => openStreamConnection(socket, this.#options.incoming, listener));
  }

  takeWebSocket(transport: Remote['transport'], socket: WebSocket, raw: Socket): void {
    this.#take(transport, raw, (listener) => openWebSocketConnection(socket, this.#options.incoming, listener));
  }

  close(): void {
    this.#isClosed = true;
    for (const target of this.#targets.values()) target.giveUp();
    for (const connection of this.#open.values()) connection.close();
  }

  #take(
    transport: Remote['transport'],
    { remoteAddress, remotePort, destroyed }: Socket,
    open: (listener: ConnectionListener) => SipConnection,
  ): void {
    // It may be gone before it could be taken.
    if (destroyed || this.#isClosed) return;
    const remote: Remote = { transport, host: plainAddress(remoteAddress ?? ''), port: remotePort ?? 0 };
    const id = this.#newId(transport);
    const connection = open(
      this.#watch(id, remote, 'peer', (reason) => {
        // Requests of ours may wait for an answer by it.
        this.#report(remote, `the connection was lost: ${reason}`);
      }),
    );
    this.#open.set(id, connection);
    this.#tell('opened', remote, 'peer');
  }

  #newId(transport: string): string {
    const id = `${transport}-${this.#nextId}`;
    this.#nextId += 1;
    return id;
  }

  #watch(id: string, remote: Remote, by: 'us' | 'peer', onClosed: (reason: string) => void): ConnectionListener {
    const source: Hop = { ...remote, connection: id };
    return {
      onMessage: (bytes) => {
        if (!this.#isClosed) this.#listener.onMessage(bytes, source);
      },
      onClosed: (reason) => {
        this.#open.delete(id);
        this.#tell('closed', remote, by, reason);
        onClosed(reason);
      },
    };
  }

  #begin(hop: ConnectionHop): Target | undefined {
    if (this.#targets.size >= this.#options.maxOutgoing) {
      this.#report(hop, 'too many connections are open');
      return undefined;
    }
    const target: Target = { hop, connection: undefined, waiting: [], waitingBytes: 0, giveUp: () => undefined };
    this.#targets.set(hopKey(hop), target);
    this.#locate(hop, (address, fault) => {
      if (!this.#isCurrent(target)) return;
      if (address === undefined) this.#fail(target, fault);
      else this.#dial(target, { transport: hop.transport, host: address, port: hop.port }, hop);
    });
    return target;
  }

  /** The address that a hop stands for: the first that may be connected to. */
  #locate(hop: Hop, found: (address: string | undefined, fault: string) => void): void {
    const { host, port } = hop;
    const judge = (address: string): string | undefined => this.#listener.judgeAddress?.(host, { host: address, port });
    if (isIP(host) !== 0) {
      const refusal = judge(host);
      // Not while the caller is still at work on what it sends.
      queueMicrotask(() => {
        found(refusal === undefined ? host : undefined, refusal ?? '');
      });
      return;
    }
    const { resolve = resolveBySystem } = this.#options;
    resolve(host, { all: true }, (error, addresses) => {
      if (error !== null) return found(undefined, error.message);
      const allowed = addresses.find(({ address }) => judge(address) === undefined);
      found(allowed?.address, judge(addresses[0]?.address ?? '') ?? 'it has no address');
    });
  }

  #dial(target: Target, remote: Remote, hop: Hop): void {
    const { tls, outgoing: limits, connectMs, localHosts } = this.#options;
    const localHost = localHosts.find((local) => isIP(local) === isIP(remote.host));
    const id = this.#newId(remote.transport);
    const order = {
      remote,
      serverName: hop.serverName ?? hop.host,
      tls,
      limits,
      connectMs,
      ...(localHost === undefined ? {} : { localHost }),
    };
    target.giveUp = dial(order, {
      ...this.#watch(id, remote, 'us', (reason) => {
        this.#fail(target, `the connection was lost: ${reason}`);
      }),
      onOpen: (connection) => {
        this.#open.set(id, connection);
        target.connection = connection;
        this.#tell('opened', remote, 'us');
        for (const bytes of target.waiting.splice(0)) connection.write(bytes);
      },
      onFailed: (reason) => {
        this.#tell('failed', remote, 'us', reason);
        this.#fail(target, reason);
      },
    });
  }

  #isCurrent(target: Target): boolean {
    return !this.#isClosed && this.#targets.get(hopKey(target.hop)) === target;
  }

  /** The target is forgotten: what is sent there next connects anew. */
  #fail(target: Target, detail: string): void {
    if (!this.#isCurrent(target)) return;
    this.#targets.delete(hopKey(target.hop));
    target.giveUp();
    this.#report(target.hop, detail);
  }

  #report(hop: Hop, detail: string): void {
    queueMicrotask(() => {
      if (!this.#isClosed) this.#listener.onSendFailed(hop, `${placeOf(hop)}: ${detail}`);
    });
  }

  #tell(what: ConnectionNews['what'], remote: Remote, by: 'us' | 'peer', reason?: string): void {
    const peer = placeOf(remote);
    this.#listener.onNews?.({
      what,
      transport: remote.transport,
      by,
      peer,
      ...(reason === undefined ? {} : { reason }),
    });
  }
}
