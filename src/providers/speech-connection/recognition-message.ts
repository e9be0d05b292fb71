/** What services of recognition say, in the words that all of them share. */

/** One hypothesis. Seconds are counted from the beginning of the audio of this connection. */
export interface Hypothesis {
  /** The utterance is over with it. */
  readonly isFinal: boolean;
  readonly text: string;
  /** 0 to 1; 0 where the service says nothing of it. */
  readonly confidence: number;
  readonly fromS?: number;
  readonly toS?: number;
}

export type RecognitionMessage =
  | { readonly type: 'listening' }
  | { readonly type: 'hypotheses'; readonly hypotheses: readonly Hypothesis[] }
  /** A voice, whatever it says. Without an instant it began just now. */
  | { readonly type: 'speech-began'; readonly atS?: number }
  /** `isTimeout`: nobody spoke, or too little was sent, for as long as the service waits. */
  | { readonly type: 'error'; readonly message: string; readonly isTimeout: boolean }
  /** Anything else, such as warnings: no news for a call. */
  | { readonly type: 'other' }
  /** No message of this protocol. */
  | { readonly type: 'malformed' };

/** Of one hypothesis, in characters; what comes beyond is left out. */
export const longestText = 10_000;
