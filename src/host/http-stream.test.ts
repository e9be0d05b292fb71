/** Replies that are read while they come, over real sockets. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { afterEach, describe, test } from 'node:test';
import { createAuthorization } from '../authorization/index.ts';
import type { ReplyPart } from '../conversation/index.ts';
import type { HttpStreamOrder } from '../kit/index.ts';
import { createOpenaiChat, openaiChatOptions } from '../providers/openai-chat/index.ts';
import { createHttpClient, type HttpClient, type HttpClientOptions } from './http-client.ts';
import { listenOnLoopback } from './loopback-server.fixture.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function openClient(options: HttpClientOptions = {}): HttpClient {
  const client = createHttpClient(options);
  cleanups.push(() => client.close());
  return client;
}

async function serve(listener: RequestListener): Promise<string> {
  const listening = await listenOnLoopback(createServer(listener));
  cleanups.push(() => listening.close());
  return `http://${listening.host}`;
}

/** Resolves when the reader says that it has come this far: pieces follow each other without a clock. */
function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

const order = (url: string, more: Partial<HttpStreamOrder> = {}): HttpStreamOrder => ({
  url: `${url}/stream`,
  headers: { 'content-type': 'application/json' },
  body: '{}',
  connectTimeoutMs: 2000,
  idleTimeoutMs: 2000,
  totalTimeoutMs: 5000,
  maxReplyBytes: 1000,
  signal: new AbortController().signal,
  onData: () => 'progress',
  ...more,
});

const bearer = createAuthorization(
  { kind: 'bearer', token: { reveal: () => 'sk-1' } },
  { post: () => assert.fail('nothing is exchanged'), clock: { nowMs: () => 0 } },
);

describe('a streamed reply', () => {
  test('is handed on piece by piece, while the server still writes', async () => {
    const first = gate();
    const url = await serve((_request, response) => {
      response.writeHead(200);
      response.write('one');
      // Unless the first piece has arrived there is no second one.
      void first.passed.then(() => response.end('two'));
    });
    const pieces: [string, number][] = [];
    const onData = (bytes: Uint8Array, status: number) => {
      pieces.push([new TextDecoder().decode(bytes), status]);
      first.open();
      return 'progress' as const;
    };
    const ended = await openClient().postStream(order(url, { onData }));
    assert.equal(ended.ok && ended.value.status, 200);
    assert.deepEqual(pieces, [
      ['one', 200],
      ['two', 200],
    ]);
  });

  test('that never begins and one that stops in the middle are given up after the idle time', async () => {
    const url = await serve(() => {});
    const silent = await openClient().postStream(order(url, { idleTimeoutMs: 100 }));
    assert.equal(!silent.ok && silent.error.kind, 'timeout');
    assert.match(silent.ok ? '' : silent.error.detail, /began no answer within 100 ms/);
    const stopping = await serve((_request, response) => response.writeHead(200).write('one'));
    const stopped = await openClient().postStream(order(stopping, { idleTimeoutMs: 100 }));
    assert.match(stopped.ok ? '' : stopped.error.detail, /stopped amid its answer/);
    assert.equal(!stopped.ok && stopped.error.status, 200);
  });

  const drip: RequestListener = (request, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(': waiting\n\n'), 20);
    request.socket.once('close', () => {
      clearInterval(timer);
    });
  };

  test('that only keeps the connection alive is no progress', async () => {
    const outcome = await openClient().postStream(
      order(await serve(drip), { idleTimeoutMs: 150, onData: () => 'nothing' }),
    );
    assert.match(outcome.ok ? '' : outcome.error.detail, /began no answer within 150 ms/);
  });

  test('that goes on and on is given up after the whole time, and one that is too large at once', async () => {
    const url = await serve(drip);
    const endless = await openClient().postStream(order(url, { totalTimeoutMs: 200, maxReplyBytes: 1_000_000 }));
    assert.match(endless.ok ? '' : endless.error.detail, /did not answer to the end within 200 ms/);
    const large = await serve((_request, response) => response.end('x'.repeat(5000)));
    const outcome = await openClient().postStream(order(large));
    assert.equal(!outcome.ok && outcome.error.kind, 'too-large');
  });

  test('that breaks off is broken, and nothing is handed on once it was given up', async () => {
    const url = await serve((request, response) => {
      response.writeHead(200).write('one');
      setImmediate(() => request.socket.destroy());
    });
    const broken = await openClient().postStream(order(url));
    assert.equal(!broken.ok && broken.error.kind, 'broken');
    const controller = new AbortController();
    let count = 0;
    const onData = () => {
      count++;
      controller.abort();
      return 'progress' as const;
    };
    const aborted = await openClient().postStream(order(await serve(drip), { onData, signal: controller.signal }));
    assert.equal(!aborted.ok && aborted.error.kind, 'aborted');
    assert.equal(count, 1);
  });

  test('is not asked for where the policy is against it', async () => {
    const url = await serve((_request, response) => response.end());
    const client = openClient({ judgeAddress: () => 'no' });
    const outcome = await client.postStream(order(url));
    assert.equal(!outcome.ok && outcome.error.kind, 'not-allowed');
  });
});

describe('a chat completion server over real sockets', () => {
  const event = (content: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
  const end = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
  const ask = (
    url: string,
    onPart?: (part: ReplyPart) => void,
    readTimeoutMs = 2000,
    signal = new AbortController().signal,
  ) => {
    const options = openaiChatOptions.parse({ url: `${url}/v1`, model: 'small', readTimeoutMs });
    const service = createOpenaiChat(options, openClient().postStream, bearer);
    return service.turn({ sessionId: 's', tenantId: 't', text: 'hello', context: {} }, signal, onPart);
  };

  test('its stream arrives byte by byte and is read sentence by sentence', async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      seen.push([request.url, request.headers.authorization]);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const bytes = Buffer.from(event('Ciào. ') + event('It is 3.') + event('50. ') + event('Yes?') + end);
      void (async () => {
        for (const byte of bytes) await new Promise((resolve) => response.write(Buffer.from([byte]), resolve));
        response.end();
      })();
    });
    const sentences: string[] = [];
    const reply = await ask(url, ({ steps }) =>
      sentences.push(...steps.flatMap((step) => ('text' in step ? step.text : []))),
    );
    assert.deepEqual(sentences, ['Ciào.', 'It is 3.50.', 'Yes?']);
    assert.equal(reply.ok && reply.value.steps.length, 3);
    assert.deepEqual(seen, [['/v1/chat/completions', 'Bearer sk-1']]);
  });

  test('the first sentence is there while the server waits; with [DONE] nobody waits for the connection', async () => {
    const heard = gate();
    const url = await serve((_request, response) => {
      response.writeHead(200).write(event('First. Sec'));
      void heard.passed.then(() => response.write(event('ond.') + end));
    });
    const reply = await ask(url, () => {
      heard.open();
    });
    assert.deepEqual(reply.ok && reply.value.steps.map((step) => step.type === 'say' && step.text), [
      'First.',
      'Second.',
    ]);
  });

  for (const [name, listener, code, requests] of [
    ['stalls after a sentence', (_, response) => response.writeHead(200).write(event('First. Sec')), 'bot.timeout', 1],
    ['stalls before one', (_, response) => response.writeHead(200).write(event('First')), 'bot.timeout', 2],
    ['closes after a sentence', (_, response) => response.writeHead(200).end(event('First. Sec')), 'bot.bad-reply', 1],
    [
      'refuses the key',
      (_, response) => response.writeHead(401).end('{"error":{"code":"bad_key"}}'),
      'bot.unauthorized',
      1,
    ],
    ['always fails', (_, response) => response.writeHead(500).end('oops'), 'bot.bad-status', 2],
    ['floods', (_, response) => response.writeHead(200).end('x'.repeat(10_000_000)), 'bot.bad-reply', 1],
    ['redirects', (_, response) => response.writeHead(307, { location: '/' }).end(), 'bot.bad-status', 1],
  ] as const satisfies readonly (readonly [string, RequestListener, string, number])[]) {
    test(`a server that ${name}: ${code} after ${requests} requests`, async () => {
      let count = 0;
      const url = await serve((request, response) => {
        count++;
        listener(request, response);
      });
      const reply = await ask(url, undefined, name.includes('stalls') ? 300 : 5000);
      assert.equal(reply.ok ? 'ok' : reply.error.code, code);
      assert.equal(count, requests);
    });
  }

  test('an aborted turn closes the connection', async () => {
    const closed = gate();
    const controller = new AbortController();
    const url = await serve((request, response) => {
      request.socket.once('close', () => {
        closed.open();
      });
      response.writeHead(200).write(event('First. Sec'));
    });
    const asked = ask(
      url,
      () => {
        controller.abort(new Error('barge-in'));
      },
      2000,
      controller.signal,
    );
    await assert.rejects(asked, /barge-in/);
    await closed.passed;
  });
});
