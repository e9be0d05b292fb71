/**
 * What is heard of a call before it is answered, from the audio as it arrives; for some seconds after the answer only whether a
 * fax machine gave it. Then it costs nothing any more.
 */
import { CallProgress, type ProgressFinding } from '../audio/index.ts';
import type { SampleRateHz } from '../speech/index.ts';

export type OnProgressSound = (finding: ProgressFinding, atMs: number, isAnswered: boolean) => void;

/** A machine that answers gives its tone by then, and one that calls has given its own three times. */
const faxMs = 10_000;
/** A far end that plays more than this is not followed any further. */
const mostFindings = 16;

export class ProgressWatch {
  readonly #onSound: OnProgressSound;
  #detector: CallProgress | undefined;
  #answeredAtMs: number | undefined = undefined;
  #findings = 0;

  constructor(sampleRateHz: SampleRateHz, onSound: OnProgressSound) {
    this.#onSound = onSound;
    this.#detector = new CallProgress(sampleRateHz, (finding, atMs) => this.#tell(finding, atMs));
  }

  /** Takes audio as it arrives, or silence (`HearSamples`). */
  push(samples: Int16Array | undefined, from: number, count: number, atMs: number): void {
    this.#detector?.push(samples, from, count, atMs);
    if (this.#answeredAtMs !== undefined && atMs - this.#answeredAtMs >= faxMs) this.#detector = undefined;
  }

  /** The call is answered, or was before anything was heard; only the first time counts. */
  answered(atMs: number): void {
    if (this.#answeredAtMs !== undefined) return;
    this.#detector?.finish(atMs);
    this.#answeredAtMs = atMs;
  }

  #tell(finding: ProgressFinding, atMs: number): void {
    const isAnswered = this.#answeredAtMs !== undefined;
    if (isAnswered && finding.sound !== 'fax') return;
    if (++this.#findings <= mostFindings) this.#onSound(finding, atMs, isAnswered);
  }
}
