import { Worker } from 'node:worker_threads';
import { err, type GatewayError, gatewayError, type Result } from '../../kit/index.ts';
import type { BackupOrder } from './sqlite-backup-thread.ts';

/** Writes a consistent copy of an SQLite file, which may be in use, to a file that does not exist yet. Never rejects. */
export function backupSqlite(filePath: string, intoFilePath: string): Promise<Result<void, GatewayError>> {
  const workerData: BackupOrder = { filePath, intoFilePath };
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./sqlite-backup-thread.js', import.meta.url), { workerData });
    let outcome: Result<void, GatewayError> = err(gatewayError('store.unavailable', 'The copy was not finished.'));
    worker.on('message', (result: Result<void, GatewayError>) => (outcome = result));
    worker.on('error', (error) => (outcome = err(gatewayError('store.unavailable', String(error)))));
    worker.on('exit', () => resolve(outcome));
  });
}
