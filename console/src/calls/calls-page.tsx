/** The calls of the tenant: those under way as they go, and the list of all, newest first. */
import { useSignal } from '@preact/signals';
import { useCallback, useEffect } from 'preact/hooks';
import type { CallPage, OutdialClient } from '../../../src/client/index.ts';
import { FaultNotice } from '../frame/notice.tsx';
import { useTitle } from '../frame/title.ts';
import { CodeBlock } from '../parts/code-block.tsx';
import { useAsked } from '../parts/use-asked.ts';
import { printCurl } from '../place/request-text.ts';
import { changeQuery, printRoute, query } from '../router.ts';
import { client } from '../session/client.ts';
import { session, tenantId } from '../session/session.ts';
import { isFiltered, listInput, pageSize } from './call-filter.ts';
import { isOver } from './call-states.ts';
import { CallsTable } from './calls-table.tsx';
import { FilterBar } from './filter-bar.tsx';
import { type LiveCalls, watchLiveCalls } from './live-calls.ts';
import { LiveTable } from './live-table.tsx';

export function CallsPage() {
  useTitle('Calls');
  const { value } = client;
  return value === undefined ? null : <CallsOf client={value} />;
}

/** Changes of a list are read anew no more often than this. */
const rereadMs = 1000;
const lookAgainMs = 5000;

function CallsOf({ client: api }: { readonly client: OutdialClient }) {
  const live = useSignal<LiveCalls | undefined>(undefined);
  const question = useCallback(() => api.listCalls(listInput(query.peek(), Date.now())), [api]);
  const { value: list, fault, ask: read } = useAsked(question);
  useEffect(() => {
    const opened = watchLiveCalls(api);
    live.value = opened;
    return () => {
      opened.close();
    };
  }, [api, live]);
  const search = query.value.toString();
  useEffect(read, [read, search]);
  const changes = live.value?.changes.value ?? 0;
  useEffect(() => {
    // A page further back does not change under the eyes of who reads it.
    if (changes === 0 || query.peek().has('cursor')) return undefined;
    const timer = setTimeout(read, rereadMs);
    return () => {
      clearTimeout(timer);
    };
  }, [changes, read]);

  const page = list.value;
  // The end of a call is stored a moment after it is told: what is shown as under way is looked at again.
  const isWaiting = page?.calls.some((call) => !isOver(call)) === true;
  useEffect(() => {
    if (!isWaiting || query.peek().has('cursor')) return undefined;
    const timer = setTimeout(read, lookAgainMs);
    return () => {
      clearTimeout(timer);
    };
  }, [page, isWaiting, read]);
  const isNobodyThere = page?.calls.length === 0 && !isFiltered(query.value) && !query.value.has('cursor');
  return (
    <>
      <div class="page-head">
        <h1>Calls</h1>
        <a class="button is-primary" href={printRoute({ page: 'new-call' })}>
          Place a call
        </a>
      </div>
      {isNobodyThere ? (
        <FirstCall />
      ) : (
        <>
          {live.value?.rows.value === undefined ? null : <LiveTable rows={live.value.rows.value} />}
          <section aria-labelledby="calls-all-title">
            <h2 id="calls-all-title">All calls</h2>
            <FilterBar />
            {fault.value === undefined ? null : (
              <FaultNotice what="The calls could not be read" fault={fault.value} onRetry={read} />
            )}
            {page === undefined ? null : <List page={page} />}
          </section>
        </>
      )}
    </>
  );
}

function List({ page: { calls, nextCursor } }: { readonly page: CallPage }) {
  const isFurther = query.value.has('cursor');
  return (
    <>
      <p class="unseen" role="status">
        {calls.length === 0 ? 'No call matches.' : `${calls.length} calls are shown.`}
      </p>
      {calls.length === 0 ? (
        <p class="calls-none">No call matches. Take something out of the filter, or widen the time.</p>
      ) : (
        <CallsTable calls={calls} />
      )}
      {isFurther || nextCursor !== undefined ? (
        <nav class="calls-pages" aria-label="Pages of the list">
          <button
            type="button"
            class="button"
            disabled={!isFurther}
            onClick={() => {
              changeQuery({ cursor: undefined });
            }}
          >
            Newest
          </button>
          <button
            type="button"
            class="button"
            disabled={nextCursor === undefined}
            onClick={() => {
              changeQuery({ cursor: nextCursor });
            }}
          >
            {pageSize} older ones
          </button>
        </nav>
      ) : null}
    </>
  );
}

/** What one does with a gateway that has no calls yet. */
function FirstCall() {
  const curl = printCurl({
    origin: location.origin,
    tenantId: tenantId.value ?? '',
    username: session.value?.username,
    body: { to: 'sip:bob@192.0.2.10', from: 'sip:clinic@example.com' },
  });
  return (
    <section class="calls-first" aria-labelledby="calls-first-title">
      <h2 id="calls-first-title">No calls yet</h2>
      <p>
        Place the first one <a href={printRoute({ page: 'new-call' })}>with a form</a>, or by the request that your
        program will send to this gateway. Put the address of a phone in the place of <code>sip:bob@192.0.2.10</code>.
      </p>
      <CodeBlock title="curl" text={curl} />
      <p class="soft">The call appears here by itself as soon as it is accepted.</p>
    </section>
  );
}
