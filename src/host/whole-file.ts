/** JSON files that are complete or not there at all, whatever the process or the disk does meanwhile. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../kit/index.ts';
import type { StoreFailure } from '../store/index.ts';

/** Makes the folder when it is not there. The file is readable by its owner only. Never rejects. */
export async function writeWholeFile(
  folder: string,
  name: string,
  content: object,
): Promise<Result<void, StoreFailure>> {
  // A name of its own for each write: two of the same file must not share one that is half written.
  const temporary = join(folder, `.${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeDurably(temporary, `${JSON.stringify(content, undefined, 2)}\n`);
    await rename(temporary, join(folder, name));
    await syncFolder(folder);
    return ok(undefined);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    return err(toStoreFailure(error));
  }
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
  return { kind: isFull ? 'disk-full' : 'failed', detail: `A file of a call could not be written (${code}).` };
}
