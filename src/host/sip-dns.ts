/**
 * The questions of RFC 3263 over Node's resolver: each answer within 1.4 s, so that a location, which asks three times in a row
 * at most, takes less than 5 s. Answers are kept as long as their TTL says and a minute at most.
 */
import { Resolver } from 'node:dns/promises';
import type { Clock } from '../kit/index.ts';
import type { Dns, DnsAnswer } from '../sip/index.ts';
import { type Resolve, resolveBySystem } from './checked-lookup.ts';

export interface SipDnsOptions {
  /** `address` or `address:port` of the name servers; those of the machine, and its hosts file, when empty or absent. */
  readonly servers?: readonly string[];
  readonly clock: Pick<Clock, 'nowMs'>;
  /** For one question, in ms. */
  readonly limitMs?: number;
  /** Takes the place of the machine's own resolver. */
  readonly resolve?: Resolve;
}

const questionLimitMs = 1400;
const longestKeptMs = 60_000;
/** Node tells no TTL of NAPTR and SRV records. */
const keptWithoutTtlMs = 30_000;
const noneKeptMs = 10_000;
const failureKeptMs = 5000;
/** Most answers that are kept; the oldest is forgotten. */
const maxKept = 1000;

const reasons: Readonly<Record<string, string>> = {
  ETIMEOUT: 'no answer in time',
  ESERVFAIL: 'SERVFAIL',
  EREFUSED: 'REFUSED',
  ECONNREFUSED: 'no name server answers',
  EBADNAME: 'not a name that DNS can hold',
};

/** An answer, and how long it may be kept. */
interface Timely<Entry> {
  readonly answer: DnsAnswer<Entry>;
  readonly keptMs: number;
}

export function createSipDns({
  servers = [],
  clock,
  limitMs = questionLimitMs,
  resolve = resolveBySystem,
}: SipDnsOptions): Dns {
  const resolver = new Resolver({ timeout: Math.ceil(limitMs / 3), tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  const hasOwnServers = servers.length > 0;
  const cache = new AnswerCache(clock);

  async function ask<Entry>(question: Promise<Timely<Entry>>): Promise<Timely<Entry>> {
    return withinLimit(question.catch(failureOf), limitMs);
  }

  async function addressesOf(name: string, family: 4 | 6): Promise<Timely<string>> {
    // Both at the same time: a name of the hosts file must not wait for servers that do not know it.
    const bySystem = hasOwnServers ? undefined : ask(systemAddresses(resolve, name, family));
    const found = await ask(
      (family === 4 ? resolver.resolve4(name, { ttl: true }) : resolver.resolve6(name, { ttl: true })).then((records) =>
        kept(
          records.map(({ address }) => address),
          Math.min(...records.map(({ ttl }) => ttl * 1000), longestKeptMs),
        ),
      ),
    );
    if (found.answer.kind === 'found' || bySystem === undefined) return found;
    const instead = await bySystem;
    return instead.answer.kind === 'found' ? instead : found;
  }

  return {
    async naptr(name) {
      if (isLocal(name)) return { kind: 'none' };
      return cache.get(`NAPTR ${name}`, () =>
        ask(resolver.resolveNaptr(name).then((records) => kept(records, keptWithoutTtlMs))),
      );
    },
    async srv(name) {
      if (isLocal(name)) return { kind: 'none' };
      return cache.get(`SRV ${name}`, () =>
        ask(
          resolver.resolveSrv(name).then((records) =>
            kept(
              records.map(({ name: target, ...record }) => ({ ...record, target: target === '' ? '.' : target })),
              keptWithoutTtlMs,
            ),
          ),
        ),
      );
    },
    async addresses(name, family) {
      // It is this machine, whatever a name server may say (RFC 6761 §6.3).
      if (isLocal(name)) return { kind: 'found', records: [family === 4 ? '127.0.0.1' : '::1'] };
      return cache.get(`${family} ${name}`, () => addressesOf(name, family));
    },
  };
}

function isLocal(name: string): boolean {
  return /(?:^|\.)localhost\.?$/i.test(name);
}

function systemAddresses(resolve: Resolve, name: string, family: 4 | 6): Promise<Timely<string>> {
  return new Promise((settle, reject) => {
    resolve(name, { family, all: true }, (fault, found) => {
      if (fault !== null) return reject(fault);
      const addresses = found.map(({ address }) => address);
      settle(kept(addresses, keptWithoutTtlMs));
    });
  });
}

function kept<Entry>(records: readonly Entry[], keptMs: number): Timely<Entry> {
  if (records.length === 0) return { answer: { kind: 'none' }, keptMs: noneKeptMs };
  return { answer: { kind: 'found', records }, keptMs };
}

function failureOf(fault: unknown): Timely<never> {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'an unknown failure';
  if (code === 'ENOTFOUND' || code === 'ENODATA') return { answer: { kind: 'none' }, keptMs: noneKeptMs };
  return { answer: { kind: 'failed', reason: reasons[code] ?? code }, keptMs: failureKeptMs };
}

function withinLimit<Entry>(question: Promise<Timely<Entry>>, limitMs: number): Promise<Timely<Entry>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve({ answer: { kind: 'failed', reason: reasons['ETIMEOUT'] ?? '' }, keptMs: failureKeptMs });
    }, limitMs);
    question
      .finally(() => {
        clearTimeout(timer);
      })
      .then(resolve, reject);
  });
}

/** Answers by question. The same question that is asked again before its answer is asked once. */
class AnswerCache {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #kept = new Map<string, { readonly answer: Promise<unknown>; untilMs: number }>();

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock;
  }

  get<Entry>(question: string, ask: () => Promise<Timely<Entry>>): Promise<DnsAnswer<Entry>> {
    const key = question.toLowerCase();
    const known = this.#kept.get(key);
    if (known !== undefined && this.#clock.nowMs() < known.untilMs) return known.answer as Promise<DnsAnswer<Entry>>;
    const asked = ask();
    const answer = asked.then((timely) => timely.answer);
    const entry = { answer, untilMs: Infinity };
    this.#kept.delete(key);
    if (this.#kept.size >= maxKept) this.#forgetOldest();
    this.#kept.set(key, entry);
    void asked.then(({ keptMs }) => {
      entry.untilMs = this.#clock.nowMs() + keptMs;
    });
    return answer;
  }

  #forgetOldest(): void {
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}
