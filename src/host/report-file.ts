/**
 * Reports as lines of JSON in a file: appended and synced batch by batch, moved aside (`name.1`, `name.2`, ...) before it
 * would grow over its size.
 */
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { QueuedReport, ReportSink, Verdict } from '../reporting/index.ts';

export interface ReportFileOrder {
  readonly path: string;
  readonly maxSizeBytes: number;
  /** Files beside the present one; the oldest is deleted. */
  readonly keptFiles: number;
}

export interface ReportFile extends ReportSink {
  close(): Promise<void>;
}

/** Lines written and synced together. */
const batchSize = 500;

export function openReportFile(order: ReportFileOrder): ReportFile {
  return new LineFile(order);
}

class LineFile implements ReportFile {
  readonly batchSize = batchSize;
  readonly parallel = 1;
  readonly #order: ReportFileOrder;
  #file: FileHandle | undefined;
  #sizeBytes = 0;

  constructor(order: ReportFileOrder) {
    this.#order = order;
  }

  async send(reports: readonly QueuedReport[]): Promise<readonly Verdict[]> {
    const text = reports.map(({ document }) => `${JSON.stringify(document)}\n`).join('');
    try {
      await this.#append(Buffer.from(text, 'utf8'));
      return reports.map(() => ({ type: 'sent' }));
    } catch (error) {
      const reason = `The file of reports could not be written (${codeOf(error)}).`;
      // Whatever is wrong with it may be gone when it is opened again.
      await this.close();
      return reports.map(() => ({ type: 'later', reason }));
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => undefined);
  }

  async #append(bytes: Buffer): Promise<void> {
    let file = this.#file ?? (await this.#open());
    if (this.#sizeBytes > 0 && this.#sizeBytes + bytes.length > this.#order.maxSizeBytes) file = await this.#rotate();
    try {
      for (let written = 0; written < bytes.length;) {
        const at = this.#sizeBytes + written;
        written += (await file.write(bytes, written, bytes.length - written, at)).bytesWritten;
      }
      await file.sync();
      this.#sizeBytes += bytes.length;
    } catch (error) {
      // No half line stays: the whole batch will be written again.
      await file.truncate(this.#sizeBytes).catch(() => undefined);
      throw error;
    }
  }

  async #open(): Promise<FileHandle> {
    const { path } = this.#order;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // Without `a`, which would ignore positions; without `w`, which would empty it. For the owner only: it holds what people said.
    const file = await open(path, 'r+', 0o600).catch(async () => open(path, 'wx+', 0o600));
    this.#file = file;
    this.#sizeBytes = (await file.stat()).size;
    await this.#endLastLine(file);
    return file;
  }

  /** A crash may have cut the last line, and the next one would be lost in it. */
  async #endLastLine(file: FileHandle): Promise<void> {
    const last = Buffer.alloc(1);
    if (this.#sizeBytes === 0) return;
    await file.read(last, 0, 1, this.#sizeBytes - 1);
    if (last[0] === 0x0a) return;
    await file.write('\n', this.#sizeBytes);
    this.#sizeBytes += 1;
  }

  async #rotate(): Promise<FileHandle> {
    const { path, keptFiles } = this.#order;
    await this.close();
    if (keptFiles === 0) await rm(path, { force: true });
    for (let number = keptFiles - 1; number >= 0; number--) {
      const from = number === 0 ? path : `${path}.${number}`;
      await rename(from, `${path}.${number + 1}`).catch(ignoreMissing);
    }
    return this.#open();
  }
}

function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);
}
