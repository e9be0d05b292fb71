/**
 * Silero VAD, version 6, at 8 kHz: the probability that a frame of 32 ms holds speech. One run of the model judges one
 * frame of many calls, which costs a quarter of judging them one by one.
 *
 * Inputs: `input` [B, 32 + 256] (the last 32 samples of the frame before, then the frame), `state` [2, B, 128], `sr`.
 * Outputs: `output` [B, 1], `stateN` [2, B, 128].
 */
import { InferenceSession, Tensor } from './inference-runtime.ts';
import { readModelFile, sileroFile } from './model-files.ts';

export const frameSamples = 256;
const contextSamples = 32;
const stateWidth = 128;
const largestBatch = 32;

/** A frame is quiet below -60 dBFS (RMS); after 10 of them in a row the model is not asked. */
const quietMeanSquare = (32768 * 10 ** (-60 / 20)) ** 2;
const quietFramesBeforeSkipping = 10;

interface Stream {
  readonly context: Float32Array;
  /** Two rows of 128. */
  readonly memory: Float32Array;
  quietFrames: number;
}

export class SpeechDetectorModel {
  readonly #session: InferenceSession;
  readonly #streams = new Map<number, Stream>();
  readonly #rate = new Tensor('int64', BigInt64Array.of(8000n), []);

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  static async open(): Promise<SpeechDetectorModel> {
    const session = await InferenceSession.create(await readModelFile(sileroFile), {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
    });
    return new SpeechDetectorModel(session);
  }

  forget(streamId: number): void {
    this.#streams.delete(streamId);
  }

  /**
   * Judges frames: `frames` holds 256 samples for each of `streamIds`. A stream may be named several times; its frames
   * are judged in their order. The answer has one probability per frame.
   */
  async judge(streamIds: readonly number[], frames: Int16Array): Promise<Float32Array<ArrayBuffer>> {
    const probabilities = new Float32Array(streamIds.length);
    for (const round of this.#rounds(streamIds)) {
      const loud = round.filter((at) => this.#isWorthJudging(this.#streamOf(streamIds, at), frameAt(frames, at)));
      for (let from = 0; from < loud.length; from += largestBatch) {
        const batch = loud.slice(from, from + largestBatch);
        await this.#runBatch(batch, streamIds, frames, probabilities);
      }
    }
    return probabilities;
  }

  /** Groups positions so that each group names a stream at most once. */
  #rounds(streamIds: readonly number[]): number[][] {
    const rounds: number[][] = [];
    const framesSeen = new Map<number, number>();
    streamIds.forEach((streamId, at) => {
      const round = framesSeen.get(streamId) ?? 0;
      framesSeen.set(streamId, round + 1);
      (rounds[round] ??= []).push(at);
    });
    return rounds;
  }

  #streamOf(streamIds: readonly number[], at: number): Stream {
    const streamId = streamIds[at] ?? 0;
    let stream = this.#streams.get(streamId);
    if (stream === undefined) {
      stream = {
        context: new Float32Array(contextSamples),
        memory: new Float32Array(2 * stateWidth),
        quietFrames: 0,
      };
      this.#streams.set(streamId, stream);
    }
    return stream;
  }

  #isWorthJudging(stream: Stream, frame: Int16Array): boolean {
    let sum = 0;
    for (const sample of frame) sum += sample * sample;
    stream.quietFrames = sum / frameSamples < quietMeanSquare ? stream.quietFrames + 1 : 0;
    if (stream.quietFrames <= quietFramesBeforeSkipping) return true;
    // What the model remembers is stale after a skipped frame: the next loud one starts afresh.
    stream.memory.fill(0);
    stream.context.fill(0);
    return false;
  }

  async #runBatch(
    batch: readonly number[],
    streamIds: readonly number[],
    frames: Int16Array,
    probabilities: Float32Array,
  ): Promise<void> {
    const size = batch.length;
    const width = contextSamples + frameSamples;
    const input = new Float32Array(size * width);
    const state = new Float32Array(2 * size * stateWidth);
    batch.forEach((at, row) => {
      const stream = this.#streamOf(streamIds, at);
      input.set(stream.context, row * width);
      const start = row * width + contextSamples;
      frameAt(frames, at).forEach((sample, i) => {
        input[start + i] = sample / 32768;
      });
      stream.context.set(input.subarray(start + frameSamples - contextSamples, start + frameSamples));
      state.set(stream.memory.subarray(0, stateWidth), row * stateWidth);
      state.set(stream.memory.subarray(stateWidth), (size + row) * stateWidth);
    });
    const answer = await this.#session.run({
      input: new Tensor('float32', input, [size, width]),
      state: new Tensor('float32', state, [2, size, stateWidth]),
      sr: this.#rate,
    });
    const output = floats(answer['output']);
    const nextState = floats(answer['stateN']);
    batch.forEach((at, row) => {
      const { memory } = this.#streamOf(streamIds, at);
      memory.set(nextState.subarray(row * stateWidth, (row + 1) * stateWidth));
      memory.set(nextState.subarray((size + row) * stateWidth, (size + row + 1) * stateWidth), stateWidth);
      probabilities[at] = output[row] ?? 0;
    });
  }
}

function frameAt(frames: Int16Array, at: number): Int16Array {
  return frames.subarray(at * frameSamples, (at + 1) * frameSamples);
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('the speech detection model gave no floats');
  return tensor.data;
}
