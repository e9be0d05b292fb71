/** The store in a PostgreSQL that any number of nodes share. */
import { err, type GatewayError, gatewayError, ok, type Result } from '../../kit/index.ts';
import { createSqlStore, describeNewerSchema, isRead, newestSchema, type Order, programOf } from '../../store/index.ts';
import { errorOfFault } from '../fault-error.ts';
import type { OpenedStore } from '../opened-store.ts';
import { createWorkQueue } from '../work-queue.ts';
import { execute, openReaders, type PostgresqlPatience, usualPatience } from './postgresql-connection.ts';
import { faultOf } from './postgresql-fault.ts';
import { PostgresqlWriter } from './postgresql-writer.ts';

export interface PostgresqlPlace {
  /** `postgresql://user:password@host:port/database`, TLS by `?sslmode=verify-full`. */
  readonly url: string;
  readonly patience?: PostgresqlPatience;
}

type Outcome = Result<unknown, GatewayError>;
type Works = Parameters<PostgresqlWriter['run']>[0];

/**
 * What waited through an outage comes all at once. A transaction of everything would never be done in time, and be tried for ever:
 * each change is some round trips.
 */
const batchLimits = {
  works: 512,
  weight: 256,
  weigh: (work: Works[number]) => (work.type === 'commit' ? work.changes.length : 1),
};

/** Connects and makes or updates the tables. While the database is away later on, everything is `store.unavailable`. */
export async function openPostgresqlStore(place: PostgresqlPlace): Promise<Result<OpenedStore, GatewayError>> {
  const { url, patience = usualPatience } = place;
  const writer = new PostgresqlWriter({ url, patience, nowMs: () => performance.now() });
  let migrated;
  try {
    migrated = await writer.migrate();
  } catch (error) {
    await writer.close();
    const { kind, message } = faultOf(error);
    return err(errorOfFault(kind, message));
  }
  if (migrated.now > newestSchema) {
    await writer.close();
    return err(gatewayError('store.unavailable', describeNewerSchema('The database of DATABASE_URL', migrated.now)));
  }
  const readers = openReaders(url, patience);
  const queue = createWorkQueue((works: Works) => writer.run(works), batchLimits);

  async function ask(order: Order): Promise<Outcome> {
    try {
      const client = await readers.connect();
      let failed: Error | undefined;
      try {
        return await execute(client, programOf(order));
      } catch (error) {
        failed = error instanceof Error ? error : new Error(String(error));
        throw error;
      } finally {
        client.release(failed);
      }
    } catch (error) {
      const { kind, message } = faultOf(error);
      return err(errorOfFault(kind, message));
    }
  }

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    await queue.close();
    await Promise.all([writer.close(), readers.end()]);
  }

  const store = createSqlStore({
    name: 'postgresql',
    commit: (changes) => queue.add({ type: 'commit', changes }) as Promise<Result<void, GatewayError>>,
    // A sign of life is one statement, and must not wait behind what an outage has left.
    run: (order) => (isRead(order) || order.name === 'renewLease' ? ask(order) : queue.add({ type: 'order', order })),
    backup: async () =>
      err(gatewayError('store.unavailable', 'PostgreSQL has tools of its own for copies, such as pg_dump.')),
    close: () => (closing ??= close()),
  });
  return ok({ store, migrated });
}
