import type { HttpFailure, HttpPost, HttpPostOrder, HttpReply, Result } from '../kit/index.ts';
import { err, ok } from '../kit/index.ts';
import type { Authorization, AuthorizationFailure } from './contract.ts';

export type AuthorizedFailure =
  /** No header could be had; the service was not asked. */
  | { readonly at: 'authorization'; readonly failure: AuthorizationFailure }
  | { readonly at: 'service'; readonly failure: HttpFailure };

/**
 * Posts with the header of `authorization`. After a 401 the same order is sent once more, if another header can be had;
 * the timeouts of the order count for each of the two. Rejects only when the order's signal aborts before it is sent.
 */
export async function postAuthorized(
  post: HttpPost,
  authorization: Authorization,
  order: HttpPostOrder,
): Promise<Result<HttpReply, AuthorizedFailure>> {
  for (let attempt = 1; ; attempt++) {
    const header = await authorization.header(order.signal);
    if (!header.ok) return err({ at: 'authorization', failure: header.error });
    const headers = header.value === undefined ? order.headers : { ...order.headers, authorization: header.value };
    const outcome = await post({ ...order, headers });
    if (!outcome.ok) return err({ at: 'service', failure: outcome.error });
    if (outcome.value.status !== 401 || attempt > 1 || !authorization.forget(header.value)) return ok(outcome.value);
  }
}
