/** Connections to PostgreSQL, and programs run over them. */
import { Client, Pool, type PoolConfig, types } from 'pg';
import { type Program, type Row, SqlFault, type Statement, toPostgresql } from '../../store/index.ts';
import { faultOf } from './postgresql-fault.ts';

/** How long a connection may take, and each statement. */
export interface PostgresqlPatience {
  readonly connectMs: number;
  readonly statementMs: number;
  /** A whole batch, with connecting: what commits are told within. */
  readonly batchMs: number;
}

export const usualPatience: PostgresqlPatience = { connectMs: 2000, statementMs: 3000, batchMs: 4500 };

/** A transaction that its node has left behind gives up its locks after so long. */
const idleInTransactionMs = 5000;

/** bigint: all of ours are far below 2^53. */
const int8Oid = 20;

function configOf(url: string, { connectMs, statementMs }: PostgresqlPatience): PoolConfig {
  return {
    connectionString: url,
    application_name: 'outdial',
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    lock_timeout: statementMs,
    // The server may be gone without a word.
    query_timeout: statementMs + 500,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    keepAlive: true,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === int8Oid ? Number : types.getTypeParser(oid, format),
    },
  };
}

/** A connection for one kind of work at a time. */
interface Connection {
  query(query: {
    readonly name: string;
    readonly text: string;
    readonly values: unknown[];
  }): Promise<{ readonly rows: readonly Row[] }>;
}

const names = new Map<string, string>();

async function ask(connection: Connection, { sql, values }: Statement): Promise<readonly Row[]> {
  const text = toPostgresql(sql);
  let name = names.get(text);
  if (name === undefined) {
    name = `outdial_${names.size}`;
    names.set(text, name);
  }
  // PostgreSQL keeps no NUL in a text.
  const given = values.map((value) => (typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value));
  const { rows } = await connection.query({ name, text, values: given });
  return rows;
}

/** Runs a program, statement by statement. Throws an `SqlFault`. */
export async function execute<T>(connection: Connection, program: Program<T>): Promise<T> {
  let step = program.next([]);
  while (step.done !== true) {
    let rows: readonly Row[];
    try {
      rows = await ask(connection, step.value);
    } catch (error) {
      step = program.throw(faultOf(error));
      continue;
    }
    step = program.next(rows);
  }
  return step.value;
}

/** Opens the one connection that writes. */
export async function openWriter(url: string, patience: PostgresqlPatience): Promise<Client> {
  const client = new Client(configOf(url, patience));
  // Of a connection that breaks while nobody asks; who asks next is told.
  client.on('error', () => undefined);
  try {
    await client.connect();
    // What is answered must be on the disk, whatever the server's own default is.
    await client.query('set synchronous_commit = on');
    return client;
  } catch (error) {
    void client.end().catch(() => undefined);
    throw faultOf(error);
  }
}

export function openReaders(url: string, patience: PostgresqlPatience): Pool {
  const pool = new Pool({ ...configOf(url, patience), max: 4, idleTimeoutMillis: 30_000 });
  pool.on('error', () => undefined);
  return pool;
}

/** Rejects with a fault when `work` takes longer; what it does later is of no concern. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new SqlFault('unavailable', `no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
