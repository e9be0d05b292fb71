/** Which condition gives which answer. Those before the body stand in the order they are looked at; docs/api.md prints it. */
import type { ApiErrorCode } from './problem.ts';

export interface StatusRow {
  readonly condition: string;
  readonly status: number;
  /** The member `code` of the answer; absent for 200. */
  readonly code?: ApiErrorCode;
}

export const statusTable: readonly StatusRow[] = [
  { condition: 'The request is slower than the timeouts allow', status: 408, code: 'http.timeout' },
  { condition: 'The headers are over 16 KiB', status: 431, code: 'http.headers-too-large' },
  {
    condition: 'The bytes are not HTTP, or the path is not percent-encoded right',
    status: 400,
    code: 'http.bad-request',
  },
  { condition: 'The path is another one', status: 404, code: 'http.not-found' },
  { condition: 'The method is not POST', status: 405, code: 'http.method-not-allowed' },
  { condition: 'There is a tenant file and no tenant of that tenantURI in it', status: 404, code: 'tenant.unknown' },
  {
    condition: 'The entry of the tenant in the tenant file has a mistake',
    status: 404,
    code: 'tenant.misconfigured',
  },
  { condition: 'Credentials are configured and these are not sent', status: 401, code: 'auth.required' },
  {
    condition: 'Wrong credentials were sent too often from this address (Retry-After: up to 60)',
    status: 429,
    code: 'auth.too-many-failures',
  },
  { condition: 'Outbound calls are not enabled for the tenant', status: 403, code: 'outbound.disabled' },
  {
    condition: 'The body is over 64 KiB, over 16 levels deep, or its context over 16 KiB',
    status: 400,
    code: 'request.too-large',
  },
  {
    condition: 'The body is not application/json, not an object, or a field is unknown, missing or wrong',
    status: 400,
    code: 'request.malformed',
  },
  {
    condition: 'A value or key anywhere in the body holds CR, LF or NUL',
    status: 400,
    code: 'request.header-injection',
  },
  { condition: 'to, from or route is not made of SIP or tel URIs', status: 400, code: 'request.bad-uri' },
  { condition: 'to is a tel URI and there is neither a trunk nor a route', status: 400, code: 'request.no-trunk' },
  {
    condition: 'A URL of the request names an address that requests may not reach',
    status: 400,
    code: 'guard.destination',
  },
  { condition: 'The gateway is stopping (Retry-After: 30)', status: 503, code: 'gateway.draining' },
  { condition: 'Every call slot is taken (Retry-After: 5)', status: 503, code: 'gateway.full' },
  {
    condition: 'The machine is too busy for one more call (Retry-After: 5)',
    status: 503,
    code: 'gateway.overloaded',
  },
  { condition: 'The called number begins with no allowed prefix', status: 403, code: 'guard.prefix' },
  {
    condition: 'The tenant has as many calls as it may have at a time (Retry-After: 5)',
    status: 429,
    code: 'guard.concurrency',
  },
  {
    condition: 'The minutes of the day are used up (Retry-After: to midnight UTC)',
    status: 429,
    code: 'guard.minutes',
  },
  { condition: 'Calls are started too fast (Retry-After: until the next may start)', status: 429, code: 'guard.rate' },
  { condition: 'The next hop or a host of the call is not allowed', status: 403, code: 'guard.sip-destination' },
  {
    condition: 'SRTP is required and its keys would leave over signalling that is not encrypted',
    status: 400,
    code: 'media.keys-in-clear',
  },
  {
    condition: 'The trunk has as many calls as it may have at a time (Retry-After: 5)',
    status: 503,
    code: 'trunk.full',
  },
  {
    condition: 'Calls are started faster than the trunk may take them (Retry-After: until the next may start)',
    status: 503,
    code: 'trunk.rate',
  },
  { condition: 'The database does not answer (Retry-After: 5)', status: 503, code: 'store.unavailable' },
  { condition: 'The disk of the database is full or read-only (Retry-After: 5)', status: 503, code: 'store.full' },
  { condition: 'A fault inside outdial', status: 500, code: 'internal.bug' },
  { condition: 'The call is accepted and stored', status: 200 },
];
