/** Records of calls as files: `<dataDir>/calls/<vgwSessionID>.json`, each complete or not there at all. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CallRecordStore } from '../store/index.ts';
import { writeWholeFile } from './whole-file.ts';

/** Opens the store; the folder is made at the first write. Files are readable by their owner only: they hold what people said. */
export function createRecordFiles(dataDir: string): CallRecordStore {
  const folder = join(dataDir, 'calls');
  return {
    write: async (record) => writeWholeFile(folder, `${recordFileName(record.vgwSessionID)}.json`, record),
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
