/** Who may connect: a limit for each address and one for all, counted from the first packet of a connection to its end. */
import type { Socket } from 'node:net';
import { plainAddress } from './connection.ts';

export interface AdmissionLimits {
  readonly connections: number;
  readonly connectionsPerSource: number;
}

export type Refusal = 'full' | 'source-full' | 'source-not-allowed';

export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #judgeSource: (address: string) => string | undefined;
  readonly #bySource = new Map<string, number>();
  readonly #sockets = new Set<Socket>();

  /** `judgeSource` says why nobody may connect from an address, or undefined. */
  constructor(limits: AdmissionLimits, judgeSource: (address: string) => string | undefined = () => undefined) {
    this.#limits = limits;
    this.#judgeSource = judgeSource;
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Undefined when the connection is taken; it is counted until it closes. One that is refused is gone. */
  admit(socket: Socket): Refusal | undefined {
    const source = plainAddress(socket.remoteAddress ?? '');
    const refusal = this.#findRefusal(source);
    if (refusal !== undefined) {
      socket.destroy();
      return refusal;
    }
    this.#sockets.add(socket);
    this.#bySource.set(source, (this.#bySource.get(source) ?? 0) + 1);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      const left = (this.#bySource.get(source) ?? 0) - 1;
      if (left > 0) this.#bySource.set(source, left);
      else this.#bySource.delete(source);
    });
    return undefined;
  }

  #findRefusal(source: string): Refusal | undefined {
    if (this.#sockets.size >= this.#limits.connections) return 'full';
    if ((this.#bySource.get(source) ?? 0) >= this.#limits.connectionsPerSource) return 'source-full';
    return this.#judgeSource(source) === undefined ? undefined : 'source-not-allowed';
  }
}
