/** What the page is shown on. */
import { type ReadonlySignal, signal } from '@preact/signals';

function matches(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const is = signal(list.matches);
  list.addEventListener('change', () => {
    is.value = list.matches;
  });
  return is;
}

/** Wide enough for two panels side by side. */
export const isWide = matches('(min-width: 75rem)');

/** On paper there are no tabs and nothing to scroll. */
export const isPrinting = matches('print');
