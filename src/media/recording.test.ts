/** A recording keeps the time of the call, whatever the network, a hold or a thread that was held up do to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Fate, World } from './media-world.fixture.ts';

const frameMs = 20;

/** When sound begins after at least 100 ms of silence, in ms. */
function onsetsMs(pcm: readonly number[]): readonly number[] {
  const onsets: number[] = [];
  let quiet = 100 * 8;
  for (const [at, sample] of pcm.entries()) {
    const isLoud = Math.abs(sample) > 1000;
    if (isLoud && quiet >= 100 * 8) onsets.push(at / 8);
    quiet = isLoud ? 0 : quiet + 1;
  }
  return onsets;
}

const fates: Readonly<Record<string, Fate>> = {
  'a calm network': () => [5],
  'a tenth of the packets lost': (random) => (random.uint32() % 10 === 0 ? [] : [5]),
  'jitter of 30 ms and packets that overtake each other': (random) => [5 + (random.uint32() % 30)],
};

for (const [name, fate] of Object.entries(fates)) {
  test(`recording: tones of both sides stand where they were, with ${name}, a hold and 3 s without a tick`, async () => {
    const world = new World();
    world.fate = fate;
    const callPort = world.joined('PCMU', { recording: { filePath: 'x.wav', layout: 'stereo' } });
    const phonePort = world.portOf('phone');
    let played = 0;
    const at = async (ms: number, act: () => void): Promise<void> => {
      await world.run(ms - world.nowMs);
      act();
    };
    const toneOf = (who: 'call' | 'phone', ms: number): Promise<void> =>
      at(ms, () => {
        played += 1;
        world.command(who, { type: 'play', playbackId: `p-${played}`, text: who === 'call' ? '440:300' : '1000:300' });
      });
    const hold = (isHeld: boolean): void => {
      world.connect('call', phonePort, { canSend: !isHeld, canReceive: !isHeld });
      world.connect('phone', callPort, { canSend: !isHeld, canReceive: !isHeld });
    };
    await toneOf('call', 200);
    await toneOf('phone', 800);
    await at(2000, () => hold(true));
    await at(3000, () => hold(false));
    await toneOf('call', 3400);
    await toneOf('phone', 4000);
    await at(5000, () => {
      world.nowMs += 3000;
      world.core.tick(world.nowMs, 3000 / frameMs - 1);
    });
    await toneOf('call', 8400);
    await toneOf('phone', 9000);
    await world.run(1000);
    const endMs = world.nowMs;
    world.closed('call');
    const { bytes } = world.recordings.get('call') ?? assert.fail();
    const samples = [...new Int16Array(Uint8Array.from(bytes).buffer)];
    const side = (place: 0 | 1): number[] => samples.filter((_, index) => index % 2 === place);
    assert.equal(side(0).length / 8, endMs);
    const bot = onsetsMs(side(0));
    const callee = onsetsMs(side(1));
    assert.deepEqual([bot.length, callee.length], [3, 3], `${bot.join()} / ${callee.join()}`);
    // It is written when it is sent; the callee when it is heard, which is after the network and the jitter buffer.
    for (const [index, sentMs] of [200, 3400, 8400].entries()) {
      const lateMs = (bot[index] ?? 0) - sentMs;
      assert.ok(lateMs >= 0 && lateMs <= 2 * frameMs, `bot ${index}: ${lateMs} ms`);
    }
    for (const [index, spokenMs] of [800, 4000, 9000].entries()) {
      const lateMs = (callee[index] ?? 0) - spokenMs;
      assert.ok(lateMs >= 0 && lateMs <= 160, `callee ${index}: ${lateMs} ms`);
    }
  });
}

test('the instant of the first sample is told, also when the thread was held up before the first tick', async () => {
  for (const skipped of [0, 4]) {
    const world = new World();
    world.joined('PCMU', { recording: { filePath: 'x.wav', layout: 'mono' } });
    world.nowMs += (1 + skipped) * frameMs;
    world.core.tick(world.nowMs, skipped);
    await world.run(200);
    world.closed('call');
    const last = world.eventsOf('call').at(-1);
    const lengthMs = (world.recordings.get('call')?.bytes.length ?? 0) / 16;
    assert.equal(last?.type === 'closed' && last.recordingStartedAtMs, world.nowMs + frameMs - lengthMs);
    assert.equal(lengthMs, 200 + (1 + skipped) * frameMs);
  }
  const silent = new World();
  silent.joined();
  await silent.run(100);
  silent.closed('call');
  const last = silent.eventsOf('call').at(-1);
  assert.ok(last?.type === 'closed' && last.recordingStartedAtMs === undefined);
});
