import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toneShare } from '../audio/index.ts';
import { gatewayError } from '../kit/index.ts';
import { decodeRtpPacket, encodeRtpPacket, encodeTelephoneEvent, RtpPacket } from '../rtp/index.ts';
import { type RecognitionEvent } from '../speech/index.ts';
import { ownAddress, recognition, settled, sound, World, type Fate, type Sent } from './media-world.fixture.ts';
for (const codec of ['PCMU', 'PCMA'] as const) {
  test(`tone in, tone found at the other end (${codec})`, async () => {
    const world = new World();
    world.joined(codec);
    world.command('call', { type: 'play', playbackId: 'a', text: '440:1000' });
    world.command('phone', { type: 'play', playbackId: 'b', text: '1000:1000' });
    await world.run(1500);
    const [atCall, atPhone] = world.heard;
    assert.ok(sound(atPhone!.pcm, 440).share > 0.98 && sound(atPhone!.pcm, 440).windows >= 24);
    assert.ok(sound(atCall!.pcm, 1000).share > 0.98 && sound(atCall!.pcm, 1000).windows >= 24);
    const summary = world.closed('call');
    assert.equal(summary.packetsSent, 75);
    assert.equal(summary.packetsLost, 0);
    assert.equal(summary.sendJitterMaxMs, 0);
  });
}

test('one packet per tick, numbered and stamped without a gap, marker on the first', async () => {
  const world = new World();
  world.joined();
  world.command('call', { type: 'play', playbackId: 'a', text: '440:200' });
  await world.run(1000);
  const packets = world.sent.get('call')!;
  assert.equal(packets.length, 50);
  const packet = new RtpPacket();
  let sequence = -1;
  let timestamp = -1;
  for (const [i, { bytes }] of packets.entries()) {
    assert.equal(bytes.length, 172);
    assert.equal(decodeRtpPacket(bytes, packet), undefined);
    assert.equal(packet.marker, i === 0);
    if (i > 0) {
      assert.equal(packet.sequenceNumber, (sequence + 1) & 0xffff);
      assert.equal(packet.timestamp, (timestamp + 160) >>> 0);
    }
    sequence = packet.sequenceNumber;
    timestamp = packet.timestamp;
  }
});

test('events of a call come in order, with the instants of their packets', async () => {
  const world = new World();
  world.joined();
  world.command('call', { type: 'prepare', playbackId: 'a', text: '440:100' });
  world.command('call', { type: 'play', playbackId: 'a', text: '440:100' });
  world.command('call', { type: 'play', playbackId: 'b', text: '880:50' });
  await world.run(400);
  assert.deepEqual(world.voice.begun, ['440:100', '880:50']);
  world.closed('call');
  const told = world.eventsOf('call').filter(({ type }) => type !== 'closed');
  assert.deepEqual(told, [
    { type: 'opened', port: 10_000 },
    { type: 'first-packet-sent', atMs: 20 },
    { type: 'prepared', playbackId: 'a', atMs: 20 },
    { type: 'playback-started', playbackId: 'a', firstSamplesAtMs: 20, atMs: 20 },
    { type: 'playback-finished', playbackId: 'a', isComplete: true, playedMs: 100, atMs: 100 },
    { type: 'playback-started', playbackId: 'b', firstSamplesAtMs: 20, atMs: 120 },
    { type: 'playback-finished', playbackId: 'b', isComplete: true, playedMs: 50, atMs: 160 },
  ]);
});

test('what is prepared is told once: with its first audio, or when there will be none', async () => {
  const world = new World();
  world.joined();
  world.command('call', { type: 'prepare', playbackId: 'a', text: '440:100' });
  world.command('call', { type: 'prepare', playbackId: 'empty', text: ' ' });
  world.command('call', { type: 'prepare', playbackId: 'broken', text: 'fail' });
  world.command('call', { type: 'prepare', playbackId: 'stuck', text: '990:0:hang' });
  await world.run(400);
  const prepared = world.eventsOf('call').flatMap((event) => (event.type === 'prepared' ? [event.playbackId] : []));
  assert.deepEqual(prepared.toSorted(), ['a', 'broken', 'empty']);
  world.closed('call');
});

test('stop-playback: the next packet is silence, everything queued is told, syntheses are aborted', async () => {
  const world = new World();
  world.joined();
  world.command('call', { type: 'play', playbackId: 'a', text: '440:2000:hang' });
  world.command('call', { type: 'play', playbackId: 'b', text: '880:2000' });
  world.command('call', { type: 'prepare', playbackId: 'c', text: '990:100:hang' });
  await world.run(500);
  const sent = world.sent.get('call')!;
  const before = sent.length;
  world.command('call', { type: 'stop-playback' });
  await world.run(100);
  const isSilent = ({ bytes }: Sent): boolean => bytes.subarray(12).every((code) => code === 0xff);
  assert.equal(sent.length, before + 5);
  assert.equal(isSilent(sent[before - 1]!), false);
  assert.ok(sent.slice(before).every(isSilent));
  assert.deepEqual(
    world.eventsOf('call').filter(({ type }) => type === 'playback-finished'),
    [
      { type: 'playback-finished', playbackId: 'a', isComplete: false, playedMs: 500, atMs: 500 },
      { type: 'playback-finished', playbackId: 'b', isComplete: false, playedMs: 0, atMs: 500 },
    ],
  );
  assert.deepEqual(world.voice.aborted, ['440:2000:hang', '990:100:hang']);
  world.command('call', { type: 'play', playbackId: 'd', text: '440:40' });
  await world.run(100);
  assert.equal(world.types('call').at(-1), 'playback-finished');
});

test('a text that cannot be spoken fails in its turn and holds nothing up', async () => {
  const world = new World();
  world.joined();
  for (const [playbackId, text] of [
    ['a', '440:40'],
    ['b', 'fail'],
    ['c', ' '],
    ['d', 'fail late'],
    ['e', '440:40'],
  ] as const) {
    world.command('call', { type: 'play', playbackId, text });
  }
  await world.run(600);
  const told = world
    .eventsOf('call')
    .flatMap((event) => ('playbackId' in event ? [`${event.playbackId} ${event.type.slice(9)}`] : []));
  assert.deepEqual(told, [
    'a started',
    'a finished',
    'b failed',
    'c finished',
    'd started',
    'd failed',
    'e started',
    'e finished',
  ]);
  const failed = world.eventsOf('call').find(({ type }) => type === 'playback-failed');
  assert.ok(failed?.type === 'playback-failed');
  assert.deepEqual(failed.error, { code: 'speech.synthesis-failed', message: 'no voice today' });
});

test('an empty text finishes at once', () => {
  const world = new World();
  world.open('call');
  world.command('call', { type: 'play', playbackId: 'a', text: '' });
  assert.deepEqual(world.eventsOf('call').at(-1), {
    type: 'playback-finished',
    playbackId: 'a',
    isComplete: true,
    playedMs: 0,
    atMs: 0,
  });
});

test('a prepared text is held back at 120 s and played without a gap', async () => {
  const world = new World();
  world.joined();
  world.command('call', { type: 'prepare', playbackId: 'a', text: '440:130000' });
  for (let i = 0; i < 50; i++) await settled();
  assert.equal(world.voice.chunksAsked, 2400);
  world.command('call', { type: 'play', playbackId: 'a', text: '440:130000' });
  await world.run(10_500);
  assert.ok(world.voice.chunksAsked >= 2600);
  const { windows, share } = sound(world.heard[1]!.pcm, 440);
  assert.ok(windows > 250 && share > 0.98);
  world.command('call', { type: 'stop-playback' });
});

test('too many texts at once are refused, not piled up', () => {
  const world = new World();
  world.open('call');
  for (let i = 0; i < 70; i++) world.command('call', { type: 'play', playbackId: String(i), text: '440:100' });
  assert.equal(world.types('call').filter((type) => type === 'playback-failed').length, 6);
  world.closed('call');
});

const networks: Record<string, { fate: Fate; least: number }> = {
  'jitter of 100 ms': { fate: (random) => [5 + (random.uint32() % 100)], least: 0.9 },
  // What is lost is silence to the recogniser: such windows are shorter tones.
  '5 % loss': { fate: (random) => (random.uint32() % 20 === 0 ? [] : [5]), least: 0.93 },
  '20 % loss': { fate: (random) => (random.uint32() % 5 === 0 ? [] : [5]), least: 0.8 },
  duplicates: { fate: (random) => [5, 5 + (random.uint32() % 80)], least: 0.98 },
  reordering: { fate: (random) => [random.uint32() % 4 === 0 ? 45 : 5], least: 0.95 },
};
for (const [name, { fate, least }] of Object.entries(networks)) {
  test(`the tone survives ${name}`, async () => {
    const world = new World();
    world.fate = fate;
    world.joined();
    world.command('phone', { type: 'play', playbackId: 'b', text: '1000:8000' });
    await world.run(9000);
    // Windows with frames left out have a gap; most have not.
    const { windows, share } = sound(world.heard[0]!.pcm, 1000);
    assert.ok(windows >= 180 && windows <= 215, `${windows} windows`);
    assert.ok(share >= least, `share ${share}`);
    const summary = world.closed('call');
    assert.equal(summary.packetsFromStrangers, 0);
    if (name === 'duplicates') assert.ok(summary.packetsDuplicated > 400 && summary.packetsLost < -400);
    if (name === '5 % loss') assert.ok(summary.packetsLost > 8 && summary.packetsLost < 45);
    if (name.startsWith('jitter')) assert.ok(summary.jitterMs > 15 && summary.jitterMs < 60, `${summary.jitterMs}`);
  });
}

test('recording: left is the bot, right the callee, each when it was sent and heard', async () => {
  const world = new World();
  world.joined('PCMA', { recording: { filePath: 'x.wav', layout: 'stereo' } });
  await world.run(200);
  world.command('call', { type: 'play', playbackId: 'a', text: '440:400' });
  await world.run(600);
  world.command('phone', { type: 'play', playbackId: 'b', text: '1000:400' });
  await world.run(1000);
  world.closed('call');
  const recording = world.recordings.get('call')!;
  assert.ok(recording.isClosed);
  const samples = new Int16Array(Uint8Array.from(recording.bytes).buffer);
  const bot = samples.filter((_, i) => i % 2 === 0);
  const callee = samples.filter((_, i) => i % 2 === 1);
  assert.equal(bot.length, 90 * 160);
  // The first and the last window of a tone may be half silent.
  assert.ok(sound([...bot], 440).share > 0.85 && sound([...callee], 1000).share > 0.85);
  assert.ok(sound([...bot], 1000).share < 0.05 && sound([...callee], 440).share < 0.05);
  const onset = (pcm: Int16Array): number => pcm.findIndex((sample) => Math.abs(sample) > 500) / 8;
  // Its packet left a frame ahead; it stands where its timestamp says.
  assert.ok(Math.abs(onset(bot) - 220) <= 1, `${onset(bot)}`);
  // 5 ms of network and 40 to 60 of jitter buffer.
  assert.ok(onset(callee) >= 820 && onset(callee) <= 900, `${onset(callee)}`);
});

test('recording: mono is the mix; a failing disk stops it and not the call', async () => {
  const world = new World();
  world.joined('PCMU', { recording: { filePath: 'x.wav', layout: 'mono' } });
  world.command('call', { type: 'play', playbackId: 'a', text: '440:1000' });
  world.command('phone', { type: 'play', playbackId: 'b', text: '1000:1000' });
  await world.run(800);
  const recording = world.recordings.get('call')!;
  const mix = Int16Array.from(new Int16Array(Uint8Array.from(recording.bytes).buffer).slice(2400, 4800));
  assert.ok(toneShare(mix, 8000, 440) > 0.45 && toneShare(mix, 8000, 1000) > 0.45);
  const size = recording.bytes.length;
  recording.fail('disk full');
  await world.run(200);
  assert.equal(recording.bytes.length, size);
  assert.deepEqual(
    world.eventsOf('call').find(({ type }) => type === 'recording-failed'),
    {
      type: 'recording-failed',
      message: 'disk full',
    },
  );
  // One is ahead.
  assert.equal(world.sent.get('call')!.length, 51);
  world.closed('call');
  assert.equal(recording.isClosed, false);
});

function packetOf(fields: {
  payloadType: number;
  sequenceNumber: number;
  timestamp: number;
  payload: Uint8Array;
}): Uint8Array {
  const into = new Uint8Array(400);
  const length = encodeRtpPacket({ marker: false, ssrc: 77, ...fields }, into);
  return into.slice(0, length);
}

test('strangers are neither heard nor recorded nor sent to, whichever came first', async () => {
  for (const sourcePolicy of ['strict', 'latch'] as const) {
    const world = new World();
    const recording = { filePath: 'x.wav', layout: 'stereo' } as const;
    const port = world.open('call', { sourcePolicy, recording });
    const loud = new Uint8Array(160).fill(0x80);
    let sequenceNumber = 0;
    const spray = (): void => {
      for (let i = 0; i < 20; i++) {
        const payload = packetOf({ payloadType: 0, sequenceNumber, timestamp: sequenceNumber * 160, payload: loud });
        world.core.packet('call', payload, '203.0.113.5', 4000, world.nowMs);
        if (sourcePolicy === 'strict') world.core.packet('call', payload, ownAddress, 4444, world.nowMs);
        sequenceNumber++;
      }
    };
    spray();
    const phonePort = world.open('phone');
    spray();
    world.connect('call', phonePort);
    world.connect('phone', port);
    world.command('call', { type: 'listen' });
    spray();
    for (let i = 0; i < 50; i++) {
      spray();
      await world.run(20);
    }
    const { pcm } = world.heard[0]!;
    assert.equal(Math.max(...pcm), 0, sourcePolicy);
    assert.ok(world.recordings.get('call')!.bytes.every((byte) => byte === 0));
    const summary = world.closed('call');
    assert.equal(summary.packetsFromStrangers, sequenceNumber * (sourcePolicy === 'strict' ? 2 : 1));
    assert.ok(summary.packetsReceived >= 49 && summary.packetsReceived <= 50);
  }
});

test('latch: a phone behind a NAT is heard and answered at the port it sends from', async () => {
  const world = new World();
  world.open('call', { sourcePolicy: 'latch' });
  const phonePort = world.open('phone');
  world.connect('call', phonePort + 1000);
  world.connect('phone', 10_000);
  world.command('phone', { type: 'listen' });
  world.command('call', { type: 'play', playbackId: 'a', text: '440:1000' });
  await world.run(800);
  assert.ok(sound(world.heard[0]!.pcm, 440).windows > 10);
});

test('keys: each press is one event', async () => {
  const world = new World();
  const phonePort = 7000;
  world.open('call');
  world.connect('call', phonePort);
  let sequenceNumber = 100;
  for (const [i, digit] of ['1', '#', '#'].entries()) {
    const timestamp = 8000 + i * 4000;
    for (let step = 1; step <= 8; step++) {
      const payload = new Uint8Array(4);
      encodeTelephoneEvent({ digit, isEnd: step > 5, duration: Math.min(step, 6) * 160 }, payload);
      const bytes = packetOf({ payloadType: 101, sequenceNumber: sequenceNumber++, timestamp, payload });
      world.core.packet('call', bytes, ownAddress, phonePort, world.nowMs);
      if (step % 3 === 0) world.core.packet('call', bytes, ownAddress, phonePort, world.nowMs);
      await world.run(20);
    }
  }
  const digits = world.eventsOf('call').filter(({ type }) => type === 'digit');
  assert.deepEqual(
    digits.map((event) => (event.type === 'digit' ? [event.digit, event.durationMs] : [])),
    [
      ['1', 120],
      ['#', 120],
      ['#', 120],
    ],
  );
});

test('malformed datagrams and RTCP are counted and change nothing', () => {
  const world = new World();
  world.open('call');
  world.connect('call', 7000);
  const good = packetOf({ payloadType: 0, sequenceNumber: 1, timestamp: 0, payload: new Uint8Array(160) });
  for (const bytes of [new Uint8Array(0), good.with(0, 0), new Uint8Array(2049).fill(0x80), good.with(1, 200)]) {
    world.core.packet('call', bytes, ownAddress, 7000, 0);
  }
  world.core.packet('call', good, ownAddress, 7000, 0);
  const summary = world.closed('call');
  assert.equal(summary.packetsMalformed, 4);
  assert.equal(summary.packetsReceived, 1);
});

test('re-connect: another codec and port, the same stream; hold stops sending and hearing', async () => {
  const world = new World();
  world.joined();
  const port = 10_002;
  world.command('call', { type: 'play', playbackId: 'a', text: '440:3000' });
  await world.run(200);
  world.connect('call', port, { codec: 'PCMA' });
  await world.run(100);
  world.connect('call', port, { codec: 'PCMA', canSend: false, canReceive: false });
  world.heard[0]!.pcm.length = 0;
  world.command('phone', { type: 'play', playbackId: 'b', text: '1000:200' });
  await world.run(200);
  assert.ok(world.heard[0]!.pcm.every((sample) => sample === 0));
  world.connect('call', port, { codec: 'PCMA' });
  await world.run(100);
  const packet = new RtpPacket();
  const headers = world.sent.get('call')!.map(({ bytes, atMs }) => {
    decodeRtpPacket(bytes, packet);
    return { atMs, marker: packet.marker, type: packet.payloadType, n: packet.sequenceNumber, at: packet.timestamp };
  });
  // The second one is a frame ahead of its time, and so are those after it until the hold.
  assert.equal(headers.length, 21);
  const first = headers[0]!;
  for (const [i, header] of headers.entries()) {
    const frame = (header.atMs - first.atMs) / 20;
    const ahead = i === 0 || i >= 16 ? 0 : 1;
    assert.equal(header.n, (first.n + i) & 0xffff);
    assert.equal(header.at, (first.at + (frame + ahead) * 160) >>> 0, `packet ${i}`);
    assert.equal(header.type, i < 11 ? 0 : 8);
    assert.equal(header.marker, i === 0 || i === 16);
  }
  assert.equal(world.closed('call').sendJitterMaxMs, 0);
  assert.equal(world.types('call').filter((type) => type === 'first-packet-sent').length, 1);
});

test('RFC 3960 §3.2: what comes before the answer is counted, and neither sent for, heard, told nor recorded', async () => {
  const world = new World();
  const callPort = world.open('call', { recording: { filePath: 'x.wav', layout: 'mono' } });
  const phonePort = world.open('phone');
  const remote = { remoteAddress: ownAddress, remotePort: phonePort, codec: 'PCMU', payloadType: 0 } as const;
  world.command('call', {
    type: 'connect',
    remote: { ...remote, telephoneEventPayloadType: 101, canSend: false, canReceive: true },
    isEarly: true,
  });
  world.connect('phone', callPort);
  world.command('phone', {
    type: 'send-keys',
    playbackId: 'k',
    keys: [{ digit: '5', durationMs: 100, attenuationDb: 10 }],
    gapMs: 40,
  });
  await world.run(400);
  assert.deepEqual(world.sent.get('call') ?? [], []);
  assert.equal(world.types('call').includes('digit'), false);
  assert.equal(world.recordings.has('call'), false);
  world.connect('call', phonePort);
  await world.run(100);
  assert.equal(world.sent.get('call')?.length, 5);
  assert.equal(world.recordings.get('call')?.bytes.length, 5 * 320);
  assert.ok(world.closed('call').packetsReceived >= 20);
});

/** Number, timestamp, marker and instant of each packet of the call, counted from the first one. */
function packetsOf(world: World) {
  const packet = new RtpPacket();
  const packets = world.sent.get('call')!.map(({ bytes, atMs }) => {
    assert.equal(decodeRtpPacket(bytes, packet), undefined);
    const isSilent = bytes.subarray(12).every((code) => code === 0xff);
    return { n: packet.sequenceNumber, at: packet.timestamp, marker: packet.marker, isSilent, atMs };
  });
  const { n, at } = packets[0]!;
  return packets.map((each) => Object.assign(each, { n: (each.n - n) & 0xffff, at: (each.at - at) >>> 0 }));
}

test('RFC 3551 §4.1: what begins amid silence leaves at once, without a gap, an overlap or another marker', async () => {
  const world = new World();
  world.joined('PCMU', { recording: { filePath: 'x.wav', layout: 'stereo' } });
  await world.run(200);
  world.nowMs += 7;
  world.command('call', { type: 'play', playbackId: 'a', text: '440:200' });
  await settled();
  assert.equal(packetsOf(world).at(-1)!.atMs, 207);
  const started = world.eventsOf('call').find((event) => event.type === 'playback-started');
  assert.ok(started?.type === 'playback-started');
  assert.deepEqual([started.firstSamplesAtMs, started.atMs], [207, 207]);
  world.nowMs -= 7;
  await world.run(780);
  const packets = packetsOf(world);
  const silentUntil = 10;
  for (const [i, { n, at, marker, isSilent }] of packets.entries()) {
    assert.deepEqual([n, at, marker], [i, i * 160, i === 0]);
    assert.equal(isSilent, i < silentUntil || i >= silentUntil + 10, `packet ${i}`);
  }
  // One is ahead as long as there is sound, and made up for in the silence after it: none too many in the end.
  const countUntil = (atMs: number): number => packets.filter((each) => each.atMs <= atMs).length;
  assert.equal(countUntil(400), 21);
  assert.equal(countUntil(980), 49);
  for (const { atMs } of packets) assert.ok(countUntil(atMs) <= atMs / 20 + 1, `at ${atMs}`);
  // The recording holds every frame where its timestamp says.
  const samples = new Int16Array(Uint8Array.from(world.recordings.get('call')!.bytes).buffer);
  const bot = samples.filter((_, i) => i % 2 === 0);
  const loud = [...bot.keys()].filter((i) => Math.abs(bot[i]!) > 500);
  assert.equal(bot.length, 49 * 160);
  assert.ok(loud[0]! >= 1600 && loud[0]! < 1608 && loud.at(-1)! < 3200 && loud.at(-1)! >= 3192);
  // What is sent ahead on purpose is no jitter.
  assert.equal(world.closed('call').sendJitterMaxMs, 0);
});

test('a prepared text leaves with the answer, and a text right after another waits for its tick', async () => {
  const world = new World();
  world.open('call');
  world.command('call', { type: 'prepare', playbackId: 'a', text: '440:100' });
  await settled();
  world.nowMs = 5;
  world.command('call', { type: 'play', playbackId: 'a', text: '440:100' });
  assert.equal(world.sent.get('call')!.length, 0);
  world.connect('call', 10_002);
  await world.run(180);
  world.command('call', { type: 'play', playbackId: 'b', text: '440:100' });
  await settled();
  world.nowMs += 1;
  world.command('call', { type: 'play', playbackId: 'c', text: '440:100' });
  await settled();
  const packets = packetsOf(world);
  assert.deepEqual([packets[0]!.atMs, packets[0]!.marker, packets[0]!.isSilent], [5, true, false]);
  // Still one ahead of nine ticks.
  assert.equal(packets.length, 10);
  world.closed('call');
});

test('what was sent ahead is part of the time that went by without ticks', async () => {
  const world = new World();
  world.joined('PCMU', { recording: { filePath: 'x.wav', layout: 'mono' } });
  await world.run(100);
  world.command('call', { type: 'play', playbackId: 'a', text: '440:1000' });
  await world.run(100);
  world.nowMs += 100;
  world.core.tick(world.nowMs, 4);
  const packets = packetsOf(world);
  // Ten on time, one of them ahead; the others of the four are left out.
  assert.deepEqual(
    packets.slice(-2).map(({ n, at }) => [n, at / 160]),
    [
      [10, 10],
      [11, 14],
    ],
  );
  assert.equal(world.recordings.get('call')!.bytes.length, 15 * 320);
});

test('nothing is sent ahead of a mute or of a key', async () => {
  const world = new World();
  world.joined();
  await world.run(100);
  world.command('call', { type: 'mute', who: 'bot', isMuted: true });
  world.command('call', { type: 'play', playbackId: 'a', text: '440:1000' });
  await settled();
  assert.equal(world.sent.get('call')!.length, 5);
  world.command('call', { type: 'stop-playback' });
  world.command('call', { type: 'mute', who: 'bot', isMuted: false });
  const keys = [{ digit: '5', durationMs: 100, attenuationDb: 10 }];
  world.command('call', { type: 'send-keys', playbackId: 'k', keys, gapMs: 100 });
  world.command('call', { type: 'play', playbackId: 'b', text: '440:1000' });
  await settled();
  assert.equal(world.sent.get('call')!.length, 5);
  await world.run(20);
  assert.equal(world.sent.get('call')!.length, 6);
});

test('ticks that never came leave a gap in the timestamps, not in the numbers', async () => {
  const world = new World();
  world.joined('PCMU', { recording: { filePath: 'x.wav', layout: 'mono' } });
  await world.run(100);
  world.nowMs += 100;
  world.core.tick(world.nowMs, 4);
  const packet = new RtpPacket();
  const last = world.sent
    .get('call')!
    .slice(-2)
    .map(({ bytes }) => {
      decodeRtpPacket(bytes, packet);
      return [packet.sequenceNumber, packet.timestamp] as const;
    });
  assert.equal(last[1]![0], (last[0]![0] + 1) & 0xffff);
  assert.equal(last[1]![1], (last[0]![1] + 5 * 160) >>> 0);
  assert.equal(world.recordings.get('call')!.bytes.length, 10 * 320);
});

test('recognition: events pass, audio carries its arrival, a failure ends the feed', async () => {
  const world = new World();
  world.joined();
  await world.run(400);
  const heard = world.heard[0]!;
  const atMs = heard.atMs.at(-1)!;
  assert.equal(atMs, world.nowMs - 15);
  assert.deepEqual(
    heard.atMs,
    heard.atMs.toSorted((a, b) => a - b),
  );
  const partial: RecognitionEvent = { type: 'partial', text: 'hel', atMs: 1 };
  heard.emit(partial);
  const failed: RecognitionEvent = { type: 'failed', error: gatewayError('speech.recognition-failed', 'gone') };
  heard.emit(failed);
  heard.emit(partial);
  const frames = heard.atMs.length;
  await world.run(100);
  assert.equal(heard.atMs.length, frames);
  assert.ok(heard.isClosed);
  assert.deepEqual(
    world.eventsOf('call').filter(({ type }) => type === 'recognition'),
    [
      { type: 'recognition', event: partial },
      { type: 'recognition', event: failed },
    ],
  );
});

test('close frees everything and is the last word', async () => {
  const world = new World();
  world.joined('PCMU', { recording: { filePath: 'x.wav', layout: 'mono' } });
  world.command('call', { type: 'play', playbackId: 'a', text: '440:500:hang' });
  world.command('call', { type: 'prepare', playbackId: 'b', text: '440:500:hang' });
  await world.run(100);
  world.closed('call');
  assert.deepEqual([...world.openPorts], [10_002]);
  assert.deepEqual(world.voice.aborted.length, 2);
  assert.ok(world.heard[0]!.isClosed && world.recordings.get('call')!.isClosed);
  const count = world.eventsOf('call').length;
  world.heard[0]!.emit({ type: 'partial', text: 'x', atMs: 1 });
  world.recordings.get('call')!.fail('late');
  world.command('call', { type: 'close' });
  world.command('call', { type: 'listen' });
  await world.run(100);
  assert.equal(world.eventsOf('call').length, count);
  // The two commands, and what the phone went on sending.
  assert.ok(world.core.ignoredCount >= 2);
  world.core.close(world.nowMs);
  assert.equal(world.core.sessionCount, 0);
  assert.equal(world.openPorts.size, 0);
});

test('no port: failed, and close is still answered', () => {
  const world = new World();
  world.open('no-port');
  world.command('no-port', { type: 'listen' });
  world.core.tick(20);
  const summary = world.closed('no-port');
  assert.equal(summary.packetsSent, 0);
  assert.deepEqual(world.types('no-port'), ['failed', 'closed']);
});

test('a bug in one call ends that call only', async () => {
  const world = new World();
  world.joined();
  await world.run(40);
  world.brokenSocket = 'call';
  await world.run(60);
  assert.deepEqual(world.eventsOf('call').at(-1), {
    type: 'failed',
    error: gatewayError('internal.bug', 'The media of the call stopped: a bug'),
  });
  assert.equal(world.sent.get('phone')!.length, 5);
  world.closed('call');
});

test('an audio file is played between texts, in order', async () => {
  const world = new World();
  world.joined();
  world.command('call', { type: 'play', playbackId: 'a', text: '440:200' });
  world.command('call', { type: 'play-audio', playbackId: 'b', url: 'audio/1000/300', isLooping: false });
  world.command('call', { type: 'play', playbackId: 'c', text: '440:200' });
  await world.run(1000);
  const finished = world.eventsOf('call').filter((event) => event.type === 'playback-finished');
  assert.deepEqual(
    finished.map(({ playbackId, isComplete, playedMs }) => [playbackId, isComplete, playedMs]),
    [
      ['a', true, 200],
      ['b', true, 300],
      ['c', true, 200],
    ],
  );
  assert.ok(sound(world.heard[1]!.pcm, 1000).share > 0.3);
});

test('a loop, however short its file, plays until it is stopped and then counts as complete', async () => {
  const world = new World();
  world.joined();
  world.command('call', { type: 'play-audio', playbackId: 'hold', url: 'audio/1000/5', isLooping: true });
  await world.run(3000);
  assert.ok(!world.types('call').includes('playback-finished'));
  world.command('call', { type: 'stop-playback' });
  const finished = world.eventsOf('call').find((event) => event.type === 'playback-finished');
  assert.ok(finished?.isComplete === true && finished.playedMs > 2900);
  assert.ok(sound(world.heard[1]!.pcm, 1000).windows > 65);
});

test('an audio file that cannot be had fails with its own code, and what waits behind it is played', async () => {
  const world = new World();
  world.joined();
  world.command('call', { type: 'play-audio', playbackId: 'a', url: 'missing', isLooping: true });
  world.command('call', { type: 'play-audio', playbackId: 'b', url: 'audio/1000/0', isLooping: true });
  world.command('call', { type: 'play', playbackId: 'c', text: '440:200' });
  await world.run(500);
  const failed = world.eventsOf('call').filter((event) => event.type === 'playback-failed');
  assert.deepEqual(
    failed.map(({ playbackId, error }) => [playbackId, error.code]),
    [
      ['a', 'media.audio-unavailable'],
      ['b', 'media.audio-unavailable'],
    ],
  );
  assert.ok(world.types('call').includes('playback-finished'));
});

test('while listening is paused the callee is silent to the recogniser and in the recording', async () => {
  const world = new World();
  world.joined('PCMU', { recording: { filePath: 'x.wav', layout: 'mono' } });
  world.command('phone', { type: 'play', playbackId: 'a', text: '1000:2000' });
  await world.run(500);
  world.command('call', { type: 'pause-listening' });
  await world.run(500);
  world.command('call', { type: 'listen' });
  await world.run(500);
  const windowsOf = (pcm: readonly number[], fromMs: number, toMs: number): number =>
    sound(pcm.slice(fromMs * 8, toMs * 8), 1000).windows;
  const { pcm } = world.heard[0]!;
  assert.ok(windowsOf(pcm, 200, 480) >= 6);
  // The phone is a packet ahead of what it has had time to say.
  assert.equal(windowsOf(pcm, 520, 1000), 0);
  assert.ok(windowsOf(pcm, 1020, 1480) >= 10);
  const recorded = world.recordings.get('call')?.bytes ?? [];
  assert.ok(recorded.slice(500 * 16, 1000 * 16).every((byte) => byte === 0));
});

const choice = { kind: 'local', options: {} } as const;
const selection = { stt: [choice], tts: [choice], ttsCacheMs: 0 } as const;

test('configure-speech: another recogniser begins anew; the same one, or only its threshold, goes on', async () => {
  const world = new World();
  world.joined('PCMU', { speech: selection });
  await world.run(200);
  const ears = (): boolean[] => world.heard.map(({ isClosed }) => isClosed);
  assert.deepEqual(ears(), [false, false]);
  const [ear] = world.heard;
  const doubted = (confidence: number): boolean[] => {
    const instants = { lastVoiceAtMs: 0, speechEndedAtMs: 0, atMs: 0 };
    (world.heard.length === 2 ? ear : world.heard.at(-1))!.emit({ type: 'final', text: 'x', confidence, ...instants });
    return world.eventsOf('call').flatMap((event) => (event.type === 'recognition' ? [event.isDoubted === true] : []));
  };
  assert.deepEqual(doubted(0.3), [false]);
  const threshold = { ...recognition, confidenceThreshold: 0.5 };
  world.command('call', { type: 'configure-speech', speech: selection, recognition: threshold });
  assert.deepEqual(
    [ears(), doubted(0.3), doubted(0.5)],
    [
      [false, false],
      [false, true],
      [false, true, false],
    ],
  );
  const other = { ...selection, stt: [{ ...choice, name: 'other' }] };
  world.command('call', { type: 'configure-speech', speech: other, recognition: threshold });
  assert.deepEqual(ears(), [true, false, false]);
  const patient = { ...threshold, endOfSpeechMs: 900 };
  world.command('call', { type: 'configure-speech', speech: other, recognition: patient });
  assert.deepEqual(ears(), [true, false, true, false]);
  await world.run(200);
  assert.equal(world.heard.at(-1)!.atMs.length, 10);
});

test('configure-speech before anybody listens opens no recogniser', () => {
  const world = new World();
  world.open('call');
  world.command('call', { type: 'configure-speech', speech: selection, recognition });
  assert.equal(world.heard.length, 0);
});

test('a text that cannot be spoken is replaced by its file; without the file the reason of the voice counts', async () => {
  const world = new World();
  world.joined();
  for (const [playbackId, text, fallbackAudioUrl] of [
    ['a', 'fail', 'file/1000/200'],
    ['b', 'fail late', 'file/1000/200'],
    ['c', 'fail', 'missing'],
  ] as const) {
    world.command('call', { type: 'play', playbackId, text, fallbackAudioUrl });
  }
  await world.run(1500);
  const ends = world.eventsOf('call').flatMap((event): (string | number)[] => {
    if (event.type === 'playback-finished') return [event.playedMs];
    return event.type === 'playback-failed' ? [event.error.message] : [];
  });
  assert.deepEqual(ends, [200, 300, 'no voice today']);
});

test('RFC 3711 §3.3: what strangers send is not even opened; what is not authentic counts as malformed', async () => {
  const world = new World();
  world.joined();
  const opened: Uint8Array[] = [];
  world.unseal = (bytes) => {
    opened.push(bytes);
    return new Uint8Array(0);
  };
  const packet = packetOf({ payloadType: 0, sequenceNumber: 1, timestamp: 160, payload: new Uint8Array(160) });
  for (let i = 0; i < 100; i++) world.core.packet('call', packet, '203.0.113.5', 4000, world.nowMs);
  assert.equal(opened.length, 0);
  world.core.packet('call', packet, ownAddress, world.portOf('phone'), world.nowMs);
  assert.deepEqual(opened, [packet]);
  const { packetsFromStrangers, packetsMalformed, packetsReceived } = world.closed('call');
  assert.deepEqual([packetsFromStrangers, packetsMalformed, packetsReceived], [100, 1, 0]);
});

test('what is expected is told to the recogniser, and to the one that takes its place', async () => {
  const world = new World();
  world.joined();
  await world.run(100);
  world.command('call', { type: 'expect', expected: { phrases: ['yes'] } });
  assert.deepEqual(world.heard[0]!.expected, [{ phrases: ['yes'] }]);
  const speech = { stt: [], tts: [], ttsCacheMs: 0 };
  world.command('call', { type: 'configure-speech', speech, recognition: { ...recognition, endOfSpeechMs: 900 } });
  assert.deepEqual(world.heard.at(-1)!.expected, [{ phrases: ['yes'] }]);
  world.command('call', { type: 'expect', expected: undefined });
  assert.deepEqual(world.heard.at(-1)!.expected, [{ phrases: ['yes'] }, undefined]);
});
