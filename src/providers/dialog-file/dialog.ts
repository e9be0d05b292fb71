import type { Phrase } from './phrases.ts';

/** A dialog file that has been read and checked: every step named in it exists. */
export interface Dialog {
  readonly fileName: string;
  readonly start: string;
  readonly steps: ReadonlyMap<string, DialogStep>;
}

export interface DialogStep {
  /** Said on entering, in order; may be empty. */
  readonly say: readonly string[];
  /** Context variables: set on entering, or, in a step that listens, when the answer has been found in `listen`. */
  readonly set: readonly (readonly [name: string, value: string | number | boolean])[];
  readonly exit: Exit;
}

/** What happens once a step has been said. */
export type Exit =
  /** Goes on to another step without waiting. These never form a ring. */
  | { readonly type: 'next'; readonly step: string }
  | { readonly type: 'hang-up' }
  | {
      readonly type: 'listen';
      readonly answers: readonly { readonly phrases: readonly Phrase[]; readonly step: string }[];
      /** Where any other words lead; they count as an answer. */
      readonly anything: string | undefined;
      /** How often the question is asked before `otherwise` or `silence`, at least 1. */
      readonly max: number;
      /** Said instead of `say` when the question is repeated; empty: `say` again. */
      readonly retry: readonly string[];
      /** Undefined: hang up. */
      readonly otherwise: string | undefined;
      readonly silence: string | undefined;
    };
