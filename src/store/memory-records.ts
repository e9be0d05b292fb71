import { ok } from '../kit/index.ts';
import type { CallRecord } from '../reports/index.ts';
import type { CallRecordStore } from './contract.ts';

export interface MemoryRecords extends CallRecordStore {
  /** What is kept, oldest first. */
  records(): readonly CallRecord[];
}

/** Keeps the last `capacity` records as long as the process lives: for tests, and when no data folder is configured. */
export function createMemoryRecords(capacity = 1000): MemoryRecords {
  const kept = new Map<string, CallRecord>();
  return {
    async write(record) {
      kept.delete(record.vgwSessionID);
      kept.set(record.vgwSessionID, record);
      for (const oldest of kept.keys()) {
        if (kept.size <= capacity) break;
        kept.delete(oldest);
      }
      return ok(undefined);
    },
    records: () => [...kept.values()],
  };
}
