/** Something that may fail, done by a click: what went wrong is told until the next one. */
import { type ReadonlySignal, useSignal } from '@preact/signals';

interface Attempts {
  /** Why the last one failed; undefined when it did not, or is under way. */
  readonly problem: ReadonlySignal<string | undefined>;
  readonly attempt: (work: () => Promise<void>) => () => void;
}

export function useAttempt(): Attempts {
  const problem = useSignal<string | undefined>(undefined);
  return {
    problem,
    attempt: (work) => () => {
      problem.value = undefined;
      work().catch((fault: unknown) => {
        problem.value = fault instanceof Error ? fault.message : String(fault);
      });
    },
  };
}
