/** Everything about one call, on one time axis. */
import { signal } from '@preact/signals';
import { TimeAxis } from '../axis/time-axis.tsx';
import type { CallData } from './call-data.ts';

const data = signal<CallData | undefined>(undefined);

export function CallPage({ sessionId }: { readonly sessionId: string }) {
  return (
    <>
      <h1>Call {sessionId}</h1>
      {data.value === undefined ? null : <TimeAxis data={data.value} />}
    </>
  );
}
