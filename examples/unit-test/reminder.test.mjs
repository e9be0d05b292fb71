// A unit test of a bot: whole telephone calls, in milliseconds, without a telephone. Run it: node --test reminder.test.mjs
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialBot } from 'outdial/testing';

const bot = new URL('../appointment-reminder/dialog.yaml', import.meta.url); // or the URL of yours

test('who can come is expected', async () => {
  const call = await dialBot({ bot, context: { name: 'Alice', time: 'half past nine' } });
  await call.answer();
  await call.hears(/Hello Alice.*half past nine/);
  await call.says('yes');
  await call.hears('see you then');
  assert.equal(call.context.outcome, 'confirmed');
});

test('who says nothing is asked again, and interrupts', async () => {
  const call = await dialBot({ bot });
  await call.answer();
  await call.staysSilent();
  await call.hears('Please say yes or no');
  await call.says('no', { until: 'speaking' });
  await call.says('please'); // over "Shall we call you back"
  await call.hears('We will call you back');
  assert.equal(call.end.endCode, 'completed.bot');
});
