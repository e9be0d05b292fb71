export interface ClientTls {
  /** PEM certificates that peers are checked against, instead of Node's own list. */
  readonly ca?: string;
  /** A PKCS#12 file with the key and the certificate to show. */
  readonly pfx?: Uint8Array;
  readonly passphrase?: string;
}

/** As Node's TLS takes them. */
export function tlsOptions(tls: ClientTls | undefined): { ca?: string; pfx?: Buffer; passphrase?: string } {
  return {
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls?.pfx === undefined ? {} : { pfx: Buffer.from(tls.pfx) }),
    ...(tls?.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
  };
}
