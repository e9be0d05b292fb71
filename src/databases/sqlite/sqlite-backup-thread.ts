/** Entry of a thread that copies an SQLite file while it is in use: a reader of its own, which holds up no commit. */
import { closeSync, existsSync, fsyncSync, openSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { err, gatewayError, ok, type GatewayError, type Result } from '../../kit/index.ts';
import { errorOfFault } from '../fault-error.ts';
import { faultOf, openFile } from './sqlite-database.ts';

export interface BackupOrder {
  readonly filePath: string;
  readonly intoFilePath: string;
}

function copy({ filePath, intoFilePath }: BackupOrder): Result<void, GatewayError> {
  if (!existsSync(filePath)) return refuse(`There is no database ${filePath}.`);
  if (existsSync(intoFilePath)) return refuse(`${intoFilePath} exists already. Name a file that does not.`);
  try {
    // It holds what the original holds: nobody else may read it either.
    closeSync(openSync(intoFilePath, 'ax', 0o600));
    const connection = openFile(filePath);
    try {
      connection.prepare('vacuum into ?1').all([intoFilePath]);
    } finally {
      connection.close();
    }
    const handle = openSync(intoFilePath, 'r+');
    fsyncSync(handle);
    closeSync(handle);
    return ok(undefined);
  } catch (error) {
    const { kind, message } = faultOf(error);
    return err(errorOfFault(kind, message));
  }
}

function refuse(sentence: string): Result<void, GatewayError> {
  return err(gatewayError('store.unavailable', sentence));
}

parentPort?.postMessage(copy(workerData as BackupOrder));
