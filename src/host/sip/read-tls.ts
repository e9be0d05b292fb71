/** The certificates that SIP over TLS works with, from the settings. */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { err, ok, type Result } from '../../kit/index.ts';
import type { LoadedTlsIdentity } from '../tls-identity.ts';
import type { SipTls } from './tls.ts';

export interface SipTlsSettings {
  readonly sipCaFile?: string;
  readonly isSipWildcardTaken: boolean;
  readonly isSipClientCertificateRequired: boolean;
}

/** What comes back has been tried: a TLS context can be made of it. The error is a sentence with the variable in it. */
export function readSipTls(settings: SipTlsSettings, identity: LoadedTlsIdentity | undefined): Result<SipTls, string> {
  const { sipCaFile, isSipWildcardTaken: takesWildcards } = settings;
  const tls: SipTls = {
    takesWildcards,
    requiresClientCertificate: settings.isSipClientCertificateRequired,
    ...(identity === undefined ? {} : { identity }),
  };
  if (sipCaFile === undefined) return ok(tls);
  try {
    const ca = readFileSync(sipCaFile, 'utf8');
    createSecureContext({ ca });
    if (!ca.includes('-----BEGIN CERTIFICATE-----'))
      return err(`OUTDIAL_SIP_CA_FILE=${sipCaFile} holds no certificate in PEM.`);
    return ok({ ...tls, ca });
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : String(fault);
    return err(`OUTDIAL_SIP_CA_FILE=${sipCaFile} cannot be used: ${reason}`);
  }
}
