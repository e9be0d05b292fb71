/**
 * The one pacer of a media thread: ticks at start + n x 20 ms, whatever a tick itself costs. It stands still while
 * there is nothing to pace.
 *
 * When the thread was held up, the ticks that are due are made up at once, but at most three of them: the far end's
 * jitter buffer can take 60 ms. Deadlines older than that are skipped and counted.
 */
import { DelayHistogram } from '../media/index.ts';
import { monotonicClock } from './monotonic-clock.ts';

const periodMs = 20;
const maxCatchUp = 3;
/** Timers fire up to this much early or late; the rest of the way is waited for turn by turn of the event loop. */
const timerSlackMs = 1.2;

export class MediaPacer {
  readonly #tick: (nowMs: number, skippedFrames: number) => void;
  #startMs = 0;
  /** Number of the next deadline. */
  #next = 0;
  #timer: NodeJS.Timeout | undefined = undefined;
  #immediate: NodeJS.Immediate | undefined = undefined;
  #isRunning = false;
  /** From the deadline of each tick to its beginning; cleared by whoever reads it. */
  readonly lateness = new DelayHistogram();

  constructor(tick: (nowMs: number, skippedFrames: number) => void) {
    this.#tick = tick;
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#startMs = monotonicClock.nowMs();
    this.#next = 1;
    this.#wait();
  }

  stop(): void {
    this.#isRunning = false;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
  }

  readonly #wait = (): void => {
    if (!this.#isRunning) return;
    const leftMs = this.#startMs + this.#next * periodMs - monotonicClock.nowMs();
    if (leftMs > timerSlackMs) this.#timer = setTimeout(this.#wait, leftMs - timerSlackMs);
    else if (leftMs > 0) this.#immediate = setImmediate(this.#wait);
    else this.#run();
  };

  #run(): void {
    const due = Math.floor((monotonicClock.nowMs() - this.#startMs) / periodMs);
    const skipped = Math.max(0, due - this.#next + 1 - maxCatchUp);
    this.#next += skipped;
    for (let first = true; this.#next <= due && this.#isRunning; first = false) {
      const nowMs = monotonicClock.nowMs();
      this.lateness.add(nowMs - this.#startMs - this.#next * periodMs);
      this.#next++;
      this.#tick(nowMs, first ? skipped : 0);
    }
    this.#wait();
  }
}
