import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../config/index.ts';
import { openSqliteStore } from '../databases/index.ts';
import { err, ok, type Result } from '../kit/index.ts';
import type { DurableStore } from '../store/index.ts';

/** The store that the settings ask for. */
export async function openStore(settings: Settings): Promise<Result<DurableStore, string>> {
  mkdirSync(settings.dataDir, { recursive: true });
  const opened = await openSqliteStore({ filePath: join(settings.dataDir, 'outdial.db') });
  return opened.ok ? ok(opened.value.store) : err(opened.error.message);
}
