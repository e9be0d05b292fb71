/** Settings that decide who may reach the gateway, what it may reach, and what a tenant may spend. */
import type { SettingSpec } from './setting-spec.ts';

export const tlsSettings = [
  {
    name: 'HTTPS_PORT',
    key: 'httpsPort',
    group: 'HTTP',
    kind: { type: 'integer', min: 0, max: 65_535 },
    default: '9443',
    description: 'TCP port of the REST API over TLS, open when a key is given; 0 takes a free one.',
    origin: 'original',
  },
  {
    name: 'OUTDIAL_TLS_KEY_FILE',
    key: 'tlsKeyFile',
    group: 'HTTP',
    kind: { type: 'path' },
    description: 'Private key of the REST API and of SIP over TLS, PEM. SIP shows it to servers that ask, too.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_TLS_CERTIFICATE_FILE',
    key: 'tlsCertificateFile',
    group: 'HTTP',
    kind: { type: 'path' },
    description: 'Certificate that goes with OUTDIAL_TLS_KEY_FILE and those that signed it, PEM.',
    origin: 'outdial',
  },
  {
    name: 'SSL_KEY_TRUST_STORE_FILE',
    key: 'keyStoreFile',
    group: 'HTTP',
    kind: { type: 'path' },
    description:
      'Key and certificate of the REST API and of SIP over TLS in one PKCS#12 file. The further certificates in it are trusted for SIP.',
    origin: 'original',
  },
  {
    name: 'SSL_FILE_TYPE',
    key: 'keyStoreType',
    group: 'HTTP',
    kind: { type: 'word', words: { PKCS12: 'pkcs12', P12: 'pkcs12', PFX: 'pkcs12', JKS: 'jks', JCEKS: 'jks' } },
    defaultNote: 'told from the file',
    description: 'Type of SSL_KEY_TRUST_STORE_FILE. JKS is refused with the command that converts it.',
    origin: 'original',
  },
  {
    name: 'SSL_PASSPHRASE',
    key: 'keyPassphrase',
    group: 'HTTP',
    kind: { type: 'secret' },
    description: 'Passphrase of SSL_KEY_TRUST_STORE_FILE, or of an encrypted OUTDIAL_TLS_KEY_FILE.',
    origin: 'original',
  },
  {
    name: 'OUTDIAL_MAX_CONNECTIONS',
    key: 'maxConnections',
    group: 'HTTP',
    kind: { type: 'integer', min: 1, max: 100_000 },
    default: '4000',
    description: 'Most connections that each listener of the REST API holds at a time; more are closed at once.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];

export const guardSettings = [
  {
    name: 'OUTDIAL_ALLOW_NETWORKS',
    key: 'allowNetworks',
    group: 'Guards',
    kind: { type: 'list', of: 'network' },
    description:
      'Networks that URLs of requests may lead to although they are private, loopback or reserved. Asked for only with MULTI_TENANT_CONFIG_FILE, and for reserved networks. Link-local and metadata addresses and the gateway itself are never reached.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_SIP_ALLOW',
    key: 'sipAllow',
    group: 'Guards',
    kind: { type: 'list', of: 'sip-host' },
    defaultNote:
      'any host; with MULTI_TENANT_CONFIG_FILE only OUTDIAL_SIP_TRUNK, or without a trunk any host with a public address',
    description:
      'Next hops that calls may take besides OUTDIAL_SIP_TRUNK. Networks stand for addresses in the request, not for names that resolve to them.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_SIP_DENY',
    key: 'sipDeny',
    group: 'Guards',
    kind: { type: 'list', of: 'sip-host' },
    description:
      'Hosts that no to, route or trunk may name and addresses that no SIP message is sent to, whatever name they were resolved from. SIP connections from these addresses are cut.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_ALLOWED_PREFIXES',
    key: 'allowedPrefixes',
    group: 'Guards',
    kind: { type: 'list', of: 'prefix' },
    defaultNote: 'any number',
    description:
      'What a called number must begin with, letter for letter: for tel: URIs and for users of sip: URIs that begin like a number.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_CALLS_PER_SECOND',
    key: 'callsPerSecond',
    group: 'Guards',
    kind: { type: 'decimal', min: 0, max: 1000 },
    default: '0',
    description: 'Calls that a tenant may start a second, on average; 0 means no limit. More get 429.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_TENANT_MAX_CALLS',
    key: 'tenantMaxCalls',
    group: 'Guards',
    kind: { type: 'integer', min: 0, max: 100_000 },
    default: '0',
    description: 'Calls that a tenant may have at a time; 0 means no limit. More get 429.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_MINUTES_PER_DAY',
    key: 'minutesPerDay',
    group: 'Guards',
    kind: { type: 'integer', min: 0, max: 100_000_000 },
    default: '0',
    description:
      'Minutes of answered calls that a tenant may have in a UTC day; 0 means no limit. Then 429, and a call ends when the minutes that were left at its start are over. Counted in memory, from zero after a restart.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
