/** Traces of calls as files: `<dataDir>/<folder>/<vgwSessionID>.json`, each complete or not there at all. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, type JsonObject, readJsonText, type Result } from '../kit/index.ts';
import type { StoreFailure } from '../store/index.ts';
import { recordFileName } from './record-files.ts';
import { writeWholeFile } from './whole-file.ts';

/** One folder for each kind of trace: of SIP, and of what is exchanged with bots. */
export type TraceFolder = 'traces' | 'bot-exchanges';

/** Readable by their owner only: they hold numbers of people and what they said. Never rejects. */
export async function writeTraceFile(
  dataDir: string,
  folder: TraceFolder,
  trace: { readonly vgwSessionID: string },
): Promise<Result<void, StoreFailure>> {
  return writeWholeFile(join(dataDir, folder), traceFileName(trace.vgwSessionID), trace);
}

/** The trace of a session; undefined when there is none, or none that can be read. */
export async function readTraceFile(
  dataDir: string,
  folder: TraceFolder,
  sessionId: string,
): Promise<JsonObject | undefined> {
  const text = await readFile(join(dataDir, folder, traceFileName(sessionId)), 'utf8').catch(() => undefined);
  const parsed = text === undefined ? undefined : readJsonText(text);
  return parsed?.ok === true && isJsonObject(parsed.value.value) ? parsed.value.value : undefined;
}

/** No session can be called something that leads to another folder. */
export function traceFileName(sessionId: string): string {
  return `${recordFileName(sessionId)}.json`;
}
