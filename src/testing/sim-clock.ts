import type { Clock } from '../kit/index.ts';

interface Appointment {
  readonly atMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Time that moves only when told to: from one appointment to the next, in order, ties in the order they were made. */
export class SimClock implements Clock {
  #nowMs = 0;
  #appointments: Appointment[] = [];
  #made = 0;
  readonly #settle: () => Promise<void>;

  /** `settle` lets pending promises run between two appointments; it must not wait for real time. */
  constructor(settle: () => Promise<void>) {
    this.#settle = settle;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return 1_735_689_600_000 + this.#nowMs;
  }

  /** Calls back at the instant `atMs`, or now if it has passed; the returned function cancels. */
  at(atMs: number, callback: () => void): () => void {
    const appointment: Appointment = { atMs: Math.max(atMs, this.#nowMs), order: this.#made, callback };
    this.#made += 1;
    const later = this.#appointments.findIndex((other) => other.atMs > appointment.atMs);
    if (later < 0) this.#appointments.push(appointment);
    else this.#appointments.splice(later, 0, appointment);
    return () => {
      this.#appointments = this.#appointments.filter((other) => other !== appointment);
    };
  }

  /** Runs until `isDone` says so or `limitMs` of simulated time have passed; returns whether it was done. */
  async runUntil(isDone: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = this.#nowMs + limitMs;
    await this.#settle();
    while (!isDone()) {
      const next = this.#appointments[0];
      if (next === undefined || next.atMs > endMs) {
        this.#nowMs = endMs;
        return isDone();
      }
      this.#appointments.shift();
      this.#nowMs = next.atMs;
      next.callback();
      await this.#settle();
    }
    return true;
  }
}
