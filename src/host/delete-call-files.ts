/** The files of one call: its record, its recording and its traces, found by the session's name and in no other folder. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../kit/index.ts';
import { recordFileName } from './record-files.ts';
import { type TraceFolder, traceFileName } from './trace-files.ts';

/** Deletes the record of a session. The value: how many files there were. */
export function deleteRecordFile(dataDir: string, sessionId: string): Promise<Result<number, string>> {
  const wanted = `${recordFileName(sessionId)}.json`;
  return deleteIn(join(dataDir, 'calls'), (name) => name === wanted);
}

/** Deletes what was recorded of a session (specification §9.1: `<session id>-audio.wav`). */
export function deleteRecordings(dataDir: string, sessionId: string): Promise<Result<number, string>> {
  const wanted = `${sessionId}-audio.wav`;
  return deleteIn(join(dataDir, 'recordings'), (name) => name === wanted);
}

/** Deletes a trace of a session. */
export function deleteTraceFile(
  dataDir: string,
  folder: TraceFolder,
  sessionId: string,
): Promise<Result<number, string>> {
  const wanted = traceFileName(sessionId);
  return deleteIn(join(dataDir, folder), (name) => name === wanted);
}

/** By comparing names, so that no session can be called something that leads to another folder. */
async function deleteIn(folder: string, isWanted: (name: string) => boolean): Promise<Result<number, string>> {
  try {
    const names = (await readdir(folder)).filter((name) => isWanted(name));
    for (const name of names) await rm(join(folder, name), { force: true });
    return ok(names.length);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return code === 'ENOENT' ? ok(0) : err(`The folder cannot be cleared (${code}).`);
  }
}
