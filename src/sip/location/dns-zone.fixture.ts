/** For tests only: a name server written down as a zone, which counts what it was asked. */
import type { Dns, DnsAnswer, NaptrRecord, SrvRecord } from './dns-port.ts';

export interface Zone {
  readonly naptr?: Readonly<Record<string, readonly NaptrRecord[]>>;
  readonly srv?: Readonly<Record<string, readonly SrvRecord[]>>;
  readonly a?: Readonly<Record<string, readonly string[]>>;
  readonly aaaa?: Readonly<Record<string, readonly string[]>>;
  /** Names about which nobody answers, and why. */
  readonly failing?: Readonly<Record<string, string>>;
}

export class ZoneDns implements Dns {
  readonly asked: string[] = [];
  readonly #zone: Zone;

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  naptr(name: string): Promise<DnsAnswer<NaptrRecord>> {
    return this.#answer('NAPTR', name, this.#zone.naptr);
  }

  srv(name: string): Promise<DnsAnswer<SrvRecord>> {
    return this.#answer('SRV', name, this.#zone.srv);
  }

  addresses(name: string, family: 4 | 6): Promise<DnsAnswer<string>> {
    return family === 4 ? this.#answer('A', name, this.#zone.a) : this.#answer('AAAA', name, this.#zone.aaaa);
  }

  #answer<Entry>(
    type: string,
    name: string,
    records: Readonly<Record<string, readonly Entry[]>> | undefined,
  ): Promise<DnsAnswer<Entry>> {
    this.asked.push(`${type} ${name}`);
    const reason = this.#zone.failing?.[name];
    if (reason !== undefined) return Promise.resolve({ kind: 'failed', reason });
    const found = records?.[name] ?? [];
    return Promise.resolve(found.length === 0 ? { kind: 'none' } : { kind: 'found', records: found });
  }
}

export function naptr(order: number, preference: number, service: string, replacement: string): NaptrRecord {
  return { order, preference, flags: 's', service, replacement };
}

export function srv(priority: number, weight: number, port: number, target: string): SrvRecord {
  return { priority, weight, port, target };
}
