import { databaseFile, localAddresses, openDatabase } from '../../app/index.ts';
import { type Environment, readSettings, type Settings } from '../../config/index.ts';
import { backupSqlite } from '../../databases/index.ts';
import type { StoreOrder } from './store-commands.ts';

/** What is printed, and the exit code: 1 when it failed. */
export interface StoreReport {
  readonly text: string;
  readonly exitCode: number;
}

export async function runStoreCommand(order: StoreOrder, environment: Environment): Promise<StoreReport> {
  const read = readSettings(environment, { localAddresses: localAddresses() });
  if (!read.ok)
    return failed(read.error.map(({ variable, reason, fix }) => `${variable}: ${reason}. ${fix}`).join('\n'));
  const { settings } = read.value;
  switch (order.command) {
    case 'backup':
      return backup(order.file, settings);
    case 'migrate':
      return migrate(settings);
    default:
      return order satisfies never;
  }
}

async function backup(file: string, settings: Settings): Promise<StoreReport> {
  if (settings.databaseUrl !== undefined) {
    return failed('DATABASE_URL names a PostgreSQL, which has tools of its own for copies, such as pg_dump.');
  }
  const copied = await backupSqlite(databaseFile(settings), file);
  return copied.ok
    ? { text: `${databaseFile(settings)} copied to ${file}`, exitCode: 0 }
    : failed(copied.error.message);
}

async function migrate(settings: Settings): Promise<StoreReport> {
  const opened = await openDatabase(settings);
  if (!opened.ok) return failed(opened.error.message);
  const { store, migrated } = opened.value;
  await store.close();
  const text =
    migrated.before === migrated.now
      ? `The tables are up to date: schema ${migrated.now} (${store.name}).`
      : `The tables were brought from schema ${migrated.before} to ${migrated.now} (${store.name}).`;
  return { text, exitCode: 0 };
}

function failed(text: string): StoreReport {
  return { text, exitCode: 1 };
}
