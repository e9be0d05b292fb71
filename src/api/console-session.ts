/**
 * Who is logged in at the console: a cookie that says for whom and until when, and is signed. Nothing is kept, so that every
 * gateway that shares the secret takes it. What is signed holds the credentials: when they change, the session is over.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Credentials, Tenant } from '../tenants/index.ts';

/** Seconds. */
export const sessionLifeS = 12 * 3600;

/** The console sends it with every request. Another origin cannot, without being asked first whether it may. */
export const consoleHeader = 'outdial-console';

/** The session of a tenant's user, and that of the operator beside it. */
export const sessionKinds = ['tenant', 'operator'] as const;
export type SessionKind = (typeof sessionKinds)[number];

export const cookieNames: Readonly<Record<SessionKind, string>> = {
  tenant: 'outdial-tenant',
  operator: 'outdial-operator',
};

/** Whom a session opens what for. */
export interface SessionHolder {
  readonly kind: SessionKind;
  /** Whose credentials they are. The tenants of a gateway without a tenant file share them, whatever they are called. */
  readonly account: string;
  readonly credentials: Credentials | undefined;
}

export interface ConsoleSession {
  /** As it was named at the login; empty for the operator. */
  readonly tenantId: string;
  readonly expiresAtS: number;
  readonly signature: string;
}

export const tenantHolder = ({ limits, restApi }: Tenant): SessionHolder => ({
  kind: 'tenant',
  account: limits.account,
  credentials: restApi,
});

export const operatorHolder = (credentials: Credentials): SessionHolder => ({
  kind: 'operator',
  account: '',
  credentials,
});

export interface SessionSigner {
  /** The value of the cookie. */
  sign(holder: SessionHolder, tenantId: string, expiresAtS: number): string;
  isGood(session: ConsoleSession, holder: SessionHolder, nowS: number): boolean;
}

export function createSessionSigner(secret: string): SessionSigner {
  const key = Buffer.from(hkdfSync('sha256', secret, 'outdial', 'console session v1', 32));
  const signatureOf = ({ kind, account, credentials }: SessionHolder, tenantId: string, expiresAtS: number): Buffer => {
    const login = credentials === undefined ? null : [credentials.username, credentials.password.reveal()];
    // As JSON, so that no two lists of texts are signed alike.
    return createHmac('sha256', key)
      .update(JSON.stringify([kind, account, login, tenantId, expiresAtS]))
      .digest();
  };
  return {
    sign(holder, tenantId, expiresAtS) {
      const signature = signatureOf(holder, tenantId, expiresAtS).toString('base64url');
      return `${Buffer.from(tenantId, 'utf8').toString('base64url')}.${expiresAtS}.${signature}`;
    },
    isGood({ tenantId, expiresAtS, signature }, holder, nowS) {
      const expected = signatureOf(holder, tenantId, expiresAtS);
      const given = Buffer.from(signature, 'base64url');
      return given.length === expected.length && timingSafeEqual(given, expected) && expiresAtS > nowS;
    },
  };
}

/** What the cookie of a request says; nobody has vouched for it yet. */
export function readSession({ headers }: FastifyRequest, kind: SessionKind): ConsoleSession | undefined {
  const prefix = `${cookieNames[kind]}=`;
  const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  const value = cookies.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length) ?? '';
  const match = /^([\w-]{0,1000})\.(\d{1,12})\.([\w-]{1,100})$/.exec(value);
  if (match === null) return undefined;
  const [, tenantId = '', expires = '', signature = ''] = match;
  return { tenantId: Buffer.from(tenantId, 'base64url').toString('utf8'), expiresAtS: Number(expires), signature };
}

/** The `Set-Cookie` of a session, or with an empty value of its end. */
export function printCookie(request: FastifyRequest, kind: SessionKind, value: string): string {
  // Behind a proxy that ends TLS, the page still knows how it was loaded.
  const isSecure = request.protocol === 'https' || request.headers.origin?.startsWith('https://') === true;
  const life = value === '' ? 0 : sessionLifeS;
  const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${life}${isSecure ? '; Secure' : ''}`;
  return `${cookieNames[kind]}=${value}; ${attributes}`;
}

/**
 * Whether a page of this gateway sends the request, so that its cookie may stand for credentials. SameSite=Strict lets
 * nothing of another site bring the cookie; a page on another port or a neighbouring domain is of the same site, and is told
 * by what its browser says of the request. Browsers say that only on HTTPS and localhost: elsewhere the console's own header
 * is asked for, but for what is only read, such as the link of a recording.
 */
export function isFromConsole({ headers, method }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined) return headers[consoleHeader] !== undefined || method === 'GET' || method === 'HEAD';
  // `none`: the user opened the link by hand.
  return site === 'same-origin' || (site === 'none' && method === 'GET');
}

/** Whether a refusal goes to the console's own page, which asks for a login itself: the browser must not. */
export function isAskedByConsole({ headers }: FastifyRequest): boolean {
  return headers[consoleHeader] !== undefined || headers['sec-fetch-site'] === 'same-origin';
}
