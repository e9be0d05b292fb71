import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { openPostgresqlStore } from '../../src/databases/index.ts';
import { storeConformance } from './conformance/store-conformance.ts';
import { startPostgresql, type TestPostgresql } from './postgresql.ts';

let postgresql: TestPostgresql | undefined;
before(async () => {
  postgresql = await startPostgresql();
});
after(() => postgresql?.dispose());

storeConformance(
  'postgresql',
  async () => {
    assert.ok(postgresql !== undefined);
    const opened = await openPostgresqlStore({ url: await postgresql.newDatabase() });
    assert.ok(opened.ok, opened.ok ? '' : opened.error.message);
    return opened.value.store;
  },
  25,
);
