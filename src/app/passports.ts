/** What the calls of each tenant are signed with. */
import type { Secret } from '../config/index.ts';
import { createStirSigner } from '../host/index.ts';
import type { PassportOrder } from '../sip/index.ts';
import type { Tenant } from '../tenants/index.ts';

/** For a tenant with a key and the address of its certificate; the origin of a call is named by its session. */
export function createPassports(): (tenant: Tenant, sessionId: string) => PassportOrder | undefined {
  // A key is read once, and forgotten with the configuration it came in.
  const signers = new WeakMap<Secret, PassportOrder['sign']>();
  return ({ settings }, sessionId) => {
    const { stirPrivateKey: key, stirCertificateUrl: certificateUrl, stirAttestation: attestation } = settings;
    if (key === undefined || certificateUrl === undefined) return undefined;
    const sign = signers.get(key) ?? createStirSigner(key.reveal());
    signers.set(key, sign);
    return { certificateUrl, attestation, originId: sessionId, sign };
  };
}
