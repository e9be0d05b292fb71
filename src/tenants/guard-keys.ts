/** The limits a tenant may have of its own, in the `outdial` block of its entry. No request may give them. */
import { inFile, type KeyRule } from './key-rule.ts';

export const guardKeys = {
  callsPerSecond: inFile('OUTDIAL_CALLS_PER_SECOND'),
  maxCalls: inFile('OUTDIAL_TENANT_MAX_CALLS'),
  minutesPerDay: inFile('OUTDIAL_MINUTES_PER_DAY'),
  allowedPrefixes: inFile('OUTDIAL_ALLOWED_PREFIXES'),
} as const satisfies Readonly<Record<string, KeyRule>>;
