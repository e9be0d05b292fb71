/** HTTP Basic credentials (RFC 7617), checked in a time that says nothing about them. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Credentials } from '../tenants/index.ts';

/** The challenge of a 401. */
export const basicChallenge = 'Basic realm="outdial", charset="UTF-8"';

/** Of this process only: what is compared cannot be computed outside of it. */
const key = randomBytes(32);

/**
 * Whether an Authorization header holds these credentials. User name and password are both hashed and both compared,
 * whatever the first comparison gave, so that an unknown user costs as much as a wrong password.
 */
export function isAuthorized(header: string | undefined, expected: Credentials): boolean {
  const given = parseBasic(header);
  const isUser = isSame(given.username, expected.username);
  const isPassword = isSame(given.password, expected.password.reveal());
  return given.isPresent && isUser && isPassword;
}

function parseBasic(header: string | undefined): { isPresent: boolean; username: string; password: string } {
  const encoded = /^basic +([a-z0-9+/_-]+={0,2}) *$/i.exec(header ?? '')?.[1];
  const decoded = Buffer.from(encoded ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 0) return { isPresent: false, username: '', password: '' };
  return { isPresent: true, username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}
