/**
 * Standard Webhooks (standardwebhooks.com, version 1): a receiver knows by three headers that a notification is genuine, new,
 * and which one it is.
 */
import { createHmac } from 'node:crypto';

const secretPrefix = 'whsec_';

/** The key of a secret `whsec_<base64>` of 24 to 64 bytes, or undefined. */
export function signingKey(secret: string): Buffer | undefined {
  if (!secret.startsWith(secretPrefix)) return undefined;
  const text = secret.slice(secretPrefix.length);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length >= 24 && key.length <= 64 ? key : undefined;
}

/** The keys of secrets that are separated by commas, in their order; what is none is passed over. */
export function signingKeys(secrets: string): readonly Buffer[] {
  return secrets.split(',').flatMap((secret) => signingKey(secret.trim()) ?? []);
}

/**
 * What goes with the body of a notification. `webhook-id` is the same for every attempt; the others are of this one. One signature
 * for each key, the present one first, so that receivers may change over in their own time. Without a key there is no signature.
 */
export function notificationHeaders(
  sessionId: string,
  sequence: number,
  atWallMs: number,
  body: string,
  keys: readonly Buffer[],
): Readonly<Record<string, string>> {
  const id = `msg_${sessionId}_${sequence}`;
  const timestamp = String(Math.floor(atWallMs / 1000));
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(signatures.length === 0 ? {} : { 'webhook-signature': signatures.join(' ') }),
  };
}
