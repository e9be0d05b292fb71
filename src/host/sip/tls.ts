/** TLS of SIP (RFC 3261 §26.3.1, RFC 5922): what we show, what we ask for, and in words why a handshake came to nothing. */
import { isIP } from 'node:net';
import { type ConnectionOptions, type PeerCertificate, type SecureContextOptions, type TlsOptions } from 'node:tls';
import { judgeCertificate } from '../../sip/index.ts';
import type { LoadedTlsIdentity } from '../tls-identity.ts';

export interface SipTls {
  /** Key and certificate, shown to clients, and to servers that ask. Without them nothing listens. */
  readonly identity?: LoadedTlsIdentity;
  /** PEM certificates that peers are checked against, instead of Node's own list. */
  readonly ca?: string;
  /** Takes a wildcard of the leftmost label, which RFC 5922 §7.2 forbids. Default false. */
  readonly takesWildcards?: boolean;
  /** Refuses clients that show no certificate of a trusted signer. Default false. */
  readonly requiresClientCertificate?: boolean;
}

/** Older versions are broken (RFC 8996). */
const minVersion = 'TLSv1.2';

export function serverTlsOptions(tls: SipTls): TlsOptions {
  const isAsking = tls.requiresClientCertificate === true;
  return { ...context(tls), minVersion, requestCert: isAsking, rejectUnauthorized: isAsking };
}

/** Of a connection to `serverName`: it is asked for by SNI, and the certificate must be for it (RFC 5922 §7.3). */
export function clientTlsOptions(tls: SipTls, serverName: string): ConnectionOptions {
  return {
    ...context(tls),
    minVersion,
    rejectUnauthorized: true,
    // An address is no name to ask for (RFC 6066 §3).
    servername: isIP(serverName) === 0 ? serverName : '',
    checkServerIdentity: (_host, certificate) => checkIdentity(certificate, serverName, tls),
  };
}

function context({ identity, ca }: SipTls): SecureContextOptions {
  const { pfx, ...texts } = identity ?? {};
  return {
    ...texts,
    ...(pfx === undefined ? {} : { pfx: Buffer.from(pfx) }),
    ...(ca === undefined ? {} : { ca }),
  };
}

function checkIdentity(certificate: PeerCertificate, serverName: string, tls: SipTls): Error | undefined {
  const { subjectaltname, subject } = certificate as Partial<PeerCertificate>;
  // Several common names come as a list, which the type does not say.
  const commonName: unknown = subject?.CN;
  const names = { subjectAltName: subjectaltname, commonName: typeof commonName === 'string' ? commonName : undefined };
  const judged = judgeCertificate(names, serverName, tls.takesWildcards === true ? 'leftmost-label' : 'refused');
  return judged.ok ? undefined : new Error(judged.error);
}

const untrusted = 'it is signed by nobody we trust: put the certificate of its signer into OUTDIAL_SIP_CA_FILE';

/** By the codes of OpenSSL and the system. */
const explanations: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to its network',
  ECONNRESET: 'it closed the connection at once',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: compare the clocks',
  CERT_REVOKED: 'its certificate is revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: `its certificate is self-signed; ${untrusted}`,
  SELF_SIGNED_CERT_IN_CHAIN: `its certificate cannot be trusted: ${untrusted}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `its certificate cannot be trusted: ${untrusted}`,
  UNABLE_TO_GET_ISSUER_CERT: `its certificate cannot be trusted: ${untrusted}`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `its certificate cannot be trusted: ${untrusted}`,
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS on that port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS on that port',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks no TLS of version 1.2 or newer',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'it speaks no TLS of version 1.2 or newer',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'the handshake failed on its side: it may ask for a client certificate',
  ERR_SSL_SSL_TLS_ALERT_HANDSHAKE_FAILURE: 'the handshake failed on its side: it may ask for a client certificate',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it asks for a client certificate: set OUTDIAL_TLS_KEY_FILE',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not trust who signed our certificate',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'it refuses our certificate',
  ERR_SSL_SSL_TLS_ALERT_BAD_CERTIFICATE: 'it refuses our certificate',
};

/** Why a connection failed, as a part of a sentence. */
export function explainConnectionFault(fault: Error): string {
  const code = 'code' in fault && typeof fault.code === 'string' ? fault.code : '';
  const words = explanations[code];
  return words === undefined ? fault.message : `${words} (${code})`;
}
