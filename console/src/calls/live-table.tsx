/** The calls that are under way, as they go. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { printRoute } from '../router.ts';
import { printLength } from '../text/measures.ts';
import type { LiveRow } from './live-calls.ts';
import { printParty } from './party.ts';
import { StateBadge } from './state-badge.tsx';

/** More of them nobody can follow with their eyes. */
const mostRows = 50;

export function LiveTable({ rows }: { readonly rows: readonly LiveRow[] }) {
  const nowMs = useSeconds(rows.length > 0);
  return (
    <section class="calls-live" aria-labelledby="calls-live-title">
      <h2 id="calls-live-title">
        Under way <span class="count">{rows.length}</span>
      </h2>
      {rows.length === 0 ? (
        <p class="soft">No call is under way. One that begins appears here by itself.</p>
      ) : (
        <ul class="calls-cards">
          {rows.slice(0, mostRows).map((row) => (
            <LiveCard key={row.call.vgwSessionID} row={row} nowMs={nowMs} />
          ))}
        </ul>
      )}
      {rows.length > mostRows ? <p class="soft">and {rows.length - mostRows} more, in the list below</p> : null}
    </section>
  );
}

function LiveCard({ row: { call, words, latencyMs }, nowMs }: { readonly row: LiveRow; readonly nowMs: number }) {
  const party = call.direction === 'inbound' ? call.from : call.to;
  const end = call.endedAt === undefined ? nowMs : Date.parse(call.endedAt);
  return (
    <li class="calls-card">
      <p class="calls-card-head">
        <StateBadge state={call.callState} />
        <a class="calls-party" href={printRoute({ page: 'call', sessionId: call.vgwSessionID })} title={party}>
          {printParty(party)}
        </a>
        <span class="soft">{call.direction === 'inbound' ? 'came in' : 'going out'}</span>
        <span class="calls-time number">{printLength(Math.max(0, end - Date.parse(call.acceptedAt)))}</span>
      </p>
      <p class="calls-words">
        {words === undefined ? (
          <span class="soft">Nothing was said yet.</span>
        ) : (
          <>
            <span class={`who is-${words.who}`}>{words.who}</span>
            <span class="calls-words-text">{words.text}</span>
          </>
        )}
        {latencyMs === undefined ? null : (
          <span class="calls-latency number" title="How long the callee waited for the last answer">
            {printLength(latencyMs)}
          </span>
        )}
      </p>
    </li>
  );
}

/** The time, once a second while somebody needs it. */
function useSeconds(isNeeded: boolean): number {
  const nowMs = useSignal(Date.now());
  useEffect(() => {
    if (!isNeeded) return undefined;
    nowMs.value = Date.now();
    const timer = setInterval(() => {
      nowMs.value = Date.now();
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, [isNeeded, nowMs]);
  return nowMs.value;
}
