/** Everything about one call, on one time axis. */
import { signal } from '@preact/signals';
import type { CallData } from './call-data.ts';
import { cursorMs } from './cursor.ts';

const data = signal<CallData | undefined>(undefined);

export function CallPage({ sessionId }: { readonly sessionId: string }) {
  return (
    <h1>
      Call {sessionId} {data.value?.call.callState} {cursorMs.value}
    </h1>
  );
}
