/**
 * Whom a TLS certificate is for, as SIP reads it (RFC 5922 §7.1, §7.2): `sip:` URIs of the subject alternative name; DNS names
 * when there are none; the common name when there is no subject alternative name at all. Addresses, which the RFC says nothing
 * of, are matched with IP entries (RFC 9525 §6.5).
 */
import { err, ok, type Result } from '../../kit/index.ts';

/** What a certificate says, as Node prints it. */
export interface CertificateNames {
  /** Such as `DNS:sbc.example.net, URI:sip:example.net`; undefined when the extension is missing. */
  readonly subjectAltName: string | undefined;
  readonly commonName: string | undefined;
}

/** RFC 5922 §7.2 forbids wildcards; some carriers have nothing else. */
export type Wildcards = 'refused' | 'leftmost-label';

/** The error is one sentence with what the certificate is for instead. */
export function judgeCertificate(
  names: CertificateNames,
  wanted: string,
  wildcards: Wildcards = 'refused',
): Result<void, string> {
  const identities = identitiesOf(names, wanted.includes(':') || /^[\d.]+$/.test(wanted));
  if (identities.some((name) => isFor(name, wanted))) return ok(undefined);
  if (identities.some((name) => isWildcardFor(name, wanted))) {
    if (wildcards === 'leftmost-label') return ok(undefined);
    return err(
      `the certificate is for ${list(identities)}, and a wildcard proves no SIP domain (RFC 5922 §7.2): ` +
        `OUTDIAL_SIP_TLS_WILDCARDS=true takes it for ${wanted} all the same`,
    );
  }
  return err(`the certificate is for ${list(identities)} and not for ${wanted}`);
}

function identitiesOf({ subjectAltName, commonName }: CertificateNames, isAddress: boolean): readonly string[] {
  if (subjectAltName === undefined) return commonName === undefined ? [] : [commonName];
  const entries = splitAltNames(subjectAltName);
  if (isAddress) return valuesOf(entries, 'ip address');
  const domains = valuesOf(entries, 'uri').flatMap((uri) => {
    // With a user part it names a person and not a domain.
    const domain = /^sip:([^@;?:/]+)$/i.exec(uri)?.[1];
    return domain === undefined ? [] : [domain];
  });
  return domains.length > 0 ? domains : valuesOf(entries, 'dns');
}

function valuesOf(entries: readonly string[], kind: string): readonly string[] {
  return entries.flatMap((entry) => {
    const colon = entry.indexOf(':');
    return entry.slice(0, colon).toLowerCase() === kind ? [entry.slice(colon + 1)] : [];
  });
}

/** Entries that hold what could be taken for another entry are quoted like JSON: they are nobody's name. */
function splitAltNames(text: string): readonly string[] {
  const entries: string[] = [];
  const pattern = /(?:[^,"]|"(?:[^"\\]|\\.)*")+/g;
  for (const [entry] of text.matchAll(pattern)) if (!entry.includes('"')) entries.push(entry.trim());
  return entries;
}

function isFor(name: string, wanted: string): boolean {
  return fold(name) === fold(wanted);
}

function isWildcardFor(name: string, wanted: string): boolean {
  const folded = fold(name);
  const dot = fold(wanted).indexOf('.');
  return (
    folded.startsWith('*.') && folded.split('.').length > 2 && dot > 0 && folded.slice(1) === fold(wanted).slice(dot)
  );
}

/** Case and a dot at the end make no difference. */
function fold(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nobody' : names.slice(0, 5).join(', ');
}
