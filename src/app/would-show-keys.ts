import type { Hop } from '../sip/index.ts';

/**
 * Whether a SIP message has keys of SRTP in it and would go where others can read it: by a Contact, a Record-Route or a redirection
 * that leads a call out of TLS. What is known before the INVITE was looked at before.
 */
export function wouldShowKeys(bytes: Uint8Array, { transport }: Hop): boolean {
  if (transport === 'tls' || transport === 'wss') return false;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('\na=crypto:');
}
