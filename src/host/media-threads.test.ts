import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { decodeUlaw, decodeWav, encodeUlaw, findTone, tone, toneShare, wavChannel } from '../audio/index.ts';
import type { MediaEvent, NegotiatedAudio } from '../media/index.ts';
import { decodeRtpPacket, encodeRtpPacket, RtpPacket } from '../rtp/index.ts';
import { type MediaThreads, type MediaThreadsOptions, startMediaThreads } from './media-threads.ts';

const speechModule = new URL('./tone-engines.fixture.js', import.meta.url).href;
const recognition = { endOfSpeechMs: 500, confidenceThreshold: 0 } as const;
const openCommand = { type: 'open', recognition, sourcePolicy: 'strict' } as const;

const bounded = { timeout: 30_000 };

/** Closed after the test, however it ends. */
function start(
  context: TestContext,
  min: number,
  max = min + 198,
  speech: object = {},
  more: Pick<MediaThreadsOptions, 'threads' | 'mediaEntry'> = {},
): MediaThreads {
  const rtpPorts = { min, max };
  const plane = startMediaThreads({ rtpPorts, bindAddress: '127.0.0.1', speech, speechModule, ...more });
  context.after(() => plane.close());
  return plane;
}

/** Everything told so far, and promises of what is yet to come. */
class Log {
  readonly entries: { sessionId: string; event: MediaEvent }[] = [];
  #waiting: (() => void)[] = [];

  constructor(plane: MediaThreads) {
    plane.onEvent((sessionId, event) => {
      this.entries.push({ sessionId, event });
      for (const check of this.#waiting.splice(0)) check();
    });
  }

  async first<T extends MediaEvent['type']>(sessionId: string, type: T): Promise<Extract<MediaEvent, { type: T }>> {
    for (;;) {
      const found = this.entries.find((entry) => entry.sessionId === sessionId && entry.event.type === type);
      if (found !== undefined) return found.event as Extract<MediaEvent, { type: T }>;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Resolves when the ear of a call has told of a tone. */
  async heard(sessionId: string, text: string): Promise<void> {
    const isIt = ({ event }: { event: MediaEvent }): boolean =>
      event.type === 'recognition' && event.event.type === 'partial' && event.event.text === text;
    while (!this.entries.some((entry) => entry.sessionId === sessionId && isIt(entry))) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  types(sessionId: string): string[] {
    return this.entries.filter((entry) => entry.sessionId === sessionId).map(({ event }) => event.type);
  }
}

function remoteAt(remotePort: number): NegotiatedAudio {
  return {
    remoteAddress: '127.0.0.1',
    remotePort,
    codec: 'PCMU',
    payloadType: 0,
    canSend: true,
    canReceive: true,
  };
}

const activeResources = (): string[] =>
  process
    .getActiveResourcesInfo()
    .filter((name) => name !== 'Immediate' && name !== 'CloseReq')
    .sort();

test(
  'two media threads: a tone from one is found by the other, both ways, and nothing is left behind',
  bounded,
  async (context) => {
    const before = activeResources();
    const left = start(context, 40_000);
    const right = start(context, 40_200);
    const leftLog = new Log(left);
    const rightLog = new Log(right);
    await Promise.all([left.whenReady(), right.whenReady()]);
    left.send('l', openCommand);
    right.send('r', openCommand);
    const { port: leftPort } = await leftLog.first('l', 'opened');
    const { port: rightPort } = await rightLog.first('r', 'opened');
    assert.ok(leftPort % 2 === 0 && leftPort >= 40_000 && leftPort <= 40_198);
    left.send('l', { type: 'connect', remote: remoteAt(rightPort) });
    right.send('r', { type: 'connect', remote: remoteAt(leftPort) });
    left.send('l', { type: 'listen' });
    right.send('r', { type: 'listen' });
    left.send('l', { type: 'play', playbackId: 'a', text: '440:800' });
    right.send('r', { type: 'play', playbackId: 'b', text: '1000:800' });
    // A thread that is held up hears a broken tone first.
    await Promise.all([leftLog.heard('l', '1000'), rightLog.heard('r', '440')]);
    const finished = await leftLog.first('l', 'playback-finished');
    assert.equal(finished.isComplete, true);
    assert.equal(finished.playedMs, 800);
    left.send('l', { type: 'close' });
    const { rtp } = await leftLog.first('l', 'closed');
    assert.ok(rtp.packetsSent >= 40 && rtp.packetsReceived >= 10);
    assert.equal(rtp.packetsFromStrangers + rtp.packetsMalformed, 0);
    // The other call is still open: closing the plane answers for it.
    await Promise.all([left.close(), right.close()]);
    assert.equal(rightLog.types('r').at(-1), 'closed');
    assert.deepEqual(leftLog.types('l').slice(0, 1), ['opened']);
    assert.deepEqual(activeResources(), before);
  },
);

test(
  'a phone on a plain socket: heard and answered; the recording is complete when closed is told',
  bounded,
  async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'outdial-'));
    const filePath = join(folder, 'deep', 'call.wav');
    const plane = start(context, 40_400);
    const log = new Log(plane);
    const phone = createSocket('udp4');
    context.after(() => phone.close());
    const heard: number[] = [];
    const packet = new RtpPacket();
    const samples = new Int16Array(160);
    const speech = tone(1000, 8000, 20);
    const bytes = new Uint8Array(172);
    const payload = new Uint8Array(160);
    encodeUlaw(speech, payload);
    let sequenceNumber = 0;
    let soundPackets = 0;
    phone.bind(0, '127.0.0.1');
    await once(phone, 'listening');
    plane.send('c', { ...openCommand, recording: { filePath, layout: 'stereo' } });
    const { port } = await log.first('c', 'opened');
    const enough = new Promise<void>((resolve) => {
      phone.on('message', (datagram) => {
        assert.equal(decodeRtpPacket(datagram, packet), undefined);
        assert.equal(decodeUlaw(datagram, samples, packet.payloadStart, packet.payloadEnd), 160);
        heard.push(...samples);
        // 50 periods of 1000 Hz to the second: every packet holds the same 20 of them.
        const fields = {
          marker: false,
          payloadType: 0,
          sequenceNumber,
          timestamp: sequenceNumber * 160,
          ssrc: 5,
          payload,
        };
        assert.equal(encodeRtpPacket(fields, bytes), 172);
        phone.send(bytes.slice(), port, '127.0.0.1');
        sequenceNumber++;
        if (log.types('c').includes('playback-started') && ++soundPackets === 40) resolve();
      });
    });
    plane.send('c', { type: 'connect', remote: remoteAt(phone.address().port) });
    plane.send('c', { type: 'play', playbackId: 'a', text: '440:5000' });
    await enough;
    plane.send('c', { type: 'stop-playback' });
    plane.send('c', { type: 'close' });
    const { rtp } = await log.first('c', 'closed');
    assert.ok(rtp.packetsReceived >= 38);
    assert.equal(findTone(Int16Array.from(heard.slice(-3200)), 8000, [440, 1000]), 440);
    const wav = decodeWav(await readFile(filePath));
    assert.ok(wav.ok);
    assert.equal(wav.value.channelCount, 2);
    // Frame times that the thread was too late for have no packet, but their place in the recording.
    const missedFrames = wav.value.samples.length / 320 - rtp.packetsSent;
    assert.ok(Number.isInteger(missedFrames) && missedFrames >= 0 && missedFrames < 100, String(missedFrames));
    const middle = (side: 'left' | 'right'): Int16Array => wavChannel(wav.value, side).slice(-4000, -1600);
    assert.ok(toneShare(middle('left'), 8000, 440) > 0.9);
    assert.ok(toneShare(middle('right'), 8000, 1000) > 0.7);
    await plane.close();
    await rm(folder, { recursive: true });
  },
);

test('a recording that cannot be written is told; the call goes on', bounded, async (context) => {
  const plane = start(context, 40_600);
  const log = new Log(plane);
  plane.send('c', { ...openCommand, recording: { filePath: '/dev/null/x/call.wav', layout: 'mono' } });
  plane.send('c', { type: 'connect', remote: remoteAt(9) });
  await log.first('c', 'recording-failed');
  plane.send('c', { type: 'play', playbackId: 'a', text: '440:40' });
  await log.first('c', 'playback-finished');
  await plane.close();
  assert.equal(log.types('c').at(-1), 'closed');
});

test(
  'an exhausted range fails the call with media.no-port; a freed port rests before it is used again',
  bounded,
  async (context) => {
    const plane = start(context, 40_800, 40_801);
    const log = new Log(plane);
    plane.send('a', openCommand);
    plane.send('b', openCommand);
    plane.send('a', { type: 'close' });
    plane.send('c', openCommand);
    const [{ port }, { error }, again] = await Promise.all([
      log.first('a', 'opened'),
      log.first('b', 'failed'),
      log.first('c', 'failed'),
    ]);
    assert.equal(port, 40_800);
    assert.equal(error.code, 'media.no-port');
    assert.equal(again.error.code, 'media.no-port');
    await plane.close();
    assert.deepEqual(log.types('b'), ['failed', 'closed']);
  },
);

const dying = { mediaEntry: new URL('./media-thread-crash.fixture.js', import.meta.url) };

test('a thread that dies fails its calls, answers their close, and is replaced', bounded, async (context) => {
  const plane = start(context, 41_000, 41_198, {}, dying);
  const log = new Log(plane);
  const readyWhenLost: boolean[] = [];
  const lost = new Promise<string>((resolve) => {
    plane.onLost((reason, thread) => {
      readyWhenLost.push(plane.isReady());
      resolve(`${thread}: ${reason}`);
    });
  });
  assert.equal(plane.isReady(), false, 'not before its engines stand');
  await plane.whenReady();
  assert.equal(plane.isReady(), true);
  plane.send('a', openCommand);
  await log.first('a', 'opened');
  plane.send('a', { type: 'play', playbackId: 'x', text: 'end-media' });
  assert.equal(await lost, 'media: crashed on purpose');
  assert.deepEqual(readyWhenLost, [false]);
  assert.equal((await log.first('a', 'failed')).error.code, 'media.thread-lost');
  plane.send('a', { type: 'stop-playback' });
  plane.send('a', { type: 'close' });
  assert.equal((await log.first('a', 'closed')).rtp.packetsSent, 0);
  plane.send('c', openCommand);
  await log.first('c', 'opened');
  assert.equal(plane.isReady(), true);
  await plane.close();
  assert.equal(plane.isReady(), false);
  assert.deepEqual(log.types('a'), ['opened', 'failed', 'closed']);
  assert.deepEqual(log.types('c'), ['opened', 'closed']);
});

test(
  'one of two threads dies: its calls fail, the others and new ones go on, and its ports rest',
  bounded,
  async (context) => {
    // Four ports: two calls on each thread have them all.
    const plane = start(context, 41_300, 41_307, {}, { ...dying, threads: 2 });
    const log = new Log(plane);
    await plane.whenReady();
    const seen: { readonly isReady: boolean; readonly remarks: readonly string[] }[] = [];
    const lost = new Promise<void>((resolve) => {
      plane.onLost(() => {
        seen.push({ isReady: plane.isReady(), remarks: plane.remarks() });
        plane.send('late', openCommand);
        resolve();
      });
    });
    const calls = ['a', 'b', 'c', 'd'];
    for (const call of calls) plane.send(call, openCommand);
    const opened = await Promise.all(calls.map((call) => log.first(call, 'opened')));
    assert.deepEqual(
      opened.map(({ port }) => port).toSorted((a, b) => a - b),
      [41_300, 41_302, 41_304, 41_306],
    );
    // Each call goes where the fewest are: `a` and `c` are on the first thread.
    plane.send('a', { type: 'play', playbackId: 'x', text: 'end-media' });
    await lost;
    const remarks = ['1 of 2 media threads ended and are being started again'];
    assert.deepEqual(seen, [{ isReady: true, remarks }]);
    await Promise.all([log.first('a', 'failed'), log.first('c', 'failed')]);
    assert.equal((await log.first('late', 'failed')).error.code, 'media.no-port', 'the ports of `a` and `c` rest');
    plane.send('d', { type: 'connect', remote: remoteAt(9) });
    plane.send('d', { type: 'play', playbackId: 'y', text: '440:40' });
    await log.first('d', 'playback-finished');
    await plane.close();
    assert.deepEqual(log.types('b'), ['opened', 'closed']);
    assert.deepEqual(log.types('c'), ['opened', 'failed', 'closed']);
  },
);

test('engines that end fail what they worked on with a reason, and are started again', bounded, async (context) => {
  const plane = start(context, 41_400, 41_598, {}, { threads: 2 });
  const log = new Log(plane);
  await plane.whenReady();
  const lost = new Promise<string>((resolve) => {
    plane.onLost((reason, thread) => resolve(`${thread}: ${reason}, ready: ${String(plane.isReady())}`));
  });
  for (const call of ['a', 'b']) {
    plane.send(call, openCommand);
    plane.send(call, { type: 'connect', remote: remoteAt(9) });
    plane.send(call, { type: 'listen' });
  }
  // The engines have heard of both before they end.
  plane.send('b', { type: 'play', playbackId: 'x', text: '440:40' });
  await log.first('b', 'playback-finished');
  plane.send('a', { type: 'play', playbackId: 'x', text: 'crash' });
  assert.equal(await lost, 'speech: crashed on purpose, ready: false');
  for (const call of ['a', 'b']) {
    const { event } = await log.first(call, 'recognition');
    assert.equal(event.type === 'failed' && event.error.code, 'speech.recognition-failed');
  }
  const isHeard = async (call: string): Promise<boolean> => {
    plane.send(call, openCommand);
    plane.send(call, { type: 'connect', remote: remoteAt(9) });
    plane.send(call, { type: 'play', playbackId: 'x', text: '440:40' });
    const ends = ['playback-finished', 'playback-failed'] as const;
    return (await Promise.race(ends.map((end) => log.first(call, end)))).type === 'playback-finished';
  };
  let attempts = 0;
  while (!(await isHeard(`later-${attempts++}`))) assert.ok(attempts < 1000);
  await plane.close();
});

test('engines that cannot start are told, and close ends the attempts', bounded, async (context) => {
  const before = activeResources();
  const plane = start(context, 41_200, 41_210, { fails: true });
  const log = new Log(plane);
  await assert.rejects(plane.whenReady(), /no engines/);
  assert.equal(plane.isReady(), false);
  // Until the next attempt nothing is said or heard.
  plane.send('a', openCommand);
  plane.send('a', { type: 'connect', remote: remoteAt(9) });
  plane.send('a', { type: 'play', playbackId: 'x', text: '440:40' });
  assert.equal((await log.first('a', 'playback-failed')).error.code, 'speech.synthesis-failed');
  plane.send('a', { type: 'close' });
  await log.first('a', 'closed');
  await plane.close();
  await plane.close();
  assert.deepEqual(activeResources(), before);
});
