/** The frame of the console: who is logged in, where one is, and the page of that place. */
import { CallPage } from './call/call-page.tsx';
import { CallsPage } from './pages/calls-page.tsx';
import { type Route, route } from './router.ts';

export function App() {
  return (
    <>
      <a class="skip" href="#page">
        Skip to the page
      </a>
      <main id="page" tabIndex={-1}>
        <Page at={route.value} />
      </main>
    </>
  );
}

function Page({ at }: { readonly at: Route }) {
  switch (at.page) {
    case 'calls':
      return <CallsPage />;
    case 'call':
      return <CallPage sessionId={at.sessionId} />;
    case 'statistics':
    case 'health':
    case 'unknown':
      return <p>There is nothing here.</p>;
    default:
      return at satisfies never;
  }
}
