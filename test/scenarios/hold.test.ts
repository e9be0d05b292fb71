/** Calls that the callee puts on hold and takes up again (RFC 3264 §8.4), in whole simulated calls. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PhoneScript } from '../../src/testing/index.ts';
import { says, type FakeBot, World, type WorldOptions } from './world.ts';

const texts = (world: World): string[] => world.asked.map(({ text }) => text);
const attributes = (sdp: string | number | undefined): readonly string[] =>
  String(sdp).match(/a=(sendrecv|sendonly|recvonly|inactive)|o=\S+ \S+ \S+/g) ?? [];
/** Silent, then a goodbye. */
const patient: FakeBot = (_request, index) => (index === 0 ? says('') : says('bye', true));

async function run(phone: Partial<PhoneScript>, options: Partial<WorldOptions> = {}): Promise<World> {
  const world = new World({ bot: patient, ...options, phone: { speaksFirst: false, lines: [], ...phone } });
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(world.faults, []);
  return world;
}

for (const [name, hold, answer] of [
  ['sendonly', { direction: 'sendonly' }, 'a=recvonly'],
  ['inactive', { direction: 'inactive' }, 'a=inactive'],
  ['c=0.0.0.0, as of RFC 2543', { direction: 'sendrecv', address: '0.0.0.0' }, 'a=sendrecv'],
] as const) {
  test(`RFC 3264 §8.4: hold by ${name} stops the timer of the turn, which begins anew behind it`, async () => {
    const world = await run({
      reoffers: [
        { afterMs: 1000, ...hold },
        { afterMs: 200_000, direction: 'sendrecv' },
      ],
    });
    assert.deepEqual(texts(world), ['', 'vgwPostResponseTimeout', 'vgwHangUp']);
    const at = (type: string): number => world.events.find((event) => event.type === type)?.atMs ?? assert.fail(type);
    const answeredAtMs = at('call.answered');
    assert.ok(Math.abs(at('call.held') - answeredAtMs - 1000) < 50);
    assert.ok(Math.abs(at('call.resumed') - answeredAtMs - 200_000) < 50);
    const asked = world.events.filter((event) => event.type === 'turn.asked');
    assert.equal((asked[1]?.atMs ?? 0) - at('call.resumed'), 7000);
    assert.equal(attributes(world.phone.offerAnswers[0])[1], answer);
    assert.deepEqual(world.phone.understood, ['bye']);
    assert.equal(world.states().at(-1), 'ended');
  });
}

test('RFC 3264 §8.4: what is heard on hold, such as music, is no word of the callee', async () => {
  const world = await run({
    speaksFirst: true,
    lines: ['la la la'],
    reoffers: [
      { afterMs: 10, direction: 'sendonly' },
      { afterMs: 10_000, direction: 'sendrecv' },
    ],
  });
  assert.deepEqual(texts(world), ['', 'vgwPostResponseTimeout', 'vgwHangUp']);
});

test('RFC 3264 §8.4: a text that comes on hold is said behind it', async () => {
  const world = await run(
    {
      reoffers: [
        { afterMs: 7100, direction: 'inactive' },
        { afterMs: 30_000, direction: 'sendrecv' },
      ],
    },
    { botDelaysMs: [0, 1000] },
  );
  assert.deepEqual(world.phone.understood, ['bye']);
  const resumedAtMs = world.events.find(({ type }) => type === 'call.resumed')?.atMs ?? assert.fail();
  const spokenAtMs = world.events.find(({ type }) => type === 'turn.spoken')?.atMs ?? assert.fail();
  assert.ok(spokenAtMs >= resumedAtMs);
});

test('RFC 3264 §8: the version of our description rises only when the description changes', async () => {
  const world = await run({
    reoffers: [
      { afterMs: 1000, direction: 'sendrecv' },
      { afterMs: 2000, direction: 'sendrecv' },
      { afterMs: 3000, direction: 'sendonly' },
      { afterMs: 4000, direction: 'sendrecv' },
    ],
  });
  const versions = world.phone.offerAnswers.map((sdp) => /o=\S+ \S+ (\d+)/.exec(String(sdp))?.[1]);
  assert.deepEqual(versions, ['2', '2', '3', '4']);
});

test('RFC 3264 §8.4: a call that is never taken up again ends with its longest duration', async () => {
  const world = new World({
    bot: patient,
    phone: { speaksFirst: false, lines: [], reoffers: [{ afterMs: 1000, direction: 'sendonly' }] },
    settings: { maxCallDurationMs: 60_000 },
  });
  world.call();
  await world.runToTheEnd();
  assert.equal(world.records[0]?.end?.endCode, 'call.too-long');
  assert.deepEqual(texts(world), ['', 'vgwHangUp']);
});
