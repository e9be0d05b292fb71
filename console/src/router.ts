/** Where one is in the console: the path of the page, as data. */
import { computed, signal } from '@preact/signals';

export type Route =
  | { readonly page: 'calls' }
  | { readonly page: 'call'; readonly sessionId: string }
  | { readonly page: 'statistics' }
  | { readonly page: 'health' }
  | { readonly page: 'unknown' };

const base = '/console';

/** Path and query as the address bar has them. */
const place = signal(new URL(location.href));

export const route = computed<Route>(() => parseRoute(place.value.pathname));

export function parseRoute(pathname: string): Route {
  const [page = '', sessionId, ...rest] = pathname.slice(base.length).split('/').filter(Boolean);
  if (rest.length > 0) return { page: 'unknown' };
  if (page === '' || (page === 'calls' && sessionId === undefined)) return { page: 'calls' };
  if (page === 'calls' && sessionId !== undefined) return { page: 'call', sessionId: decodeURIComponent(sessionId) };
  if (page === 'statistics' || page === 'health') return { page };
  return { page: 'unknown' };
}

export function printRoute(to: Route): string {
  switch (to.page) {
    case 'calls':
      return `${base}/calls`;
    case 'call':
      return `${base}/calls/${encodeURIComponent(to.sessionId)}`;
    default:
      return `${base}/${to.page}`;
  }
}

/** Goes to a page of the console without loading it anew. */
export function goTo(href: string): void {
  history.pushState(null, '', href);
  place.value = new URL(location.href);
}

addEventListener('popstate', () => {
  place.value = new URL(location.href);
});

// Links inside the console are ordinary links: they open in a new tab, are copied, and work with the keyboard.
document.addEventListener('click', (click) => {
  const link = click.target instanceof Element ? click.target.closest('a') : null;
  const isPlain = click.button === 0 && !click.metaKey && !click.ctrlKey && !click.shiftKey && !click.altKey;
  if (link === null || !isPlain || link.target !== '' || link.hasAttribute('download')) return;
  if (link.origin !== location.origin || !link.pathname.startsWith(base) || link.hash !== '') return;
  click.preventDefault();
  goTo(link.href);
});
