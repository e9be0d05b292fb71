/** The store in one SQLite file, as the main thread sees it. */
import { Worker } from 'node:worker_threads';
import { err, type GatewayError, gatewayError, ok, type Result } from '../../kit/index.ts';
import { createSqlStore, type Migrated, type Work } from '../../store/index.ts';
import type { OpenedStore } from '../opened-store.ts';
import { createWorkQueue } from '../work-queue.ts';
import { backupSqlite } from './backup-sqlite.ts';
import type { SqliteFile } from './sqlite-database.ts';
import type { FromSqliteThread, ToSqliteThread } from './sqlite-messages.ts';

type Outcome = Result<unknown, GatewayError>;

/** The thread of a file; `undefined` answers to nothing. */
class SqliteThread {
  readonly #worker: Worker;
  #onMessage: (message: FromSqliteThread | undefined) => void = () => undefined;
  #isGone = false;

  constructor(file: SqliteFile) {
    this.#worker = new Worker(new URL('./sqlite-thread.js', import.meta.url), { workerData: file });
    this.#worker.on('message', (message: FromSqliteThread) => this.#onMessage(message));
    this.#worker.on('error', () => undefined);
    this.#worker.on('exit', () => {
      this.#isGone = true;
      this.#onMessage(undefined);
    });
  }

  /** What the thread says next; undefined when it has ended. */
  listen(): Promise<FromSqliteThread | undefined> {
    if (this.#isGone) return Promise.resolve(undefined);
    return new Promise((resolve) => (this.#onMessage = resolve));
  }

  ask(message: ToSqliteThread): Promise<FromSqliteThread | undefined> {
    const answer = this.listen();
    this.#worker.postMessage(message);
    return answer;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

async function startThread(
  file: SqliteFile,
): Promise<Result<{ readonly thread: SqliteThread; readonly migrated: Migrated }, GatewayError>> {
  const thread = new SqliteThread(file);
  const first = await thread.listen();
  if (first?.type === 'opened') return ok({ thread, migrated: first.migrated });
  await thread.end();
  return err(first?.type === 'refused' ? first.error : threadEnded());
}

function threadEnded(): GatewayError {
  return gatewayError('store.unavailable', 'The thread of the database ended.');
}

/** Opens the file, makes or updates its tables, and holds it until `close`: no other process may have it open. */
export async function openSqliteStore(file: SqliteFile): Promise<Result<OpenedStore, GatewayError>> {
  const started = await startThread(file);
  if (!started.ok) return started;
  const { migrated } = started.value;
  let thread: SqliteThread | undefined = started.value.thread;

  async function run(works: readonly Work[]): Promise<readonly Outcome[]> {
    if (thread === undefined) {
      const again = await startThread(file);
      if (!again.ok) return works.map(() => again);
      thread = again.value.thread;
    }
    const answer = await thread.ask({ type: 'run', works });
    if (answer?.type === 'done') return answer.outcomes;
    thread = undefined;
    return works.map(() => err(threadEnded()));
  }

  const queue = createWorkQueue(run);
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    await queue.close();
    await thread?.ask({ type: 'close' });
    await thread?.end();
    thread = undefined;
  }

  const store = createSqlStore({
    name: 'sqlite',
    commit: (changes) => queue.add({ type: 'commit', changes }) as Promise<Result<void, GatewayError>>,
    run: (order) => queue.add({ type: 'order', order }),
    backup: (filePath) => backupSqlite(file.filePath, filePath),
    close: () => (closing ??= close()),
  });
  return ok({ store, migrated });
}
