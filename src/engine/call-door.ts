/**
 * Who may come in: finds the tenant that an INVITE is for, holds it against the tenant's white lists and asks for its password. All
 * that is decided here is decided before anything is kept of the call.
 */
import type { Random } from '../kit/index.ts';
import type { LoginGuard } from '../policy/index.ts';
import {
  type Admission,
  createDigestCheck,
  type Digest,
  type Hop,
  type IncomingCall,
  type SipRequest,
} from '../sip/index.ts';
import { matchTenant, type Tenant, type TenantDirectory } from '../tenants/index.ts';
import { headerNames } from './header-names.ts';
import type { IncomingOrder } from './ports.ts';

export interface CallDoorPorts {
  /** As it is at the moment of each call. */
  readonly tenants: Pick<TenantDirectory, 'deployment' | 'isMultiTenant' | 'tenants'>;
  readonly digest: Digest;
  readonly random: Random;
  /** Counts wrong passwords, and shuts out who guesses. */
  readonly loginGuard: LoginGuard;
}

export interface CallDoor {
  readonly admit: (invite: SipRequest, source: Hop, nowMs: number) => Admission;
  /** Of a call that was let in. */
  readonly orderOf: (call: IncomingCall) => IncomingOrder | undefined;
}

/** That of the original. */
const realm = 'vgw';
const longestHeaderValue = 1024;
/** Session ids name files. */
const sessionIdShape = /^[A-Za-z0-9][A-Za-z0-9@._:=-]{0,127}$/;

export function createCallDoor({ tenants, digest, random, loginGuard }: CallDoorPorts): CallDoor {
  const passwords = createDigestCheck(digest, random);

  function tenantOf(toUri: string, requestUri: string): Tenant | undefined {
    return tenants.isMultiTenant
      ? matchTenant(takers(tenants), { toUri, requestUri })
      : takers(tenants).find(() => true);
  }

  function authenticate(tenant: Tenant, invite: SipRequest, source: Hop, nowMs: number): Admission {
    const { callerAuth: auth } = tenant;
    if (auth === undefined) return { type: 'let-in' };
    if (loginGuard.retryAfterS(source.host, tenant.id, nowMs) !== undefined) {
      return {
        type: 'dropped',
        what: 'guessing',
        detail: 'A caller that has sent too many wrong passwords was not answered.',
      };
    }
    const verdict = passwords.check(
      invite,
      source.host,
      { ...auth, realm, algorithms: tenant.settings.sipAuthAlgorithms },
      nowMs,
    );
    if (verdict.type === 'authenticated') return { type: 'let-in' };
    const isWrong = verdict.why === 'wrong';
    if (isWrong) loginGuard.failed(source.host, tenant.id, nowMs);
    return {
      type: 'refused',
      status: 401,
      headers: verdict.headers,
      ...(isWrong ? { told: { what: 'wrong-password', detail: 'A caller sent a wrong user name or password.' } } : {}),
    };
  }

  return {
    admit(invite, source, nowMs) {
      if (takers(tenants).length === 0) return { type: 'refused', status: 403 };
      const tenant = tenantOf(invite.to.uri, invite.requestUri);
      if (tenant === undefined) return refused(404, 'no-tenant', 'A call was for no tenant that takes calls.');
      if (!isListed(tenant, invite))
        return refused(403, 'not-listed', 'A call is not on the white list of its tenant.');
      return authenticate(tenant, invite, source, nowMs);
    },
    orderOf(call) {
      const tenant = tenantOf(call.to, call.requestUri);
      if (tenant === undefined) return undefined;
      const { inviteHeaders, sessionHeader } = tenant.settings;
      const sessionId = sessionIdOf(call, sessionHeader);
      return {
        tenant,
        ...(sessionId === undefined ? {} : { sessionId }),
        inviteHeaders: headersOf(call, headerNames(inviteHeaders)),
      };
    },
  };
}

/** The tenants that take calls. */
function takers({ isMultiTenant, tenants, deployment }: CallDoorPorts['tenants']): readonly Tenant[] {
  return (isMultiTenant ? tenants : [deployment]).filter(({ isInboundEnabled }) => isInboundEnabled);
}

function refused(status: number, what: string, detail: string): Admission {
  return { type: 'refused', status, told: { what, detail } };
}

/** Letters count as they are written (specification §2.2). */
function isListed({ settings }: Tenant, { from, to }: SipRequest): boolean {
  const { whitelistFromUri, whitelistToUri } = settings;
  const isIn = (uri: string, text: string | undefined): boolean => text === undefined || uri.includes(text);
  return isIn(from.uri, whitelistFromUri) && isIn(to.uri, whitelistToUri);
}

function sessionIdOf(call: IncomingCall, name: string): string | undefined {
  const isCallId = name.toLowerCase() === 'call-id';
  const value = isCallId ? call.legId : valueOf(call, name);
  return value !== undefined && sessionIdShape.test(value) ? value : undefined;
}

function headersOf(call: IncomingCall, names: readonly string[]): Readonly<Record<string, string>> {
  const given = names.flatMap((name): [string, string][] => {
    const value = valueOf(call, name);
    return value === undefined ? [] : [[name, value.slice(0, longestHeaderValue)]];
  });
  return Object.fromEntries(given);
}

/** All values of a header, as they came. */
function valueOf({ headers }: IncomingCall, name: string): string | undefined {
  const values = headers.filter((each) => each.name.toLowerCase() === name.toLowerCase()).map(({ value }) => value);
  return values.length === 0 ? undefined : values.join(', ');
}
