/** The key and certificate of the REST API and of SIP over TLS, from files. Every fault is a sentence with its fix. */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Secret } from '../config/index.ts';
import { err, ok, type Result } from '../kit/index.ts';

export interface TlsFiles {
  readonly tlsKeyFile?: string;
  readonly tlsCertificateFile?: string;
  readonly keyStoreFile?: string;
  readonly keyStoreType?: string;
  readonly keyPassphrase?: Secret;
}

export interface LoadedTlsIdentity {
  readonly key?: string;
  readonly cert?: string;
  readonly pfx?: Uint8Array;
  readonly passphrase?: string;
}

/** Undefined when no key is configured. What comes back has been tried: a TLS context can be made of it. */
export function readTlsIdentity(files: TlsFiles): Result<LoadedTlsIdentity | undefined, string> {
  const { tlsKeyFile, tlsCertificateFile, keyStoreFile, keyPassphrase } = files;
  const passphrase = keyPassphrase === undefined ? {} : { passphrase: keyPassphrase.reveal() };
  if (keyStoreFile !== undefined) {
    const store = readKeyStore(keyStoreFile, files.keyStoreType);
    return store.ok ? tryOut({ pfx: store.value, ...passphrase }, `SSL_KEY_TRUST_STORE_FILE=${keyStoreFile}`) : store;
  }
  if (tlsKeyFile === undefined || tlsCertificateFile === undefined) return ok(undefined);
  const key = readBytes('OUTDIAL_TLS_KEY_FILE', tlsKeyFile);
  if (!key.ok) return key;
  const cert = readBytes('OUTDIAL_TLS_CERTIFICATE_FILE', tlsCertificateFile);
  if (!cert.ok) return cert;
  const identity = { key: key.value.toString('utf8'), cert: cert.value.toString('utf8'), ...passphrase };
  return tryOut(identity, `OUTDIAL_TLS_KEY_FILE=${tlsKeyFile}, OUTDIAL_TLS_CERTIFICATE_FILE=${tlsCertificateFile}`);
}

function readKeyStore(path: string, type: string | undefined): Result<Uint8Array, string> {
  const read = readBytes('SSL_KEY_TRUST_STORE_FILE', path);
  if (!read.ok) return read;
  const magic = read.value.length >= 4 ? read.value.readUInt32BE(0) : 0;
  // Java's own formats begin with these words, PKCS#12 with an ASN.1 sequence.
  const isJava = magic === 0xfeedfeed || magic === 0xcececece;
  if (!isJava && type !== 'jks') return read;
  const target = `${path.replace(/\.(?:jks|jceks|keystore)$/i, '')}.p12`;
  return err(
    `SSL_KEY_TRUST_STORE_FILE=${path} is a Java key store (JKS), which only Java reads. Convert it with: ` +
      `keytool -importkeystore -srckeystore ${path} -destkeystore ${target} -deststoretype PKCS12 ` +
      `and set SSL_KEY_TRUST_STORE_FILE=${target}, SSL_FILE_TYPE=PKCS12.`,
  );
}

function readBytes(variable: string, path: string): Result<Buffer, string> {
  try {
    return ok(readFileSync(path));
  } catch (fault) {
    return err(`${variable}=${path} cannot be read: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
}

function tryOut(identity: LoadedTlsIdentity, where: string): Result<LoadedTlsIdentity, string> {
  const { pfx, ...texts } = identity;
  try {
    createSecureContext({ ...texts, ...(pfx === undefined ? {} : { pfx: Buffer.from(pfx) }) });
    return ok(identity);
  } catch (fault) {
    return err(`${where} cannot be used: ${explain(fault instanceof Error ? fault.message : String(fault))}`);
  }
}

/** OpenSSL's words, with the fix for those that people meet. */
function explain(reason: string): string {
  if (/mac verify failure|bad decrypt|bad password|passphrase|interrupted or cancelled/i.test(reason)) {
    return `the passphrase is wrong or missing (${reason}). Set SSL_PASSPHRASE.`;
  }
  if (/unsupported/i.test(reason)) {
    return `it is encrypted in a way that OpenSSL 3 no longer reads (${reason}). Export it again with AES: openssl pkcs12 -legacy -in old.p12 -nodes -out key.pem, then openssl pkcs12 -export -in key.pem -out new.p12.`;
  }
  if (/key values mismatch/i.test(reason)) return `the key is not the one of the certificate (${reason}).`;
  if (/no start line|wrong tag|not enough data|asn1|too long/i.test(reason)) {
    return `it is not what it should be: PEM for a key and a certificate, PKCS#12 for a key store (${reason}).`;
  }
  return reason;
}
