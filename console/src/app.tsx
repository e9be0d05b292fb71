/** The frame of the console: who is logged in, where one is, and the page of that place. */
import { useEffect, useRef } from 'preact/hooks';
import { CallPage } from './call/call-page.tsx';
import { Boundary } from './frame/boundary.tsx';
import { Header } from './frame/header.tsx';
import { FaultNotice } from './frame/notice.tsx';
import { useTitle } from './frame/title.ts';
import { CallsPage } from './calls/calls-page.tsx';
import { PlacePage } from './place/place-page.tsx';
import { printRoute, type Route, route } from './router.ts';
import { HealthPage } from './health/health-page.tsx';
import { StatisticsPage } from './statistics/statistics-page.tsx';
import { LoginPage } from './session/login-page.tsx';
import { readSession, session, sessionFault, tenantId } from './session/session.ts';

export function App() {
  const page = useRef<HTMLElement>(null);
  const path = printRoute(route.value);
  const isFirst = useRef(true);
  // A new page begins at its top, for eyes, keyboard and screen readers alike.
  useEffect(() => {
    if (!isFirst.current) {
      page.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    isFirst.current = false;
  }, [path]);
  return (
    <>
      <a class="skip" href="#page">
        Skip to the page
      </a>
      <Boundary part="the bar at the top">
        <Header />
      </Boundary>
      <main id="page" class="page" tabIndex={-1} ref={page}>
        <Boundary key={path} part="this page">
          <Inside at={route.value} />
        </Boundary>
      </main>
    </>
  );
}

/** The page, once it is known who looks at it. */
function Inside({ at }: { readonly at: Route }) {
  if (sessionFault.value !== undefined && session.value === undefined) {
    return (
      <FaultNotice
        what="The gateway could not be asked"
        fault={sessionFault.value}
        onRetry={() => void readSession()}
      />
    );
  }
  if (session.value === undefined) return <p class="soft">Asking the gateway …</p>;
  if (tenantId.value === undefined) return <LoginPage />;
  return <Page key={tenantId.value} at={at} />;
}

function Page({ at }: { readonly at: Route }) {
  switch (at.page) {
    case 'calls':
      return <CallsPage />;
    case 'call':
      return <CallPage key={at.sessionId} sessionId={at.sessionId} />;
    case 'new-call':
      return <PlacePage />;
    case 'statistics':
      return <StatisticsPage />;
    case 'health':
      return <HealthPage />;
    case 'unknown':
      return <NothingHere />;
    default:
      return at satisfies never;
  }
}

function NothingHere() {
  useTitle('Nothing here');
  return (
    <>
      <h1>There is nothing here</h1>
      <p>
        The address is not one of this console. <a href={printRoute({ page: 'calls' })}>Go to the calls</a>.
      </p>
    </>
  );
}
