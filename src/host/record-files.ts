/** Records of calls as files: `<dataDir>/calls/<vgwSessionID>.json`, each complete or not there at all. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok } from '../kit/index.ts';
import type { CallRecordStore, StoreFailure } from '../store/index.ts';

/** Opens the store; the folder is made at the first write. Files are readable by their owner only: they hold what people said. */
export function createRecordFiles(dataDir: string): CallRecordStore {
  const folder = join(dataDir, 'calls');
  return {
    async write(record) {
      const path = join(folder, `${recordFileName(record.vgwSessionID)}.json`);
      // A name of its own for each write: two of the same session must not share a file that is half written.
      const temporary = join(folder, `.${randomUUID()}.tmp`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeDurably(temporary, `${JSON.stringify(record, undefined, 2)}\n`);
        await rename(temporary, path);
        await syncFolder(folder);
        return ok(undefined);
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {});
        return err(toStoreFailure(error));
      }
    },
  };
}

/**
 * A session's name as that of a file: letters, digits, `.`, `_` and `-`, at most 120 of them, never hidden. A name that
 * had to be changed ends in a digest of the original, so that two sessions never share a file.
 */
export function recordFileName(sessionId: string): string {
  const plain = sessionId.replaceAll(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_');
  if (plain === sessionId && plain.length <= 120 && plain !== '') return plain;
  const digest = createHash('sha256').update(sessionId).digest('hex').slice(0, 16);
  return `${plain.slice(0, 100)}-${digest}`;
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text, 'utf8');
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is durable only once its folder is. Systems that cannot sync a folder do without. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  if (folder === undefined) return;
  try {
    await folder.sync().catch(() => {});
  } finally {
    await folder.close();
  }
}

function toStoreFailure(error: unknown): StoreFailure {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return { kind: isFull ? 'disk-full' : 'failed', detail: `The record of a call could not be written (${code}).` };
}
