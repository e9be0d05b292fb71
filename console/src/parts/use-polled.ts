/** What the gateway says, asked again every so often while somebody looks. */
import { type Signal, useSignal } from '@preact/signals';
import { useCallback, useEffect, useRef } from 'preact/hooks';

export interface Polled<T> {
  /** The last answer; it stays while a later question fails. */
  readonly value: Signal<T | undefined>;
  /** Why the last question was not answered. */
  readonly fault: Signal<unknown>;
  readonly ask: () => void;
}

/** `ask` rejects when the gateway refuses; another one takes the place of the one before, answer and all. */
export function usePolled<T>(question: () => Promise<T>, everyMs: number): Polled<T> {
  const value = useSignal<T | undefined>(undefined);
  const fault = useSignal<unknown>(undefined);
  const latest = useRef(0);
  const ask = useCallback(() => {
    const number = ++latest.current;
    question().then(
      (answer) => {
        if (number !== latest.current) return;
        value.value = answer;
        fault.value = undefined;
      },
      (thrown: unknown) => {
        if (number === latest.current) fault.value = thrown;
      },
    );
  }, [question, value, fault]);
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === 'visible') ask();
    };
    ask();
    const timer = setInterval(look, everyMs);
    document.addEventListener('visibilitychange', look);
    return () => {
      latest.current++;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [ask, everyMs]);
  return { value, fault, ask };
}
