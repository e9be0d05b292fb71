/** Posting to a sink over HTTP, and what its answer means. */
import { basicAuthorization } from '../authorization/index.ts';
import type { HttpPost } from '../kit/index.ts';
import type { Verdict } from './contract.ts';

export interface HttpSinkOrder {
  /** http: or https:. */
  readonly url: string;
  /** HTTP Basic; nothing is sent without a user name. */
  readonly username?: string;
  readonly password?: string;
  readonly batchSize: number;
}

const connectTimeoutMs = 5000;
const readTimeoutMs = 15_000;
/** A database answers with a line for each document. */
const maxReplyBytes = 1024 * 1024;

/** `poison`: this request will never be taken, though the sink is well. */
export type PostOutcome =
  | { readonly type: 'taken'; readonly bodyText: string }
  | { readonly type: 'poison'; readonly reason: string }
  | Extract<Verdict, { readonly type: 'later' }>;

export async function postReports(
  { url, username, password = '' }: Omit<HttpSinkOrder, 'batchSize'>,
  body: string,
  post: HttpPost,
  signal: AbortSignal,
): Promise<PostOutcome> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    ...(username === undefined ? {} : { authorization: basicAuthorization(username, password) }),
  };
  const outcome = await post({ url, headers, body, connectTimeoutMs, readTimeoutMs, maxReplyBytes, signal });
  if (!outcome.ok) {
    const { detail, status } = outcome.error;
    // It took the request; what else it had to say is of no matter.
    return status !== undefined && isTaken(status)
      ? { type: 'taken', bodyText: '' }
      : { type: 'later', reason: detail };
  }
  const { status, bodyText, retryAfterS } = outcome.value;
  if (isTaken(status)) return { type: 'taken', bodyText };
  const reason = `${hostIn(url)} answered with HTTP status ${status}.`;
  if (isPoison(status)) return { type: 'poison', reason };
  return { type: 'later', reason, ...(retryAfterS === undefined ? {} : { afterMs: retryAfterS * 1000 }) };
}

function isTaken(status: number): boolean {
  return status >= 200 && status < 300;
}

/**
 * 4xx is about the request. Not so 401, 403, 404 and 407, which are about the account and the address: those reports are
 * good once the configuration is, so they wait for it, as with 408 and 429.
 */
function isPoison(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 403, 404, 407, 408, 429].includes(status);
}

function hostIn(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'The sink';
}
