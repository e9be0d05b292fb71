/** How it is found out where SIP goes. */
import type { SettingSpec } from './setting-spec.ts';

export const locationSettings = [
  {
    name: 'OUTDIAL_DNS_SERVERS',
    key: 'dnsServers',
    group: 'SIP and RTP',
    kind: { type: 'list', of: 'name-server' },
    defaultNote: 'those of the machine, and its hosts file',
    description:
      'Name servers that are asked where SIP goes (NAPTR, SRV, A and AAAA). HTTP goes by the resolver of the machine all the same.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
