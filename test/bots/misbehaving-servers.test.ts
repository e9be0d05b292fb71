/** Every connection to a bot behind HTTP against servers on real sockets: one that behaves, and all that do not. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { after, describe, test } from 'node:test';
import { createAuthorization } from '../../src/authorization/index.ts';
import type { ConversationService } from '../../src/conversation/index.ts';
import { createHttpClient, monotonicClock } from '../../src/host/index.ts';
import type { ErrorCode, HttpPost, JsonObject } from '../../src/kit/index.ts';
import { createWatsonAssistantV1, watsonAssistantV1Options } from '../../src/providers/watson-assistant-v1/index.ts';
import { v1Protocol } from '../../src/providers/watson-assistant-v1/v1-server.fixture.ts';
import { createWatsonAssistantV2, watsonAssistantV2Options } from '../../src/providers/watson-assistant-v2/index.ts';
import { v2Protocol } from '../../src/providers/watson-assistant-v2/v2-server.fixture.ts';
import { type BotProtocol, conformingBot } from '../../src/testing/index.ts';

interface Connection {
  readonly protocol: BotProtocol;
  readonly connect: (url: string, post: HttpPost, readTimeoutMs: number) => ConversationService;
}

const openDoor = (post: HttpPost) => createAuthorization({ kind: 'none' }, { post, clock: monotonicClock });
const connections: Readonly<Record<string, Connection>> = {
  'watson-assistant-v1': {
    protocol: v1Protocol,
    connect: (url, post, readTimeoutMs) =>
      createWatsonAssistantV1(watsonAssistantV1Options.parse({ url, readTimeoutMs }), post, openDoor(post)),
  },
  'watson-assistant-v2': {
    protocol: v2Protocol,
    connect: (url, post, readTimeoutMs) => {
      const options = watsonAssistantV2Options.parse({ url, readTimeoutMs, assistantId: 'a-1' });
      return createWatsonAssistantV2(options, post, openDoor(post));
    },
  },
};

/** What a server does with the bare socket, once it has read a request. */
type Act = (socket: Socket) => void;

const write =
  (text: string): Act =>
  (socket) =>
    socket.write(text);
/** Whole, and then the connection closes: the server behind the socket does not know that it has answered. */
const answer =
  (status: string, body: string, more = ''): Act =>
  (socket) =>
    socket.end(
      `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`,
    );

/** The same again and again, until the gateway has had enough. */
const forever =
  (head: string, piece: string, everyMs: number): Act =>
  (socket) => {
    socket.write(head);
    const timer = setInterval(() => socket.write(piece), everyMs);
    socket.once('close', () => {
      clearInterval(timer);
    });
  };

const acts: readonly (readonly [name: string, act: Act, code: ErrorCode])[] = [
  [
    'sends its body a byte at a time',
    forever('HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n', ' ', 100),
    'bot.timeout',
  ],
  ['sends its headers a byte at a time', forever('HTTP/1.1 200 OK\r\nx: ', 'y', 100), 'bot.timeout'],
  ['never answers', () => undefined, 'bot.timeout'],
  ['sends endless headers', forever('HTTP/1.1 200 OK\r\n', `x: ${'y'.repeat(4000)}\r\n`, 1), 'bot.bad-reply'],
  ['promises 100 MB', write('HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n'), 'bot.reply-too-large'],
  [
    'sends a body without end',
    forever('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', `10000\r\n${'x'.repeat(65_536)}\r\n`, 1),
    'bot.reply-too-large',
  ],
  ['speaks another protocol', write('220 smtp.example.net ESMTP\r\n'), 'bot.bad-reply'],
  ['closes at once', (socket) => socket.destroy(), 'bot.unreachable'],
  [
    'closes in the middle of its JSON',
    (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"output":{"te'),
    'bot.unreachable',
  ],
  ['answers with a web page', answer('200 OK', '<!doctype html><p>Hello'), 'bot.bad-reply'],
  ['answers with other JSON', answer('200 OK', '{"hello":"world"}'), 'bot.bad-reply'],
  ['answers with nothing', answer('200 OK', ''), 'bot.bad-reply'],
  ['redirects', answer('302 Found', '', 'location: http://127.0.0.1:1/\r\n'), 'bot.bad-status'],
  ['answers 401', answer('401 Unauthorized', ''), 'bot.unauthorized'],
  ['answers 404', answer('404 Not Found', 'no'), 'bot.bad-status'],
  ['answers 429', answer('429 Too Many Requests', '', 'retry-after: 60\r\n'), 'bot.bad-status'],
  ['answers 500', answer('500 Internal Server Error', 'oops'), 'bot.bad-status'],
];

/** A server whose next requests are answered by an act; without one it behaves. */
async function serve(protocol: BotProtocol) {
  const well = protocol(conformingBot);
  const state: { act: Act | undefined } = { act: undefined };
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    void (async () => {
      const body = await textOf(request);
      const { method = '', url = '' } = request;
      if (state.act !== undefined) return state.act(request.socket);
      const reply = well({
        method: method === 'DELETE' ? 'DELETE' : 'POST',
        url: `http://bot${url}`,
        headers: {},
        body,
      });
      response.writeHead(reply.status).end(reply.bodyText);
    })();
  }).listen(0, '127.0.0.1');
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { state, url: `http://127.0.0.1:${port}`, close };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

for (const [name, { protocol, connect }] of Object.entries(connections)) {
  const client = createHttpClient();
  const server = await serve(protocol);
  describe(name, () => {
    after(async () => {
      await client.close();
      await server.close();
    });
    const ask = (text: string, context: JsonObject, readTimeoutMs = 5000) =>
      connect(server.url, client.post, readTimeoutMs).turn(
        { sessionId: 's-1', tenantId: 't-1', text, context },
        new AbortController().signal,
      );

    for (const [what, act, code] of acts) {
      test(`a server that ${what}: ${code}, and the next turn is answered`, async () => {
        const first = await ask('', { name: 'Rossi' });
        assert.ok(first.ok, JSON.stringify(first));
        server.state.act = act;
        // Only where lateness is the point is the budget small.
        const failed = await ask('on Tuesday', first.value.context, code === 'bot.timeout' ? 300 : 5000);
        server.state.act = undefined;
        assert.equal(failed.ok ? 'ok' : failed.error.code, code);
        const next = await ask('on Tuesday', first.value.context);
        assert.deepEqual(next.ok && next.value.steps, [{ type: 'say', text: 'You said: on Tuesday.' }]);
      });
    }

    test('a whole call', async () => {
      let context: JsonObject = { name: 'Rossi' };
      for (const [text, steps] of [
        ['', 2],
        ['on Tuesday', 1],
        ['bye', 2],
        ['vgwHangUp', 0],
      ] as const) {
        const reply = await ask(text, context);
        assert.ok(reply.ok);
        assert.equal(reply.value.steps.length, steps);
        context = reply.value.context;
      }
    });
  });
}
