/** SIP traces of calls as files: `<dataDir>/traces/<vgwSessionID>.json`, each complete or not there at all. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SipTrace } from '../engine/index.ts';
import { isJsonObject, type JsonObject, readJsonText, type Result } from '../kit/index.ts';
import type { StoreFailure } from '../store/index.ts';
import { recordFileName } from './record-files.ts';
import { writeWholeFile } from './whole-file.ts';

/** Readable by their owner only: they hold numbers of people. Never rejects. */
export async function writeTraceFile(dataDir: string, trace: SipTrace): Promise<Result<void, StoreFailure>> {
  return writeWholeFile(join(dataDir, 'traces'), traceFileName(trace.vgwSessionID), trace);
}

/** The trace of a session; undefined when there is none, or none that can be read. */
export async function readTraceFile(dataDir: string, sessionId: string): Promise<JsonObject | undefined> {
  const text = await readFile(join(dataDir, 'traces', traceFileName(sessionId)), 'utf8').catch(() => undefined);
  const parsed = text === undefined ? undefined : readJsonText(text);
  return parsed?.ok === true && isJsonObject(parsed.value.value) ? parsed.value.value : undefined;
}

/** No session can be called something that leads to another folder. */
export function traceFileName(sessionId: string): string {
  return `${recordFileName(sessionId)}.json`;
}
