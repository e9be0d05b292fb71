import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BotWatch, GotFromBot, SentToBot } from '../../conversation/index.ts';
import { err, type HttpFailure, type HttpReply, ok, type Result } from '../../kit/index.ts';
import { askBot, connectionFor, watchedPostStream } from './index.ts';

function createWatch() {
  const told: { sent: SentToBot; pieces: string[]; got?: GotFromBot }[] = [];
  const watch: BotWatch = {
    named: () => watch,
    onFailed: () => undefined,
    onSent: (sent) => {
      const exchange: (typeof told)[number] = { sent, pieces: [] };
      told.push(exchange);
      return { onPiece: (text) => void exchange.pieces.push(text), onEnd: (got) => void (exchange.got = got) };
    },
  };
  return { told, watch };
}

const turn = { sessionId: 's', tenantId: 't', text: '', context: {} };
const signal = new AbortController().signal;
const url = 'https://bot.example.net/';

test('each attempt is told, with the status or the failure, and what the bot must not tell on', async () => {
  const answers: Result<HttpReply, HttpFailure>[] = [
    err({ kind: 'timeout', detail: 'bot.example.net did not answer.', status: 200 }),
    ok({ status: 200, bodyText: '{}', firstByteAtMs: 5 }),
  ];
  const { told, watch } = createWatch();
  const authorization = { header: async () => ok('Basic ' + btoa('user:p:ss')), forget: () => false };
  const connection = {
    post: async () => answers.shift() ?? assert.fail(),
    authorization,
    connectTimeoutMs: 1,
    readTimeoutMs: 2,
  };
  const asked = await askBot(connectionFor(turn, connection, watch), { url, body: '{"a":1}' }, signal);
  assert.equal(asked.ok && asked.value.bodyText, '{}');
  const sent = { to: { method: 'POST', url }, body: '{"a":1}', secrets: [btoa('user:p:ss'), 'p:ss'] };
  assert.deepEqual(told, [
    {
      sent,
      pieces: [],
      got: { status: 200, failure: { code: 'bot.timeout', message: 'bot.example.net did not answer.' } },
    },
    { sent, pieces: [], got: { status: 200, body: '{}', firstByteAtMs: 5 } },
  ]);
});

test('a turn has its own time for an answer, and a connection that nobody watches is the same one', () => {
  const post = async () => assert.fail();
  const authorization = { header: async () => ok('Bearer token-1'), forget: () => false };
  const connection = { post, authorization, connectTimeoutMs: 1, readTimeoutMs: 2 };
  assert.deepEqual(connectionFor(turn, connection, undefined), connection);
  assert.equal(connectionFor({ ...turn, answerTimeoutMs: 7 }, connection, undefined).readTimeoutMs, 7);
});

test('a streamed reply is told as it comes, characters whole, and read as it would be otherwise', async () => {
  const { told, watch } = createWatch();
  const bytes = new TextEncoder().encode('größer');
  const read: Uint8Array[] = [];
  const postStream = watchedPostStream(async ({ onData }) => {
    assert.equal(onData(bytes.subarray(0, 3), 200), 'progress');
    assert.equal(onData(bytes.subarray(3), 200), 'progress');
    return ok({ status: 200, firstByteAtMs: 9 });
  }, watch);
  await postStream({
    url,
    headers: { authorization: 'Bearer token-1' },
    body: 'ä',
    connectTimeoutMs: 1,
    idleTimeoutMs: 1,
    totalTimeoutMs: 1,
    maxReplyBytes: 100,
    signal,
    onData: (piece) => (read.push(piece), 'progress'),
  });
  assert.equal(Buffer.concat(read).toString(), 'größer');
  const sent = { to: { method: 'POST', url }, body: 'ä', secrets: ['token-1'] };
  assert.deepEqual(told, [{ sent, pieces: ['gr', 'ößer'], got: { status: 200, firstByteAtMs: 9 } }]);
});
