/** What a tenant may spend: the limits against toll fraud (promise A4), as they are configured. */
export interface CallLimits {
  /** Whose counters they are. Requests of one tenant share them, by whatever name they asked for it. */
  readonly account: string;
  /** Calls started a second, on average; up to one second's worth may start at once. 0 = no limit. */
  readonly callsPerSecond: number;
  /** Calls at the same time. 0 = no limit. */
  readonly maxCalls: number;
  /** Minutes of answered calls in a UTC day. 0 = no limit. */
  readonly minutesPerDay: number;
  /** What a called number must begin with, such as `+39`; empty: anything. */
  readonly allowedPrefixes: readonly string[];
}

/** Most entries of a list of prefixes. */
const maxPrefixes = 1000;

/** `+1,+39` to its entries; undefined when an entry is no beginning of a telephone number. */
export function parsePrefixes(text: string): readonly string[] | undefined {
  const prefixes = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const isGood = prefixes.length <= maxPrefixes && prefixes.every((prefix) => /^\+?[\d*#]{1,15}$/.test(prefix));
  return isGood ? prefixes : undefined;
}
