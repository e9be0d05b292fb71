/**
 * Entry of the thread that writes recordings, one for each media thread. It writes one block after the other and waits for the disk:
 * a disk that hangs holds up this thread alone, and none of the few threads of Node's pool, which the whole process shares.
 */
import { closeSync, ftruncateSync, mkdirSync, openSync, statfsSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { encodeWavHeader, type WavFormat } from '../audio/index.ts';
import { monotonicClock } from './monotonic-clock.ts';
import type { FromRecordingThread, RecordingThreadOptions, ToRecordingThread } from './recording-messages.ts';
import type { ThreadNews } from './restarting-thread.ts';

const headerBytes = 44;

interface OpenFile {
  readonly file: number;
  readonly folder: string;
  readonly format: WavFormat;
  /** Behind the header. */
  byteCount: number;
}

function post(message: FromRecordingThread | ThreadNews): void {
  parentPort?.postMessage(message);
}

const files = new Map<number, OpenFile>();

/** How long free space counts as known. */
const roomKnownMs = 1000;
let roomCheckedAtMs = -Infinity;
let freeBytes = 0;

/** What else is on this disk (calls, records, webhooks) needs room, too. All recordings lie in one folder. */
function checkRoom(folder: string): void {
  const { reserveBytes } = workerData as RecordingThreadOptions;
  if (reserveBytes === 0) return;
  const nowMs = monotonicClock.nowMs();
  if (nowMs - roomCheckedAtMs >= roomKnownMs) {
    const { bavail, bsize } = statfsSync(folder);
    freeBytes = bavail * bsize;
    roomCheckedAtMs = nowMs;
  }
  if (freeBytes >= reserveBytes) return;
  throw new Error(`Less than ${reserveBytes / 1024 / 1024} MiB are free on its disk (OUTDIAL_RECORDING_RESERVE).`);
}

function writeAll(file: number, bytes: Uint8Array, position: number, onWritten: (byteCount: number) => void): void {
  for (let at = 0; at < bytes.length;) {
    const count = writeSync(file, bytes, at, bytes.length - at, position + at);
    at += count;
    onWritten(count);
  }
}

function onMessage(message: Exclude<ToRecordingThread, { readonly type: 'shutdown' }>): void {
  const { id } = message;
  switch (message.type) {
    case 'open': {
      const { filePath, format } = message;
      const folder = dirname(filePath);
      mkdirSync(folder, { recursive: true });
      checkRoom(folder);
      // Recordings are personal data: for the owner of the process only.
      const opened: OpenFile = { file: openSync(filePath, 'w', 0o600), folder, format, byteCount: 0 };
      files.set(id, opened);
      writeAll(opened.file, encodeWavHeader(format), 0, () => undefined);
      return;
    }
    case 'append': {
      const opened = files.get(id);
      if (opened === undefined) return;
      checkRoom(opened.folder);
      const { bytes } = message;
      const place = headerBytes + opened.byteCount;
      writeAll(opened.file, bytes, place, (count) => (opened.byteCount += count));
      post({ type: 'written', id, byteCount: bytes.length });
      return;
    }
    case 'skip': {
      const opened = files.get(id);
      if (opened !== undefined) opened.byteCount += message.byteCount;
      return;
    }
    case 'close':
      finish(id);
      return;
    default:
      return message satisfies never;
  }
}

/** Says how long the audio is. */
function finish(id: number): void {
  const opened = files.get(id);
  files.delete(id);
  if (opened !== undefined) complete(id, opened);
  post({ type: 'finished', id });
}

function complete(id: number, { file, format, byteCount }: OpenFile): void {
  try {
    // Silence at the end has to be there, too.
    ftruncateSync(file, headerBytes + byteCount);
    writeAll(file, encodeWavHeader(format, byteCount), 0, () => undefined);
  } catch (error) {
    post({ type: 'failed', id, message: messageOf(error) });
  } finally {
    closeSync(file);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

parentPort?.on('message', (message: ToRecordingThread) => {
  if (message.type === 'shutdown') {
    for (const id of files.keys()) finish(id);
    post({ type: 'done' });
    return;
  }
  try {
    onMessage(message);
  } catch (error) {
    post({ type: 'failed', id: message.id, message: messageOf(error) });
    finish(message.id);
  }
});
post({ type: 'ready' });
