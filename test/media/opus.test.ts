/** Opus, from the library to calls in a simulated network. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findTone, rmsLevel, tone } from '../../src/audio/index.ts';
import { openOpus, warmUpOpus } from '../../src/host/index.ts';
import { seededRandom } from '../../src/kit/index.ts';
import { type Fate, sound, World } from '../../src/media/media-world.fixture.ts';
import { decodeRtpPacket, RtpPacket } from '../../src/rtp/index.ts';

const frameAt = (pcm: Int16Array, frame: number): Int16Array => pcm.subarray(frame * 320, (frame + 1) * 320);

/** The packets of `pcm`, 16 kHz. */
function encoded(pcm: Int16Array, wishes = {}): Uint8Array[] {
  const encoder = openOpus().openEncoder(16_000, wishes);
  const bytes = new Uint8Array(encoder.maxBytes);
  const packets = Array.from({ length: pcm.length / 320 }, (_, i) =>
    bytes.slice(0, encoder.encode(frameAt(pcm, i), bytes, 0)),
  );
  encoder.close();
  return packets;
}

test('a tone comes out as itself, at either rate of a call, in a tenth of the bytes', () => {
  const pcm = tone(1000, 16_000, 1000);
  const packets = encoded(pcm);
  const bytes = packets.reduce((sum, packet) => sum + packet.length, 0);
  assert.ok(bytes < 4500 && packets.every(({ length }) => length > 0), `${bytes} bytes`);
  for (const rateHz of [8000, 16_000] as const) {
    const decoder = openOpus().openDecoder(rateHz);
    const heard = new Int16Array(rateHz);
    const into = new Int16Array(rateHz / 50);
    for (const [i, packet] of packets.entries()) {
      assert.equal(decoder.decode(packet, into, 0, packet.length), rateHz / 50);
      heard.set(into, (i * rateHz) / 50);
    }
    decoder.close();
    assert.equal(findTone(heard.subarray(rateHz / 10), rateHz, [500, 2000, 1000]), 1000);
    assert.ok(Math.abs(rmsLevel(heard) / rmsLevel(pcm) - 1) < 0.2);
  }
});

test('RFC 7587 §6.1: what the far end wants is what it gets', () => {
  const random = seededRandom(5);
  const noise = Int16Array.from({ length: 32_000 }, () => (random.uint32() >>> 18) - 8192);
  const sizes = (wishes: object): number[] => encoded(noise, wishes).map(({ length }) => length);
  const total = (wishes: object): number => sizes(wishes).reduce((sum, size) => sum + size, 0);
  assert.ok(total({ maxBitrate: 8000 }) < total({}) / 2);
  assert.equal(new Set(sizes({ isConstantRate: true })).size, 1);
  // 24 kbit/s, whatever more is allowed.
  assert.ok(total({ maxBitrate: 510_000 }) < 7500);
  const bandwidth = ([toc = 0]: Uint8Array): number => toc >> 3;
  assert.ok(encoded(noise, { maxPlaybackRateHz: 8000 }).every((packet) => bandwidth(packet) <= 3));
});

test('RFC 7587 §3.3: a lost packet is made up for from the next one', () => {
  const random = seededRandom(9);
  // A voice of sorts: a tone that jumps every 100 ms, so that no packet can be guessed from the one before.
  const pcm = new Int16Array(16_000 * 2);
  for (let i = 0; i < 20; i++) pcm.set(tone(200 + (random.uint32() % 1500), 16_000, 100), i * 1600);
  const packets = encoded(pcm, { isFecWanted: true });
  const errorOf = (manner: 'fec' | 'guess'): number => {
    const decoder = openOpus().openDecoder(16_000);
    const into = new Int16Array(320);
    let error = 0;
    const plain = new Int16Array(pcm.length);
    const whole = openOpus().openDecoder(16_000);
    for (const [i, packet] of packets.entries()) {
      whole.decode(packet, into, 0, packet.length);
      plain.set(into, i * 320);
    }
    whole.close();
    for (const [i, packet] of packets.entries()) {
      const isLost = i % 5 === 0 && i > 10;
      const next = packets[i + 1];
      if (!isLost || next === undefined) decoder.decode(packet, into, 0, packet.length);
      else if (manner === 'fec') assert.equal(decoder.recover(next, 0, next.length, into, 320), 320);
      else assert.equal(decoder.conceal(into, 320), 320);
      if (isLost) for (let at = 0; at < 320; at++) error += Math.abs((into[at] ?? 0) - (plain[i * 320 + at] ?? 0));
    }
    decoder.close();
    return error;
  };
  assert.ok(errorOf('fec') < 0.8 * errorOf('guess'), `${errorOf('fec')} against ${errorOf('guess')}`);
});

test('what anybody sends is audio of some kind or none, and no more of it than 120 ms', () => {
  const decoder = openOpus().openDecoder(16_000);
  const good = encoded(tone(700, 16_000, 400));
  const into = new Int16Array(4096);
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 1500 }),
    fc.tuple(fc.nat(good.length - 1), fc.nat(60), fc.nat(255)).map(([packet, at, byte]) => {
      const changed = good[packet]!.slice();
      changed[at % changed.length] = byte;
      return changed;
    }),
  );
  fc.assert(
    fc.property(anything, fc.boolean(), (bytes, isFec) => {
      const count = isFec
        ? decoder.recover(bytes, 0, bytes.length, into, 320)
        : decoder.decode(bytes, into, 0, bytes.length);
      assert.ok(count >= 0 && count <= 1920);
    }),
    { numRuns: 2000 },
  );
  assert.equal(decoder.decode(new Uint8Array(3000), into, 0, 3000), 0);
  // It comes back from all of that.
  for (const packet of good) assert.equal(decoder.decode(packet, into, 0, packet.length), 320);
  assert.equal(findTone(into.subarray(0, 320), 16_000, [350, 700]), 700);
  decoder.close();
});

test('what a call has taken is given back: thousands of calls leave no trace', () => {
  const opus = openOpus();
  const round = (): number => {
    const decoder = opus.openDecoder(16_000);
    const encoder = opus.openEncoder(8000, {});
    decoder.close();
    encoder.close();
    return opus.memoryBytes;
  };
  warmUpOpus();
  const before = round();
  for (let i = 0; i < 5000; i++) round();
  assert.equal(round(), before);
});

const networks: readonly (readonly [string, number, Fate])[] = [
  ['a clean network', 0.95, () => [5]],
  ['1 % loss', 0.93, (random) => (random.uint32() % 100 < 1 ? [] : [5])],
  [
    '5 % loss and every tenth packet overtaken',
    0.85,
    (random) => (random.uint32() % 100 < 5 ? [] : [random.uint32() % 10 === 0 ? 30 : 5]),
  ],
  ['20 % loss', 0.8, (random) => (random.uint32() % 100 < 20 ? [] : [5])],
];

for (const [name, share, fate] of networks) {
  test(`Opus, ${name}: a tone is heard by the other end's recogniser and is in its recording`, async () => {
    const world = new World(openOpus);
    world.fate = fate;
    world.joined('opus', { recording: { filePath: 'x.wav', layout: 'mono' } }, { opus: { isFecWanted: true } });
    world.command('phone', { type: 'play', playbackId: 'b', text: '1000:2000' });
    await world.run(2500);
    const [heard] = world.heard;
    assert.equal(heard?.sampleRateHz, 16_000);
    const recorded = new Int16Array(Uint8Array.from(world.recordings.get('call')?.bytes ?? []).buffer);
    for (const pcm of [heard?.pcm ?? [], [...recorded]]) {
      const found = sound(pcm, 1000, 16_000);
      assert.ok(found.share > share && found.windows >= 45, `${found.share}, ${found.windows}`);
    }
    const { packetsReceived, packetsLost, packetsDuplicated } = world.closed('call');
    assert.equal(Math.round((packetsReceived + packetsLost) / 10), 12);
    assert.equal(packetsDuplicated, 0);
  });
}

test('RFC 7587 §4.1: timestamps go by 960 in 20 ms', async () => {
  const world = new World(openOpus);
  world.joined('opus');
  await world.run(200);
  const packet = new RtpPacket();
  const stamps = world.sent.get('call')!.map(({ bytes }) => {
    assert.equal(decodeRtpPacket(bytes, packet), undefined);
    assert.equal(packet.payloadType, 111);
    return packet.timestamp;
  });
  assert.ok(stamps.length > 5);
  for (let i = 1; i < stamps.length; i++) assert.equal(stamps[i], (stamps[i - 1]! + 960) >>> 0);
});

test('RFC 4733 §2.1: keys of a call with Opus count their time at 48 kHz', async () => {
  const world = new World(openOpus);
  world.joined('opus', {}, { telephoneEventPayloadType: 101, telephoneEventClockHz: 48_000 });
  const keys = [{ digit: '5', durationMs: 100, attenuationDb: 10 }];
  world.command('phone', { type: 'send-keys', playbackId: 'k', keys, gapMs: 40 });
  await world.run(500);
  const digits = world.eventsOf('call').flatMap((event) => (event.type === 'digit' ? [event] : []));
  assert.deepEqual(
    digits.map(({ digit, durationMs }) => [digit, durationMs]),
    [['5', 100]],
  );
});

test('a call that goes from G.711 to Opus and back keeps its rate and its sound', async () => {
  const world = new World(openOpus);
  const callPort = world.joined('PCMU');
  const phonePort = world.portOf('phone');
  world.command('phone', { type: 'play', playbackId: 'b', text: '1000:4000' });
  await world.run(1000);
  for (const codec of ['opus', 'PCMU'] as const) {
    world.connect('call', phonePort, { codec });
    world.connect('phone', callPort, { codec });
    await world.run(1000);
  }
  await world.run(1500);
  const { share, windows } = sound(world.heard[0]?.pcm ?? [], 1000);
  assert.ok(share > 0.9 && windows >= 93, `${share}, ${windows}`);
  assert.equal(world.closed('call').packetsLost, 0);
});
