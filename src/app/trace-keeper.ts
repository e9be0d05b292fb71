/** Keeps traces of calls as files, beside the calls and never in their way. */
import type { CallTraces } from '../engine/index.ts';
import { readTraceFile, type TraceFolder, writeTraceFile } from '../host/index.ts';
import type { JsonObject } from '../kit/index.ts';
import { createFileKeeper, type FileKeeper } from './file-keeper.ts';
import type { GatewayLog } from './log.ts';

type Trace = { readonly vgwSessionID: string };

interface TraceKeeper extends FileKeeper<Trace> {
  /** The trace of a session, also when it is on its way to the disk. */
  read(sessionId: string): Promise<JsonObject | undefined>;
}

/** One for each kind of trace, under its name in `CallTraces`. */
export type TraceKeepers = Readonly<Record<keyof CallTraces, TraceKeeper>>;

export function createTraceKeepers(dataDir: string, log: Pick<GatewayLog, 'warn'>): TraceKeepers {
  return {
    sipTrace: createTraceKeeper(dataDir, 'traces', log),
    botExchanges: createTraceKeeper(dataDir, 'bot-exchanges', log),
  };
}

/** A trace that cannot be written is missed by nobody but its reader: the log says so. */
function createTraceKeeper(dataDir: string, folder: TraceFolder, log: Pick<GatewayLog, 'warn'>): TraceKeeper {
  const files = createFileKeeper<Trace>(async (trace) => {
    const written = await writeTraceFile(dataDir, folder, trace);
    if (written.ok) return;
    log.warn({ sessionId: trace.vgwSessionID, folder, reason: written.error.detail }, 'trace of a call not written');
  });
  return {
    ...files,
    async read(sessionId) {
      await files.settle();
      return readTraceFile(dataDir, folder, sessionId);
    },
  };
}
