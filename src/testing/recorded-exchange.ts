/** A recorded exchange with a bot, and whether a connection still makes exactly that exchange. */
import assert from 'node:assert/strict';
import type { ConversationService, TurnReply, TurnRequest } from '../conversation/index.ts';
import { type HttpPost, type JsonObject, ok } from '../kit/index.ts';

/** One call, turn by turn. */
export interface RecordedExchange {
  readonly turns: readonly {
    readonly turn: TurnRequest;
    /** Every request that the turn makes, in order, and what it is answered. */
    readonly requests: readonly {
      readonly method: 'POST' | 'DELETE';
      readonly url: string;
      /** Left out when the request has none. */
      readonly body?: JsonObject;
      readonly status: number;
      /** Left out when the answer is empty. */
      readonly reply?: JsonObject;
    }[];
    readonly result: TurnReply;
  }[];
}

/** Rejects unless the same bytes go out in the same order, and the same is made of what comes back. */
export async function replayExchange(
  { turns }: RecordedExchange,
  connect: (post: HttpPost) => ConversationService,
): Promise<void> {
  const expected = turns.flatMap(({ requests }) => requests);
  let asked = 0;
  const service = connect(async ({ method = 'POST', url, body }) => {
    const next = expected[asked++];
    assert.ok(next !== undefined, `one request too many: ${method} ${url}`);
    assert.deepEqual(
      { method, url, body },
      { method: next.method, url: next.url, body: next.body === undefined ? '' : JSON.stringify(next.body) },
    );
    return ok({ status: next.status, bodyText: next.reply === undefined ? '' : JSON.stringify(next.reply) });
  });
  let due = 0;
  for (const { turn, requests, result } of turns) {
    const outcome = await service.turn(turn, new AbortController().signal);
    assert.ok(outcome.ok, outcome.ok ? '' : outcome.error.message);
    // What went over the wire has been compared already.
    const { exchange: _exchange, ...reply } = outcome.value;
    assert.deepEqual(reply, result);
    due += requests.length;
    assert.equal(asked, due, 'not every request was made');
  }
}
