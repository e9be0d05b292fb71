import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createCallGuards } from './call-guards.ts';
import type { CallLimits } from './call-limits.ts';
import { calledNumbers } from './called-number.ts';

const none: CallLimits = { account: 'a', callsPerSecond: 0, maxCalls: 0, minutesPerDay: 0, allowedPrefixes: [] };
const to = 'tel:+15551234';
const dayMs = 86_400_000;
const noon = 20_000 * dayMs + dayMs / 2;

test('without limits everything goes', () => {
  const guards = createCallGuards();
  for (let index = 0; index < 1000; index += 1) {
    assert.deepEqual(guards.check(none, to, 0, noon), { ok: true, value: {} });
    guards.begin(`c${index}`, none, 0);
  }
});

test('calls a second: a second’s worth at once, then one for each share of a second, and the wait is told', () => {
  const guards = createCallGuards();
  const limits = { ...none, callsPerSecond: 2 };
  let id = 0;
  const start = (nowMs: number): number | 'ok' | undefined => {
    const checked = guards.check(limits, to, nowMs, noon);
    if (!checked.ok) {
      assert.equal(checked.error.code, 'guard.rate');
      return checked.error.retryAfterS;
    }
    guards.begin(`c${(id += 1)}`, limits, nowMs);
    return 'ok';
  };
  assert.deepEqual(
    [start(0), start(0), start(0), start(499), start(500), start(501), start(1000)],
    ['ok', 'ok', 1, 1, 'ok', 1, 'ok'],
  );
  const slow = { ...none, account: 'slow', callsPerSecond: 0.1 };
  guards.begin('x', slow, 0);
  const refused = guards.check(slow, to, 1000, noon);
  assert.equal(!refused.ok && refused.error.retryAfterS, 9);
});

test('over any second no more calls start than the rate and its burst', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 200 }),
      (callsPerSecond, gaps) => {
        const guards = createCallGuards();
        const limits = { ...none, callsPerSecond };
        let nowMs = 0;
        const startedAt: number[] = [];
        for (const [index, gap] of gaps.entries()) {
          nowMs += gap;
          if (!guards.check(limits, to, nowMs, noon).ok) continue;
          guards.begin(String(index), limits, nowMs);
          startedAt.push(nowMs);
        }
        for (const from of startedAt) {
          const within = startedAt.filter((at) => at >= from && at < from + 1000).length;
          assert.ok(within <= 2 * callsPerSecond, `${within} calls in a second`);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('calls at a time are counted for each account by itself and given back at the end', () => {
  const guards = createCallGuards();
  const limits = { ...none, maxCalls: 2 };
  const other = { ...limits, account: 'b' };
  guards.begin('1', limits, 0);
  guards.begin('2', limits, 0);
  const full = guards.check(limits, to, 0, noon);
  assert.ok(!full.ok && full.error.code === 'guard.concurrency' && full.error.retryAfterS === 5);
  assert.ok(guards.check(other, to, 0, noon).ok);
  guards.end('1', 10, noon);
  guards.end('1', 10, noon);
  guards.end('unknown', 10, noon);
  assert.ok(guards.check(limits, to, 0, noon).ok);
  guards.begin('3', limits, 0);
  assert.ok(!guards.check(limits, to, 0, noon).ok);
});

test('minutes of the day: only answered time counts, running calls included', () => {
  const guards = createCallGuards();
  const limits = { ...none, minutesPerDay: 10 };
  const left = (nowMs: number): number | string | undefined => {
    const checked = guards.check(limits, to, nowMs, noon + nowMs);
    return checked.ok ? checked.value.maxDurationMs : checked.error.code;
  };
  assert.equal(left(0), 600_000);
  guards.begin('rings', limits, 0);
  assert.equal(left(60_000), 600_000);
  guards.answered('rings', 60_000);
  guards.answered('rings', 90_000);
  assert.equal(left(120_000), 540_000);
  guards.end('rings', 180_000, noon + 180_000);
  assert.equal(left(400_000), 480_000);
  guards.begin('unanswered', limits, 400_000);
  guards.end('unanswered', 900_000, noon + 900_000);
  assert.equal(left(900_000), 480_000);
  guards.begin('long', limits, 900_000);
  guards.answered('long', 900_000);
  assert.equal(left(900_000 + 480_000), 'guard.minutes');
  const refused = guards.check(limits, to, 900_000 + 480_000, noon + 1_380_000);
  assert.equal(!refused.ok && refused.error.retryAfterS, (dayMs / 2 - 1_380_000) / 1000);
});

test('a new UTC day begins at zero; of a call that runs on only the new day’s part counts', () => {
  const guards = createCallGuards();
  const limits = { ...none, minutesPerDay: 10 };
  const beforeMidnight = 20_001 * dayMs - 300_000;
  const left = (nowMs: number): number | string | undefined => {
    const checked = guards.check(limits, to, nowMs, beforeMidnight + nowMs);
    return checked.ok ? checked.value.maxDurationMs : checked.error.code;
  };
  guards.begin('1', limits, 0);
  guards.answered('1', 0);
  assert.equal(left(200_000), 400_000);
  assert.equal(left(300_000), 600_000);
  assert.equal(left(360_000), 540_000);
  guards.end('1', 420_000, beforeMidnight + 420_000);
  assert.equal(left(420_000), 480_000);
});

test('a wall clock that jumps back gives no minutes back', () => {
  const guards = createCallGuards();
  const limits = { ...none, minutesPerDay: 1 };
  guards.check(limits, to, 0, noon);
  guards.begin('1', limits, 0);
  guards.answered('1', 0);
  guards.end('1', 60_000, noon);
  assert.ok(!guards.check(limits, to, 60_000, noon - 2 * dayMs).ok);
  assert.ok(!guards.check(limits, to, 60_000, noon).ok);
  assert.ok(guards.check(limits, to, 60_000, noon + dayMs).ok);
});

test('prefixes: only numbers that begin with one of them', () => {
  const guards = createCallGuards();
  const limits = { ...none, allowedPrefixes: ['+1', '+39', '112'] };
  const allows = (uri: string): boolean => guards.check(limits, uri, 0, noon).ok;
  for (const uri of [
    'tel:+15551234',
    'tel:+39-06.12(34)',
    'TEL:+3906',
    'sip:+15551234@trunk.example.net',
    'sip:%2B15551234@x',
    'sip:+1-555@x;user=phone',
    'sip:alice@example.net',
    'sip:example.net',
    'tel:112',
    'tel:5551234;phone-context=+1',
    'sip:+15551234;npdi=yes@x',
  ]) {
    assert.ok(allows(uri), uri);
  }
  for (const uri of [
    'tel:+8821234',
    'tel:0039061234',
    'tel:15551234',
    'tel:+-8821',
    'sip:+8821234@x',
    'sip:%2b8821234@x',
    'sip:%38%38@x',
    'sip:00882@x',
    'sip:+882x@x',
    'sip:(+882)1@x',
    'sips:+882:+1@x',
    'sip:alice@x;user=phone',
    'tel:112;phone-context=+882',
    'sip:112;phone-context=+882@x',
    'tel:+15551234;rn=+8821234',
    'tel:+15551234;RN=%2B8821',
    'tel:*72',
  ]) {
    assert.ok(!allows(uri), uri);
  }
  const refused = guards.check(limits, 'tel:+8825551234', 0, noon);
  assert.ok(!refused.ok && refused.error.code === 'guard.prefix' && !refused.error.message.includes('882'));
});

test('numbers of any URI are found without an exception', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (text) => {
      for (const uri of [text, `tel:${text}`, `sip:${text}`]) assert.ok(Array.isArray(calledNumbers(uri)));
    }),
  );
});

test('the minutes of an earlier life count, on the day they were used', () => {
  const guards = createCallGuards();
  const limits = { account: 'a', callsPerSecond: 0, maxCalls: 0, minutesPerDay: 10, allowedPrefixes: [] };
  guards.charge('a', 9 * 60_000, 0, noon);
  assert.deepEqual(guards.check(limits, 'sip:bob@x', 0, noon), { ok: true, value: { maxDurationMs: 60_000 } });
  guards.charge('a', 60_000, 0, noon);
  const spent = guards.check(limits, 'sip:bob@x', 0, noon);
  assert.equal(!spent.ok && spent.error.code, 'guard.minutes');
  assert.ok(guards.check(limits, 'sip:bob@x', 0, noon + 86_400_000).ok);
});
