import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { maskNumbers } from './log.ts';

const run = promisify(execFile);

/** What a process with such a log writes: pino writes to standard output itself. */
async function written(level: string): Promise<unknown[]> {
  const module = new URL('./log.js', import.meta.url).href;
  const script = `
    const { createLog } = await import(${JSON.stringify(module)});
    const log = createLog(${JSON.stringify(level)});
    log.info({ password: 'p' }, 'told');
    log.audit({ action: 'call.started', authorization: 'Basic x' }, 'audited');`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { time, ...fields }: Record<string, unknown> = JSON.parse(line);
      assert.match(String(time), /^\d{4}-\d\d-\d\dT/);
      return fields;
    });
}

test('audit lines are marked, and written at every level but silent', async () => {
  const told = { level: 'info', password: '***', msg: 'told' };
  const audited = { level: 'info', audit: true, action: 'call.started', authorization: '***', msg: 'audited' };
  assert.deepEqual(await written('info'), [told, audited]);
  assert.deepEqual(await written('error'), [audited]);
  assert.deepEqual(await written('silent'), []);
});

test('numbers keep their last two digits', () => {
  for (const [text, masked] of [
    ['+15551234', '+******34'],
    ['sip:+39 06-1234@x1.test', 'sip:+** **-**34@x1.test'],
    ['clinic-7', 'clinic-7'],
    ['1234', '1234'],
    ['', ''],
  ] as const) {
    assert.equal(maskNumbers(text), masked);
  }
});
