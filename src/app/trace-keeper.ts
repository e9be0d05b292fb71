/** Keeps SIP traces as files, beside the calls and never in their way. */
import type { SipTrace } from '../engine/index.ts';
import { readTraceFile, writeTraceFile } from '../host/index.ts';
import type { JsonObject } from '../kit/index.ts';
import type { GatewayLog } from './log.ts';

export interface TraceKeeper {
  /** Begins to write a trace. One that cannot be written is missed by nobody but its reader: the log says so. */
  keep(trace: SipTrace): void;
  /** The trace of a session, also when it is on its way to the disk. */
  read(sessionId: string): Promise<JsonObject | undefined>;
  /** Resolves when what is being written now is. */
  settle(): Promise<void>;
}

export function createTraceKeeper(dataDir: string, log: Pick<GatewayLog, 'warn'>): TraceKeeper {
  const writing = new Set<Promise<void>>();

  async function write(trace: SipTrace): Promise<void> {
    const written = await writeTraceFile(dataDir, trace);
    if (written.ok) return;
    log.warn({ sessionId: trace.vgwSessionID, reason: written.error.detail }, 'SIP trace not written');
  }

  async function settle(): Promise<void> {
    await Promise.allSettled(writing);
  }

  return {
    keep(trace) {
      const done = write(trace).finally(() => writing.delete(done));
      writing.add(done);
    },
    async read(sessionId) {
      await settle();
      return readTraceFile(dataDir, sessionId);
    },
    settle,
  };
}
