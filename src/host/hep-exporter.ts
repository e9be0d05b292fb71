/** Shows SIP messages to a capture server as HEPv3 over UDP. Never in the way of a call: what cannot be sent at once is lost and counted. */
import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import { type CapturedMessage, encodeHep, type HostPort } from '../sip/index.ts';
import { resolveBySystem } from './checked-lookup.ts';

export interface HepExporterOptions {
  readonly collector: HostPort;
  readonly captureId: number;
  readonly password?: { reveal(): string };
  readonly onOutcome: (outcome: 'sent' | 'lost') => void;
}

export interface HepExporter {
  readonly show: (message: CapturedMessage, callId: string) => void;
  readonly close: () => void;
}

/** Packets on their way to the socket. */
const mostPackets = 1000;
/** How long an address of the collector's name is good for, and how long a name that has none is left alone. */
const addressMs = 60_000;

export function openHepExporter(options: HepExporterOptions, nowMs: () => number): HepExporter {
  const { collector, captureId, password, onOutcome } = options;
  const sockets = new Map<4 | 6, Socket>();
  let waiting = 0;
  let isClosed = false;
  let found: { readonly address: string | undefined; readonly atMs: number } | undefined;
  /** Everybody who waits for the address that is being looked for. */
  let lookers: ((address: string | undefined) => void)[] = [];

  function socketFor(family: 4 | 6): Socket {
    const open = sockets.get(family);
    if (open !== undefined) return open;
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    // What is wrong is told to whoever sends.
    socket.on('error', () => undefined);
    socket.unref();
    sockets.set(family, socket);
    return socket;
  }

  function withAddress(use: (address: string | undefined) => void): void {
    if (isIP(collector.host) !== 0) return use(collector.host);
    if (found !== undefined && nowMs() - found.atMs < addressMs) return use(found.address);
    lookers.push(use);
    if (lookers.length > 1) return;
    resolveBySystem(collector.host, { all: true }, (_fault, addresses) => {
      found = { address: addresses?.[0]?.address, atMs: nowMs() };
      const told = lookers;
      lookers = [];
      for (const each of told) each(found.address);
    });
  }

  function over(outcome: 'sent' | 'lost'): void {
    waiting -= 1;
    onOutcome(outcome);
  }

  return {
    show(message, callId) {
      if (isClosed || waiting >= mostPackets) return onOutcome('lost');
      waiting += 1;
      const packet = encodeHep(message, callId, {
        captureId,
        ...(password === undefined ? {} : { password: password.reveal() }),
      });
      withAddress((address) => {
        if (isClosed || address === undefined) return over('lost');
        socketFor(isIP(address) === 6 ? 6 : 4).send(packet, collector.port, address, (error) => {
          over(error === null ? 'sent' : 'lost');
        });
      });
    },
    close() {
      isClosed = true;
      for (const socket of sockets.values()) socket.close();
    },
  };
}
