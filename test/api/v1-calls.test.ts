/** Calls under /v1: creating them once, looking at them, telling them what to do; and only for who they belong to. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BotExchange, CallTraces } from '../../src/engine/index.ts';
import { err, errorKinds, gatewayError } from '../../src/kit/index.ts';
import { v1Routes } from '../../src/api/v1/v1-routes.ts';
import { assertProblem } from './api-world.ts';
import { basePath, createV1World, overloaded, startCall, tenantIdOf } from './v1-world.ts';

const to = 'tel:+15551234';

test('a call is created with its place, looked at and listed', async () => {
  const world = await createV1World();
  const created = await world.ask('POST', '/calls', { body: { to, context: { a: 1 } } });
  assert.equal(created.statusCode, 202);
  const [sessionId = ''] = world.calls;
  assert.deepEqual(created.json(), {
    vgwSessionID: sessionId,
    tenantID: tenantIdOf('one'),
    callState: 'accepted',
    notices: [],
  });
  assert.equal(created.headers.location, `${basePath('one')}/calls/${sessionId}`);
  assert.deepEqual(world.orders[0]?.context, { a: 1 });
  assert.equal(world.audited.length, 1);
  await world.tell(sessionId, 'call.started');
  const seen = await world.app.inject({
    url: created.headers.location,
    headers: { authorization: `Basic ${btoa('user-one:password-one')}` },
  });
  assert.deepEqual(seen.json(), {
    vgwSessionID: sessionId,
    tenantID: tenantIdOf('one'),
    callState: 'started',
    direction: 'outbound',
    to,
    from: '',
    acceptedAt: '2023-11-14T22:13:21.000Z',
    changedAt: '2023-11-14T22:13:20.000Z',
    failureReason: null,
    sequence: 1,
  });
});

test('a call that is over tells its end in words, whose side it lies on and whether to call again', async () => {
  const world = await createV1World();
  for (const [endCode, explanation] of [
    [
      'completed.callee',
      { text: 'The callee hung up.', blame: null, isRetryable: false, docs: '/docs/errors/completed.callee' },
    ],
    [
      'sip.busy',
      { text: errorKinds['sip.busy'].help, blame: 'callee', isRetryable: true, docs: '/docs/errors/sip.busy' },
    ],
    ['of.another-version', undefined],
  ] as const) {
    const sessionId = await startCall(world);
    assert.equal((await world.ask('GET', `/calls/${sessionId}`)).json().endExplanation, undefined);
    await world.end(sessionId, endCode);
    const seen = (await world.ask('GET', `/calls/${sessionId}`)).json();
    assert.deepEqual([seen.endCode, seen.endExplanation], [endCode, explanation]);
    const listed = (await world.ask('GET', '/calls?limit=1')).json();
    assert.deepEqual(listed.calls, [seen]);
  }
});

test('pages of calls, newest first, by state and time', async () => {
  const world = await createV1World();
  for (let count = 0; count < 7; count += 1) await startCall(world);
  await world.end(world.calls[0] ?? '');
  const sessionsOf = (body: { calls: { vgwSessionID: string }[] }): string[] =>
    body.calls.map(({ vgwSessionID }) => vgwSessionID);
  const all: string[] = [];
  let cursor = '';
  do {
    const page = (await world.ask('GET', `/calls?limit=3${cursor}`)).json<{
      calls: { vgwSessionID: string }[];
      nextCursor?: string;
    }>();
    all.push(...sessionsOf(page));
    cursor = page.nextCursor === undefined ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`;
  } while (cursor !== '');
  assert.deepEqual(all, world.calls.toReversed());
  const ended = await world.ask('GET', '/calls?state=ended,failed');
  assert.deepEqual(sessionsOf(ended.json()), [world.calls[0]]);
  const early = await world.ask(
    'GET',
    '/calls?acceptedBefore=2023-11-14T22:13:23Z&acceptedFrom=2023-11-14T23:13:22%2B01:00',
  );
  assert.deepEqual(sessionsOf(early.json()), [world.calls[1]]);
  const coded = await world.ask('GET', '/calls?endCode=completed.bot&party=555');
  assert.deepEqual(sessionsOf(coded.json()), [world.calls[0]]);
  assert.deepEqual(sessionsOf((await world.ask('GET', '/calls?party=nobody')).json()), []);
  for (const wrong of [
    'limit=0',
    'limit=201',
    'limit=a',
    'state=gone',
    'cursor=x',
    'acceptedFrom=now',
    'other=1',
    'limit=1&limit=2',
  ]) {
    assertProblem(await world.ask('GET', `/calls?${wrong}`), 400, 'request.malformed');
  }
});

test('a thousand requests under one key at the same time make one call', async () => {
  const world = await createV1World();
  const headers = { 'idempotency-key': 'k-1' };
  const responses = await Promise.all(
    Array.from({ length: 1000 }, () => world.ask('POST', '/calls', { body: { to }, headers })),
  );
  assert.equal(world.calls.length, 1);
  assert.equal(world.orders.length, 1);
  const byStatus = (status: number): typeof responses => responses.filter(({ statusCode }) => statusCode === status);
  assert.ok(byStatus(202).length >= 1);
  assert.equal(byStatus(202).length + byStatus(409).length, 1000);
  for (const response of byStatus(202)) assert.equal(response.json().vgwSessionID, world.calls[0]);
  for (const response of byStatus(409)) assertProblem(response, 409, 'idempotency.in-flight');
  const later = await world.ask('POST', '/calls', { body: { to }, headers });
  assert.deepEqual([later.statusCode, later.headers['idempotency-replayed']], [202, 'true']);
  assert.equal(later.headers.location, `${basePath('one')}/calls/${world.calls[0]}`);
});

test('a key belongs to one body of one tenant; a refused call gives it back', async () => {
  let refusals = 1;
  const world = await createV1World({ refusal: () => (refusals-- > 0 ? overloaded() : undefined) });
  const headers = { 'idempotency-key': 'k-1' };
  assertProblem(await world.ask('POST', '/calls', { body: { to }, headers }), 503, 'gateway.overloaded');
  assert.equal((await world.ask('POST', '/calls', { body: { to, context: { a: 1, b: 2 } }, headers })).statusCode, 202);
  const sameBody = await world.ask('POST', '/calls', { body: { context: { b: 2, a: 1 }, to }, headers });
  assert.equal(sameBody.statusCode, 202);
  const otherBody = await world.ask('POST', '/calls', { body: { to }, headers });
  assertProblem(otherBody, 422, 'idempotency.other-request');
  const otherTenant = await world.ask('POST', '/calls', { mark: 'two', body: { to }, headers });
  assert.equal(otherTenant.statusCode, 202);
  assert.equal(world.calls.length, 2);
  for (const key of ['', 'a b', 'é', 'x'.repeat(256)]) {
    const response = await world.ask('POST', '/calls', { body: { to }, headers: { 'idempotency-key': key } });
    assertProblem(response, 400, 'request.malformed');
  }
});

test('in whatever order requests under few keys come, each key makes at most one call', async () => {
  const request = fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    body: fc.constantFrom('+1', '+2'),
    isRefused: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(request, { maxLength: 6 }), { maxLength: 5 }), async (rounds) => {
      const refusals: boolean[] = [];
      const world = await createV1World({ refusal: () => (refusals.shift() === true ? overloaded() : undefined) });
      const made = new Map<string, { body: string; sessionId: string }>();
      for (const round of rounds) {
        refusals.push(...round.map(({ isRefused }) => isRefused));
        const answers = await Promise.all(
          round.map(({ key, body }) =>
            world.ask('POST', '/calls', { body: { to: `tel:${body}` }, headers: { 'idempotency-key': key } }),
          ),
        );
        refusals.length = 0;
        answers.forEach((answer, index) => {
          const { key = '', body = '' } = round[index] ?? {};
          if (answer.statusCode !== 202) {
            assert.ok([409, 422, 503].includes(answer.statusCode), answer.body);
            return;
          }
          const { vgwSessionID: sessionId } = answer.json();
          assert.deepEqual(made.get(key) ?? { body, sessionId }, { body, sessionId });
          made.set(key, { body, sessionId });
        });
      }
      assert.equal(world.calls.length, made.size);
    }),
    { numRuns: 60 },
  );
});

test('commands reach the call as they were meant; a call that is over takes none', async () => {
  const world = await createV1World();
  const sessionId = await startCall(world);
  const tell = async (name: string, body: unknown): Promise<number> =>
    (await world.ask('POST', `/calls/${sessionId}/${name}`, { body })).statusCode;
  assert.equal(await tell('say', { text: ' Hello. ' }), 202);
  assert.equal(await tell('play', { url: 'http://audio.example.net/a.wav' }), 202);
  assert.equal(await tell('digits', { digits: '12#' }), 202);
  assert.equal(await tell('transfer', { target: 'tel:+15550000' }), 202);
  assert.equal(await tell('transfer', { target: 'tel:+15550001', method: 'attended' }), 202);
  assert.equal(await tell('variables', { variables: { plan: 'gold', list: [1] } }), 202);
  assert.equal(await tell('messages', { text: 'hi', context: { a: 1 } }), 202);
  assert.equal(await tell('messages', { media: [{ url: 'http://a/b' }], userPhoneNumber: '+39' }), 202);
  assert.equal(await tell('mute', { who: 'bot', isMuted: true }), 202);
  assert.equal(await tell('hangup', {}), 202);
  assert.deepEqual(
    world.commands.map(({ command }) => command),
    [
      { type: 'say', text: 'Hello.' },
      { type: 'play', url: 'http://audio.example.net/a.wav' },
      { type: 'send-digits', digits: '12#' },
      { type: 'transfer', order: { method: 'refer', target: 'tel:+15550000', acceptedCodes: [] } },
      { type: 'transfer', order: { method: 'refer', target: 'tel:+15550001', acceptedCodes: [], isAttended: true } },
      { type: 'set-variables', variables: { plan: 'gold', list: [1] } },
      { type: 'receive-message', message: { text: 'hi', media: [], context: { a: 1 } } },
      { type: 'receive-message', message: { text: '', media: [{ url: 'http://a/b' }], userNumber: '+39' } },
      { type: 'mute', who: 'bot', isMuted: true },
      { type: 'hang-up' },
    ],
  );
  for (const [name, body] of [
    ['say', {}],
    ['say', { text: '' }],
    ['say', { text: 'x'.repeat(5001) }],
    ['play', { url: 'file:///etc/passwd' }],
    ['transfer', { target: 1 }],
    ['transfer', { target: 'tel:+1', method: 'warm' }],
    ['digits', { digits: '12E' }],
    ['digits', { digits: '1'.repeat(65) }],
    ['variables', { variables: [] }],
    ['messages', {}],
    ['messages', { text: 'x'.repeat(5001) }],
    ['messages', { text: 'a', media: [{ url: 'file:///a' }] }],
    ['messages', { text: 'a', context: [] }],
    ['mute', { who: 'all', isMuted: true }],
    ['mute', { who: 'bot' }],
    ['hangup', { now: true }],
    ['hangup', []],
  ] as const) {
    assert.equal(await tell(name, body), 400, `${name} ${JSON.stringify(body)}`);
  }
  await world.end(sessionId);
  assertProblem(await world.ask('POST', `/calls/${sessionId}/say`, { body: { text: 'a' } }), 409, 'call.is-over');
  assert.equal(world.commands.length, 10);
});

test('what a call refuses is answered as it says; a hang-up needs no body', async () => {
  const world = await createV1World({ control: () => err(gatewayError('call.not-answered', 'Nobody yet')) });
  const sessionId = await startCall(world);
  assertProblem(await world.ask('POST', `/calls/${sessionId}/say`, { body: { text: 'a' } }), 409, 'call.not-answered');
  const bare = await world.app.inject({
    method: 'POST',
    url: `${basePath('one')}/calls/${sessionId}/hangup`,
    headers: { authorization: `Basic ${btoa('user-one:password-one')}` },
  });
  assertProblem(bare, 409, 'call.not-answered');
});

test('deliveries are shown, and a dead one is sent again', async () => {
  let wakes = 0;
  const world = await createV1World({ v1: { wakeOutbox: () => void (wakes += 1) } });
  const sessionId = await startCall(world);
  await world.tell(sessionId, 'call.started');
  const dead = {
    state: 'dead',
    attempts: 4,
    atWallMs: 1_700_000_000_000,
    status: 500,
    reason: 'It said 500.',
    tries: [
      { atWallMs: 1_699_999_999_000, durationMs: 40, reason: 'hook.example.net closed the connection.' },
      { atWallMs: 1_700_000_000_000, durationMs: 25, status: 500, reason: 'It said 500.' },
    ],
  } as const;
  await world.store.commit([{ type: 'delivery-settled', sessionId, sequence: 1, ...dead }]);
  const list = await world.ask('GET', '/dead-deliveries?limit=1');
  assert.deepEqual(list.json(), {
    deliveries: [
      {
        vgwSessionID: sessionId,
        sequence: 1,
        type: 'call.started',
        state: 'dead',
        attempts: 4,
        tries: [
          { at: '2023-11-14T22:13:19.000Z', durationMs: 40, reason: 'hook.example.net closed the connection.' },
          { at: '2023-11-14T22:13:20.000Z', durationMs: 25, status: 500, reason: 'It said 500.' },
        ],
        request: {
          url: 'https://hook.example.net/states?key=***',
          body: {
            vgwSessionID: sessionId,
            callState: null,
            failureReason: null,
            type: 'call.started',
            sequence: 1,
            timestamp: '2023-11-14T22:13:20.000Z',
            tenantID: tenantIdOf('one'),
            data: {},
          },
        },
        queuedAt: '2023-11-14T22:13:20.000Z',
        settledAt: '2023-11-14T22:13:20.000Z',
        lastStatus: 500,
        lastReason: 'It said 500.',
      },
    ],
  });
  assert.deepEqual((await world.ask('GET', '/dead-deliveries', { mark: 'two' })).json(), { deliveries: [] });
  assert.equal((await world.ask('POST', `/calls/${sessionId}/deliveries/1/replay`)).statusCode, 202);
  assert.equal(wakes, 1);
  const [again] = (await world.ask('GET', `/calls/${sessionId}/deliveries`)).json().deliveries;
  assert.deepEqual([again.state, again.attempts, again.tries.length], ['waiting', 0, 2]);
  for (const sequence of ['2', '0', 'x', '1e0']) {
    const response = await world.ask('POST', `/calls/${sessionId}/deliveries/${sequence}/replay`);
    assertProblem(response, 404, 'delivery.unknown');
  }
});

test('record, recording and transcript; signed links open only what they were made for, and for their time', async () => {
  let nowWallMs = 1_700_000_000_000;
  const world = await createV1World({
    v1: {
      wallMs: () => nowWallMs,
      openRecording: async (name) => ({ sizeBytes: name.length, stream: Readable.from([Buffer.from(name)]) }),
    },
  });
  const sessionId = await startCall(world);
  const other = await startCall(world);
  assertProblem(await world.ask('GET', `/calls/${sessionId}/record`), 409, 'call.running');
  assertProblem(await world.ask('GET', `/calls/${sessionId}/recording`), 409, 'call.running');
  await world.tell(sessionId, 'turn.answered', { turn: 0, text: ['Hello.', 'Who is it?'] });
  await world.tell(sessionId, 'speech.recognized', { text: 'it is me', confidence: 0.5 });
  await world.tell(sessionId, 'dtmf.received', { digit: '1' });
  await world.tell(sessionId, 'command.taken', { command: 'say', text: 'One moment.' });
  await world.tell(sessionId, 'speech.recognized', {});
  await world.end(sessionId);
  assert.deepEqual((await world.ask('GET', `/calls/${sessionId}/record`)).json(), { endCode: 'completed.bot' });
  const links = (await world.ask('POST', `/calls/${sessionId}/links`, { body: { expiresInS: 60 } })).json<{
    expiresAt: string;
    recording: string;
    transcript: string;
  }>();
  assert.equal(links.expiresAt, '2023-11-14T22:14:20.000Z');
  const recording = await world.app.inject(links.recording);
  assert.equal(recording.statusCode, 200);
  assert.equal(recording.headers['content-type'], 'audio/wav');
  assert.equal(recording.body, `${sessionId}-audio.wav`);
  const transcript = await world.app.inject(links.transcript);
  assert.deepEqual(
    transcript.json().lines.map(({ who, kind, text }: Record<string, string>) => `${who} ${kind} ${text}`),
    [
      'bot speech Hello.',
      'bot speech Who is it?',
      'callee speech it is me',
      'callee keys 1',
      'operator speech One moment.',
    ],
  );
  const tampered = [
    links.recording.replace(sessionId, other),
    links.recording.replace('/recording', '/transcript'),
    links.recording.replace('expires=1', 'expires=2'),
    links.recording.replace('one', 'two'),
    `${links.recording}A`,
    links.recording.replace(/signature=.*/, 'signature=AAAA'),
  ];
  for (const url of tampered) assertProblem(await world.app.inject(url), 401, 'link.invalid');
  nowWallMs += 60_000;
  assertProblem(await world.app.inject(links.recording), 401, 'link.invalid');
  assertProblem(await world.app.inject(links.recording.replace(/\?.*/, '')), 401, 'auth.required');
});

test('the SIP trace of a call, running or over, with credentials or by its own signed link', async () => {
  let nowWallMs = 1_700_000_000_000;
  const at = '2023-11-14T22:13:20.000Z';
  const message = {
    at,
    direction: 'sent',
    transport: 'tls',
    local: '192.0.2.9:5061',
    peer: '[2001:db8::1]:5060',
    text: 'BYE sip:a@b SIP/2.0\r\n\r\n',
  } as const;
  const traced = new Set<string>();
  const running = new Map<string, CallTraces>();
  const world = await createV1World({
    v1: {
      wallMs: () => nowWallMs,
      tracesSoFar: (id) => running.get(id),
      readTrace: async (id, which) =>
        which === 'sipTrace' && traced.has(id)
          ? { vgwSessionID: id, messages: [message], droppedMessages: 0 }
          : undefined,
    },
  });
  const sessionId = await startCall(world);
  const other = await startCall(world);
  const expected = { vgwSessionID: sessionId, messages: [message], isComplete: true, droppedMessages: 0 };
  const tracePath = `/calls/${sessionId}/sip-trace`;
  // It runs on another node.
  assertProblem(await world.ask('GET', tracePath), 409, 'call.running');
  running.set(sessionId, {});
  assertProblem(await world.ask('GET', tracePath), 404, 'artifact.none');
  running.set(sessionId, { sipTrace: { vgwSessionID: sessionId, messages: [message], droppedMessages: 0 } });
  assert.deepEqual((await world.ask('GET', tracePath)).json(), { ...expected, isComplete: false });
  assert.ok((await world.ask('GET', `${tracePath}.pcap`)).rawPayload.includes('BYE sip:a@b SIP/2.0'));
  // The engine has forgotten it, and the store is about to know.
  running.delete(sessionId);
  traced.add(sessionId);
  assert.deepEqual((await world.ask('GET', tracePath)).json(), expected);
  await world.end(sessionId);
  await world.end(other);
  assert.deepEqual((await world.ask('GET', tracePath)).json(), expected);
  assertProblem(await world.ask('GET', `/calls/${other}/sip-trace`), 404, 'artifact.none');
  assertProblem(await world.ask('GET', `/calls/${sessionId}/sip-trace`, { mark: 'two' }), 404, 'call.unknown');
  const { sipTrace, sipTracePcap, transcript } = (
    await world.ask('POST', `/calls/${sessionId}/links`, { body: { expiresInS: 60 } })
  ).json<{ sipTrace: string; sipTracePcap: string; transcript: string }>();
  assert.deepEqual((await world.app.inject(sipTrace)).json(), expected);
  const pcap = await world.app.inject(sipTracePcap);
  assert.equal(pcap.headers['content-type'], 'application/vnd.tcpdump.pcap');
  assert.equal(pcap.headers['content-disposition'], `attachment; filename="${sessionId}.pcap"`);
  assert.equal(pcap.rawPayload.readUInt32LE(0), 0xa1b2c3d4);
  assert.ok(pcap.rawPayload.includes('BYE sip:a@b SIP/2.0'));
  assert.deepEqual((await world.ask('GET', `/calls/${sessionId}/sip-trace.pcap`)).rawPayload, pcap.rawPayload);
  assertProblem(await world.ask('GET', `/calls/${other}/sip-trace.pcap`), 404, 'artifact.none');
  const tampered = [
    sipTrace.replace('/sip-trace', '/sip-trace.pcap'),
    sipTracePcap.replace('/sip-trace.pcap', '/sip-trace'),
    sipTrace.replace(sessionId, other),
    sipTrace.replace('/sip-trace', '/transcript'),
    transcript.replace('/transcript', '/sip-trace'),
    sipTrace.replace('one', 'two'),
  ];
  for (const url of tampered) assertProblem(await world.app.inject(url), 401, 'link.invalid');
  nowWallMs += 60_000;
  assertProblem(await world.app.inject(sipTrace), 401, 'link.invalid');
});

test('what was exchanged with bots, of a call that runs or is over, with credentials or by its own signed link', async () => {
  const exchange: BotExchange = {
    turn: 1,
    askedAhead: null,
    provider: 'main',
    at: '2023-11-14T22:13:20.000Z',
    method: 'POST',
    url: 'https://bot.example.net/turn',
    request: { body: '{"text":""}', isCut: false },
    firstByteMs: 12,
    totalMs: 20,
    status: 503,
    reply: { body: 'no', isCut: true },
    failure: { code: 'bot.bad-status', message: 'The bot answered with HTTP status 503.' },
  };
  const running = new Map<string, CallTraces>();
  const kept = new Set<string>();
  const world = await createV1World({
    v1: {
      tracesSoFar: (id) => running.get(id),
      readTrace: async (id, which) =>
        which === 'botExchanges' && kept.has(id)
          ? JSON.parse(JSON.stringify({ vgwSessionID: id, exchanges: [exchange], droppedExchanges: 0 }))
          : undefined,
    },
  });
  const sessionId = await startCall(world);
  const other = await startCall(world);
  const path = `/calls/${sessionId}/bot-exchanges`;
  assertProblem(await world.ask('GET', path), 409, 'call.running');
  running.set(sessionId, {});
  assertProblem(await world.ask('GET', path), 404, 'artifact.none');
  const botExchanges = { vgwSessionID: sessionId, exchanges: [exchange], droppedExchanges: 0 };
  running.set(sessionId, { botExchanges });
  assert.deepEqual((await world.ask('GET', path)).json(), { ...botExchanges, isComplete: false });
  running.delete(sessionId);
  kept.add(sessionId);
  await world.end(sessionId);
  await world.end(other);
  assert.deepEqual((await world.ask('GET', path)).json(), { ...botExchanges, isComplete: true });
  assertProblem(await world.ask('GET', `/calls/${other}/bot-exchanges`), 404, 'artifact.none');
  const links = (await world.ask('POST', `/calls/${sessionId}/links`)).json<Record<string, string>>();
  const { botExchanges: link = '', transcript = '' } = links;
  assert.deepEqual((await world.app.inject(link)).json(), { ...botExchanges, isComplete: true });
  for (const url of [link.replace(sessionId, other), transcript.replace('/transcript', '/bot-exchanges')]) {
    assertProblem(await world.app.inject(url), 401, 'link.invalid');
  }
});

test('a call of another tenant is as unknown as none, on every route', async () => {
  const world = await createV1World();
  const sessionId = await startCall(world);
  await world.tell(sessionId, 'call.started');
  await world.end(sessionId);
  for (const { method, path } of v1Routes.filter((route) => route.path.includes(':sessionId'))) {
    for (const id of [sessionId, 'none', '%00', 'x'.repeat(300), "'; drop table calls; --"]) {
      const filled = path.replace(':sessionId', encodeURIComponent(id)).replace(':sequence', '1');
      assertProblem(await world.ask(method, filled, { mark: 'two', body: {} }), 404, 'call.unknown');
    }
    assertProblem(
      await world.ask(method, path.replace(':sessionId', sessionId), { mark: 'one', as: 'two' }),
      401,
      'auth.required',
    );
  }
  assert.deepEqual((await world.ask('GET', '/calls', { mark: 'two' })).json(), { calls: [] });
  assert.deepEqual(world.commands, []);
});

test('no request makes a route of /v1 fail', async () => {
  const world = await createV1World();
  const sessionId = await startCall(world);
  await world.tell(sessionId, 'call.started');
  const json = fc.oneof(
    fc.json(),
    fc.constantFrom('', '{', '[]', 'null', '{"text":{}}', '{"variables":{"__proto__":1}}', '{"expiresInS":1e99}'),
    fc.record({ text: fc.anything(), url: fc.anything(), who: fc.anything(), to: fc.anything() }).map((value) => {
      try {
        return JSON.stringify(value);
      } catch {
        return '{}';
      }
    }),
  );
  const word = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.constantFrom('1', '-1', '1e9', 'ended', '~'));
  const streams = new Set(['followCall', 'followTenant']);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...v1Routes.filter(({ operationId }) => !streams.has(operationId))),
      fc.oneof(fc.constant(sessionId), word),
      fc.dictionary(
        fc.oneof(fc.constantFrom('limit', 'cursor', 'state', 'expires', 'signature', 'acceptedFrom'), word),
        word,
        { maxKeys: 3 },
      ),
      json,
      async ({ method, path }, id, query, payload) => {
        const filled = path.replace(':sessionId', encodeURIComponent(id)).replace(':sequence', encodeURIComponent(id));
        const search = new URLSearchParams(Object.entries(query)).toString();
        const response = await world.app.inject({
          method,
          url: `${basePath('one')}${filled}?${search}`,
          headers: { authorization: `Basic ${btoa('user-one:password-one')}`, 'content-type': 'application/json' },
          ...(method === 'POST' ? { payload } : {}),
        });
        assert.ok(response.statusCode < 500, `${method} ${filled} ${response.statusCode} ${response.body}`);
      },
    ),
    { numRuns: 1500 },
  );
});
