/** Whether a directory takes files: asked by writing one, because permissions alone do not tell of a full or lost disk. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../kit/index.ts';

/**
 * Makes the directory if need be, writes a small file in it and removes it. The error is the system's code or words, such
 * as `EACCES`. A file system that hangs is given up after `limitMs`; never rejects.
 */
export async function checkWritableDirectory(path: string, limitMs: number): Promise<Result<void, string>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Result<void, string>>((resolve) => {
    timer = setTimeout(() => {
      resolve(err(`no answer within ${limitMs} ms`));
    }, limitMs);
  });
  const outcome = await Promise.race([tryToWrite(path), late]);
  clearTimeout(timer);
  return outcome;
}

async function tryToWrite(path: string): Promise<Result<void, string>> {
  const file = join(path, `.writable-${randomUUID()}`);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await writeFile(file, 'ok', { flag: 'wx', mode: 0o600 });
    await rm(file);
    return ok(undefined);
  } catch (error) {
    await rm(file, { force: true }).catch(() => {});
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return err(typeof code === 'string' ? code : String(error));
  }
}
