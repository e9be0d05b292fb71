/**
 * The media of all calls of one thread. Time comes in as `nowMs`, everything else through ports. A fault in the code of
 * one call ends the media of that call with `failed` and touches no other.
 */
import { gatewayError } from '../kit/index.ts';
import type { MediaCommand } from './contract.ts';
import { MediaStream } from './media-stream.ts';
import type { MediaPorts } from './ports.ts';

export interface MediaCore {
  /** Calls that are open, ended by `close`. The host ticks while there are any. */
  readonly sessionCount: number;
  /** Commands and datagrams for calls that are not (or no longer, or already) open. */
  readonly ignoredCount: number;
  command(sessionId: string, command: MediaCommand, nowMs: number): void;
  /** A datagram arrived at the call's port. `bytes` is not kept. */
  packet(sessionId: string, bytes: Uint8Array, sourceAddress: string, sourcePort: number, nowMs: number): void;
  /** The same of a datagram at its RTCP port. */
  controlPacket(sessionId: string, bytes: Uint8Array, sourceAddress: string, sourcePort: number, nowMs: number): void;
  /**
   * Every 20 ms, for all calls. `skippedFrames` says how many frame times before this one went by without a tick (the
   * host was too late to catch up); they are left out of both directions.
   */
  tick(nowMs: number, skippedFrames?: number): void;
  /** Closes every call, with `closed` for each. */
  close(nowMs: number): void;
}

interface Session {
  readonly sessionId: string;
  readonly stream: MediaStream;
  /** A bug stopped it; only `close` is still served. */
  isBroken: boolean;
}

class Core implements MediaCore {
  readonly #ports: MediaPorts;
  readonly #byId = new Map<string, Session>();
  /** The same sessions, for a loop without an iterator. */
  #sessions: Session[] = [];
  ignoredCount = 0;

  constructor(ports: MediaPorts) {
    this.#ports = ports;
  }

  get sessionCount(): number {
    return this.#byId.size;
  }

  command(sessionId: string, command: MediaCommand, nowMs: number): void {
    const session = this.#byId.get(sessionId);
    if (command.type === 'open') {
      if (session === undefined) this.#open(sessionId, command);
      else this.ignoredCount++;
      return;
    }
    if (session === undefined) {
      this.ignoredCount++;
      return;
    }
    if (command.type === 'close') {
      this.#byId.delete(sessionId);
      this.#sessions = this.#sessions.filter((other) => other !== session);
    } else if (session.isBroken) {
      return;
    }
    try {
      session.stream.onCommand(command, nowMs);
    } catch (error) {
      this.#break(session, error);
    }
  }

  packet(sessionId: string, bytes: Uint8Array, sourceAddress: string, sourcePort: number, nowMs: number): void {
    const session = this.#receiver(sessionId);
    if (session === undefined) return;
    try {
      session.stream.onDatagram(bytes, sourceAddress, sourcePort, nowMs);
    } catch (error) {
      this.#break(session, error);
    }
  }

  controlPacket(sessionId: string, bytes: Uint8Array, sourceAddress: string, sourcePort: number, nowMs: number): void {
    const session = this.#receiver(sessionId);
    if (session === undefined) return;
    try {
      session.stream.onControlDatagram(bytes, sourceAddress, sourcePort, nowMs);
    } catch (error) {
      this.#break(session, error);
    }
  }

  #receiver(sessionId: string): Session | undefined {
    const session = this.#byId.get(sessionId);
    if (session === undefined) this.ignoredCount++;
    return session?.isBroken === true ? undefined : session;
  }

  tick(nowMs: number, skippedFrames = 0): void {
    // A listener may close calls while it is told of an event: the list is replaced, never changed.
    const sessions = this.#sessions;
    for (let i = 0; i < sessions.length; i++) {
      const session = sessions[i];
      if (session === undefined || session.isBroken) continue;
      try {
        session.stream.tick(nowMs, skippedFrames);
      } catch (error) {
        this.#break(session, error);
      }
    }
  }

  close(nowMs: number): void {
    for (const { sessionId } of this.#sessions) this.command(sessionId, { type: 'close' }, nowMs);
  }

  #open(sessionId: string, command: Extract<MediaCommand, { type: 'open' }>): void {
    const session = { sessionId, stream: new MediaStream(sessionId, command, this.#ports), isBroken: false };
    this.#byId.set(sessionId, session);
    this.#sessions = [...this.#sessions, session];
  }

  #break(session: Session, error: unknown): void {
    session.isBroken = true;
    const message = `The media of the call stopped: ${error instanceof Error ? error.message : String(error)}`;
    this.#ports.emit(session.sessionId, { type: 'failed', error: gatewayError('internal.bug', message) });
  }
}

export function createMediaCore(ports: MediaPorts): MediaCore {
  return new Core(ports);
}
