// Commits calls one after the other with 8 clients, and prints the name of each when it is answered, until it is killed.
// usage: node kill-writer.fixture.js <SQLite file or PostgreSQL URL> <prefix of the names>
import { openPostgresqlStore, openSqliteStore } from '../../src/databases/index.ts';

const [place = '', prefix = ''] = process.argv.slice(2);
const opened = await (place.startsWith('postgresql:')
  ? openPostgresqlStore({ url: place })
  : openSqliteStore({ filePath: place }));
if (!opened.ok) throw new Error(opened.error.message);
const { store } = opened.value;
const owner = await store.joinNode('writer', 0);
if (!owner.ok) throw new Error(owner.error.message);

async function client(number: number): Promise<void> {
  for (let n = 0; owner.ok; n++) {
    const sessionId = `${prefix}-${number}-${n}`;
    const committed = await store.commit([
      {
        type: 'call-accepted',
        call: { sessionId, tenantId: 't', owner: owner.value, to: 'a', from: 'b', acceptedAtWallMs: n, facts: {} },
      },
      {
        type: 'event',
        owner: owner.value,
        event: { sessionId, tenantId: 't', sequence: 1, type: 'call.started', atWallMs: n, data: { number } },
        endpoint: { key: 'hook', target: {} },
      },
    ]);
    if (!committed.ok) throw new Error(committed.error.message);
    process.stdout.write(`${sessionId}\n`);
  }
}
await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(client));
