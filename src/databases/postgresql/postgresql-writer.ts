/**
 * The one connection of a node that writes to PostgreSQL: a batch is a transaction. When the connection is lost it is
 * opened again by the next batch, at growing distances; until then batches fail at once.
 *
 * A connection lost at the very moment of a commit leaves open whether it took effect. The server knows by the number of
 * the transaction: it is asked before anything else is written, and a commit that turns out to have taken effect is
 * answered as done, also when its caller hands it over a second time.
 */
import type { Client } from 'pg';
import { err, type GatewayError, ok, type Result } from '../../kit/index.ts';
import { commitBatch, migrate, type Migrated, SqlFault, type Work } from '../../store/index.ts';
import { errorOfFault } from '../fault-error.ts';
import { execute, openWriter, type PostgresqlPatience, within } from './postgresql-connection.ts';
import { faultOf } from './postgresql-fault.ts';

type Outcome = Result<unknown, GatewayError>;

const firstPauseMs = 100;
const longestPauseMs = 2000;
const maxConflicts = 5;
/** So many commits are remembered as done although their callers were told otherwise. */
const maxRemembered = 10_000;
/** Of the lock under which tables are made: any number that is always the same. */
const schemaLock = 7_461_283;

/** A transaction of which nobody knows whether it took effect. */
interface Doubt {
  readonly transaction: string;
  readonly works: readonly Work[];
  readonly outcomes: readonly Outcome[];
}

export interface WriterOptions {
  readonly url: string;
  readonly patience: PostgresqlPatience;
  readonly nowMs: () => number;
}

export class PostgresqlWriter {
  readonly #options: WriterOptions;
  #client: Client | undefined = undefined;
  #doubt: Doubt | undefined = undefined;
  /** Counts connections that were given up: what they still do concerns nobody. */
  #life = 0;
  #pauseMs = 0;
  #closedUntilMs = 0;
  #lastFault = new SqlFault('unavailable', 'it was never reached');
  /** Commits that took effect although their callers were told that the database does not answer. */
  readonly #done = new Set<string>();

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** Makes or updates the tables. Throws an `SqlFault`. */
  async migrate(): Promise<Migrated> {
    const client = await this.#connected();
    await client.query('begin');
    await client.query(`select pg_advisory_xact_lock(${schemaLock})`);
    const migrated = await execute(client, migrate());
    await client.query('commit');
    return migrated;
  }

  /** Carries out a batch in one transaction. Never throws, and answers within `patience.batchMs`. */
  async run(works: readonly Work[]): Promise<readonly Outcome[]> {
    try {
      return await within(this.#options.patience.batchMs, this.#runUntilDone(works));
    } catch (error) {
      const fault = faultOf(error);
      if (fault.kind === 'unavailable') this.#lose(fault);
      return works.map(() => err(errorOfFault(fault.kind, fault.message)));
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #runUntilDone(works: readonly Work[]): Promise<readonly Outcome[]> {
    const client = await this.#connected();
    const todo = works.filter((work) => !this.#done.has(keyOf(work)));
    const outcomes = todo.length === 0 ? [] : await this.#transaction(client, todo);
    let next = 0;
    return works.map((work) => {
      if (this.#done.delete(keyOf(work))) return ok(undefined);
      return outcomes[next++] ?? err(errorOfFault('unavailable', 'it gave no outcome'));
    });
  }

  async #transaction(client: Client, works: readonly Work[]): Promise<readonly Outcome[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        await client.query('begin');
        const outcomes = await execute(client, commitBatch(works, 'many'));
        if (outcomes.every(({ ok }) => !ok)) {
          await client.query('rollback');
          return outcomes;
        }
        const { rows } = await client.query('select txid_current()::text as transaction');
        this.#doubt = { transaction: String(rows[0]?.transaction), works, outcomes };
        await client.query('commit');
        // Too late: the callers have been told that the database does not answer.
        if (this.#client !== client) throw new SqlFault('unavailable', 'the connection was given up');
        this.#doubt = undefined;
        return outcomes;
      } catch (error) {
        const fault = faultOf(error);
        if (fault.kind === 'unavailable' || this.#client !== client) throw fault;
        // The server answered: nothing took effect.
        this.#doubt = undefined;
        await client.query('rollback');
        if (fault.kind !== 'conflict' || attempt === maxConflicts) throw fault;
      }
    }
  }

  async #connected(): Promise<Client> {
    if (this.#client !== undefined) return this.#client;
    const { url, patience, nowMs } = this.#options;
    if (nowMs() < this.#closedUntilMs) throw this.#lastFault;
    const life = this.#life;
    const client = await openWriter(url, patience);
    try {
      await this.#askAboutDoubt(client);
      if (life !== this.#life) throw new SqlFault('unavailable', 'the connection was made too late');
    } catch (error) {
      void client.end().catch(() => undefined);
      throw error;
    }
    this.#client = client;
    this.#pauseMs = 0;
    return client;
  }

  /** Whether the transaction in doubt took effect. */
  async #askAboutDoubt(client: Client): Promise<void> {
    const doubt = this.#doubt;
    if (doubt === undefined) return;
    let status: unknown;
    try {
      const { rows } = await client.query('select txid_status($1::bigint) as status', [doubt.transaction]);
      status = rows[0]?.status;
    } catch (error) {
      // A number that the server never gave out: it crashed before it wrote anything of that transaction.
      if (faultOf(error).kind !== 'statement') throw error;
    }
    if (status === 'in progress') throw new SqlFault('unavailable', 'a transaction is still being decided');
    this.#doubt = undefined;
    if (status !== 'committed') return;
    for (const [index, work] of doubt.works.entries()) {
      if (work.type !== 'commit' || doubt.outcomes[index]?.ok !== true) continue;
      if (this.#done.size < maxRemembered) this.#done.add(keyOf(work));
    }
  }

  #lose(fault: SqlFault): void {
    this.#life++;
    const client = this.#client;
    this.#client = undefined;
    if (this.#options.nowMs() >= this.#closedUntilMs) {
      this.#lastFault = fault;
      this.#pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, this.#pauseMs * 2));
      this.#closedUntilMs = this.#options.nowMs() + this.#pauseMs;
    }
    // Whatever it was doing is cut off, not waited for.
    void client?.end().catch(() => undefined);
  }
}

function keyOf(work: Work): string {
  return work.type === 'commit' ? JSON.stringify(work.changes) : '';
}
