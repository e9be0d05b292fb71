import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callFacts } from '../../src/call/index.ts';
import { err, gatewayError } from '../../src/kit/index.ts';
import { says, tenant, World } from './world.ts';

const texts = (world: World): string[] => world.asked.map(({ text }) => text);

test('a call from its request to its record: spoken, understood, answered, ended by the bot', async () => {
  const world = new World({
    bot: ({ text }, index) => (index === 0 ? says('') : says(text === 'hello?' ? 'good morning, goodbye' : '', true)),
  });
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(world.states(), ['started', 'ringing', 'active', 'ended']);
  assert.deepEqual(texts(world), ['', 'hello?', 'vgwHangUp']);
  assert.deepEqual(world.phone.understood, ['good morning, goodbye']);
  assert.equal(world.phone.callsEnded, 1);
  assert.equal(world.records.length, 1);
  const [record] = world.records;
  assert.equal(record?.end?.endCode, 'completed.bot');
  assert.ok((record?.rtp?.packetsReceived ?? 0) > 50);
  assert.deepEqual(world.faults, []);
});

test('text of the first turn is spoken at once on the answer', async () => {
  const world = new World({
    phone: { speaksFirst: false, lines: ['fine'] },
    bot: (_request, index) => (index === 0 ? says('how are you?') : says('bye', true)),
  });
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(world.phone.understood, ['how are you?', 'bye']);
  assert.deepEqual(texts(world), ['', 'fine', 'vgwHangUp']);
  const spoken = world.events.find((event) => event.type === 'turn.spoken');
  const answered = world.events.find((event) => event.type === 'call.answered');
  assert.ok(spoken?.type === 'turn.spoken' && answered !== undefined);
  assert.ok((spoken.turn.firstAudioAtMs ?? Infinity) - answered.atMs <= 20, 'in the first packet after the answer');
  // Both answers are told to have been spoken, and the record tells when the callee spoke between them.
  const finished = world.events.flatMap((event) => (event.type === 'turn.finished' ? [event] : []));
  assert.deepEqual(
    finished.map(({ atMs, turn }) => [turn.turnId, turn.finishedAtMs === atMs]),
    [
      [0, true],
      [1, true],
    ],
  );
  const [state = assert.fail()] = world.records;
  const { voiceOnsetAtMs = NaN, lastVoiceAtMs = NaN } = callFacts(state)?.turns[1]?.times ?? {};
  assert.ok(voiceOnsetAtMs > (finished[0]?.atMs ?? NaN) && lastVoiceAtMs > voiceOnsetAtMs, `${voiceOnsetAtMs}`);
});

test('a silent callee gives a vgwPostResponseTimeout turn after the response timer', async () => {
  const world = new World({
    phone: { speaksFirst: false, lines: [] },
    bot: (_request, index) => (index === 0 ? says('') : says('', true)),
  });
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(texts(world), ['', 'vgwPostResponseTimeout', 'vgwHangUp']);
  const answeredAtMs = world.events.find((event) => event.type === 'call.answered')?.atMs ?? 0;
  const silence = world.events.find((event) => event.type === 'turn.asked' && event.turn.cause.type === 'silence');
  assert.ok(silence !== undefined && Math.abs(silence.atMs - answeredAtMs - 7000) < 1);
});

test('the callee hangs up: ended, and the bot is told with a last turn', async () => {
  const world = new World({
    phone: { hangsUp: true, lines: ['hello?'] },
    bot: (_request, index) => (index === 1 ? says('tell me more') : says('')),
  });
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(world.states(), ['started', 'ringing', 'active', 'ended']);
  assert.equal(world.records[0]?.end?.endedBy, 'callee');
  assert.equal(texts(world).at(-1), 'vgwHangUp');
});

test('a voice over the bot stops it, and the next turn says so', async () => {
  const long = 'this is a long announcement that nobody wants to hear to its end';
  const world = new World({
    phone: { speaksFirst: true, lines: ['stop'] },
    bot: (_request, index) => (index === 0 ? says(long) : says('', true)),
  });
  world.call();
  await world.runToTheEnd();
  assert.equal(world.asked[1]?.context['vgwBargeInOccurred'], 'Yes');
  const [heard = ''] = world.phone.understood;
  assert.ok(long.startsWith(heard) && heard.length < 12, `the phone heard only "${heard}"`);
});

for (const [status, reason] of [
  [486, 'Busy Here'],
  [603, 'Decline'],
  [404, 'Not Found'],
] as const) {
  test(`a callee that answers ${status}: failed with the status in the reason, and a record`, async () => {
    const world = new World({ phone: { rejectWith: status }, bot: () => says('hello') });
    world.call();
    await world.runToTheEnd();
    assert.deepEqual(world.told.at(-1)?.callState, 'failed');
    assert.match(world.told.at(-1)?.failureReason ?? '', new RegExp(`${status} ${reason}`));
    assert.equal(world.records[0]?.end?.sipStatus, status);
  });
}

test('a callee that never answers is cancelled when the ring time is over', async () => {
  const world = new World({ phone: { ringMs: -1 }, bot: () => says(''), settings: { ringTimeoutMs: 20_000 } });
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(world.states(), ['started', 'ringing', 'failed']);
  assert.equal(world.records[0]?.end?.endCode, 'sip.no-answer');
  assert.ok(
    world.phoneEvents.some((event) => event.type === 'over'),
    'the phone got the CANCEL',
  );
});

test('nobody there: seven INVITEs, then failed after 32 s (RFC 3261 §17.1.1.2)', async () => {
  const world = new World({ isNobodyThere: true, bot: () => says('') });
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(world.states(), ['started', 'failed']);
  assert.equal(world.network.datagramsSent, 7);
  assert.equal(world.records[0]?.end?.endCode, 'sip.timeout');
  assert.ok(Math.abs((world.told.at(-1)?.atMs ?? 0) - 32_000) < 10);
});

test('a bot that fails its first turn: failed, and nothing was sent', async () => {
  const world = new World({ bot: () => err(gatewayError('bot.bad-status', 'The bot answered 500')) });
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(
    world.told.map(({ callState, failureReason }) => [callState, failureReason]),
    [['failed', 'The bot answered 500']],
  );
  assert.equal(world.network.datagramsSent, 0);
});

test('a bot that fails in the middle: the callee hears why, the call fails with the reason', async () => {
  const world = new World({
    bot: (_request, index) => (index === 0 ? says('') : err(gatewayError('bot.timeout', 'The bot did not answer'))),
  });
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(world.phone.understood, ['Sorry.']);
  assert.deepEqual(world.told.at(-1)?.failureReason, 'The bot did not answer');
});

test('a voice that cannot speak fails that call only', async () => {
  const world = new World({
    bot: (_request, index) => (index === 0 ? says('') : says('(cannot be spoken)')),
  });
  world.call();
  await world.runToTheEnd();
  assert.equal(world.records[0]?.end?.endCode, 'speech.synthesis-failed');
  assert.equal(world.phone.callsEnded, 1);
});

test('no free RTP port: failed before any SIP', async () => {
  const world = new World({ rtpPorts: 0, bot: () => says('') });
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(world.states(), ['failed']);
  assert.equal(world.records[0]?.end?.endCode, 'media.no-port');
  assert.equal(world.network.datagramsSent, 0);
});

test('limits: a full gateway and a draining one refuse, a tel: URI without a trunk is refused', async () => {
  const world = new World({ bot: () => says(''), settings: { maxCalls: 1 } });
  const first = world.call();
  const full = await world.call().accepted;
  assert.equal((await first.accepted).ok, true);
  assert.ok(!full.ok && full.error.code === 'gateway.full');
  const tel = await new World({ bot: () => says('') }).call({ to: 'tel:+15551234' }).accepted;
  assert.ok(!tel.ok && tel.error.code === 'request.no-trunk');
  const drained = world.engine.drain();
  const late = await world.call().accepted;
  assert.ok(!late.ok && late.error.code === 'gateway.draining');
  world.engine.stopCalls(gatewayError('call.shutdown', 'The gateway was stopped'));
  await world.runToTheEnd();
  await drained;
  assert.equal(world.records[0]?.end?.endCode, 'call.shutdown');
});

test('admission: a busy machine and a store that is down refuse, with 503 and when to ask again', async () => {
  const world = new World({ bot: () => says(''), isOverloaded: () => true });
  const busy = await world.call().accepted;
  assert.ok(!busy.ok && busy.error.code === 'gateway.overloaded' && busy.error.retryAfterS === 5);
  const error = gatewayError('store.unavailable', 'The database does not answer');
  const down = new World({ bot: () => says(''), store: () => ({ ok: false, error }) });
  const refused = await down.call().accepted;
  assert.deepEqual(refused, { ok: false, error });
  await down.runToTheEnd();
  assert.equal(down.asked.length + down.told.length + down.network.datagramsSent, 0);
});

test('rubbish on the SIP port harms nobody', async () => {
  const world = new World({
    bot: (_request, index) => (index === 0 ? says('') : says('fine', true)),
  });
  world.call();
  const rubbish = [
    '',
    '\0',
    'SIP/2.0',
    'BYE sip:x SIP/2.0\r\n\r\n',
    `INVITE sip:x SIP/2.0\r\n${'A: b\r\n'.repeat(5000)}\r\n`,
  ];
  for (let round = 0; round < 40; round += 1) {
    world.clock.at(round * 100, () => {
      const text = rubbish[round % rubbish.length] ?? '';
      world.network.send(
        new TextEncoder().encode(text),
        { host: '10.9.9.9', port: 4 },
        { host: '10.0.0.1', port: 5060 },
      );
    });
  }
  await world.runToTheEnd();
  assert.deepEqual(world.phone.understood, ['fine']);
  assert.ok(world.dropped.length >= 20);
  assert.deepEqual(world.faults, []);
});

test('R21: loss, jitter, duplicates and reordering on SIP and RTP: every call ends once, states in order', async () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const lossChance = [0.01, 0.05, 0.2][seed % 3] ?? 0;
    const world = new World({
      seed,
      weather: { delayMs: 20, jitterMs: 100, lossChance, duplicateChance: 0.05 },
      bot: (_request, index) => (index < 3 ? says(index === 0 ? '' : 'go on') : says('goodbye', true)),
    });
    world.call();
    await world.runToTheEnd();
    const states = world.states();
    const order = ['started', 'ringing', 'active', 'ended', 'failed'].filter((state) => states.includes(state));
    assert.deepEqual(states, order, `seed ${seed}: ${states.join(' ')}`);
    assert.equal(states.filter((state) => state === 'ended' || state === 'failed').length, 1, `seed ${seed}`);
    assert.equal(world.records.length, 1, `seed ${seed}`);
    assert.deepEqual(world.faults, [], `seed ${seed}`);
  }
});

test('two calls at once do not hear each other', async () => {
  const world = new World({
    bot: ({ context }, index) =>
      index < 2 ? says('') : says(`you are ${context['who'] === 'ann' ? 'ann' : 'bob'}`, true),
  });
  world.call({ tenant, context: { who: 'ann' } });
  world.call({ tenant, context: { who: 'bob' } });
  await world.runToTheEnd();
  assert.equal(world.records.length, 2);
  assert.deepEqual(
    world.records.map(({ end }) => end?.endCode),
    ['completed.bot', 'completed.bot'],
  );
  assert.deepEqual([...world.phone.understood].sort(), ['you are ann', 'you are bob']);
});
