/** Echo suppression and barge-in that can be taken back (specification §9.2), in whole simulated calls. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callFacts } from '../../src/call/index.ts';
import { buildCallRecord, type CallRecord } from '../../src/reports/index.ts';
import type { Tenant } from '../../src/tenants/index.ts';
import { type FakeBot, says, tenant, World } from './world.ts';

const prompt = 'please tell me the date of your birth now';
const asksOnce: FakeBot = (_turn, index) => (index === 0 ? says(prompt) : says('', true));

async function run(lines: readonly string[], settings: Partial<Tenant['settings']>, confidenceThreshold = 0) {
  const world = new World({ bot: asksOnce, phone: { speaksFirst: true, lines } });
  const stt = { ...tenant.stt, confidenceThreshold };
  world.call({ tenant: { ...tenant, stt, settings: { ...tenant.settings, ...settings } } });
  await world.runToTheEnd();
  assert.deepEqual(world.faults, []);
  const [state = assert.fail()] = world.records;
  const record: CallRecord = buildCallRecord(callFacts(state) ?? assert.fail());
  return { world, record, texts: world.asked.map(({ text }) => text) };
}

test('what looks like the text that is being spoken is no answer, and the record says so', async () => {
  const { record, texts, world } = await run([prompt], {});
  assert.deepEqual(texts, ['', 'vgwPostResponseTimeout', 'vgwHangUp']);
  assert.deepEqual(record.turns[0]?.echoes, [prompt]);
  assert.ok(world.events.some((event) => event.type === 'voice.understood' && event.isEcho === true));
});

test('an answer that repeats some words of the question is an answer', async () => {
  const { record, texts } = await run(['the date of my birth is unknown'], {});
  assert.deepEqual(texts, ['', 'the date of my birth is unknown', 'vgwHangUp']);
  assert.equal(record.turns[0]?.echoes, undefined);
});

test('ECHO_SUPPRESSION=false: everything is an answer', async () => {
  const { texts } = await run([prompt], { isEchoSuppressed: false });
  assert.deepEqual(texts, ['', prompt, 'vgwHangUp']);
});

test('bargeInResume: after words under the threshold the text is spoken to its end', async () => {
  const { record, texts, world } = await run(['(mumbled)'], { isPlaybackResumed: true }, 0.5);
  assert.deepEqual(texts, ['', 'vgwPostResponseTimeout', 'vgwHangUp']);
  const [turn = assert.fail()] = record.turns;
  assert.ok(!world.events.some(({ type }) => type === 'turn.interrupted'));
  // 25 characters a second, and the pause: the voice, its end of speech, and nothing else.
  const { playbackStartedAtMs = NaN, playbackFinishedAtMs = NaN } = turn.times;
  const spokenMs = (prompt.length + 1) * 40;
  const lastedMs = playbackFinishedAtMs - playbackStartedAtMs;
  assert.ok(lastedMs > spokenMs + 600 && lastedMs < spokenMs + 1500, `${lastedMs} for ${spokenMs}`);
});

test('bargeInResume: after an echo too', async () => {
  const { texts, world } = await run([prompt.slice(0, 24)], { isPlaybackResumed: true });
  assert.deepEqual(texts, ['', 'vgwPostResponseTimeout', 'vgwHangUp']);
  assert.ok(!world.events.some(({ type }) => type === 'turn.interrupted'));
});

test('bargeInResume: words over the threshold stop the text for good', async () => {
  const { texts, world } = await run(['stop'], { isPlaybackResumed: true }, 0.5);
  assert.deepEqual(texts, ['', 'stop', 'vgwHangUp']);
  assert.equal(world.asked[1]?.context['vgwBargeInOccurred'], 'Yes');
});

test('without bargeInResume words under the threshold have stopped the text', async () => {
  const { world } = await run(['(mumbled)'], {}, 0.5);
  assert.ok(world.events.some(({ type }) => type === 'turn.interrupted'));
  assert.ok(!world.events.some((event) => event.type === 'turn.finished' && event.turn.turnId === 0));
});
