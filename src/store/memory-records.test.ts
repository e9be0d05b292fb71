import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildCallRecord, type CallRecord } from '../reports/index.ts';
import { createMemoryRecords } from './index.ts';

const recordOf = (sessionId: string, stoppedAtMs = 10): CallRecord =>
  buildCallRecord({
    sessionId,
    tenantId: 't',
    to: 'sip:a@b',
    from: 'sip:c@d',
    startedAtMs: 0,
    startedWallMs: 0,
    stoppedAtMs,
    finalState: 'ended',
    end: { code: 'completed.callee', by: 'callee' },
    turns: [],
    warnings: [],
    context: {},
  });

test('keeps the newest records up to its capacity, one a session', async () => {
  const store = createMemoryRecords(2);
  for (const record of [recordOf('a'), recordOf('b'), recordOf('a', 20), recordOf('c')]) {
    assert.ok((await store.write(record)).ok);
  }
  assert.deepEqual(
    store.records().map(({ vgwSessionID, callLength }) => [vgwSessionID, callLength]),
    [
      ['a', 20],
      ['c', 10],
    ],
  );
});
