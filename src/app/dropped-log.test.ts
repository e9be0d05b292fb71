import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimClock } from '../testing/index.ts';
import { createDroppedLog } from './dropped-log.ts';

const source = { transport: 'udp', host: '192.0.2.9', port: 5060 } as const;

function world() {
  const clock = new SimClock(async () => Promise.resolve());
  const lines: object[] = [];
  const log = createDroppedLog({
    write: (fields) => lines.push(fields),
    after: (delayMs, callback) => clock.at(clock.nowMs() + delayMs, callback),
  });
  return { clock, lines, log };
}

test('a flood is two lines in a minute, and as many as minutes it lasts', async () => {
  const { clock, lines, log } = world();
  for (let each = 0; each < 100_000; each += 1) log.tell('flood', 'Too much.', source);
  assert.deepEqual(lines, [{ what: 'flood', source: '192.0.2.9' }]);
  await clock.runUntil(() => false, 60_000);
  assert.deepEqual(lines.slice(1), [{ what: 'flood', more: 99_999, lastSource: '192.0.2.9' }]);
  log.tell('flood', 'Too much.', source);
  await clock.runUntil(() => false, 60_000);
  assert.deepEqual(lines.slice(2), [{ what: 'flood', more: 1, lastSource: '192.0.2.9' }]);
  await clock.runUntil(() => false, 600_000);
  assert.equal(lines.length, 3);
  log.tell('flood', 'Too much.', source);
  assert.equal(lines.length, 4);
  log.close();
});

test('kinds are told apart, and what only a mistake can cause is not told here', () => {
  const { lines, log } = world();
  for (const what of ['scanner', 'untrusted', 'stray-response', 'malformed']) log.tell(what, 'x', source);
  assert.deepEqual(lines, [
    { what: 'scanner', source: '192.0.2.9' },
    { what: 'untrusted', source: '192.0.2.9' },
  ]);
  log.close();
});
