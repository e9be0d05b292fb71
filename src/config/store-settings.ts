/** Where calls, notifications and records are kept. */
import type { SettingSpec } from './setting-spec.ts';

export const storeSettings = [
  {
    name: 'DATABASE_URL',
    key: 'databaseUrl',
    group: 'Operation',
    kind: { type: 'secret' },
    defaultNote: 'outdial.db in OUTDIAL_DATA_DIR (SQLite)',
    description:
      'A PostgreSQL (13 or newer) to keep calls, notifications and records in, which several gateways can share: postgresql://user:password@host:5432/database, with ?sslmode=verify-full for TLS. OUTDIAL_STORE_SECRET must be set too.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_STORE_SECRET',
    key: 'storeSecret',
    group: 'Operation',
    kind: { type: 'secret' },
    defaultNote: 'made once and kept in store.key of OUTDIAL_DATA_DIR',
    description:
      'Seals passwords of receivers that are kept with waiting notifications: at least 16 characters, the same for all gateways that share a database. When it is changed, notifications that wait can no longer send their password.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];
