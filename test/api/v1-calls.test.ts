/** Calls under /v1: creating them once, looking at them, telling them what to do; and only for who they belong to. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { err, gatewayError } from '../../src/kit/index.ts';
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
    to,
    from: '',
    acceptedAt: '2023-11-14T22:13:21.000Z',
    changedAt: '2023-11-14T22:13:20.000Z',
    failureReason: null,
    sequence: 1,
  });
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
