/** Who is logged in, and as which tenant the console looks at the gateway. */
import { computed, signal } from '@preact/signals';
import { problemOf } from '../../../src/client/index.ts';
import { recall, remember } from '../frame/remember.ts';

/** What `GET /console/session` says. */
export interface Session {
  readonly version: string;
  /** Without it every tenant name is the one tenant's. */
  readonly isMultiTenant: boolean;
  readonly needsLogin: boolean;
  readonly hasOperator: boolean;
  readonly isOperator: boolean;
  /** Absent: nobody is logged in. */
  readonly tenantID?: string;
  readonly username?: string;
  readonly expiresAt?: string;
  readonly isOutboundEnabled?: boolean;
}

export type Login =
  | { readonly tenantID: string; readonly username?: string; readonly password?: string }
  | { readonly operator: true; readonly username: string; readonly password: string };

/** Undefined until the gateway has said. */
export const session = signal<Session | undefined>(undefined);
/** Why it could not be asked. */
export const sessionFault = signal<unknown>(undefined);
/** Whether a login was good and is no longer. */
export const isSessionLost = signal(false);

const tenantKey = 'tenant';
/** What a gateway without a tenant file calls its tenant when nobody calls it anything else. */
const unnamed = 'default';
const chosenName = signal(recall(tenantKey) ?? undefined);

/** Whose calls are shown; undefined while nobody is logged in. */
export const tenantId = computed<string | undefined>(() => {
  const { isMultiTenant = false, needsLogin = true, tenantID } = session.value ?? {};
  if (needsLogin && tenantID === undefined) return undefined;
  return isMultiTenant ? tenantID : (chosenName.value ?? tenantID ?? unnamed);
});

/** Looks at another name of the one tenant. */
export function chooseTenant(name: string): void {
  chosenName.value = name;
  remember(tenantKey, name);
}

/** The name that a login form begins with. */
export const lastTenant = (): string => chosenName.value ?? '';

const path = '/console/session';
const headers = { 'outdial-console': '1' };

export async function readSession(): Promise<void> {
  try {
    const response = await fetch(path, { headers });
    if (!response.ok) throw await problemOf(response);
    // What it holds is the gateway's promise.
    session.value = (await response.json()) as Session;
    sessionFault.value = undefined;
  } catch (fault) {
    sessionFault.value = fault;
  }
}

/** Rejects with `OutdialProblem` when the gateway refuses. */
export async function logIn(login: Login): Promise<void> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(login),
  });
  if (!response.ok) throw await problemOf(response);
  if ('tenantID' in login) {
    chooseTenant(login.tenantID);
    isSessionLost.value = false;
  }
  await readSession();
}

export async function logOut(): Promise<void> {
  await fetch(path, { method: 'DELETE', headers });
  await readSession();
}

/** A request was refused for want of a login. */
export async function onRefused(): Promise<void> {
  const wasLoggedIn = session.value?.tenantID !== undefined;
  await readSession();
  if (wasLoggedIn && session.value?.tenantID === undefined) isSessionLost.value = true;
}
