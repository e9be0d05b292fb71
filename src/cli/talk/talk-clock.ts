/**
 * The time of a typed call. It stands still while somebody types, so that no timer of the call hurries them, and can be moved on to
 * the next timer, for a callee who says nothing.
 */
import type { Clock } from '../../kit/index.ts';

interface Appointment {
  readonly atMs: number;
  readonly callback: () => void;
}

export class TalkClock implements Clock {
  readonly #real: Clock;
  readonly #setTimer: (atMs: number, callback: () => void) => () => void;
  readonly #appointments = new Set<Appointment>();
  /** How much of the real time did not count, and since when it does not; undefined while it does. */
  #lostMs = 0;
  #stoppedAtMs: number | undefined;
  #cancelTimer: (() => void) | undefined;

  /** `setTimer` calls back at an instant of the real clock. */
  constructor(real: Clock, setTimer: (atMs: number, callback: () => void) => () => void) {
    this.#real = real;
    this.#setTimer = setTimer;
  }

  nowMs(): number {
    return this.#stoppedAtMs ?? this.#real.nowMs() - this.#lostMs;
  }

  wallMs(): number {
    return this.#real.wallMs();
  }

  /** Calls back at or after this instant; the returned function cancels. */
  readonly at = (atMs: number, callback: () => void): (() => void) => {
    const appointment = { atMs, callback };
    this.#appointments.add(appointment);
    this.#setNext();
    return () => {
      this.#appointments.delete(appointment);
      this.#setNext();
    };
  };

  stop(): void {
    this.#stoppedAtMs ??= this.nowMs();
    this.#setNext();
  }

  goOn(): void {
    if (this.#stoppedAtMs === undefined) return;
    this.#lostMs = this.#real.nowMs() - this.#stoppedAtMs;
    this.#stoppedAtMs = undefined;
    this.#setNext();
  }

  /** Moves on to what is to happen next, and lets it happen; false when there is nothing. */
  moveToNext(): boolean {
    const next = this.#first();
    if (next === undefined) return false;
    this.#jump(next.atMs);
    this.#appointments.delete(next);
    this.#setNext();
    next.callback();
    return true;
  }

  #jump(atMs: number): void {
    if (atMs <= this.nowMs()) return;
    if (this.#stoppedAtMs === undefined) this.#lostMs = this.#real.nowMs() - atMs;
    else this.#stoppedAtMs = atMs;
  }

  #first(): Appointment | undefined {
    let first: Appointment | undefined;
    for (const each of this.#appointments) if (first === undefined || each.atMs < first.atMs) first = each;
    return first;
  }

  #setNext(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const next = this.#first();
    if (next === undefined || this.#stoppedAtMs !== undefined) return;
    this.#cancelTimer = this.#setTimer(next.atMs + this.#lostMs, () => {
      this.#appointments.delete(next);
      this.#setNext();
      next.callback();
    });
  }
}
