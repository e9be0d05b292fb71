/**
 * The audio of one session that may still be needed: frames numbered from 0 without gaps, each with the instants at which
 * its first and its last sample arrived. Old frames are forgotten by `forgetBefore`, so it stays as long as an utterance.
 */
interface LoggedFrame {
  readonly pcm: Int16Array;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

export class FrameLog {
  #frames: LoggedFrame[] = [];
  #firstFrame = 0;

  /** Keeps `pcm` itself: the caller must not write to it any more. */
  push(pcm: Int16Array, firstAtMs: number, lastAtMs: number): void {
    this.#frames.push({ pcm, firstAtMs, lastAtMs });
  }

  get oldestFrame(): number {
    return this.#firstFrame;
  }

  /** Number the next frame will get. */
  get nextFrame(): number {
    return this.#firstFrame + this.#frames.length;
  }

  /** When the first sample of a frame arrived; undefined for a frame that was forgotten or is still to come. */
  firstAtMs(frame: number): number | undefined {
    return this.#frames[frame - this.#firstFrame]?.firstAtMs;
  }

  lastAtMs(frame: number): number | undefined {
    return this.#frames[frame - this.#firstFrame]?.lastAtMs;
  }

  forgetBefore(frame: number): void {
    const count = Math.min(frame - this.#firstFrame, this.#frames.length);
    if (count <= 0) return;
    this.#frames.splice(0, count);
    this.#firstFrame += count;
  }

  /** The frames from `from` up to and without `to` as one piece, with silence of `leadSamples` and `tailSamples`. */
  copy(from: number, to: number, leadSamples: number, tailSamples: number): Int16Array<ArrayBuffer> {
    const frames = this.#frames.slice(Math.max(0, from - this.#firstFrame), Math.max(0, to - this.#firstFrame));
    const samples = frames.reduce((sum, frame) => sum + frame.pcm.length, 0);
    const whole = new Int16Array(leadSamples + samples + tailSamples);
    let at = leadSamples;
    for (const frame of frames) {
      whole.set(frame.pcm, at);
      at += frame.pcm.length;
    }
    return whole;
  }
}
