/** What a running call can be told from outside, by whoever watches over it. Plain data: it may come from another node. */
import type { ReceivedTextMessage, TransferOrder } from '../conversation/index.ts';
import type { JsonObject } from '../kit/index.ts';

export type ControlCommand =
  /** Ends the call now: BYE, or CANCEL before the answer. */
  | { readonly type: 'hang-up' }
  /** These four are carried out between turns, in order, after what plays now. */
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'play'; readonly url: string }
  /** `0` to `9`, `*`, `#`, `A` to `D`. */
  | { readonly type: 'send-digits'; readonly digits: string }
  | { readonly type: 'transfer'; readonly order: TransferOrder }
  /** Set in the context of the next turn. */
  | { readonly type: 'set-variables'; readonly variables: JsonObject }
  /** A text message came for the bot. */
  | { readonly type: 'receive-message'; readonly message: ReceivedTextMessage }
  /** Who is not heard any more, or heard again: the bot by the callee, or the callee's voice by the bot. */
  | { readonly type: 'mute'; readonly who: 'bot' | 'callee'; readonly isMuted: boolean };
