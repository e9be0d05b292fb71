import assert from 'node:assert/strict';
import test from 'node:test';
import type { BotExchange, Call, CallEvent } from '../../../../src/client/index.ts';
import type { CallRecord } from '../../../../src/reports/index.ts';
import { botTurns } from './bot-turns.ts';

const call = { acceptedAt: '2026-01-01T00:00:00.000Z' } as Call;
const at = (second: number): string => new Date(Date.parse(call.acceptedAt) + second * 1000).toISOString();
const event = (second: number, type: string, data: Readonly<Record<string, unknown>>): CallEvent =>
  ({ type, timestamp: at(second), data }) as CallEvent;
const exchange = (turn: number, body: unknown): BotExchange =>
  ({ turn, request: { body: typeof body === 'string' ? body : JSON.stringify(body), isCut: false } }) as BotExchange;

const events = [
  event(1, 'turn.asked', { turn: 0, cause: 'start', text: '' }),
  event(2, 'turn.failed', { turn: 0, code: 'bot.unreachable', reason: 'Connection refused' }),
  event(3, 'turn.asked', { turn: 1, cause: 'speech', text: 'Hello' }),
  event(4, 'turn.answered', { turn: 1, text: ['Hi.', 'Who?'], milliseconds: 12.5 }),
  event(5, 'turn.interrupted', { turn: 1 }),
];

test('turns of a call that runs are made of its events', () => {
  assert.deepEqual(
    botTurns({ call, events }).map(({ index, atMs, asked, steps, botMs, failure, isInterrupted }) => {
      const said = steps.map(({ text }) => text);
      return { index, atMs, asked, said, botMs, failure, isInterrupted };
    }),
    [
      {
        index: 0,
        atMs: 1000,
        asked: '',
        said: [],
        botMs: undefined,
        failure: 'bot.unreachable: Connection refused',
        isInterrupted: false,
      },
      {
        index: 1,
        atMs: 3000,
        asked: 'Hello',
        said: ['Hi.', 'Who?'],
        botMs: 12.5,
        failure: undefined,
        isInterrupted: true,
      },
    ],
  );
});

test('turns of a call that is over are those of its record, with what failed by the events', () => {
  const turn = {
    ...{ index: 0, request: { type: 'start', text: '' }, response: [], problems: ['slow'], provider: 'a bot' },
    times: { botAskedAtMs: 1000, botFirstByteAtMs: 1200, botAnsweredAtMs: 1500 },
  };
  const record = { startTime: call.acceptedAt, turns: [turn] } as unknown as CallRecord;
  const [only] = botTurns({ call, events, record });
  assert.deepEqual(
    [only?.atMs, only?.firstByteMs, only?.botMs, only?.provider, only?.problems, only?.failure],
    [1000, 200, 500, 'a bot', ['slow'], 'bot.unreachable: Connection refused'],
  );
});

test('each request tells what has changed in the context since the one before, also when one between had none', () => {
  const exchanges = [
    exchange(0, { context: { step: 1 } }),
    exchange(0, 'no JSON'),
    exchange(1, { context: { step: 2, name: 'Alice' } }),
  ];
  const [first, second] = botTurns({
    call,
    events,
    botExchanges: { vgwSessionID: 's', isComplete: true, exchanges, droppedExchanges: 0 },
  });
  assert.deepEqual(
    first?.exchanges.map(({ contextChanges }) => contextChanges),
    [undefined, undefined],
  );
  assert.deepEqual(second?.exchanges[0]?.contextChanges, [
    { path: 'step', kind: 'changed', before: 1, after: 2 },
    { path: 'name', kind: 'added', after: 'Alice' },
  ]);
});
