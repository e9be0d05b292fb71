import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';

/** Opens a recording of `<dataDir>/recordings` for reading; undefined when it is not there, or the name leads elsewhere. */
export async function openRecordingFile(
  dataDir: string,
  fileName: string,
): Promise<{ readonly sizeBytes: number; readonly stream: Readable } | undefined> {
  if (fileName !== basename(fileName) || fileName.startsWith('.')) return undefined;
  const path = join(dataDir, 'recordings', fileName);
  try {
    const file = await open(path, 'r');
    const { size: sizeBytes } = await file.stat();
    return { sizeBytes, stream: createReadStream(path, { fd: file, start: 0, end: Math.max(0, sizeBytes - 1) }) };
  } catch {
    return undefined;
  }
}
