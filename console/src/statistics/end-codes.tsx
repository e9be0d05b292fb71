/** How calls ended: each code as a bar that leads to its calls. */
import type { Statistics } from '../../../src/client/index.ts';
import { printRoute } from '../router.ts';
import { printShare } from './outcomes.ts';

export function EndCodes({ figures }: { readonly figures: Statistics }) {
  const { endCodes, totals } = figures;
  const over = totals.ended + totals.failed;
  const most = Math.max(1, ...endCodes.map(({ calls }) => calls));
  return (
    <section class="chart" aria-labelledby="end-codes-title">
      <h2 id="end-codes-title">How calls ended</h2>
      {endCodes.length === 0 ? (
        <p class="soft">No call of this time is over.</p>
      ) : (
        <ul class="ends">
          {endCodes.map(({ endCode, blame, text, calls, callState }) => (
            <li key={`${callState} ${endCode}`} class="ends-row">
              <div class="ends-head">
                <a href={`${printRoute({ page: 'calls' })}?${new URLSearchParams({ endCode }).toString()}`}>
                  <code>{endCode}</code>
                </a>
                {blame === null ? null : <span class={`badge ${blame === 'callee' ? '' : 'is-bad'}`}>{blame}</span>}
                <span class="ends-count number">
                  {calls} · {printShare(calls / over)}
                </span>
              </div>
              <svg class="ends-bar" viewBox={`0 0 ${most} 1`} preserveAspectRatio="none" aria-hidden="true">
                <rect class={`chart-bar ${barOf(blame)}`} width={calls} height="1" />
              </svg>
              {text === '' ? null : <p class="ends-text soft">{text}</p>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function barOf(blame: string | null): string {
  if (blame === null) return 'is-completed';
  return blame === 'callee' ? 'is-callee' : 'is-fault';
}
