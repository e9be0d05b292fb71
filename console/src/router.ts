/** Where one is in the console: the path of the page and its query, as data. */
import { computed, signal } from '@preact/signals';

export type Route =
  | { readonly page: 'calls' }
  | { readonly page: 'call'; readonly sessionId: string }
  | { readonly page: 'new-call' }
  | { readonly page: 'statistics' }
  | { readonly page: 'health' }
  | { readonly page: 'unknown' };

const base = '/console';
const plainPages = ['calls', 'new-call', 'statistics', 'health'] as const;

/** Path and query as the address bar has them. */
const place = signal(new URL(location.href));

export const route = computed<Route>(() => parseRoute(place.value.pathname));

/** What stands behind the `?`. */
export const query = computed(() => new URLSearchParams(place.value.search));

export function parseRoute(pathname: string): Route {
  const [page = '', sessionId, ...rest] = pathname.slice(base.length).split('/').filter(Boolean);
  if (rest.length > 0) return { page: 'unknown' };
  if (page === 'calls' && sessionId !== undefined) return readSessionId(sessionId);
  if (page === '') return { page: 'calls' };
  const plain = plainPages.find((each) => each === page);
  return plain === undefined || sessionId !== undefined ? { page: 'unknown' } : { page: plain };
}

function readSessionId(text: string): Route {
  try {
    return { page: 'call', sessionId: decodeURIComponent(text) };
  } catch {
    return { page: 'unknown' };
  }
}

export function printRoute(to: Route): string {
  switch (to.page) {
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

/** The same page with another query; `undefined` and the empty text leave a parameter out. One can go back to the one before. */
export function changeQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const next = new URL(place.value);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') next.searchParams.delete(name);
    else next.searchParams.set(name, value);
  }
  if (next.href !== place.value.href) goTo(next.href);
}

addEventListener('popstate', () => {
  place.value = new URL(location.href);
});

// Links inside the console are ordinary links: they open in a new tab, are copied, and work with the keyboard.
document.addEventListener('click', (click) => {
  const link = click.target instanceof Element ? click.target.closest('a') : null;
  const isPlain = click.button === 0 && !click.metaKey && !click.ctrlKey && !click.shiftKey && !click.altKey;
  if (link === null || !isPlain || link.target !== '' || link.hasAttribute('download')) return;
  if (link.origin !== location.origin || link.hash !== '') return;
  if (link.pathname !== base && !link.pathname.startsWith(`${base}/`)) return;
  click.preventDefault();
  goTo(link.href);
});
