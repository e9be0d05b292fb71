/**
 * Where a request for a SIP URI may be sent (RFC 3263 §4.1 and §4.2, RFC 7118 §8 for WebSockets): transport, address and port,
 * best first. DNS names are asked for NAPTR, then SRV, then addresses; all questions of a step are asked at the same time,
 * so the whole takes at most three answers' time. A question that fails is treated like one without records, because
 * many resolvers know no NAPTR; what each one brought is in the failure.
 *
 * Left out: `SIPS+D2U` and SCTP, which nothing here speaks, and SRV names of WebSockets, of which RFC 7118 defines none.
 */
import { err, ok, type Random, type Result } from '../../kit/index.ts';
import type { Hop, LocationTarget, SipTransport } from '../contract.ts';
import { addressFamily } from '../syntax/host-port.ts';
import { hopKey, isSecureTransport, parseTransport, usualPort } from '../transport/hop.ts';
import type { Dns, DnsAnswer, NaptrRecord, SrvRecord } from './dns-port.ts';
import { orderByWeight } from './srv-order.ts';

export interface LocationMeans {
  readonly dns: Dns;
  readonly random: Random;
  /** What can be spoken, best first. */
  readonly transports: readonly SipTransport[];
  /** What can be reached, best first. */
  readonly families: readonly (4 | 6)[];
}

/** Most hops of one location: a request that fails at so many fails. */
export const maxHops = 16;
/** Records of one answer that are followed; an answer that holds more is no trunk's. */
const maxRecords = 8;

const services: Readonly<Record<SipTransport, string>> = {
  udp: 'SIP+D2U',
  tcp: 'SIP+D2T',
  tls: 'SIPS+D2T',
  ws: 'SIP+D2W',
  wss: 'SIPS+D2W',
};
const srvPrefixes: Readonly<Partial<Record<SipTransport, string>>> = {
  udp: '_sip._udp.',
  tcp: '_sip._tcp.',
  tls: '_sips._tcp.',
};

/** At least one hop and at most `maxHops`, or one sentence that says what was asked and what came back. */
export async function locate(target: LocationTarget, means: LocationMeans): Promise<Result<readonly Hop[], string>> {
  const asked = askedTransport(target, means);
  if (!asked.ok) return asked;
  const location = new Location(target, means);
  const found = await location.find(asked.value);
  if (!found.ok) return found;
  const hops = [...new Map(found.value.map((hop) => [hopKey(hop), hop])).values()].slice(0, maxHops);
  return hops.length > 0 ? ok(hops) : err(location.failure());
}

/** What the URI itself says about the transport: undefined leaves it to DNS. */
function askedTransport(
  target: LocationTarget,
  { transports }: LocationMeans,
): Result<SipTransport | undefined, string> {
  const { scheme, host, port } = target;
  const name = target.transport?.toLowerCase();
  if (name === undefined) {
    // Without a name to ask for, the usual transport of the scheme it is (§4.1).
    const isFixed = addressFamily(host) !== undefined || port !== undefined;
    return isFixed ? spoken(usualTransport(scheme), transports) : ok(undefined);
  }
  const transport = scheme === 'sips' ? secured[name] : parseTransport(name);
  if (transport === undefined) return err(`${scheme}: with transport=${name} cannot be spoken.`);
  return spoken(transport, transports);
}

/** A `sips:` URI names the protocol under TLS (RFC 3261 §19.1.1, RFC 5630 §3.1.2); UDP cannot be one. */
const secured: Readonly<Record<string, SipTransport>> = { tcp: 'tls', tls: 'tls', ws: 'wss', wss: 'wss' };

function usualTransport(scheme: LocationTarget['scheme']): SipTransport {
  return scheme === 'sips' ? 'tls' : 'udp';
}

function spoken(transport: SipTransport, transports: readonly SipTransport[]): Result<SipTransport, string> {
  return transports.includes(transport)
    ? ok(transport)
    : err(`SIP over ${transport} is asked for and not spoken here.`);
}

/** One run of the algorithm, which remembers what it has asked. */
class Location {
  readonly #target: LocationTarget;
  readonly #means: LocationMeans;
  readonly #notes: string[] = [];

  constructor(target: LocationTarget, means: LocationMeans) {
    this.#target = target;
    this.#means = means;
  }

  failure(): string {
    return `${this.#target.host} cannot be located: ${this.#notes.join('; ')}.`;
  }

  async find(transport: SipTransport | undefined): Promise<Result<readonly Hop[], string>> {
    const { host, port } = this.#target;
    if (transport !== undefined) {
      const at = addressFamily(host) === undefined ? undefined : host;
      if (at !== undefined) return ok([this.#hop(transport, at, port)]);
      if (port !== undefined) return ok(await this.#addressesOf(host, transport, port));
      return ok(await this.#bySrv([transport]));
    }
    const naptr = await this.#ask('NAPTR', host, (dns) => dns.naptr(host));
    const offered = naptr.filter(({ service }) => /^SIPS?\+D2/i.test(service));
    if (offered.length === 0) return ok(await this.#bySrv(this.#transportsOfScheme()));
    const usable = this.#usable(offered);
    if (usable.length > 0) return ok(await this.#byNaptr(usable));
    const names = [...new Set(offered.map(({ service }) => service))].join(', ');
    return err(
      `${host} can be reached by ${names} only, of which nothing can be used for a ${this.#target.scheme}: URI.`,
    );
  }

  /** Transports whose SRV records are asked for when no NAPTR record names any (§4.1). */
  #transportsOfScheme(): readonly SipTransport[] {
    const { scheme } = this.#target;
    return this.#means.transports.filter(
      (transport) => srvPrefixes[transport] !== undefined && isSecureTransport(transport) === (scheme === 'sips'),
    );
  }

  /** A `sips:` URI may use the secure ones alone; a `sip:` URI may use any (§4.1). */
  #usable(records: readonly NaptrRecord[]): readonly (NaptrRecord & { readonly transport: SipTransport })[] {
    const { scheme } = this.#target;
    return records
      .flatMap((record) => {
        const transport = this.#means.transports.find((each) => services[each] === record.service.toUpperCase());
        const isUsable =
          transport !== undefined &&
          record.flags.toLowerCase() === 's' &&
          record.replacement !== '' &&
          (scheme === 'sip' || isSecureTransport(transport));
        return isUsable ? [{ ...record, transport }] : [];
      })
      .sort((a, b) => a.order - b.order || a.preference - b.preference)
      .slice(0, maxRecords);
  }

  async #byNaptr(records: readonly (NaptrRecord & { readonly transport: SipTransport })[]): Promise<readonly Hop[]> {
    const found = await Promise.all(
      records.map(async ({ replacement, transport }) => this.#servers(await this.#srv(replacement), transport)),
    );
    return found.flat();
  }

  /** The SRV names of these transports, and without any record the addresses of the name itself (§4.2). */
  async #bySrv(transports: readonly SipTransport[]): Promise<readonly Hop[]> {
    const { host, scheme } = this.#target;
    const asked = transports.filter((transport) => srvPrefixes[transport] !== undefined);
    const answers = await Promise.all(
      asked.map(async (transport) => {
        const records = await this.#srv(`${srvPrefixes[transport] ?? ''}${host}`);
        return { transport, records };
      }),
    );
    if (answers.some(({ records }) => records.length > 0)) {
      const found = await Promise.all(answers.map(({ transport, records }) => this.#servers(records, transport)));
      return found.flat();
    }
    const [first] = transports;
    const transport = transports.length === 1 && first !== undefined ? first : usualTransport(scheme);
    if (this.#means.transports.includes(transport)) return this.#addressesOf(host, transport, usualPort(transport));
    this.#notes.push(`SIP over ${transport} is not spoken here`);
    return [];
  }

  #srv(name: string): Promise<readonly SrvRecord[]> {
    return this.#ask('SRV', name, (dns) => dns.srv(name));
  }

  async #servers(records: readonly SrvRecord[], transport: SipTransport): Promise<readonly Hop[]> {
    const ordered = orderByWeight(records, this.#means.random).slice(0, maxRecords);
    const found = await Promise.all(
      ordered.map(async ({ target, port }) => {
        if (target !== '.' && target !== '') return this.#addressesOf(target, transport, port);
        this.#notes.push(`SRV says that there is no SIP over ${transport} (target ".")`);
        return [];
      }),
    );
    return found.flat();
  }

  async #addressesOf(name: string, transport: SipTransport, port: number): Promise<readonly Hop[]> {
    if (addressFamily(name) !== undefined) return [this.#hop(transport, name, port)];
    const found = await Promise.all(
      this.#means.families.map((family) =>
        this.#ask(family === 4 ? 'A' : 'AAAA', name, (dns) => dns.addresses(name, family)),
      ),
    );
    return found.flatMap((addresses) => addresses.slice(0, maxRecords)).map((at) => this.#hop(transport, at, port));
  }

  #hop(transport: SipTransport, host: string, port: number | undefined): Hop {
    const place = { transport, host, port: port ?? usualPort(transport) };
    return isSecureTransport(transport) ? { ...place, serverName: this.#target.host } : place;
  }

  async #ask<Entry>(
    type: string,
    name: string,
    question: (dns: Dns) => Promise<DnsAnswer<Entry>>,
  ): Promise<readonly Entry[]> {
    const answer = await question(this.#means.dns);
    if (answer.kind === 'found') return answer.records;
    this.#notes.push(`${type} ${name}: ${answer.kind === 'none' ? 'no records' : answer.reason}`);
    return [];
  }
}
