import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rmsLevel, toneShare } from '../audio/index.ts';
import { settled, World } from './media-world.fixture.ts';

/** Level of a tone in what a far end heard of the last `ms`. */
function levelAt(pcm: readonly number[], frequencyHz: number, ms: number): number {
  const last = Int16Array.from(pcm.slice(-8 * ms));
  return rmsLevel(last) * Math.sqrt(toneShare(last, 8000, frequencyHz));
}

test('a background goes on under the bot, weaker, through its end and an interruption, until it is stopped', async () => {
  const world = new World();
  world.joined();
  world.command('call', { type: 'play-background', playbackId: 'b', url: 'file/300/70', attenuationDb: 20 });
  await settled();
  await world.run(500);
  const pcm = world.heard[1]!.pcm;
  const alone = levelAt(pcm, 300, 200);
  world.command('call', { type: 'play', playbackId: 'a', text: '1000:2000' });
  await world.run(500);
  const under = levelAt(pcm, 300, 200);
  const spoken = levelAt(pcm, 1000, 200);
  assert.ok(Math.abs(alone / under - 1) < 0.1, `${alone} ${under}`);
  assert.ok(Math.abs(spoken / under / 10 - 1) < 0.1, `${spoken} ${under}`);
  world.command('call', { type: 'stop-playback' });
  await world.run(300);
  assert.ok(Math.abs(alone / levelAt(pcm, 300, 200) - 1) < 0.1);
  assert.ok(levelAt(pcm, 1000, 200) < 5);
  world.command('call', { type: 'stop-background' });
  await world.run(300);
  assert.ok(levelAt(pcm, 300, 200) < 1);
  assert.equal(world.sent.get('call')!.length, 80);
});

test('a background that cannot be had is told, and the bot is heard', async () => {
  const world = new World();
  world.joined();
  world.command('call', { type: 'play-background', playbackId: 'b', url: 'missing', attenuationDb: 10 });
  world.command('call', { type: 'play', playbackId: 'a', text: '1000:300' });
  await world.run(300);
  const failed = world.eventsOf('call').filter((event) => event.type === 'playback-failed');
  assert.deepEqual(
    failed.map(({ playbackId, error }) => [playbackId, error.code]),
    [['b', 'media.audio-unavailable']],
  );
  assert.ok(levelAt(world.heard[1]!.pcm, 1000, 200) > 1000);
});
