import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRefusal } from './refusal.ts';

const refused = (status: number, more: Partial<Parameters<typeof readRefusal>[0]> = {}) =>
  readRefusal({ type: 'rejected', status, reason: 'Word', atMs: 0, ...more });

test('RFC 3398 §8.2.6.1: each refusal has a stable end code and a Q.850 cause', () => {
  const table: readonly (readonly [string, readonly (readonly [number, number | undefined])[]])[] = [
    ['sip.redirected', [300, 301, 302, 305, 380].map((status) => [status, undefined])],
    [
      'sip.not-found',
      [
        [404, 1],
        [410, 22],
        [484, 28],
        [485, 1],
        [604, 1],
      ],
    ],
    ['sip.forbidden', [[403, 21]]],
    [
      'sip.auth-failed',
      [
        [401, 21],
        [407, 21],
      ],
    ],
    [
      'sip.timeout',
      [
        [408, 102],
        [504, 102],
      ],
    ],
    ['sip.unavailable', [[480, 18]]],
    [
      'sip.busy',
      [
        [486, 17],
        [600, 17],
      ],
    ],
    ['sip.declined', [[603, 21]]],
    ['sip.unwanted', [[607, 21]]],
    ['sip.blocked', [[608, 21]]],
    ['sip.incompatible', [405, 406, 413, 414, 415, 416, 420, 421, 422, 488, 494, 501, 505, 513, 580, 606].map(whole)],
    ['sip.identity-refused', [428, 429, 433, 436, 437, 438].map(whole)],
    ['sip.trunk-failed', [482, 483, 500, 502, 503, 599].map(whole)],
    ['sip.rejected', [400, 402, 481, 499, 699].map(whole)],
    ['sip.rejected', [[487, undefined]]],
  ];
  for (const [code, rows] of table) {
    for (const [status, cause] of rows) {
      const { error, facts } = refused(status);
      assert.equal(error.code, code, String(status));
      assert.equal(error.message.includes(`${status} Word`), true);
      assert.equal(facts.sipStatus, status);
      if (cause === anyCause) assert.ok((facts.q850Cause ?? 0) > 0, String(status));
      else assert.equal(facts.q850Cause, cause, String(status));
    }
  }
});

const anyCause = -1;
function whole(status: number): readonly [number, number] {
  return [status, anyCause];
}

test('RFC 3326 §2, RFC 3398 §7.2.4.1: the cause of a Reason header is told, and says more than a vague status', () => {
  const { error, facts } = refused(503, { reasonHeader: 'Q.850;cause=17;text="User busy"' });
  assert.equal(error.code, 'sip.busy');
  assert.equal(error.message, 'The call was refused: 503 Word (Q.850 cause 17, User busy)');
  assert.equal(facts.q850Cause, 17);
  assert.equal(facts.sipStatus, 503);
  const codes = [
    [480, 1],
    [480, 16],
    [500, 28],
    [486, 1],
    [603, 17],
    [503, 34],
  ].map(([status = 0, cause]) => refused(status, { reasonHeader: `Q.850;cause=${cause}` }).error.code);
  assert.deepEqual(codes, [
    'sip.not-found',
    'sip.unavailable',
    'sip.not-found',
    'sip.busy',
    'sip.declined',
    'sip.trunk-failed',
  ]);
});

test('RFC 3261 §20.33, RFC 8688 §3.2: Retry-After, Warning and the link of a 608 are told', () => {
  const { error, facts } = refused(503, { retryAfterS: 120 });
  assert.equal(facts.retryAfterS, 120);
  assert.equal(error.message, 'The call was refused: 503 Word. It may be asked again after 120 s');
  assert.equal(
    refused(608, { callInfo: 'https://blocker.example.net/card' }).error.message,
    'The call was refused: 608 Word. Whom to turn to: https://blocker.example.net/card',
  );
  assert.equal(
    refused(488, { detail: 'Warning: Incompatible media format' }).error.message,
    'The call was refused: 488 Word. Warning: Incompatible media format',
  );
});

test('limit: a long text of a stranger is cut', () => {
  const { error } = refused(486, { reasonHeader: `Q.850;cause=17;text="${'x'.repeat(5000)}"` });
  assert.ok(error.message.length < 300);
});
