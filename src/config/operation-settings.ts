/** Settings for those who run a gateway: who may read its metrics, and whether it keeps an audit log. */
import type { SettingSpec } from './setting-table.ts';

export const operationSettings = [
  {
    name: 'ENABLE_METRICS_AUTH',
    key: 'isMetricsAuthEnabled',
    group: 'Operation',
    kind: { type: 'boolean' },
    default: 'false',
    description: 'Asks for ADMIN_USERNAME and ADMIN_PASSWORD (HTTP Basic) before metrics are shown.',
    origin: 'original',
  },
  {
    name: 'ADMIN_USERNAME',
    key: 'adminUsername',
    group: 'Operation',
    kind: { type: 'username' },
    description: 'User name of whoever may read protected metrics.',
    origin: 'original',
  },
  {
    name: 'ADMIN_PASSWORD',
    key: 'adminPassword',
    group: 'Operation',
    kind: { type: 'secret' },
    description: 'Password that goes with ADMIN_USERNAME.',
    origin: 'original',
  },
  {
    name: 'ENABLE_AUDIT_MESSAGES',
    key: 'isAuditEnabled',
    group: 'Operation',
    kind: { type: 'boolean' },
    default: 'true',
    description:
      'Logs configuration actions, failed logins and started calls, each with the field audit, at every LOG_LEVEL but off.',
    origin: 'original',
  },
] as const satisfies readonly SettingSpec[];
