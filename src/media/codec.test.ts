import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeUlaw, levelDbfs, tone } from '../audio/index.ts';
import { decodeRtpPacket, encodeRtpPacket, RtpPacket } from '../rtp/index.ts';
import type { AudioCodec } from './index.ts';
import { type Fate, ownAddress, sound, World } from './media-world.fixture.ts';

const networks: readonly (readonly [string, number, Fate])[] = [
  ['a clean network', 0.97, () => [5]],
  ['1 % loss', 0.95, (random) => (random.uint32() % 100 < 1 ? [] : [5])],
  [
    '5 % loss and every tenth packet overtaken',
    0.85,
    (random) => {
      return random.uint32() % 100 < 5 ? [] : [random.uint32() % 10 === 0 ? 30 : 5];
    },
  ],
  ['20 % loss', 0.7, (random) => (random.uint32() % 100 < 20 ? [] : [5])],
];

for (const codec of ['PCMU', 'G722'] as const satisfies readonly AudioCodec[]) {
  const rateHz = codec === 'G722' ? 16_000 : 8000;
  for (const [name, share, fate] of networks) {
    test(`${codec}, ${name}: a tone is heard by the other end's recogniser and is in its recording`, async () => {
      const world = new World();
      world.fate = fate;
      world.joined(codec, { recording: { filePath: 'x.wav', layout: 'stereo' } });
      world.command('call', { type: 'play', playbackId: 'a', text: '440:2000' });
      world.command('phone', { type: 'play', playbackId: 'b', text: '1000:2000' });
      await world.run(2500);
      const [atCall, atPhone] = world.heard;
      for (const [heard, frequencyHz] of [
        [atCall, 1000],
        [atPhone, 440],
      ] as const) {
        assert.equal(heard?.sampleRateHz, rateHz);
        const found = sound(heard?.pcm ?? [], frequencyHz, rateHz);
        assert.ok(found.share > share && found.windows >= 38, `${frequencyHz} Hz: ${found.share}, ${found.windows}`);
      }
      const recording = world.recordings.get('call');
      assert.equal(recording?.sampleRateHz, rateHz);
      const pcm = new Int16Array(Uint8Array.from(recording?.bytes ?? []).buffer);
      for (const [channel, frequencyHz] of [
        [0, 440],
        [1, 1000],
      ] as const) {
        const side = sound(
          [...pcm].filter((_, i) => i % 2 === channel),
          frequencyHz,
          rateHz,
        );
        assert.ok(side.share > share && side.windows >= 38, `channel ${channel}: ${side.share}, ${side.windows}`);
      }
      const { packetsReceived, packetsLost, jitterMs } = world.closed('call');
      assert.equal(Math.round((packetsReceived + packetsLost) / 10), 12);
      assert.ok(jitterMs < 15, `${jitterMs}`);
    });
  }
}

test('RFC 3551 §4.5.2: the timestamps of G.722 go by 160 in 20 ms', async () => {
  const world = new World();
  world.joined('G722');
  await world.run(200);
  const packet = new RtpPacket();
  const stamps = world.sent.get('call')!.map(({ bytes }) => {
    assert.equal(decodeRtpPacket(bytes, packet), undefined);
    assert.equal(packet.payloadType, 9);
    assert.equal(packet.payloadEnd - packet.payloadStart, 160);
    return packet.timestamp;
  });
  for (let i = 1; i < stamps.length; i++) assert.equal(stamps[i], (stamps[i - 1]! + 160) >>> 0);
});

for (const [first, second] of [
  ['PCMU', 'G722'],
  ['G722', 'PCMA'],
] as const) {
  test(`a call that goes from ${first} to ${second} in the middle keeps the rate it began with, and the sound`, async () => {
    const world = new World();
    const callPort = world.joined(first, { recording: { filePath: 'x.wav', layout: 'mono' } });
    const rateHz = first === 'G722' ? 16_000 : 8000;
    world.command('phone', { type: 'play', playbackId: 'b', text: '1000:4000' });
    await world.run(1000);
    const phonePort = world.portOf('phone');
    world.connect('call', phonePort, { codec: second });
    world.connect('phone', callPort, { codec: second });
    await world.run(1000);
    world.connect('call', phonePort, { codec: first });
    world.connect('phone', callPort, { codec: first });
    await world.run(2500);
    const [heard] = world.heard;
    assert.equal(heard?.sampleRateHz, rateHz);
    const { share, windows } = sound(heard?.pcm ?? [], 1000, rateHz);
    assert.ok(share > 0.95 && windows >= 95, `${share}, ${windows}`);
    assert.equal(world.heard.length, 2);
    assert.equal(world.closed('call').packetsLost, 0);
  });
}

test('what was prepared at one rate is played at the one that was agreed on', async () => {
  for (const [likelyRateHz, codec] of [
    [16_000, 'PCMU'],
    [8000, 'G722'],
  ] as const) {
    const world = new World();
    const callPort = world.open('call', { likelyRateHz });
    const phonePort = world.open('phone');
    world.command('call', { type: 'prepare', playbackId: 'a', text: '440:1000' });
    await world.run(100);
    world.connect('call', phonePort, { codec });
    world.connect('phone', callPort, { codec });
    world.command('phone', { type: 'listen' });
    world.command('call', { type: 'play', playbackId: 'a', text: '440:1000' });
    await world.run(1500);
    const { share, windows } = sound(world.heard[0]!.pcm, 440, codec === 'G722' ? 16_000 : 8000);
    assert.ok(share > 0.95 && windows >= 24 && windows <= 26, `${codec}: ${share}, ${windows}`);
    const finished = world.eventsOf('call').find((event) => event.type === 'playback-finished');
    assert.deepEqual(finished?.type === 'playback-finished' && [finished.isComplete, finished.playedMs], [true, 1000]);
    assert.equal(world.voice.begun.length, 1);
  }
});

test('a recogniser that is wanted before a codec is agreed on is opened at its rate', async () => {
  const world = new World();
  const callPort = world.open('call');
  const phonePort = world.open('phone');
  world.command('call', { type: 'listen' });
  assert.equal(world.heard.length, 0);
  world.connect('call', phonePort, { codec: 'PCMA', canSend: false });
  world.connect('phone', callPort, { codec: 'PCMA' });
  assert.deepEqual(
    world.heard.map(({ sampleRateHz }) => sampleRateHz),
    [8000],
  );
});

test('early media of one codec and an answer with another', async () => {
  const world = new World();
  const callPort = world.open('call', { recording: { filePath: 'x.wav', layout: 'mono' } });
  const phonePort = world.open('phone');
  const early = { remoteAddress: '192.0.2.10', remotePort: phonePort, codec: 'G722', payloadType: 9 } as const;
  world.command('call', { type: 'connect', remote: { ...early, canSend: false, canReceive: true }, isEarly: true });
  world.connect('phone', callPort, { codec: 'G722' });
  await world.run(200);
  world.connect('call', phonePort, { codec: 'PCMU' });
  world.connect('phone', callPort, { codec: 'PCMU' });
  world.command('call', { type: 'listen' });
  world.command('phone', { type: 'play', playbackId: 'b', text: '1000:500' });
  await world.run(1000);
  assert.equal(world.heard[0]?.sampleRateHz, 8000);
  assert.ok(sound(world.heard[0]?.pcm ?? [], 1000).windows >= 11);
  assert.equal(world.recordings.get('call')?.sampleRateHz, 8000);
});

test('RFC 3389: a far end that pauses loses nothing; its noise is recorded at its level and heard by nobody', async () => {
  const world = new World();
  world.open('call', { recording: { filePath: 'x.wav', layout: 'stereo' } });
  world.connect('call', 7000);
  world.command('call', { type: 'listen' });
  const voice = tone(1000, 8000, 20);
  const bytes = new Uint8Array(172);
  const payload = new Uint8Array(160);
  encodeUlaw(voice, payload);
  let sequenceNumber = 0;
  const send = (frame: number, payloadType: number, content: Uint8Array): void => {
    const header = { marker: false, payloadType, sequenceNumber: sequenceNumber++, timestamp: frame * 160, ssrc: 5 };
    const length = encodeRtpPacket({ ...header, payload: content }, bytes) ?? assert.fail();
    world.core.packet('call', bytes.slice(0, length), ownAddress, 7000, world.nowMs);
  };
  for (let frame = 0; frame < 150; frame++) {
    // A second of voice, a second of pause with two packets of noise (-50 dBov), a second of voice.
    if (frame < 50 || frame >= 100) send(frame, 0, payload);
    else if (frame === 50 || frame === 75) send(frame, 13, Uint8Array.of(50, 9, 9));
    await world.run(20);
  }
  const recorded = new Int16Array(Uint8Array.from(world.recordings.get('call')?.bytes ?? []).buffer);
  const callee = recorded.filter((_, i) => i % 2 === 1);
  const levels = Array.from({ length: 30 }, (_, i) => levelDbfs(callee.subarray(i * 800, (i + 1) * 800)));
  assert.ok(
    levels.slice(12, 18).every((level) => Math.abs(level + 50) < 1),
    levels.join(' '),
  );
  assert.ok(levels.slice(3, 9).every((level) => level > -20) && levels.slice(23, 29).every((level) => level > -20));
  const heard = world.heard[0]?.pcm ?? [];
  assert.ok(heard.slice(10_000, 14_000).every((sample) => sample === 0));
  const { packetsLost, packetsReceived, packetsMalformed } = world.closed('call');
  assert.deepEqual([packetsLost, packetsReceived, packetsMalformed], [0, 102, 0]);
});
