/** The state of a call as a word with a shape beside it: never by colour alone. */
import type { Call } from '../../../src/client/index.ts';

type State = Call['callState'];

const looks: Readonly<Record<State, { readonly tone: string; readonly shape: string }>> = {
  accepted: { tone: 'wait', shape: '○' },
  started: { tone: 'wait', shape: '◔' },
  ringing: { tone: 'wait', shape: '◑' },
  active: { tone: 'live', shape: '●' },
  transferred: { tone: 'live', shape: '↷' },
  ended: { tone: 'done', shape: '✓' },
  failed: { tone: 'bad', shape: '✕' },
};

export function StateBadge({ state }: { readonly state: State }) {
  const { tone, shape } = looks[state];
  return (
    <span class={`badge is-${tone}`}>
      <span aria-hidden="true">{shape}</span> {state}
    </span>
  );
}
