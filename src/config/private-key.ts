/** A key that signs calls: an EC key on the curve P-256 (RFC 8225 §8), in PEM. */
import { createPrivateKey } from 'node:crypto';

/** What is wrong with it, as the end of a sentence; nothing of it is repeated. */
export function findPrivateKeyFault(pem: string): string | undefined {
  try {
    const key = createPrivateKey(pemOf(pem));
    const isEs256 = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
    return isEs256 ? undefined : 'it is a key, and none on the curve P-256 (prime256v1), which ES256 needs';
  } catch {
    return 'expected: a private key in PEM, without a passphrase';
  }
}

/** The PEM text of a setting. Where line breaks cannot be written, they may be spelled as a backslash and an n. */
export function pemOf(text: string): string {
  return text.replaceAll(String.raw`\n`, '\n').trim();
}
