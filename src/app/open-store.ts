import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../config/index.ts';
import { type OpenedStore, openPostgresqlStore, openSqliteStore } from '../databases/index.ts';
import { err, type GatewayError, ok, type Result } from '../kit/index.ts';
import type { DurableStore } from '../store/index.ts';

/** The SQLite file of the gateway, where there is no DATABASE_URL. */
export function databaseFile({ dataDir }: Settings): string {
  return join(dataDir, 'outdial.db');
}

/** Opens the database that the settings ask for, and makes or updates its tables. */
export async function openDatabase(settings: Settings): Promise<Result<OpenedStore, GatewayError>> {
  if (settings.databaseUrl !== undefined) return openPostgresqlStore({ url: settings.databaseUrl.reveal() });
  mkdirSync(settings.dataDir, { recursive: true });
  return openSqliteStore({ filePath: databaseFile(settings) });
}

/** The store that the settings ask for. */
export async function openStore(settings: Settings): Promise<Result<DurableStore, string>> {
  const opened = await openDatabase(settings);
  return opened.ok ? ok(opened.value.store) : err(opened.error.message);
}
