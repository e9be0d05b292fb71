import type { Secret } from '../config/index.ts';
import type { JsonObject } from '../kit/index.ts';
import type { Tenant } from './tenant.ts';

/** A start-call request that has passed every check: what the engine is to do. */
export interface StartCallOrder {
  /** The tenant as it is for this call, `tenantConfig` applied. */
  readonly tenant: Tenant;
  /** SIP or tel URI to call, as `checkCallUri` accepted it. */
  readonly to: string;
  /** Caller: the `from` of the request, else the tenant's; absent when neither is given. */
  readonly from?: string;
  /** Goes into the context of the first turn. At most 16 KiB of JSON. */
  readonly context: JsonObject;
  /** Preloaded Route set, in order, as `checkRoutes` gave it. */
  readonly routes: readonly string[];
  /** Where the states of this call are reported; absent when nowhere. */
  readonly webhook?: WebhookTarget;
}

export interface WebhookTarget {
  readonly url: string;
  readonly username?: string;
  readonly password?: Secret;
  /** Whose word the URL is: `request` ones may be held to stricter rules about where they may lead. */
  readonly origin: 'deployment' | 'request';
}
