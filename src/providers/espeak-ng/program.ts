/** What the voice needs of the machine: the program runs in a process of its own, whose licence (GPLv3) stays there. */
export interface ProgramOrder {
  /** Handed over as they are: no shell reads them. */
  readonly arguments: readonly string[];
  /** Goes to the program's standard input. */
  readonly input: string;
  readonly timeoutMs: number;
}

/**
 * Runs the operator's espeak-ng; yields what it writes to its standard output, as it writes. Throws an `Error` that says why
 * when it cannot be started, fails, or takes too long; ends soon after `signal` aborts. The process is gone when it ends.
 */
export type RunVoiceProgram = (order: ProgramOrder, signal: AbortSignal) => AsyncIterable<Uint8Array>;
