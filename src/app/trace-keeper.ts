/** Keeps SIP traces as files, beside the calls and never in their way. */
import type { SipTrace } from '../engine/index.ts';
import { readTraceFile, writeTraceFile } from '../host/index.ts';
import type { JsonObject } from '../kit/index.ts';
import { createFileKeeper, type FileKeeper } from './file-keeper.ts';
import type { GatewayLog } from './log.ts';

export interface TraceKeeper extends FileKeeper<SipTrace> {
  /** The trace of a session, also when it is on its way to the disk. */
  read(sessionId: string): Promise<JsonObject | undefined>;
}

/** A trace that cannot be written is missed by nobody but its reader: the log says so. */
export function createTraceKeeper(dataDir: string, log: Pick<GatewayLog, 'warn'>): TraceKeeper {
  const files = createFileKeeper<SipTrace>(async (trace) => {
    const written = await writeTraceFile(dataDir, trace);
    if (written.ok) return;
    log.warn({ sessionId: trace.vgwSessionID, reason: written.error.detail }, 'SIP trace not written');
  });
  return {
    ...files,
    async read(sessionId) {
      await files.settle();
      return readTraceFile(dataDir, sessionId);
    },
  };
}
