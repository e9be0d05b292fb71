/** The page of one code: what an operator needs at three in the morning, written once and printed for docs/, terminal and browser. */

export interface ErrorPage {
  /** What happened. */
  readonly what: string;
  /** Where a code shows beside the places that its registry tells of. */
  readonly seen?: readonly Place[];
  /** Likely causes, the likeliest first. */
  readonly causes: readonly string[];
  /** What to do, in this order. */
  readonly steps: readonly string[];
  /** Whether and when the same thing may work later. */
  readonly again: string;
  /** Pages of docs/, with or without a heading: `trunk.md#who-is-up`. */
  readonly see: readonly string[];
}

/**
 * `end`: the end code of a call. `incoming`: what a caller is refused for. `turn`: one turn of the bot. `warning`: the call goes on.
 * `reload`, `serve`: what the operator does by hand.
 */
export type Place = 'end' | 'incoming' | 'turn' | 'warning' | 'log' | 'reload' | 'serve';
