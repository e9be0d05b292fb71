/** What the gateway says to a question that can be asked again. */
import { type Signal, useSignal } from '@preact/signals';
import { useCallback, useRef } from 'preact/hooks';

export interface Asked<T> {
  /** The last answer; it stays while a later question fails. */
  readonly value: Signal<T | undefined>;
  /** Why the last question was not answered. */
  readonly fault: Signal<unknown>;
  readonly ask: () => void;
}

/** `question` rejects when the gateway refuses. An answer that comes after a later question was asked is not of what is asked for now. */
export function useAsked<T>(question: () => Promise<T>): Asked<T> {
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
  return { value, fault, ask };
}
