/** Keeps call records as files for people, beside the calls and never in their way. */
import { createRecordFiles } from '../host/index.ts';
import type { CallRecord } from '../reports/index.ts';
import { createFileKeeper, type FileKeeper } from './file-keeper.ts';
import type { GatewayLog } from './log.ts';

export type RecordKeeper = FileKeeper<CallRecord>;

export function createRecordKeeper(
  dataDir: string,
  log: Pick<GatewayLog, 'error'>,
  onOutcome: (outcome: 'written' | 'failed') => void,
): RecordKeeper {
  const files = createRecordFiles(dataDir);
  return createFileKeeper(async (record) => {
    const written = await files.write(record);
    onOutcome(written.ok ? 'written' : 'failed');
    if (written.ok) return;
    log.error({ sessionId: record.vgwSessionID, reason: written.error.detail }, 'call record not written');
  });
}
