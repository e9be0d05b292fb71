/** Keys as tones from one call to another, through codecs and networks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AudioCodec } from './index.ts';
import { type Fate, ownAddress, World } from './media-world.fixture.ts';

const payloadTypes = { PCMU: 0, PCMA: 8, G722: 9, opus: 111 } as const;
const all = '123A456B789C*0#D';
const share = (random: { uint32(): number }): number => random.uint32() / 2 ** 32;

/** Nobody has agreed to telephone events. */
function joined(world: World, codec: AudioCodec): void {
  const ports = { call: world.open('call'), phone: world.open('phone') };
  const far = { call: ports.phone, phone: ports.call };
  for (const id of ['call', 'phone'] as const) {
    world.command(id, {
      type: 'connect',
      remote: {
        remoteAddress: ownAddress,
        remotePort: far[id],
        codec,
        payloadType: payloadTypes[codec],
        canSend: true,
        canReceive: true,
      },
    });
  }
}

function press(world: World, digits: string, durationMs: number, id = 'call'): void {
  const keys = Array.from(digits).map((digit) => ({ digit, durationMs, attenuationDb: 10 }));
  world.command(id, { type: 'send-keys', playbackId: 'k', keys, gapMs: 80 });
}

const keysAt = (world: World, id: string): string =>
  world
    .eventsOf(id)
    .flatMap((event) => (event.type === 'digit' && event.isTone === true ? [event.digit] : []))
    .join('');

const jittery: Fate = (random) => [5 + 55 * share(random)];
const losing =
  (portion: number): Fate =>
  (random) =>
    share(random) < portion ? [] : [5 + 10 * share(random)];

for (const codec of ['PCMU', 'PCMA', 'G722'] as const) {
  test(`keys as tones are heard at the other end (${codec}), even amid jitter, reordering and 1 % loss`, async () => {
    for (const [i, fate] of [undefined, jittery, losing(0.01)].entries()) {
      const world = new World();
      if (fate !== undefined) world.fate = fate;
      joined(world, codec);
      press(world, all, 120);
      await world.run(16 * 200 + 600);
      assert.equal(keysAt(world, 'phone'), all, `fate ${i}`);
      assert.equal(keysAt(world, 'call'), '');
      assert.ok(world.types('call').includes('playback-finished'));
    }
  });
}

test('keys as tones at 5 and 20 % loss: what is heard was pressed, and most of it is heard', async () => {
  for (const codec of ['PCMU', 'PCMA', 'G722'] as const) {
    for (const [portion, least] of [
      [0.05, 15],
      [0.2, 13],
    ] as const) {
      const world = new World();
      world.fate = losing(portion);
      joined(world, codec);
      press(world, all, 160);
      await world.run(16 * 240 + 600);
      const heard = Array.from(keysAt(world, 'phone'));
      const once = heard.filter((key, i) => key !== heard[i - 1]);
      assert.deepEqual(
        once,
        Array.from(all).filter((key) => once.includes(key)),
      );
      assert.ok(once.length >= least, `${codec} ${portion}: ${heard.join('')}`);
    }
  }
});

test('with telephone events agreed on, tones in the audio are no keys', async () => {
  const world = new World();
  const callPort = world.open('call');
  const phonePort = world.open('phone');
  const plain = { remoteAddress: ownAddress, codec: 'PCMU', payloadType: 0, canSend: true, canReceive: true } as const;
  world.command('call', { type: 'connect', remote: { ...plain, remotePort: phonePort } });
  world.connect('phone', callPort);
  press(world, '123', 120);
  await world.run(1500);
  assert.equal(world.types('phone').includes('digit'), false);
});

test('what comes back of keys that were sent is no key of the callee, what comes later is', async () => {
  const world = new World();
  joined(world, 'PCMU');
  press(world, '12', 120);
  await world.run(200);
  // As an echo would: the same, 200 ms later.
  press(world, '12', 120, 'phone');
  await world.run(1500);
  assert.equal(keysAt(world, 'call'), '');
  press(world, '3', 120, 'phone');
  await world.run(600);
  assert.equal(keysAt(world, 'call'), '3');
});

test('the recogniser hears next to nothing of a key', async () => {
  const world = new World();
  joined(world, 'PCMU');
  world.command('phone', { type: 'listen' });
  press(world, '5', 400);
  await world.run(1000);
  assert.equal(keysAt(world, 'phone'), '5');
  const pcm = world.heard[0]?.pcm ?? [];
  const loud = pcm.filter((sample) => Math.abs(sample) > 500).length / 8;
  assert.ok(pcm.length === 8000 && loud < 60, `${loud} ms of ${pcm.length / 8}`);
});
