/**
 * The least of WASI preview 1 a command needs that takes arguments and writes one file: a process with one empty folder
 * in memory, no real file, no environment and a clock that stands still. What the command writes to its file or to
 * standard error is kept up to a bound. It replaces `node:wasi`, which wants a real folder for every run and warns.
 */
const success = 0;
const badFile = 8;
const noSpace = 51;
const notSeekable = 70;

const errorStream = 2;
const folder = 3;
const outputFile = 4;

const kindFolder = 3;
const kindCharacterDevice = 2;
const kindRegularFile = 4;

const longestErrorBytes = 4096;

/** Thrown out of the command by `proc_exit`. */
export class CommandExit extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`exit code ${exitCode}`);
    this.exitCode = exitCode;
  }
}

export class WasiOutputFile {
  readonly #arguments: readonly Uint8Array[];
  readonly #limitBytes: number;
  #memory: WebAssembly.Memory | undefined;
  #written: Uint8Array[] = [];
  #writtenBytes = 0;
  #errorText = '';

  /** `commandLine[0]` is the program's name. Arguments hold no NUL. `limitBytes` bounds the file. */
  constructor(commandLine: readonly string[], limitBytes: number) {
    const encoder = new TextEncoder();
    this.#arguments = commandLine.map((argument) => encoder.encode(`${argument}\0`));
    this.#limitBytes = limitBytes;
  }

  /** The memory of the instance, to be given before it runs. */
  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  /** What the command wrote into its file. */
  file(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#writtenBytes);
    let at = 0;
    for (const piece of this.#written) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  get errorText(): string {
    return this.#errorText;
  }

  /** The import object under `wasi_snapshot_preview1`. */
  imports(): Record<string, (...values: never[]) => number> {
    return {
      args_sizes_get: (count: number, size: number) => this.#argumentSizes(count, size),
      args_get: (pointers: number, text: number) => this.#copyArguments(pointers, text),
      clock_time_get: (_clock: number, _precision: bigint, at: number) => {
        this.#view().setBigUint64(at, 0n, true);
        return success;
      },
      fd_close: () => success,
      fd_fdstat_get: (file: number, at: number) => this.#fileStatus(file, at),
      fd_fdstat_set_flags: () => success,
      fd_prestat_get: (file: number, at: number) => this.#folderName(file, at),
      fd_prestat_dir_name: (_file: number, at: number) => {
        this.#view().setUint8(at, '.'.charCodeAt(0));
        return success;
      },
      fd_read: () => badFile,
      fd_seek: () => notSeekable,
      fd_write: (file: number, pieces: number, count: number, at: number) => this.#write(file, pieces, count, at),
      path_open: (...values: number[]) => {
        // (folder, lookup, path, length, flags, rights, inherited rights, file flags, result): one file, any name.
        this.#view().setUint32(values[8] ?? 0, outputFile, true);
        return success;
      },
      proc_exit: (exitCode: number) => {
        throw new CommandExit(exitCode);
      },
    };
  }

  #bytes(): Uint8Array {
    if (this.#memory === undefined) throw new Error('no memory attached');
    return new Uint8Array(this.#memory.buffer);
  }

  #view(): DataView {
    const bytes = this.#bytes();
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #argumentSizes(count: number, size: number): number {
    const view = this.#view();
    view.setUint32(count, this.#arguments.length, true);
    view.setUint32(
      size,
      this.#arguments.reduce((sum, argument) => sum + argument.length, 0),
      true,
    );
    return success;
  }

  #copyArguments(pointers: number, text: number): number {
    const view = this.#view();
    let at = text;
    this.#arguments.forEach((argument, i) => {
      view.setUint32(pointers + 4 * i, at, true);
      this.#bytes().set(argument, at);
      at += argument.length;
    });
    return success;
  }

  /** Kind, flags and rights: everything is allowed on what there is. */
  #fileStatus(file: number, at: number): number {
    if (file > outputFile) return badFile;
    const view = this.#view();
    view.setBigUint64(at, 0n, true);
    view.setUint8(at, file === folder ? kindFolder : file === outputFile ? kindRegularFile : kindCharacterDevice);
    view.setBigUint64(at + 8, 0xffff_ffff_ffff_ffffn, true);
    view.setBigUint64(at + 16, 0xffff_ffff_ffff_ffffn, true);
    return success;
  }

  #folderName(file: number, at: number): number {
    if (file !== folder) return badFile;
    this.#view().setUint32(at, 0, true);
    this.#view().setUint32(at + 4, 1, true);
    return success;
  }

  #write(file: number, pieces: number, count: number, at: number): number {
    const view = this.#view();
    let total = 0;
    for (let i = 0; i < count; i++) {
      const start = view.getUint32(pieces + 8 * i, true);
      const length = view.getUint32(pieces + 8 * i + 4, true);
      const piece = this.#bytes().slice(start, start + length);
      if (file === errorStream) this.#appendError(piece);
      if (file === outputFile) {
        if (this.#writtenBytes + length > this.#limitBytes) return noSpace;
        this.#written.push(piece);
        this.#writtenBytes += length;
      }
      total += length;
    }
    view.setUint32(at, total, true);
    return success;
  }

  #appendError(piece: Uint8Array): void {
    const room = longestErrorBytes - this.#errorText.length;
    if (room > 0) this.#errorText += new TextDecoder().decode(piece.subarray(0, room));
  }
}
