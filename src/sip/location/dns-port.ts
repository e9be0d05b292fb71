/** What location asks of the domain name system. The real one lives in `host/`; it follows CNAME, caches and bounds the time. */

export interface NaptrRecord {
  /** The lowest goes first; among equals the lowest preference does (RFC 3403 §4.1). */
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  /** Such as `SIP+D2U`. */
  readonly service: string;
  /** The name to ask next. */
  readonly replacement: string;
}

export interface SrvRecord {
  /** The lowest goes first. */
  readonly priority: number;
  /** Share of the calls among records of one priority; 0 to 65535. */
  readonly weight: number;
  readonly port: number;
  /** A name with addresses; `.` says that there is no such service (RFC 2782). */
  readonly target: string;
}

export type DnsAnswer<Entry> =
  /** At least one. */
  | { readonly kind: 'found'; readonly records: readonly Entry[] }
  /** The name does not exist, or has no record of this type. */
  | { readonly kind: 'none' }
  /** Nobody answered in time, or a server could not: SERVFAIL, REFUSED. `reason` is a word or two for people. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Nothing here rejects, and every answer comes within a bounded time. */
export interface Dns {
  naptr(name: string): Promise<DnsAnswer<NaptrRecord>>;
  srv(name: string): Promise<DnsAnswer<SrvRecord>>;
  /** IPv4 (A) or IPv6 addresses (AAAA), without brackets. */
  addresses(name: string, family: 4 | 6): Promise<DnsAnswer<string>>;
}
