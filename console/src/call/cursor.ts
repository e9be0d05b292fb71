/**
 * The one place in time that all parts of a call page look at. A click on a SIP message, a word, a turn or a point of the
 * axis moves it; every part shows what stands there.
 */
import { signal } from '@preact/signals';

/** ms after the call was accepted; undefined: nowhere. */
export const cursorMs = signal<number | undefined>(undefined);
