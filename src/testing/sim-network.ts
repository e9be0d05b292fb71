import type { Random } from '../kit/index.ts';
import type { Hop, HostPort } from '../sip/index.ts';
import type { SimClock } from './sim-clock.ts';

/** What the network does to datagrams; chances from 0 to 1. */
export interface NetworkWeather {
  readonly delayMs: number;
  /** Added at random, up to this much: datagrams overtake each other. */
  readonly jitterMs: number;
  readonly lossChance: number;
  readonly duplicateChance: number;
}

export const calm: NetworkWeather = { delayMs: 5, jitterMs: 0, lossChance: 0, duplicateChance: 0 };

export type OnDatagram = (bytes: Uint8Array, source: Hop) => void;

/** Datagrams between simulated hosts, with delay, loss, duplicates and reordering from a seed. */
export class SimNetwork {
  readonly #clock: SimClock;
  readonly #random: Random;
  readonly #sockets = new Map<string, OnDatagram>();
  weather: NetworkWeather;
  datagramsSent = 0;

  constructor(clock: SimClock, random: Random, weather: NetworkWeather = calm) {
    this.#clock = clock;
    this.#random = random;
    this.weather = weather;
  }

  /** False when the port is taken. */
  bind({ host, port }: HostPort, onDatagram: OnDatagram): boolean {
    const key = `${host}:${port}`;
    if (this.#sockets.has(key)) return false;
    this.#sockets.set(key, onDatagram);
    return true;
  }

  unbind({ host, port }: HostPort): void {
    this.#sockets.delete(`${host}:${port}`);
  }

  get socketCount(): number {
    return this.#sockets.size;
  }

  send(bytes: Uint8Array, source: HostPort, to: HostPort | Hop): void {
    this.datagramsSent += 1;
    const copies = this.#happens(this.weather.duplicateChance) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (this.#happens(this.weather.lossChance)) continue;
      const kept = bytes.slice();
      const delayMs = this.weather.delayMs + (this.#random.uint32() / 2 ** 32) * this.weather.jitterMs;
      this.#clock.at(this.#clock.nowMs() + delayMs, () => {
        this.#sockets.get(`${to.host}:${to.port}`)?.(kept, {
          transport: 'transport' in to ? to.transport : 'udp',
          ...source,
        });
      });
    }
  }

  #happens(chance: number): boolean {
    return chance > 0 && this.#random.uint32() / 2 ** 32 < chance;
  }
}
