import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { BotExchanges } from '../../../src/client/index.ts';
import { eventsOf, recordWith, runningCall, timeOf, turns } from './call-data.fixture.ts';
import { sortByRoom } from './crowd.ts';
import { itemAt, layOutLanes, stepsInView } from './lane-boxes.ts';
import { computePeaks, peakBetween, type Peaks } from './peaks.ts';
import { runningClock } from './running-clock.ts';
import {
  clampView,
  followEnd,
  msAt,
  printTick,
  revealInView,
  revealStretch,
  rulerTicks,
  spanOf,
  xOf,
  zoomView,
} from './time-view.ts';
import { buildTimeline, type Item, type LaneName, type Timeline } from './timeline.ts';
import { mediansOf, waterfallOf, waterfallOfEvent } from './waterfall.ts';
import { readWav } from './wav.ts';

const whole = { fromMs: 0, toMs: 60_000 };

test('zooming keeps what one points at where it is, and never leaves the call', () => {
  const view = zoomView({ fromMs: 10_000, toMs: 20_000 }, 0.5, 12_000, whole);
  assert.deepEqual(view, { fromMs: 11_000, toMs: 16_000 });
  assert.equal(xOf(view, 1000, 12_000), 200);
  assert.equal(msAt(view, 1000, 200), 12_000);
  const within = fc.record({
    fromMs: fc.double({ min: 0, max: 59_000, noNaN: true }),
    spanMs: fc.double({ min: 50, max: 60_000, noNaN: true }),
  });
  fc.assert(
    fc.property(
      within,
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      ({ fromMs, spanMs }, factor, share) => {
        const before = clampView({ fromMs, toMs: fromMs + spanMs }, whole);
        const after = zoomView(before, factor, before.fromMs + share * spanOf(before), whole);
        assert.ok(after.fromMs >= -1e-6 && after.toMs <= 60_000 + 1e-6 && spanOf(after) > 49, JSON.stringify(after));
      },
    ),
  );
});

test('a running call grows: all of it stays in sight, its end is followed, and a look back stays where it is', () => {
  const later = { fromMs: 0, toMs: 70_000 };
  assert.deepEqual(followEnd(whole, whole, later), later);
  assert.deepEqual(followEnd({ fromMs: 50_000, toMs: 60_000 }, whole, later), { fromMs: 60_000, toMs: 70_000 });
  assert.deepEqual(followEnd({ fromMs: 5000, toMs: 6000 }, whole, later), { fromMs: 5000, toMs: 6000 });
  assert.deepEqual(revealInView({ fromMs: 0, toMs: 1000 }, 500, whole), { fromMs: 0, toMs: 1000 });
  assert.deepEqual(revealInView({ fromMs: 0, toMs: 1000 }, 5000, whole), { fromMs: 4100, toMs: 5100 });
});

test('a stretch that is chosen elsewhere comes into sight, with more time around it when it is too long', () => {
  const view = { fromMs: 0, toMs: 10_000 };
  assert.deepEqual(revealStretch(view, { fromMs: 9000, toMs: 9500 }, whole), view);
  assert.deepEqual(revealStretch(view, { fromMs: 9500, toMs: 10_500 }, whole), { fromMs: 5000, toMs: 15_000 });
  assert.deepEqual(revealStretch(view, { fromMs: 20_000, toMs: 40_000 }, whole), { fromMs: 17_500, toMs: 42_500 });
});

test('the ruler has round steps that are far enough apart, with as many decimals as they need', () => {
  const { stepMs, ticks } = rulerTicks({ fromMs: 0, toMs: 25_000 }, 1000, 80);
  assert.equal(stepMs, 2000);
  assert.deepEqual(
    ticks
      .filter(({ isMajor }) => isMajor)
      .map(({ atMs }) => printTick(atMs, stepMs))
      .slice(0, 3),
    ['0:00', '0:02', '0:04'],
  );
  assert.equal(rulerTicks({ fromMs: 12_300, toMs: 12_350 }, 1000, 80).stepMs, 5);
  assert.equal(printTick(12_305, 5), '0:12.305');
  assert.equal(printTick(3_725_500, 500), '1:02:05.5');
});

function wavOf(channels: number, rateHz: number, samples: readonly number[]): ArrayBuffer {
  const file = new ArrayBuffer(44 + samples.length * 2);
  const view = new DataView(file);
  const write = (at: number, tag: string): void =>
    tag.split('').forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  write(0, 'RIFF');
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rateHz, true);
  view.setUint16(34, 16, true);
  write(36, 'data');
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, index) => view.setInt16(44 + index * 2, sample, true));
  return file;
}

test('samples of a WAV file are read in place, of one that was cut off as many as there are, and other files are refused', () => {
  const stereo = readWav(wavOf(2, 8000, [1, 2, 3, 4]));
  assert.deepEqual(
    [stereo?.channels, stereo?.rateHz, stereo?.lengthMs, [...(stereo?.samples ?? [])]],
    [2, 8000, 0.25, [1, 2, 3, 4]],
  );
  const cut = readWav(wavOf(1, 16_000, [1, 2, 3, 4]).slice(0, 48));
  assert.deepEqual([...(cut?.samples ?? [])], [1, 2]);
  assert.equal(readWav(new TextEncoder().encode('RIFF, or not').buffer), undefined);
  assert.equal(readWav(wavOf(6, 8000, [1])), undefined);
  assert.equal(readWav(new ArrayBuffer(0)), undefined);
});

function allPeaks(work: Generator<void, Peaks, undefined>): { readonly slices: number; readonly peaks: Peaks } {
  for (let slices = 1; ; slices++) {
    const step = work.next();
    if (step.done === true) return { slices, peaks: step.value };
  }
}

test('peaks find the loudest sample of any stretch, of each channel, and are computed in slices', () => {
  // One minute: the left is silent but for one click at 30 s, the right a quiet tone throughout.
  const rateHz = 8000;
  const frames = rateHz * 60;
  const samples = new Int16Array(frames * 2);
  samples[30 * rateHz * 2] = -32_768;
  for (let frame = 0; frame < frames; frame++) samples[frame * 2 + 1] = frame % 2 === 0 ? 1000 : -1000;
  const audio = { rateHz, channels: 2, samples, lengthMs: 60_000 } as const;
  const { slices, peaks: left } = allPeaks(computePeaks(audio, 0, 10_000));
  assert.equal(slices, 49);
  assert.deepEqual(peakBetween(left, 0, 60_000), [-1, 0]);
  assert.deepEqual(peakBetween(left, 29_000, 31_000), [-1, 0]);
  assert.deepEqual(peakBetween(left, 0, 25_000), [0, 0]);
  assert.deepEqual(peakBetween(left, 30_000, 30_010), [-1, 0]);
  const { peaks: right } = allPeaks(computePeaks(audio, 1));
  assert.deepEqual(peakBetween(right, 12_000, 13_000), [-1000 / 32_768, 1000 / 32_768]);
  assert.equal(peakBetween(right, 60_000, 61_000), undefined);
  assert.equal(peakBetween(right, -1000, 0), undefined);
});

test('the wait of a turn is that of its record, also where its rounded instants lie otherwise', () => {
  const latencies = [{ turn: 1, recognitionMs: 700, botMs: 200, speakingMs: 19, responseMs: 919 }];
  const { waterfalls } = buildTimeline({ ...runningCall(), record: recordWith({ latencies }) }, 0);
  assert.deepEqual(
    waterfalls.map(({ waitMs }) => waitMs),
    [undefined, 919],
  );
});

test('the parts of a waterfall follow one another without a gap and add up to the wait', () => {
  const waterfall = waterfallOf(turns[1]!, 2000);
  assert.deepEqual(
    waterfall?.parts.map(({ name, fromMs, toMs }) => [name, toMs - fromMs]),
    [
      ['end of speech', 600],
      ['words', 100],
      ['gateway', 1],
      ['bot, first byte', 100],
      ['bot, rest', 100],
      ['voice', 0],
      ['packet', 19],
    ],
  );
  assert.equal(waterfall?.waitMs, 920);
  // The greeting waits for the callee, and nobody for it.
  const greeting = waterfallOf(turns[0]!, 2000);
  assert.deepEqual(greeting?.parts.at(-2), { name: 'callee answers', fromMs: 150, toMs: 2000 });
  assert.equal(greeting?.waitMs, undefined);
  const live = waterfallOfEvent(
    {
      turn: 3,
      milliseconds: 620,
      parts: [{ name: 'end of speech', milliseconds: 600 }, { name: 'bot', milliseconds: 20 }, { name: 7 }],
    },
    9000,
  );
  assert.deepEqual(live?.parts, [
    { name: 'end of speech', fromMs: 8380, toMs: 8980 },
    { name: 'bot', fromMs: 8980, toMs: 9000 },
  ]);
  assert.equal(waterfallOfEvent({ turn: 0 }, 9000), undefined);
});

test('a median needs two turns, and lies between the middle ones', () => {
  const turn = (waitMs: number) => ({
    turn: 1,
    fromMs: 0,
    toMs: waitMs,
    waitMs,
    parts: [{ name: 'bot', fromMs: 0, toMs: waitMs }] as const,
  });
  assert.equal(mediansOf([turn(100)]).waitMs, undefined);
  assert.equal(mediansOf([turn(100), turn(900), turn(200)]).waitMs, 200);
  assert.equal(mediansOf([turn(100), turn(900)]).parts.get('bot'), 500);
});

function told(timeline: Timeline, lane: LaneName): readonly (readonly [string, number, number])[] {
  return (timeline.byLane.get(lane) ?? []).map(({ label, fromMs, toMs }) => [label, fromMs, toMs]);
}

test('while a call runs its events alone tell states, who spoke when, and where the callee spoke over the bot', () => {
  const timeline = buildTimeline(runningCall(), 6000);
  assert.deepEqual(told(timeline, 'state'), [
    ['accepted', 0, 20],
    ['dialled', 20, 500],
    ['ringing', 500, 2000],
    ['active', 2000, 6000],
  ]);
  assert.deepEqual(told(timeline, 'bot-voice'), [
    ['Hello. Can you come?', 2010, 4000],
    ['barge-in', 4000, 4000],
  ]);
  assert.deepEqual(told(timeline, 'callee-voice'), [['Yes.', 3800, 4600]]);
  assert.deepEqual([timeline.endMs, timeline.answerMs, timeline.whole.toMs], [undefined, 2000, 6000]);
});

test('the record of a call that is over gives the exact instants, and its end', () => {
  const { call, events } = runningCall();
  const over = eventsOf([7000, 'call.ended']);
  const record = recordWith({});
  const timeline = buildTimeline(
    { call: { ...call, callState: 'ended' }, events: [...events, ...over], record },
    99_000,
  );
  assert.deepEqual(told(timeline, 'state').slice(-2), [
    ['active', 2000, 7000],
    ['completed.bot', 7000, 7000],
  ]);
  assert.deepEqual(told(timeline, 'bot-voice').at(-1), ['Goodbye.', 5520, 6900]);
  // The same words stand in events and record, and once on the axis.
  assert.deepEqual(told(timeline, 'callee-voice'), [['Yes.', 3800, 4600]]);
  assert.deepEqual(
    told(timeline, 'turns').map(([label]) => label),
    ['', '920 ms'],
  );
  assert.equal(timeline.endMs, 7000);
  // Of a call whose events were deleted the record tells the same.
  const bare = buildTimeline({ call: { ...call, callState: 'ended' }, events: [], record }, 99_000);
  assert.deepEqual(told(bare, 'callee-voice'), [['Yes.', 3800, 4600]]);
  assert.deepEqual(
    told(bare, 'state').map(([label]) => label),
    ['accepted', 'dialled', 'active', 'completed.bot'],
  );
});

test('a recording stands where the record tells its first sample, else at the answer', () => {
  const call = runningCall();
  const told = recordWith({ recordingStartTime: timeOf(2013) });
  assert.equal(buildTimeline({ ...call, record: told }, 0).recordingMs, 2013);
  for (const record of [recordWith({}), recordWith({ recordingStartTime: null })]) {
    assert.equal(buildTimeline({ ...call, record }, 0).recordingMs, 2000);
  }
  assert.equal(buildTimeline(call, 6000).recordingMs, 2000);
});

test('SIP messages differ by shape as well as by colour, and hostile ones are only text', () => {
  const message = (text: string, direction: 'sent' | 'received') => ({
    at: timeOf(100),
    direction,
    transport: 'udp' as const,
    local: 'a:1',
    peer: 'b:2',
    text,
  });
  const messages = [
    message('INVITE sip:bob@example.com SIP/2.0\r\n\r\n', 'sent'),
    message('SIP/2.0 180 Ringing\r\n\r\n', 'received'),
    message('SIP/2.0 200 OK\r\n\r\n', 'received'),
    message('SIP/2.0 486 Busy Here\r\n\r\n', 'received'),
    message('BYE sip:me SIP/2.0\r\n\r\n', 'received'),
    message(`<script>${'x'.repeat(500)}`, 'received'),
  ];
  const timeline = buildTimeline(
    { ...runningCall(), sipTrace: { vgwSessionID: 'call-1', messages, isComplete: true, droppedMessages: 0 } },
    6000,
  );
  const items = timeline.byLane.get('sip') ?? [];
  assert.deepEqual(
    items.map(({ label, shape, tone, isLower }) => `${label} ${shape} ${tone} ${isLower}`),
    [
      'INVITE arrow-up accent false',
      '180 ring soft true',
      '200 dot good true',
      '486 cross bad true',
      'BYE arrow-down accent true',
      '? arrow-down accent true',
    ],
  );
  assert.deepEqual(items[3]?.what, { kind: 'sip', index: 3 });
  assert.equal(items[5]?.title.length, 121);
});

test('a notification is a mark where it was settled, with the attempts before it', () => {
  const { call, events } = runningCall();
  const [event = assert.fail()] = events;
  const attempt = (atMs: number, outcome: object) => ({ at: timeOf(atMs), durationMs: 50, ...outcome });
  const delivery = {
    vgwSessionID: 'call-1',
    sequence: 3,
    type: 'call.started',
    state: 'delivered',
    attempts: 2,
    tries: [attempt(100, { status: 503, reason: 'status 503' }), attempt(1100, { status: 204 })],
    request: { url: null, body: event },
    queuedAt: timeOf(90),
    settledAt: timeOf(1150),
  } as const;
  const marks = (state: 'delivered' | 'dead' | 'waiting'): readonly string[] => {
    const deliveries = [{ ...delivery, state }];
    const items = buildTimeline({ call, events, deliveries }, 6000).byLane.get('webhooks') ?? [];
    return items.map(({ label, shape, tone, fromMs, toMs }) => `${label} ${shape} ${tone} ${fromMs}-${toMs}`);
  };
  assert.deepEqual(marks('delivered'), ['started dot good 90-1150', '503 cross warn 100-150']);
  assert.deepEqual(marks('dead'), ['started cross bad 90-1150', '503 cross warn 100-150']);
  assert.deepEqual(marks('waiting').slice(1), ['503 cross warn 100-150', '204 dot good 1100-1150']);
});

test('each exchange with a bot stands for itself, in the place of what is known of its turn otherwise', () => {
  const exchange = (turn: number, atMs: number, more: object) => ({
    ...{ turn, askedAhead: null, provider: 'main', at: timeOf(atMs), method: 'POST', url: 'https://bot.example/v1' },
    ...{ request: null, firstByteMs: 40, totalMs: 50, status: 200, reply: null, failure: null },
    ...more,
  });
  const failure = { code: 'bot.http-error', message: 'It answered 500.' };
  const exchanges = [
    exchange(1, 4700, { askedAhead: 'wasted' }),
    exchange(1, 5301, { status: 500, failure }),
    exchange(1, 5360, { totalMs: null, firstByteMs: null, status: null }),
  ] as BotExchanges['exchanges'];
  const botExchanges = { vgwSessionID: 'call-1', isComplete: false, exchanges, droppedExchanges: 0 };
  const timeline = buildTimeline({ ...runningCall(), record: recordWith({}), botExchanges }, 0);
  const items = timeline.byLane.get('bot') ?? [];
  assert.deepEqual(
    items.map(({ label, tone, fromMs, toMs }) => `${label} ${tone} ${fromMs}-${toMs}`),
    ['8 ms bot 1-9', '50 ms soft 4700-4750', 'bot.http-error bad 5301-5351', 'no answer yet bot 5360-7000'],
  );
});

test('measurements of the audio name their worst value, and say when people would notice it', () => {
  const quality = [
    {
      atMs: 2000,
      packetsReceived: 250,
      lossPercent: 0,
      jitterMs: 1,
      mos: 4.4,
      farLossPercent: null,
      farJitterMs: null,
      farMos: null,
      roundTripMs: null,
    },
    {
      atMs: 5000,
      packetsReceived: 200,
      lossPercent: 12.5,
      jitterMs: 3,
      mos: 2.1,
      farLossPercent: 0.5,
      farJitterMs: 40,
      farMos: 4,
      roundTripMs: 20,
    },
  ];
  const record = recordWith({ rtpNetworkSummary: { quality } as never });
  const timeline = buildTimeline({ ...runningCall(), record }, 0);
  assert.deepEqual(
    timeline.quality.map(({ name, worst, isWorstBad }) => [name, worst, isWorstBad]),
    [
      ['Loss', '12.5 %', true],
      ['Jitter', '40 ms', true],
      ['Round trip', '20 ms', false],
      ['MOS', '2.10', true],
    ],
  );
  assert.deepEqual(
    timeline.quality[0]?.points.map(({ fromMs, toMs }) => [fromMs, toMs]),
    [
      [2000, 5000],
      [5000, 7000],
    ],
  );
});

test('a point of the picture finds what is there or close by, and the keyboard goes through what can be told apart', () => {
  const { call, events } = runningCall();
  const crowd = Array.from({ length: 5000 }, (_, index) => [2000 + index, 'dtmf.received', { digit: '1' }] as const);
  const timeline = buildTimeline({ call, events: [...events, ...eventsOf(...crowd)] }, 6000);
  const lanes = layOutLanes(timeline, 0);
  const box = lanes.boxes.find(({ name }) => name === 'callee-voice')!;
  const at = (x: number): Item | undefined => itemAt(timeline, lanes, (atMs) => atMs / 10, { x, y: box.top + 3 });
  assert.equal(at(420)?.label, 'Yes.');
  assert.equal(at(466)?.label, 'Yes.');
  assert.equal(at(480), undefined);
  assert.equal(
    itemAt(timeline, lanes, (atMs) => atMs / 10, { x: 400, y: lanes.height + 50 }),
    undefined,
  );
  const steps = stepsInView(timeline, { fromMs: 0, toMs: 7000 }, 10);
  assert.ok(steps.length > 80 && steps.length < 120, `${steps.length} steps`);
  const zoomed = stepsInView(timeline, { fromMs: 2000, toMs: 2200 }, 0.1);
  // Two of the 201 keys stand where other events do.
  assert.equal(zoomed.filter(({ label }) => label === 'key 1').length, 199);
});

test('marks that cannot be told apart stand in a crowd, those with room for themselves do not', () => {
  const { call, events } = runningCall();
  const keys = [3000, 3001, 3002, 5000].map((atMs) => [atMs, 'dtmf.received', { digit: '1' }] as const);
  const items = buildTimeline({ call, events: [...events, ...eventsOf(...keys)] }, 6000).byLane.get('events') ?? [];
  const placed = items.filter(({ label }) => label === 'key 1').map((item) => ({ item, x: item.fromMs / 10 }));
  const { marks, crowd } = sortByRoom(placed, 600);
  assert.deepEqual([crowd.map(({ x }) => x), marks.map(({ x, end }) => [x, end])], [[300, 300.1, 300.2], [[500, 600]]]);
});

test('how long a call has lasted is told by the clock of the gateway, whatever the clock of the page says', () => {
  const { call, events } = runningCall();
  let nowMs = 0;
  const clock = runningClock(() => nowMs);
  const at = (sinceMs: number): void => {
    nowMs = Date.parse(timeOf(sinceMs));
  };
  // The page's clock is 5 s ahead; nothing shows that before an event comes while the page is open.
  at(11_000);
  assert.equal(clock({ call, events }), 11_000);
  at(12_050);
  const next = {
    call,
    events: [...events, ...eventsOf(...Array.from({ length: 9 }, () => [7000, 'turn.asked'] as const)).slice(8)],
  };
  assert.equal(clock(next), 7000);
  at(13_050);
  assert.equal(clock(next), 8000);
});
