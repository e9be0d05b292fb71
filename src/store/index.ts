export type { CallRecordStore, StoreFailure } from './contract.ts';
export { createMemoryRecords, type MemoryRecords } from './memory-records.ts';
export type {
  CallCommand,
  CallQuery,
  Change,
  Delivery,
  DeliveryEndpoint,
  DeliveryReport,
  DeliveryState,
  DueQuery,
  DurableStore,
  IdempotencyKey,
  KeptAnswer,
  KeyClaim,
  NewCall,
  NewReport,
  NodeState,
  Owner,
  Page,
  SharedAdmission,
  Stored,
  StoredCall,
  StoredCallState,
  StoredEvent,
} from './durable-store.ts';
export { createMemoryStore } from './memory/memory-store.ts';
