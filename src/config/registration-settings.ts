/** Registering with registrars (RFC 3261 §10). */
import type { SettingSpec } from './setting-spec.ts';

export const registrationSettings = [
  {
    name: 'OUTDIAL_REGISTRAR',
    key: 'registrars',
    group: 'SIP and RTP',
    kind: { type: 'trunks' },
    description:
      'Registrars to register with, such as sip:sbc.example.net, with the user name and password of OUTBOUND_CALLS_SIP_AUTH_USERNAME. Calls without a route take the Service-Route that they name (RFC 3608).',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_REGISTRATION_AOR',
    key: 'registrationAor',
    group: 'SIP and RTP',
    kind: { type: 'call-uri' },
    defaultNote: 'OUTBOUND_CALLS_SIP_AUTH_USERNAME at the registrar',
    description: 'Address of record to register, such as sip:alice@example.net.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_REGISTRATION_EXPIRES',
    key: 'registrationMs',
    group: 'SIP and RTP',
    kind: { type: 'duration', unit: 's', min: 30, max: 86_400 },
    default: '3600',
    description:
      'How long a registration is asked for. It is renewed after 80 to 90 % of what the registrar grants, and taken away when the gateway stops.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
