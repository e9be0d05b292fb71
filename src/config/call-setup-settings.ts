/** How INVITEs are sent and what is done with their answers. */
import type { SettingSpec } from './setting-spec.ts';

export const callSetupSettings = [
  {
    name: 'OUTDIAL_REQUIRE_100REL',
    key: 'isReliabilityRequired',
    group: 'SIP and RTP',
    kind: { type: 'boolean' },
    default: 'false',
    description:
      'Asks for reliable provisional answers with Require: 100rel (RFC 3262). Without it they are acknowledged where the far end sends them.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_LATE_OFFER',
    key: 'isOfferLate',
    group: 'SIP and RTP',
    kind: { type: 'boolean' },
    default: 'false',
    description:
      'Sends INVITEs without SDP, for trunks that ask for it: the far end offers in its answer and is answered in PRACK or ACK.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_FOLLOW_REDIRECTS',
    key: 'isRedirectFollowed',
    group: 'SIP and RTP',
    kind: { type: 'boolean' },
    default: 'false',
    description:
      'Calls the Contacts of a 3xx, best first, at most 5 for a call. Each is held to OUTDIAL_SIP_ALLOW, OUTDIAL_SIP_DENY and the allowed prefixes, and is called straight, past the trunk, unless it is a tel: URI. Otherwise a 3xx is a refusal (sip.redirected).',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
