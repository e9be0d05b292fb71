export { backupSqlite } from './sqlite/backup-sqlite.ts';
export { type OpenedStore, openSqliteStore } from './sqlite/open-sqlite-store.ts';
