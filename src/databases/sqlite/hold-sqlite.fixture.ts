// Holds an SQLite store open until it is killed. usage: node hold-sqlite.fixture.js <file>
import { openSqliteStore } from './open-sqlite-store.ts';

const opened = await openSqliteStore({ filePath: process.argv[2] ?? '' });
process.stdout.write(opened.ok ? 'held\n' : `${opened.error.message}\n`);
setInterval(() => undefined, 60_000);
