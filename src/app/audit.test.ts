import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings, Secret } from '../config/index.ts';
import { createAudit, fingerprintOf, loginLinesPerMinute, maskDestination } from './audit.ts';

interface Line {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
}

function world() {
  const lines: Line[] = [];
  const timers: { delayMs: number; fire: () => void }[] = [];
  let failures = 0;
  const audit = createAudit({
    write: (fields, text) => void lines.push({ fields: { ...fields }, text }),
    after: (delayMs, fire) => {
      const timer = { delayMs, fire };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
    onLoginFailed: () => void (failures += 1),
  });
  return { audit, lines, timers, failures: () => failures };
}

const attempt = { tenantId: 'clinic', sourceAddress: '192.0.2.7', hasCredentials: true };

test('a started call: who, from where, which session, and not whom it reached', () => {
  const { audit, lines } = world();
  const who = { tenantId: 'clinic', username: 'dialler', sourceAddress: '192.0.2.7', sessionId: 's-1' };
  audit.callStarted({ ...who, to: 'sip:+15551234567@trunk.example.net;user=phone' });
  assert.deepEqual(lines, [
    {
      fields: { action: 'call.started', ...who, destination: 'sip:***67@trunk.example.net' },
      text: 'a call was started',
    },
  ]);
});

test('destinations keep two digits and the host', () => {
  for (const [to, shown] of [
    ['tel:+1-555-123-4567', 'tel:***67'],
    ['tel:110;phone-context=+49', 'tel:***'],
    ['sip:alice@example.net', 'sip:***@example.net'],
    ['sip:1234@example.net', 'sip:***@example.net'],
    ['sips:+15551234567:pass@example.net:5061', 'sips:***67@example.net'],
    ['sip:+15551234567;phone-context=+1555@[2001:db8::1]', 'sip:***67@[2001:db8::1]'],
    ['sip:15551234567', 'sip:***67'],
    ['sip:pbx.example.net', 'sip:pbx.example.net'],
    ['+15551234567', '***'],
    ['', '***'],
  ] as const) {
    assert.equal(maskDestination(to), shown, to);
  }
});

test('a flood of failed logins is a bounded number of lines and one that counts the rest', () => {
  const { audit, lines, timers, failures } = world();
  for (let count = 0; count < 1000; count += 1) audit.loginFailed(attempt);
  assert.equal(lines.length, loginLinesPerMinute);
  assert.deepEqual(lines[0]?.fields, { action: 'login.failed', ...attempt });
  assert.equal(failures(), 1000);
  assert.deepEqual(
    timers.map(({ delayMs }) => delayMs),
    [60_000],
  );
  timers.pop()?.fire();
  assert.deepEqual(lines.at(-1)?.fields, { action: 'login.failed', suppressed: 1000 - loginLinesPerMinute });
  // The next minute begins anew.
  audit.loginFailed(attempt);
  assert.deepEqual(lines.at(-1)?.fields, { action: 'login.failed', ...attempt });
  timers.pop()?.fire();
  assert.equal(lines.length, loginLinesPerMinute + 2, 'nothing was held back: nothing is summed up');
});

test('close writes the sum and leaves no timer', () => {
  const { audit, lines, timers } = world();
  for (let count = 0; count <= loginLinesPerMinute; count += 1) audit.loginFailed(attempt);
  audit.close();
  assert.deepEqual(lines.at(-1)?.fields, { action: 'login.failed', suppressed: 1 });
  assert.equal(timers.length, 0);
});

test('configurations: in force or refused', () => {
  const { audit, lines } = world();
  audit.configurationRead('start', { result: 'in force', fingerprint: 'abc', tenants: 2 });
  audit.configurationRead('reload', { result: 'refused', problems: 3 });
  assert.deepEqual(
    lines.map(({ fields }) => fields),
    [
      { action: 'configuration.start', result: 'in force', fingerprint: 'abc', tenants: 2 },
      { action: 'configuration.reload', result: 'refused', problems: 3 },
    ],
  );
});

test('a fingerprint tells configurations apart and knows no secret', () => {
  const fingerprint = (environment: Record<string, string>): string => {
    const read = readSettings(environment);
    assert.ok(read.ok);
    return fingerprintOf(read.value.settings);
  };
  const user = { REST_API_USERNAME: 'me', REST_API_PASSWORD: 'one' };
  assert.match(fingerprint(user), /^[0-9a-f]{16}$/);
  assert.equal(fingerprint(user), fingerprint({ ...user, REST_API_PASSWORD: 'two' }));
  assert.notEqual(fingerprint(user), fingerprint({ ...user, REST_API_USERNAME: 'you' }));
  assert.equal(fingerprintOf({ a: new Secret('x') }), fingerprintOf({ a: '***' }));
});
