/** How a receiver is kept with a delivery: plain JSON, with the password sealed. */
import { isJsonObject, type Json, type JsonObject, printWallTime } from '../kit/index.ts';
import type { StoredEvent } from '../store/index.ts';

/** Whose word a URL is: the operator's, or that of a request, which may be held to stricter rules about where it leads. */
export type UrlTrust = 'operator' | 'request';

export interface WebhookTarget {
  readonly url: string;
  readonly trust: UrlTrust;
  /** HTTP Basic; nothing is sent without a user name. */
  readonly username?: string;
  /** Sealed. */
  readonly password?: string;
  readonly connectTimeoutMs: number;
  /** From the request's leaving to the end of the reply. */
  readonly readTimeoutMs: number;
  /** Quick attempts after the first one. */
  readonly maxRetries: number;
  /** How long it is tried altogether; 0: the quick attempts only. */
  readonly windowMs: number;
}

export function printTarget(target: WebhookTarget): JsonObject {
  return { ...target };
}

/** Undefined when it is none, or was written by another version in another way. */
export function readTarget(value: JsonObject): WebhookTarget | undefined {
  const { url, trust, username, password } = value;
  const [connectTimeoutMs, readTimeoutMs, maxRetries, windowMs] = [
    readCount(value['connectTimeoutMs']),
    readCount(value['readTimeoutMs']),
    readCount(value['maxRetries']),
    readCount(value['windowMs']),
  ];
  if (typeof url !== 'string' || (trust !== 'operator' && trust !== 'request')) return undefined;
  if (connectTimeoutMs === undefined || readTimeoutMs === undefined) return undefined;
  if (maxRetries === undefined || windowMs === undefined) return undefined;
  return {
    url,
    trust,
    ...(typeof username === 'string' ? { username } : {}),
    ...(typeof password === 'string' ? { password } : {}),
    connectTimeoutMs,
    readTimeoutMs,
    maxRetries,
    windowMs,
  };
}

function readCount(value: Json | undefined): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

/** What is told of one event. The first three fields are the contract's; receivers rely on `failureReason` being there. */
export function bodyOf(event: StoredEvent): JsonObject {
  const { callState, failureReason, ...data } = event.data;
  return {
    vgwSessionID: event.sessionId,
    callState: callState ?? null,
    failureReason: failureReason ?? null,
    type: event.type,
    sequence: event.sequence,
    timestamp: printWallTime(event.atWallMs),
    tenantID: event.tenantId,
    data: isJsonObject(data) ? data : {},
  };
}
