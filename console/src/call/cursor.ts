/**
 * The one place in time that all parts of a call page look at. A click on a SIP message, a word, a turn or a point of the
 * axis moves it; every part shows what stands there.
 */
import { batch, signal } from '@preact/signals';

/** ms after the call was accepted; undefined: nowhere. */
export const cursorMs = signal<number | undefined>(undefined);

/** One thing of a call that a part of the page may open. Numbers count from 0 in the list they name, sequences as the API has them. */
export type Selected =
  /** Of `sipTrace.messages`. */
  | { readonly kind: 'sip'; readonly index: number }
  /** Of the call; the record has it in `turns`, under the same index. */
  | { readonly kind: 'turn'; readonly index: number }
  /** An event of the call. */
  | { readonly kind: 'event'; readonly sequence: number }
  /** The notification of that event. */
  | { readonly kind: 'delivery'; readonly sequence: number };

/** What was chosen last; all parts show it as theirs, and those that have more of it open that. */
export const selected = signal<Selected | undefined>(undefined);

/**
 * Chooses a thing and moves the cursor to where it stands.
 */
export function select(what: Selected | undefined, atMs: number | undefined): void {
  batch(() => {
    selected.value = what;
    if (atMs !== undefined) cursorMs.value = atMs;
  });
}

export function isSelected(what: Selected): boolean {
  const now = selected.value;
  if (now === undefined || now.kind !== what.kind) return false;
  return keyOf(now) === keyOf(what);
}

function keyOf(what: Selected): number {
  return 'index' in what ? what.index : what.sequence;
}
