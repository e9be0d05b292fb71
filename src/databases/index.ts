export type { OpenedStore } from './opened-store.ts';
export { openPostgresqlStore } from './postgresql/open-postgresql-store.ts';
export { backupSqlite } from './sqlite/backup-sqlite.ts';
export { openSqliteStore } from './sqlite/open-sqlite-store.ts';
