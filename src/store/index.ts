export type { CallRecordStore, StoreFailure } from './contract.ts';
export { createMemoryRecords, type MemoryRecords } from './memory-records.ts';
