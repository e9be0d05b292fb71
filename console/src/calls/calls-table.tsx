/** A page of the list of calls: a table that the keyboard goes through row by row. */
import { useEffect, useRef } from 'preact/hooks';
import type { Call } from '../../../src/client/index.ts';
import { Time } from '../parts/time.tsx';
import { goTo, printRoute } from '../router.ts';
import { printLength } from '../text/measures.ts';
import { printParty } from './party.ts';
import { StateBadge } from './state-badge.tsx';

export function CallsTable({ calls }: { readonly calls: readonly Call[] }) {
  const body = useRef<HTMLTableSectionElement>(null);
  useEffect(() => listenToKeys(body), []);
  return (
    <div class="table-frame">
      <table class="table calls-table">
        <caption class="unseen">Calls, newest first. J and K go from one to the next, Enter opens it.</caption>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Who</th>
            <th scope="col">Accepted</th>
            <th scope="col" class="number">
              Length
            </th>
            <th scope="col">How it ended</th>
          </tr>
        </thead>
        <tbody ref={body}>
          {calls.map((call) => (
            <CallRow key={call.vgwSessionID} call={call} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CallRow({ call }: { readonly call: Call }) {
  const { vgwSessionID: sessionId, direction, to, from, acceptedAt, endedAt, endCode, endExplanation } = call;
  const isInbound = direction === 'inbound';
  const href = printRoute({ page: 'call', sessionId });
  return (
    <tr
      onClick={(click) => {
        // A link or a marked text inside of it is meant by itself.
        const isOwn = click.target instanceof Element && click.target.closest('a') !== null;
        if (!isOwn && getSelection()?.isCollapsed !== false) goTo(href);
      }}
    >
      <td>
        <StateBadge state={call.callState} />
      </td>
      <td>
        <a class="calls-party" href={href} title={`${isInbound ? 'from' : 'to'} ${isInbound ? from : to}`}>
          {printParty(isInbound ? from : to)}
        </a>
        <span class="calls-other soft">
          <span aria-hidden="true">{isInbound ? '↙ ' : '↗ '}</span>
          {isInbound ? 'called ' : 'called by '}
          {printParty(isInbound ? to : from)}
        </span>
      </td>
      <td class="calls-when">
        <Time at={acceptedAt} isWhole />
      </td>
      <td class="number">{endedAt === undefined ? '…' : printLength(Date.parse(endedAt) - Date.parse(acceptedAt))}</td>
      <td>
        {endCode === undefined ? null : (
          <span title={endExplanation?.text}>
            <code>{endCode}</code>
            {typeof endExplanation?.blame === 'string' && <span class="calls-other soft">{endExplanation.blame}</span>}
          </span>
        )}
      </td>
    </tr>
  );
}

/** J, K and the arrows go from link to link; Enter is the link's own. */
function listenToKeys(body: { readonly current: HTMLElement | null }): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const step = stepOf(event);
    const links = [...(body.current?.querySelectorAll<HTMLElement>('a.calls-party') ?? [])];
    if (step === undefined || links.length === 0) return;
    const at = links.findIndex((link) => link === document.activeElement);
    // Arrows scroll the page until one is in the list.
    if (at < 0 && event.key.startsWith('Arrow')) return;
    event.preventDefault();
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step));
    links[next]?.focus();
    links[next]?.closest('tr')?.scrollIntoView({ block: 'nearest' });
  };
  document.addEventListener('keydown', onKey);
  return () => {
    document.removeEventListener('keydown', onKey);
  };
}

function stepOf(event: KeyboardEvent): 1 | -1 | undefined {
  if (isTyping(event)) return undefined;
  if (event.key === 'j' || event.key === 'ArrowDown') return 1;
  if (event.key === 'k' || event.key === 'ArrowUp') return -1;
  return undefined;
}

/** Whether a key belongs to a field or to the browser. */
export function isTyping({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return true;
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
}
