/**
 * The row in front of the recogniser threads. Answers a call waits for (`final`) come first, then decodes started ahead
 * in a pause (`speculative`), then guesses (`partial`); within a kind the oldest first. Bounded.
 */
export const jobKinds = ['final', 'speculative', 'partial'] as const;
export type JobKind = (typeof jobKinds)[number];

export class RecognitionQueue<Job> {
  readonly #limit: number;
  readonly #rows: Readonly<Record<JobKind, Job[]>> = { final: [], speculative: [], partial: [] };

  /** `limit`: jobs that may wait, all kinds together. At least 1. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return jobKinds.reduce((sum, kind) => sum + this.#rows[kind].length, 0);
  }

  /**
   * Adds a job. When that exceeds the limit, the answer is the job that was dropped for it: the oldest guess, else the
   * oldest decode started ahead (it can be asked for again), else the oldest final, whose caller has waited too long.
   */
  add(kind: JobKind, job: Job): Job | undefined {
    this.#rows[kind].push(job);
    if (this.length <= this.#limit) return undefined;
    return this.#rows.partial.shift() ?? this.#rows.speculative.shift() ?? this.#rows.final.shift();
  }

  take(): Job | undefined {
    return this.#rows.final.shift() ?? this.#rows.speculative.shift() ?? this.#rows.partial.shift();
  }

  /** Makes a waiting speculative job a final one. False when it is not waiting (any more). */
  promote(job: Job): boolean {
    if (!this.#removeFrom('speculative', job)) return false;
    this.#rows.final.push(job);
    return true;
  }

  /** Takes a job out. False when it is not waiting (any more). */
  remove(job: Job): boolean {
    return jobKinds.some((kind) => this.#removeFrom(kind, job));
  }

  #removeFrom(kind: JobKind, job: Job): boolean {
    const at = this.#rows[kind].indexOf(job);
    if (at >= 0) this.#rows[kind].splice(at, 1);
    return at >= 0;
  }
}
