/** What the gateway says, asked again every so often while somebody looks. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { FaultNotice } from '../frame/notice.tsx';
import { useAsked } from './use-asked.ts';

interface PolledProps<T> {
  /** Another one takes the place of the one before. */
  readonly question: () => Promise<T>;
  readonly everyMs: number;
  /** What could not be done when it fails: `The figures could not be read`. */
  readonly what: string;
  /** What is shown of the last answer. */
  readonly children: (answer: T) => ComponentChildren;
}

export function Polled<T>({ question, everyMs, what, children }: PolledProps<T>) {
  const { value, fault, ask } = useAsked(question);
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === 'visible') ask();
    };
    ask();
    const timer = setInterval(look, everyMs);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [ask, everyMs]);
  const isFirst = value.value === undefined && fault.value === undefined;
  return (
    <>
      {fault.value === undefined ? null : <FaultNotice what={what} fault={fault.value} onRetry={ask} />}
      {isFirst ? <p class="soft">Asking the gateway …</p> : null}
      {value.value === undefined ? null : children(value.value)}
    </>
  );
}
