/** Text messages to callees, by way of a gateway for such messages. */
import type { SettingSpec } from './setting-spec.ts';

export const textMessageSettings = [
  {
    name: 'SMS_GW_URL',
    key: 'smsGatewayUrl',
    group: 'Text messages',
    kind: { type: 'web-url' },
    description: 'Where the text messages of vgwActSendSMS are posted to.',
    origin: 'original',
  },
  {
    name: 'SMS_GW_USERNAME',
    key: 'smsGatewayUsername',
    group: 'Text messages',
    kind: { type: 'username' },
    description: 'User name for SMS_GW_URL (HTTP Basic).',
    origin: 'original',
  },
  {
    name: 'SMS_GW_PASSWORD',
    key: 'smsGatewayPassword',
    group: 'Text messages',
    kind: { type: 'secret' },
    description: 'Password that goes with SMS_GW_USERNAME.',
    origin: 'original',
  },
  {
    name: 'SMS_GW_READ_TIMEOUT',
    key: 'smsGatewayReadTimeoutMs',
    group: 'Text messages',
    kind: { type: 'duration', unit: 's', min: 0.1, max: 120 },
    default: '5',
    description: 'Longest wait for the answer of SMS_GW_URL.',
    origin: 'original',
  },
  {
    name: 'TENANT_PHONE_NUMBER',
    key: 'tenantPhoneNumber',
    group: 'Text messages',
    kind: { type: 'text', maxLength: 64 },
    defaultNote: 'the tenant’s name',
    description: 'The number that text messages come from.',
    origin: 'original',
  },
  {
    name: 'ENABLE_INBOUND_SMS',
    key: 'isInboundSmsEnabled',
    group: 'Text messages',
    kind: { type: 'boolean' },
    default: 'false',
    description:
      'Takes text messages of the callee as turns: they come by POST /v1/tenants/<tenantID>/calls/<vgwSessionID>/messages.',
    origin: 'original',
  },
] as const satisfies readonly SettingSpec[];
