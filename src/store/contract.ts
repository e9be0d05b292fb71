/** Where records of calls are kept. */
import type { Result } from '../kit/index.ts';
import type { CallRecord } from '../reports/index.ts';

export interface StoreFailure {
  readonly kind: 'disk-full' | 'failed';
  /** One sentence with the system's own word for it. */
  readonly detail: string;
}

export interface CallRecordStore {
  /**
   * Keeps a record; when it resolves well the record survives a crash of the process and of the machine (as far as the
   * store is durable at all). A second record of the same session replaces the first. Never rejects.
   */
  write(record: CallRecord): Promise<Result<void, StoreFailure>>;
}
