import { createPrivateKey, sign } from 'node:crypto';

/** Signs by ES256: 64 bytes, r and s as they are (RFC 7518 §3.4). `pem`: an EC key on P-256, as settings have checked it. */
export function createStirSigner(pem: string): (bytes: Uint8Array) => Uint8Array {
  const key = createPrivateKey(pem);
  return (bytes) => sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
}
