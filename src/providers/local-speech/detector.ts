/**
 * Speech detection for all sessions of this thread: gathers their frames and sends them to the detection thread in
 * batches. One batch is under way at a time, so batches grow by themselves when the thread falls behind.
 */
import type { DetectionReply, DetectionRequest } from './detection-thread.ts';
import { frameSamples } from './speech-detector-model.ts';
import { threadEntry } from './thread-entry.ts';
import { WorkerLink } from './worker-link.ts';

/** A stream may have 10 s of audio waiting; what comes beyond is refused. */
const longestBacklogFrames = Math.floor((10 * 8000) / frameSamples);
const largestRequestFrames = 512;

export interface DetectionStream {
  /** Hands over 256 samples at 8 kHz. False when the backlog is full: the frame is dropped and gets no probability. */
  push(frame: Int16Array): boolean;
  close(): void;
}

export interface DetectionListener {
  /** One call for each frame that was taken, in order. */
  onProbability(probability: number): void;
  /** The detection thread died; the stream is closed. */
  onLost(reason: string): void;
}

interface OpenStream {
  readonly id: number;
  readonly listener: DetectionListener;
  backlogFrames: number;
}

interface WaitingFrame {
  readonly stream: OpenStream;
  readonly pcm: Int16Array;
}

export class Detector {
  #link: WorkerLink<DetectionRequest, DetectionReply> | undefined;
  readonly #streams = new Set<OpenStream>();
  #nextId = 1;
  #ended: number[] = [];
  #waiting: WaitingFrame[] = [];
  #underWay: readonly WaitingFrame[] | undefined;
  #flush: NodeJS.Immediate | undefined;

  /** `entry`: the thread's built file; another one only in tests. */
  static async open(entry: URL = threadEntry('detection-thread')): Promise<Detector> {
    const detector = new Detector();
    detector.#link = await WorkerLink.open<DetectionRequest, DetectionReply>({
      entry,
      name: 'speech-detection',
      data: undefined,
      onReady: () => detector.#scheduleFlush(),
      onReply: (reply) => detector.#onJudged(reply.probabilities),
      onLost: (reason) => detector.#onLost(reason),
    });
    return detector;
  }

  openStream(listener: DetectionListener): DetectionStream {
    const stream: OpenStream = { id: this.#nextId++, listener, backlogFrames: 0 };
    this.#streams.add(stream);
    return {
      push: (frame) => this.#push(stream, frame),
      close: () => this.#closeStream(stream),
    };
  }

  async close(): Promise<void> {
    clearImmediate(this.#flush);
    this.#streams.clear();
    await this.#link?.close();
  }

  #push(stream: OpenStream, pcm: Int16Array): boolean {
    if (stream.backlogFrames >= longestBacklogFrames || !this.#streams.has(stream)) return false;
    stream.backlogFrames += 1;
    this.#waiting.push({ stream, pcm });
    this.#scheduleFlush();
    return true;
  }

  #closeStream(stream: OpenStream): void {
    if (this.#streams.delete(stream)) this.#ended.push(stream.id);
  }

  /** Waits for the end of this turn of the event loop: frames of other calls come in the same one. */
  #scheduleFlush(): void {
    if (this.#flush !== undefined || this.#underWay !== undefined || this.#waiting.length === 0) return;
    this.#flush = setImmediate(() => {
      this.#flush = undefined;
      this.#sendBatch();
    });
  }

  #sendBatch(): void {
    if (this.#link?.isReady !== true) return;
    const batch = this.#waiting.splice(0, largestRequestFrames).filter((frame) => this.#streams.has(frame.stream));
    if (batch.length === 0) return this.#scheduleFlush();
    const frames = new Int16Array(batch.length * frameSamples);
    batch.forEach((frame, at) => frames.set(frame.pcm, at * frameSamples));
    const streamIds = batch.map((frame) => frame.stream.id);
    this.#underWay = batch;
    this.#link.post({ ended: this.#ended, streamIds, frames }, [frames.buffer]);
    this.#ended = [];
  }

  #onJudged(probabilities: Float32Array): void {
    const batch = this.#underWay ?? [];
    this.#underWay = undefined;
    batch.forEach(({ stream }, at) => {
      stream.backlogFrames -= 1;
      // A listener called earlier in this loop may have closed this stream.
      if (this.#streams.has(stream)) stream.listener.onProbability(probabilities[at] ?? 0);
    });
    this.#scheduleFlush();
  }

  #onLost(reason: string): void {
    const lost = [...this.#streams];
    this.#streams.clear();
    this.#ended = [];
    this.#waiting = [];
    this.#underWay = undefined;
    for (const stream of lost) stream.listener.onLost(reason);
  }
}
