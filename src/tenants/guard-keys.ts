/** The limits a tenant may have of its own, in the `outdial` block of its entry. No request may give them. */
import type { KeyRule } from './tenant-keys.ts';

export const guardKeys = {
  callsPerSecond: { use: 'setting', variable: 'OUTDIAL_CALLS_PER_SECOND', perCall: false },
  maxCalls: { use: 'setting', variable: 'OUTDIAL_TENANT_MAX_CALLS', perCall: false },
  minutesPerDay: { use: 'setting', variable: 'OUTDIAL_MINUTES_PER_DAY', perCall: false },
  allowedPrefixes: { use: 'setting', variable: 'OUTDIAL_ALLOWED_PREFIXES', perCall: false },
} as const satisfies Readonly<Record<string, KeyRule>>;
