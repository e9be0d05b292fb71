/** Links that open one thing of one call for a time, without credentials. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What links can open; each is the last segment of its path. */
export const linkedArtifacts = [
  'recording',
  'transcript',
  'sip-trace',
  'sip-trace.pcap',
  'bot-exchanges',
  'page.html',
] as const;

/** Of the routes that links open. */
export const linkQuery = z.object({
  expires: z.string().max(20).optional().describe('Of a signed link.'),
  signature: z.string().max(100).optional().describe('Of a signed link.'),
});

export interface LinkTarget {
  readonly tenantId: string;
  readonly sessionId: string;
  readonly what: (typeof linkedArtifacts)[number];
}

export interface LinkSigner {
  /** The query of a link that is good until `expiresAtS` (seconds since 1970). */
  sign(target: LinkTarget, expiresAtS: number): string;
  isGood(target: LinkTarget, query: { readonly expires: string; readonly signature: string }, nowS: number): boolean;
}

export function createLinkSigner(secret: string): LinkSigner {
  const key = Buffer.from(hkdfSync('sha256', secret, 'outdial', 'link v1', 32));
  // No member can hold a line break, so that no two targets are signed alike.
  const signatureOf = ({ tenantId, sessionId, what }: LinkTarget, expires: string): Buffer =>
    createHmac('sha256', key).update(`${tenantId}\n${sessionId}\n${what}\n${expires}`).digest();
  return {
    sign: (target, expiresAtS) =>
      `expires=${expiresAtS}&signature=${signatureOf(target, String(expiresAtS)).toString('base64url')}`,
    isGood(target, { expires, signature }, nowS) {
      if (!/^\d{1,12}$/.test(expires)) return false;
      const expected = signatureOf(target, expires);
      const given = Buffer.from(signature, 'base64url');
      return given.length === expected.length && timingSafeEqual(given, expected) && Number(expires) > nowS;
    },
  };
}
