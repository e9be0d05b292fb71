/**
 * Key files of Google's service accounts: a signed assertion against a token
 * (developers.google.com/identity/protocols/oauth2/service-account, RFC 7523 §2.1).
 */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { AuthorizationMethod } from '../../authorization/index.ts';
import { type KeyFile, parseMessage } from '../speech-connection/index.ts';

/** The file names one, too; it is not asked, because it may be anybody's word. */
const usualTokenUrl = 'https://oauth2.googleapis.com/token';
const scope = 'https://www.googleapis.com/auth/cloud-platform';
const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const lifeS = 3600;

/** Throws an `Error` without any of the file. */
export function grantOf({ text, tokenUrl = usualTokenUrl }: KeyFile, wallMs: () => number): AuthorizationMethod {
  const { client_email: email, private_key: pem, private_key_id: id } = parseMessage(text.reveal()) ?? {};
  const key = typeof pem === 'string' ? readKey(pem) : undefined;
  if (typeof email !== 'string' || key === undefined) {
    throw new Error(
      'Google speech: thirdPartyCredentials is no key file of a service account (client_email, private_key).',
    );
  }
  const printForm = (): string => {
    const atS = Math.floor(wallMs() / 1000);
    const claims = { iss: email, scope, aud: tokenUrl, iat: atS, exp: atS + lifeS };
    const head = { alg: 'RS256', typ: 'JWT', ...(typeof id === 'string' ? { kid: id } : {}) };
    const content = `${encode(head)}.${encode(claims)}`;
    const signature = sign('RSA-SHA256', Buffer.from(content), key).toString('base64url');
    return new URLSearchParams([
      ['grant_type', grantType],
      ['assertion', `${content}.${signature}`],
    ]).toString();
  };
  return { kind: 'grant', secret: text, tokenUrl, printForm };
}

function readKey(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part), 'utf8').toString('base64url');
}
