/** The typed client of the tenant that is logged in: its cookie goes along, and a login that has ended is noticed. */
import { computed } from '@preact/signals';
import { createOutdialClient, type OutdialClient, problemOf } from '../../../src/client/index.ts';
import { onRefused, tenantId } from './session.ts';

/** `fetch` as a page of the console. */
export const consoleFetch: typeof fetch = async (url, init = {}) => {
  const headers = new Headers(init.headers);
  headers.set('outdial-console', '1');
  const response = await fetch(url, { ...init, headers, credentials: 'same-origin' });
  if (response.status === 401) void onRefused();
  return response;
};

/** Undefined while nobody is logged in. */
export const client = computed<OutdialClient | undefined>(() => {
  const tenant = tenantId.value;
  return tenant === undefined
    ? undefined
    : createOutdialClient({ baseUrl: location.origin, tenantId: tenant, fetch: consoleFetch });
});

/** A route under `/v1/admin` as the operator who is logged in; rejects with `OutdialProblem`. */
export async function askOperator<T>(path: string): Promise<T> {
  const response = await consoleFetch(path);
  if (!response.ok) throw await problemOf(response);
  // What it holds is the gateway's promise (docs/openapi.json).
  return (await response.json()) as T;
}
