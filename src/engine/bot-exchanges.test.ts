import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatewayError } from '../kit/index.ts';
import { BotExchanges, exchangeLimits } from './bot-exchanges.ts';

function setUp() {
  const clock = { atMs: 100, nowMs: () => clock.atMs, wallMs: () => 1_700_000_000_000 + clock.atMs };
  return { clock, exchanges: new BotExchanges(clock) };
}

const to = { method: 'POST', url: 'https://user:c4n4ry@bot.example.net/turn?key=c4n4ry' } as const;

test('an exchange has its times, its bot and both bodies, and no secret of either', () => {
  const { clock, exchanges } = setUp();
  const watch = exchanges.watch('one', 3, 'in-turn').named('main');
  const reply = watch.onSent({ to, body: '{"text":"yes","apikey":"c4n4ry"}', secrets: ['t0p-c4n4ry'] });
  const asked = exchanges.soFar('one')?.exchanges[0];
  assert.deepEqual([asked?.totalMs, asked?.status, asked?.reply], [null, null, null]);
  clock.atMs += 80;
  reply.onEnd({ status: 200, body: '{"say":"I know t0p-c4n4ry"}', firstByteAtMs: clock.atMs - 30 });
  assert.deepEqual(exchanges.soFar('one'), {
    vgwSessionID: 'one',
    exchanges: [
      {
        turn: 3,
        askedAhead: null,
        provider: 'main',
        at: '2023-11-14T22:13:20.100Z',
        method: 'POST',
        url: 'https://bot.example.net/turn?key=***',
        request: { body: '{"text":"yes","apikey":"***"}', isCut: false },
        firstByteMs: 50,
        totalMs: 80,
        status: 200,
        reply: { body: '{"say":"I know ***"}', isCut: false },
        failure: null,
      },
    ],
    droppedExchanges: 0,
  });
});

test('a reply that comes in pieces can be seen while it comes, and its secret may lie across two of them', () => {
  const { exchanges } = setUp();
  const reply = exchanges.watch('one', 1, 'in-turn').onSent({ to, body: '', secrets: [] });
  reply.onPiece('data: {"text":"Hi","tok');
  const seen = (): string | undefined => exchanges.soFar('one')?.exchanges[0]?.reply?.body;
  assert.equal(seen(), 'data: {"text":"Hi","tok');
  reply.onPiece('en":"c4n4');
  assert.equal(seen(), 'data: {"text":"Hi","token":"***"');
  reply.onPiece('ry"}');
  reply.onEnd({ status: 200 });
  assert.equal(seen(), 'data: {"text":"Hi","token":"***"}');
});

test('why a bot did not answer stands at its last exchange, or at one of its own when nothing could be sent', () => {
  const { exchanges } = setUp();
  const watch = exchanges.watch('one', 1, 'in-turn');
  const [main, spare] = [watch.named('main'), watch.named('spare')];
  const late = gatewayError('bot.timeout', 'bot.example.net did not answer.');
  main.onSent({ to, body: '1', secrets: [] }).onEnd({ failure: late });
  main.onSent({ to, body: '2', secrets: [] }).onEnd({ status: 503, body: 'no' });
  main.onFailed(gatewayError('bot.bad-status', 'The bot answered with HTTP status 503.'));
  spare.onFailed({ ...gatewayError('bot.unauthorized', 'No token.'), retryAfterS: 1 });
  assert.deepEqual(
    exchanges
      .soFar('one')
      ?.exchanges.map(({ provider, request, status, failure }) => [provider, request?.body, status, failure]),
    [
      ['main', '1', null, late],
      ['main', '2', 503, { code: 'bot.bad-status', message: 'The bot answered with HTTP status 503.' }],
      ['spare', undefined, null, { code: 'bot.unauthorized', message: 'No token.' }],
    ],
  );
});

test('what was asked ahead says whether its answer was used', () => {
  const { exchanges } = setUp();
  const ask = (kind: 'ahead' | 'in-turn'): void => {
    exchanges.watch('one', 2, kind).onSent({ body: '', secrets: [] });
  };
  ask('ahead');
  exchanges.settleAhead('one', 'wasted');
  ask('ahead');
  exchanges.settleAhead('one', 'used');
  ask('ahead');
  ask('in-turn');
  exchanges.settleAhead('none', 'used');
  const outcomes = exchanges.soFar('one')?.exchanges.map(({ askedAhead }) => askedAhead);
  assert.deepEqual(outcomes, ['wasted', 'used', 'waiting', null]);
});

test('a body, the bodies of a call and its exchanges are bounded, and what is missing is said', () => {
  const { exchanges } = setUp();
  const watch = exchanges.watch('one', 1, 'in-turn');
  const long = 'x'.repeat(exchangeLimits.body + 1);
  const count = exchangeLimits.bodiesOfCall / exchangeLimits.body;
  for (let sent = 0; sent <= count; sent += 1) watch.onSent({ body: long, secrets: [] });
  const { exchanges: kept = [] } = exchanges.soFar('one') ?? {};
  assert.deepEqual(
    kept.map(({ request }) => [request?.body.length, request?.isCut]),
    [...Array.from({ length: count }, () => [exchangeLimits.body, true]), [0, true]],
  );
  for (let sent = kept.length; sent < exchangeLimits.exchangesOfCall + 3; sent += 1) {
    watch.onSent({ body: '', secrets: [] }).onEnd({ status: 200, body: 'x' });
  }
  const full = exchanges.soFar('one');
  assert.deepEqual([full?.exchanges.length, full?.droppedExchanges], [exchangeLimits.exchangesOfCall, 3]);
});

test('all calls together are bounded, what ended gives its room back, and what comes after the end is not kept', () => {
  const { exchanges } = setUp();
  const long = 'x'.repeat(exchangeLimits.body);
  const fill = (sessionId: string): readonly (number | undefined)[] => {
    const watch = exchanges.watch(sessionId, 1, 'in-turn');
    for (let sent = 0; sent < 8; sent += 1) watch.onSent({ body: long, secrets: [] });
    return exchanges.soFar(sessionId)?.exchanges.map(({ request }) => request?.body.length) ?? [];
  };
  const calls = exchangeLimits.bodiesInAll / exchangeLimits.bodiesOfCall;
  for (let call = 0; call < calls; call += 1) assert.equal(fill(`call-${call}`).at(-1), exchangeLimits.body);
  assert.equal(fill('too many')[0], 0);
  const late = exchanges.watch('call-0', 2, 'in-turn');
  const reply = late.onSent({ body: '', secrets: [] });
  exchanges.end('call-0');
  reply.onEnd({ status: 200, body: long });
  late.onSent({ body: long, secrets: [] });
  assert.equal(exchanges.soFar('call-0'), undefined);
  assert.deepEqual(
    fill('after'),
    Array.from({ length: 8 }, () => exchangeLimits.body),
  );
});
