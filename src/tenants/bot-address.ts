import type { Secret } from '../config/index.ts';
import type { Credentials } from './tenant.ts';

/** Where a bot is, and what opens it: user name and password, or a token, or nothing. */
export interface BotAddress {
  readonly url: string;
  readonly credentials?: Credentials;
  readonly token?: BotToken;
  /** `request` when the URL came with the request of this call: then it is the caller's word, not the operator's. */
  readonly origin: 'deployment' | 'request';
}

export type BotToken =
  | {
      readonly kind: 'api-key';
      readonly apikey: Secret;
      /** Where it is exchanged; without one where IBM does. */
      readonly tokenUrl?: string;
      /** `request` when that address may be the caller's word. */
      readonly origin: 'deployment' | 'request';
    }
  | { readonly kind: 'bearer'; readonly token: Secret };
