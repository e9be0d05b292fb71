import type { Settings } from '../config/index.ts';
import { ok, type Result } from '../kit/index.ts';
import { createMemoryStore, type DurableStore } from '../store/index.ts';

/** The store that the settings ask for. */
export function openStore(_settings: Settings): Promise<Result<DurableStore, string>> {
  return Promise.resolve(ok(createMemoryStore()));
}
