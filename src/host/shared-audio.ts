/**
 * Audio on its way from one thread to another through memory that both see: one side writes, the other reads, nothing is
 * allocated. How far may be read is told by a message, so that audio keeps its place among the messages around it.
 */

import { copySamples } from '../audio/index.ts';

/** 20 ms at 16 kHz. */
const pieceSamples = 320;
/** A power of two: positions count on for ever in 32 bits. A third of a second of 1,000 calls. */
const pieces = 16_384;
/** Position up to which everything was read. */
const readAt = 0;
/** Of Float64, which come next. */
const controlBytes = 8;

const bytesOf = {
  instants: 8 * pieces,
  /** Stream and number of samples. */
  heads: 2 * 4 * pieces,
  samples: 2 * pieceSamples * pieces,
};

export function createAudioMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(controlBytes + bytesOf.instants + bytesOf.heads + bytesOf.samples);
}

/** What both sides see. */
class Memory {
  readonly control: Int32Array;
  readonly instants: Float64Array;
  readonly heads: Int32Array;
  readonly samples: Int16Array;

  constructor(memory: SharedArrayBuffer) {
    const headsAt = controlBytes + bytesOf.instants;
    this.control = new Int32Array(memory, 0, 2);
    this.instants = new Float64Array(memory, controlBytes, pieces);
    this.heads = new Int32Array(memory, headsAt, 2 * pieces);
    this.samples = new Int16Array(memory, headsAt + bytesOf.heads, pieceSamples * pieces);
  }
}

export class AudioWriter {
  readonly #memory: Memory;
  /** Position of the next piece. */
  position = 0;
  /** Pieces that found no room. */
  dropped = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#memory = new Memory(memory);
  }

  /** Writes audio of any length; what finds no room, because nobody reads, is dropped and counted. */
  write(streamId: number, pcm: Int16Array, atMs: number): void {
    const { control, instants, heads, samples } = this.#memory;
    for (let from = 0; from < pcm.length; from += pieceSamples) {
      if (((this.position - Atomics.load(control, readAt)) | 0) >= pieces) {
        this.dropped++;
        continue;
      }
      const at = this.position & (pieces - 1);
      const count = Math.min(pieceSamples, pcm.length - from);
      const start = at * pieceSamples;
      copySamples(pcm, from, samples, start, count);
      instants[at] = atMs;
      heads[2 * at] = streamId;
      heads[2 * at + 1] = count;
      this.position = (this.position + 1) | 0;
    }
  }
}

export class AudioReader {
  readonly #memory: Memory;
  #position = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#memory = new Memory(memory);
  }

  /** Hands on everything up to a position of the writer, oldest first. `pcm` is written to again after `hear`. */
  readUntil(position: number, hear: (streamId: number, pcm: Int16Array, atMs: number) => void): void {
    const { control, instants, heads, samples } = this.#memory;
    while (this.#position !== position) {
      const at = this.#position & (pieces - 1);
      const start = at * pieceSamples;
      hear(heads[2 * at] ?? 0, samples.subarray(start, start + (heads[2 * at + 1] ?? 0)), instants[at] ?? 0);
      this.#position = (this.#position + 1) | 0;
      Atomics.store(control, readAt, this.#position);
    }
  }
}
