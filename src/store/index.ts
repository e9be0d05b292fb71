export type { CallRecordStore, StoreFailure } from './contract.ts';
export type {
  CallCommand,
  CallQuery,
  Change,
  Delivery,
  DeliveryEndpoint,
  DeliveryReport,
  DeliveryState,
  DeliveryTry,
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
export {
  type CallFigures,
  type CallStatistics,
  type SlotLengthMs,
  slotLengthsMs,
  type StatisticsQuery,
  type Waits,
} from './statistics/contract.ts';
export { slotOf } from './statistics/tally.ts';
export { mostTries } from './durable-store.ts';
export { createMemoryStore } from './memory/memory-store.ts';
export { commitBatch, type Work } from './sql/commit-batch.ts';
export { toPostgresql, toSqlite } from './sql/dialect.ts';
export { createSqlStore, isRead, type Order, programOf } from './sql/operations.ts';
export { describeNewerSchema, migrate, type Migrated, newestSchema } from './sql/schema.ts';
export { type Program, type Row, SqlFault, type SqlFaultKind, type SqlValue, type Statement } from './sql/statement.ts';
