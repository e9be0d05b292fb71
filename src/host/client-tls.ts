/** What speech services are checked against and shown, from files. Every fault is a sentence with the variable in it. */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Secret } from '../config/index.ts';
import { err, ok, type Result } from '../kit/index.ts';
import type { ClientTls } from './client-tls-options.ts';

export interface ClientTlsFiles {
  readonly speechCaFile?: string;
  readonly speechPkcs12File?: string;
  readonly speechPkcs12Passphrase?: Secret;
}

/** What comes back has been tried: a TLS context can be made of it. */
export function readClientTls(files: ClientTlsFiles): Result<ClientTls, string> {
  const { speechCaFile, speechPkcs12File, speechPkcs12Passphrase } = files;
  let tls: ClientTls = {};
  try {
    if (speechCaFile !== undefined) {
      const ca = readFileSync(speechCaFile, 'utf8');
      createSecureContext({ ca });
      tls = { ca };
    }
  } catch (fault) {
    return err(`SSL_CLIENT_CA_CERTIFICATE_FILE=${speechCaFile ?? ''} cannot be used: ${messageOf(fault)}`);
  }
  if (speechPkcs12File === undefined) return ok(tls);
  try {
    const pfx = readFileSync(speechPkcs12File);
    const passphrase = speechPkcs12Passphrase?.reveal();
    const shown = { ...tls, pfx, ...(passphrase === undefined ? {} : { passphrase }) };
    createSecureContext(shown);
    return ok(shown);
  } catch (fault) {
    return err(`SSL_CLIENT_PKCS12_FILE=${speechPkcs12File} cannot be used: ${messageOf(fault)}`);
  }
}

function messageOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
