import type { KeyNotice } from './read-keys.ts';

/** One sentence per reason, naming every key once, however many tenants have it. `prefix` stands before each key. */
export function summarizeNotices(notices: readonly KeyNotice[], prefix: string): readonly string[] {
  const keysByReason = new Map<string, Set<string>>();
  for (const { key, why } of notices) {
    const keys = keysByReason.get(why) ?? new Set();
    keysByReason.set(why, keys.add(`${prefix}${key}`));
  }
  return [...keysByReason].map(([why, keys]) => `${[...keys].join(', ')}: no effect yet, because ${why}.`);
}
