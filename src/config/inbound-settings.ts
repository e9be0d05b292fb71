/** Calls that come in: whether they are taken, from whom, and what the bot is told of them. */
import type { SettingSpec } from './setting-spec.ts';

export const inboundSettings = [
  {
    name: 'OUTDIAL_INBOUND_CALLS',
    key: 'isInboundEnabled',
    group: 'Inbound calls',
    kind: { type: 'boolean' },
    default: 'false',
    description:
      'Takes calls that come in. With MULTI_TENANT_CONFIG_FILE a call is for the tenant whose tenantURI stands in its To or Request-URI; calls for nobody get 404. When no tenant takes calls, every one gets 403.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_SIP_AUTH_USERNAME',
    key: 'sipUsername',
    group: 'Inbound calls',
    kind: { type: 'username' },
    description: 'User name that incoming calls must authenticate with (SIP digest, realm vgw, SHA-256 or MD5).',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_SIP_AUTH_PASSWORD',
    key: 'sipPassword',
    group: 'Inbound calls',
    kind: { type: 'secret' },
    description: 'Password that goes with OUTDIAL_SIP_AUTH_USERNAME.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_SIP_AUTH_ALGORITHMS',
    key: 'sipAuthAlgorithms',
    group: 'Inbound calls',
    kind: { type: 'word', words: { 'SHA-256,MD5': 'both', 'SHA-256': 'sha-256', MD5: 'md5' } },
    default: 'SHA-256,MD5',
    description:
      'What callers may authenticate with, offered in this order. MD5 alone is for callers that look at the first challenge only and know nothing else.',
    origin: 'outdial',
  },
  {
    name: 'TRUSTED_IP_LIST',
    key: 'trustedAddresses',
    group: 'Inbound calls',
    kind: { type: 'list', of: 'network' },
    description:
      'Addresses and networks that may send SIP. When it is given, requests from elsewhere that belong to no running call are neither answered nor remembered, and SIP connections from addresses that no SIP was sent to are cut; OUTDIAL_SIP_TRUNK is on the list when it is an address. Those on it are not limited.',
    origin: 'original',
  },
  {
    name: 'WHITELIST_FROM_URI',
    key: 'whitelistFromUri',
    group: 'Inbound calls',
    kind: { type: 'text', maxLength: 1024 },
    description: 'Incoming calls are taken only when their From URI contains this text; others get 403.',
    origin: 'original',
  },
  {
    name: 'WHITELIST_TO_URI',
    key: 'whitelistToUri',
    group: 'Inbound calls',
    kind: { type: 'text', maxLength: 1024 },
    description: 'Incoming calls are taken only when their To URI contains this text; others get 403.',
    origin: 'original',
  },
  {
    name: 'SEND_PROVISIONAL_RESPONSE',
    key: 'isProvisionalSent',
    group: 'Inbound calls',
    kind: { type: 'boolean' },
    default: 'true',
    description: 'Sends 180 to an incoming call while it is prepared.',
    origin: 'original',
  },
  {
    name: 'CUSTOM_SIP_SESSION_HEADER',
    key: 'sessionHeader',
    group: 'Inbound calls',
    kind: { type: 'text', maxLength: 128 },
    default: 'Call-ID',
    description:
      'Header of an incoming INVITE whose value becomes vgwSessionID. A value that is taken, longer than 128 characters or no good for a file name is left out, and the gateway makes one.',
    origin: 'original',
  },
  {
    name: 'CUSTOM_SIP_INVITE_HEADER',
    key: 'inviteHeaders',
    group: 'Inbound calls',
    kind: { type: 'text', maxLength: 1024 },
    description:
      'Headers of an incoming INVITE that the bot is given, at most 16, separated by commas: all in vgwSIPCustomInviteHeaders, the first of them that is there also in vgwSIPCustomInviteHeader.',
    origin: 'original',
  },
  {
    name: 'OUTDIAL_SIP_SOURCE_RATE',
    key: 'sipSourceRate',
    group: 'Inbound calls',
    kind: { type: 'integer', min: 0, max: 1_000_000 },
    default: '50',
    description:
      'SIP requests a second that one address which is not in TRUSTED_IP_LIST may send outside of calls; more are dropped without an answer. 0 means no limit.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_SIP_STRANGER_RATE',
    key: 'sipStrangerRate',
    group: 'Inbound calls',
    kind: { type: 'integer', min: 0, max: 1_000_000 },
    default: '1000',
    description: 'The same for all such addresses together.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
