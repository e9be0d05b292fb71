/** Entry of the thread of an SQLite file: an fsync blocks, and must block nothing else. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { errorOfFault } from '../fault-error.ts';
import { faultOf, SqliteDatabase, type SqliteFile } from './sqlite-database.ts';
import type { FromSqliteThread, ToSqliteThread } from './sqlite-messages.ts';

function serve(port: MessagePort, file: SqliteFile): void {
  const tell = (message: FromSqliteThread): void => port.postMessage(message);
  let database: SqliteDatabase;
  try {
    database = new SqliteDatabase(file);
  } catch (error) {
    const { kind, message } = faultOf(error);
    tell({ type: 'refused', error: errorOfFault(kind, message) });
    port.close();
    return;
  }
  port.on('message', (message: ToSqliteThread) => {
    switch (message.type) {
      case 'run':
        tell({ type: 'done', outcomes: database.run(message.works) });
        return;
      case 'close':
        database.close();
        tell({ type: 'closed' });
        port.close();
        return;
      default:
        message satisfies never;
    }
  });
  tell({ type: 'opened', migrated: database.migrated });
}

if (parentPort !== null) serve(parentPort, workerData as SqliteFile);
