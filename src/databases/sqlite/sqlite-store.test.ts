import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { storeConformance } from '../../../test/store/conformance/store-conformance.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'outdial-store-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

storeConformance(
  'sqlite',
  async () => {
    const opened = await openSqliteStore({ filePath: join(folder, `${files++}.db`) });
    assert.ok(opened.ok, opened.ok ? '' : opened.error.message);
    return opened.value.store;
  },
  40,
);
