import type { DurableStore, Migrated } from '../store/index.ts';

export interface OpenedStore {
  readonly store: DurableStore;
  /** The schema as it was found, and as it is now. */
  readonly migrated: Migrated;
}
