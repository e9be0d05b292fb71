/** What the commands of `outdial` that ask a running gateway can be told. */
import type { Json } from '../../kit/index.ts';

/** Which gateway and which tenant; what is absent comes from the environment (`readAccess`). */
export interface AccessOptions {
  /** Base URL. */
  readonly gateway?: string;
  readonly tenant?: string;
}

export interface PlaceOrder {
  readonly command: 'call';
  readonly to: string;
  readonly from?: string;
  readonly context: Readonly<Record<string, Json>>;
  readonly statusWebhook?: string;
  readonly isFollowed: boolean;
}

export type CallOrder =
  | PlaceOrder
  /** Follows a call that is there already, from its first event on. */
  | { readonly command: 'follow'; readonly sessionId: string }
  | { readonly command: 'list'; readonly state?: string; readonly limit: number }
  | { readonly command: 'show'; readonly sessionId: string }
  | { readonly command: 'trace'; readonly sessionId: string; readonly pcapFile?: string; readonly isWhole: boolean }
  | { readonly command: 'hangup'; readonly sessionId: string }
  | { readonly command: 'resend'; readonly sessionId: string; readonly sequence: string }
  | { readonly command: 'dead' }
  | { readonly command: 'listen'; readonly forwardTo?: string }
  | { readonly command: 'trigger'; readonly type?: string; readonly to?: string };

export type AskedOrder = CallOrder & { readonly access: AccessOptions; readonly isJson: boolean };
