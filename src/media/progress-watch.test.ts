/** What is heard before the answer, from one call to another. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Fate, ownAddress, World } from './media-world.fixture.ts';

const remote = { remoteAddress: ownAddress, codec: 'PCMA', payloadType: 8, canReceive: true } as const;

/** A call that nobody has answered, and what plays to it. */
function early(world: World): { readonly answer: () => void } {
  const callPort = world.open('call');
  const phonePort = world.open('phone');
  world.connect('phone', callPort, { codec: 'PCMA' });
  world.command('call', {
    type: 'connect',
    remote: { ...remote, remotePort: phonePort, canSend: false },
    isEarly: true,
  });
  return {
    answer: () => {
      world.command('call', { type: 'connect', remote: { ...remote, remotePort: phonePort, canSend: true } });
    },
  };
}

const play = (world: World, text: string): void => {
  world.command('phone', { type: 'play', playbackId: text, text });
};

const soundsOf = (world: World): unknown[] =>
  world
    .eventsOf('call')
    .flatMap((event) => (event.type === 'progress-sound' ? [[event.sound, event.category, event.isAnswered]] : []));

const losing: Fate = (random) => (random.uint32() % 20 === 0 ? [] : [5 + (random.uint32() % 50)]);

test('RFC 3960 §3.2: ringback and tones before the answer are told, even amid jitter and 5 % loss', async () => {
  for (const fate of [undefined, losing]) {
    const world = new World();
    if (fate !== undefined) world.fate = fate;
    early(world);
    play(world, '425:1000');
    await world.run(3000);
    for (const tone of ['985.2:380', '1370.6:274', '1776.7:380']) play(world, tone);
    await world.run(1600);
    assert.deepEqual(soundsOf(world), [
      ['ringback', undefined, false],
      ['special-information', 'vacant-code', false],
    ]);
    assert.deepEqual(world.sent.get('call') ?? [], []);
  }
});

test('behind the answer only a fax is told, and only for ten seconds', async () => {
  const world = new World();
  const { answer } = early(world);
  await world.run(500);
  answer();
  play(world, '425:1000');
  await world.run(3000);
  assert.deepEqual(soundsOf(world), []);
  play(world, '2100:3000');
  await world.run(3200);
  assert.deepEqual(soundsOf(world), [['fax', undefined, true]]);
  const late = new World();
  early(late).answer();
  await late.run(10_200);
  play(late, '2100:3000');
  await late.run(3200);
  assert.deepEqual(soundsOf(late), []);
});

test('a far end that never stops changing its sound is not followed for ever', async () => {
  const world = new World();
  early(world);
  for (let i = 0; i < 24; i++) {
    play(world, i % 2 === 0 ? '1100:500' : '425:500');
    await world.run(2200);
  }
  assert.equal(soundsOf(world).length, 16);
});
