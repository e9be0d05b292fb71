/** HTTP Basic credentials (RFC 7617), checked in a time that says nothing about them. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Credentials } from '../tenants/index.ts';

/** The challenge of a 401. */
export const basicChallenge = 'Basic realm="outdial", charset="UTF-8"';

/** Of this process only: what is compared cannot be computed outside of it. */
const key = randomBytes(32);

export interface GivenCredentials {
  readonly username: string;
  readonly password: string;
}

/**
 * Whether these are the credentials. User name and password are both hashed and both compared, whatever the first
 * comparison gave, so that an unknown user costs as much as a wrong password.
 */
export function areCredentials(given: GivenCredentials, expected: Credentials): boolean {
  const isUser = isSame(given.username, expected.username);
  const isPassword = isSame(given.password, expected.password.reveal());
  return isUser && isPassword;
}

/** Whether an Authorization header holds these credentials. */
export function isAuthorized(header: string | undefined, expected: Credentials): boolean {
  const given = readBasic(header ?? '');
  return areCredentials(given ?? nobody, expected) && given !== undefined;
}

const nobody: GivenCredentials = { username: '', password: '' };

/** What an Authorization header holds; undefined when that is nothing of ours. */
export function readBasic(header: string): GivenCredentials | undefined {
  const encoded = /^basic +([a-z0-9+/_-]+={0,2}) *$/i.exec(header)?.[1];
  const decoded = Buffer.from(encoded ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 0 ? undefined : { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}
