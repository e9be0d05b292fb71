/** What crosses between the main thread and the thread of an SQLite file. */
import type { GatewayError, Result } from '../../kit/index.ts';
import type { Migrated, Work } from '../../store/index.ts';

export type ToSqliteThread = { readonly type: 'run'; readonly works: readonly Work[] } | { readonly type: 'close' };

export type FromSqliteThread =
  | { readonly type: 'opened'; readonly migrated: Migrated }
  | { readonly type: 'refused'; readonly error: GatewayError }
  /** Of the works of the last `run`, in their order. */
  | { readonly type: 'done'; readonly outcomes: readonly Result<unknown, GatewayError>[] }
  | { readonly type: 'closed' };
