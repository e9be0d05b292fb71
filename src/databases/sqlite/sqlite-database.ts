/**
 * One SQLite file, opened by one process at a time: WAL, `synchronous=FULL` (what is committed is on the disk), mode 0600.
 * Everything here blocks; it runs in a thread of its own.
 */
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import Database from 'libsql';
import { err, type GatewayError, type Result } from '../../kit/index.ts';
import {
  commitBatch,
  describeNewerSchema,
  isRead,
  migrate,
  type Migrated,
  newestSchema,
  type Program,
  programOf,
  SqlFault,
  toSqlite,
  type Row,
  type Statement,
  type Work,
} from '../../store/index.ts';
import { errorOfFault } from '../fault-error.ts';

export interface SqliteFile {
  readonly filePath: string;
  /** The file grows no further; beyond it commits fail with `store.full`. Absent: as far as the disk allows. */
  readonly maxSizeBytes?: number;
}

type Outcome = Result<unknown, GatewayError>;
type Connection = Database.Database;

const pageSizeBytes = 4096;
const busyPatienceMs = 2000;

export class SqliteDatabase {
  readonly #file: SqliteFile;
  readonly #lock: Connection;
  #connection: Connection | undefined = undefined;
  readonly #statements = new Map<string, Database.Statement>();
  readonly migrated: Migrated;

  /** Throws an `SqlFault` whose message says what stands in the way. */
  constructor(file: SqliteFile) {
    this.#file = file;
    this.#lock = lockFile(file.filePath);
    try {
      this.#open();
      this.migrated = this.#inTransaction(migrate());
    } catch (error) {
      this.close();
      throw error;
    }
    if (this.migrated.now > newestSchema) {
      this.close();
      throw new SqlFault('unavailable', describeNewerSchema(file.filePath, this.migrated.now));
    }
  }

  /** Does all that writes in one transaction, then the reads. Never throws. */
  run(works: readonly Work[]): readonly Outcome[] {
    const outcomes: Outcome[] = [];
    const writes = works.filter((work) => !isReading(work));
    const written = writes.length === 0 ? [] : this.#commit(writes);
    let next = 0;
    for (const work of works) {
      const outcome = isReading(work) ? this.#read(work) : written[next++];
      if (outcome !== undefined) outcomes.push(outcome);
    }
    return outcomes;
  }

  close(): void {
    this.#closeConnection();
    this.#lock.close();
  }

  #commit(works: readonly Work[]): readonly Outcome[] {
    try {
      return this.#inTransaction(commitBatch(works, 'one'));
    } catch (error) {
      const failed = this.#failed(error);
      return works.map(() => failed);
    }
  }

  #read(work: Work & { readonly type: 'order' }): Outcome {
    try {
      return this.#execute(programOf(work.order));
    } catch (error) {
      return this.#failed(error);
    }
  }

  #failed(error: unknown): Outcome {
    const { kind, message } = faultOf(error);
    // A connection that cannot read or write its files may be in no state to go on: the next work opens another.
    if (kind === 'unavailable') this.#closeConnection();
    return err(errorOfFault(kind, message));
  }

  #inTransaction<T>(program: Program<T>): T {
    const connection = this.#open();
    this.#do({ sql: 'begin immediate', values: [] });
    try {
      const value = this.#execute(program);
      this.#do({ sql: 'commit', values: [] });
      return value;
    } catch (error) {
      // SQLite has rolled back by itself after some faults.
      if (connection.inTransaction) connection.exec('rollback');
      throw error;
    }
  }

  #execute<T>(program: Program<T>): T {
    this.#open();
    let step = program.next([]);
    while (step.done !== true) {
      let rows: readonly Row[];
      try {
        rows = this.#do(step.value);
      } catch (error) {
        step = program.throw(faultOf(error));
        continue;
      }
      step = program.next(rows);
    }
    return step.value;
  }

  #do({ sql, values }: Statement): readonly Row[] {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#open().prepare(toSqlite(sql));
      this.#statements.set(sql, statement);
    }
    return statement.all([...values]) as readonly Row[];
  }

  #open(): Connection {
    if (this.#connection !== undefined) return this.#connection;
    const { filePath, maxSizeBytes } = this.#file;
    const connection = openFile(filePath);
    this.#connection = connection;
    try {
      connection.pragma('journal_mode = wal');
      connection.pragma('synchronous = full');
      if (maxSizeBytes !== undefined) {
        connection.pragma(`max_page_count = ${Math.ceil(maxSizeBytes / pageSizeBytes)}`);
      }
    } catch (error) {
      this.#closeConnection();
      throw error;
    }
    return connection;
  }

  #closeConnection(): void {
    this.#statements.clear();
    this.#connection?.close();
    this.#connection = undefined;
  }
}

function isReading(work: Work): work is Work & { readonly type: 'order' } {
  return work.type === 'order' && isRead(work.order);
}

/** Opens a database file, which is created readable by its owner alone. */
export function openFile(filePath: string): Connection {
  // Never opened by anything but SQLite while SQLite has it open: closing any handle would give up its locks.
  if (existsSync(filePath)) chmodSync(filePath, 0o600);
  else closeSync(openSync(filePath, 'ax', 0o600));
  return new Database(filePath, { timeout: busyPatienceMs });
}

/**
 * Holds a lock of the operating system in a file beside the database, which ends with the process however it ends.
 */
function lockFile(filePath: string): Connection {
  let lock: Connection | undefined;
  try {
    lock = openFile(`${filePath}.lock`);
    lock.pragma('busy_timeout = 0');
    lock.exec('begin exclusive');
    return lock;
  } catch (error) {
    lock?.close();
    const { kind, message } = faultOf(error);
    if (!/locked/.test(message)) throw new SqlFault(kind, `${filePath} cannot be opened: ${message}`);
    throw new SqlFault(
      'unavailable',
      `${filePath} is in use by another outdial process. Stop it, or give this one another OUTDIAL_DATA_DIR; several processes share a PostgreSQL (DATABASE_URL)`,
    );
  }
}

/** What a driver's error means. */
export function faultOf(error: unknown): SqlFault {
  if (error instanceof SqlFault) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (
    /^SQLITE_(?:FULL|READONLY|IOERR_(?:WRITE|SHM|TRUNCATE))/.test(code) ||
    /^(?:ENOSPC|EROFS|EACCES|EDQUOT)/.test(code)
  ) {
    return new SqlFault('full', message);
  }
  const isStatement = /^SQLITE_(?:CONSTRAINT|MISMATCH|ERROR|RANGE|TOOBIG|MISUSE)/.test(code);
  return new SqlFault(isStatement ? 'statement' : 'unavailable', message);
}
