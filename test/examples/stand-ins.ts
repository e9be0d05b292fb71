/** What the examples talk to in place of services: a model and an assistant that speak the protocols of the real ones. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { v2Protocol } from '../../src/providers/watson-assistant-v2/v2-server.fixture.ts';
import { conformingBot } from '../../src/testing/index.ts';

export interface StandIn {
  readonly url: string;
  /** What was wrong with the requests. */
  readonly faults: readonly unknown[];
  close(): void;
}

type Handle = (request: IncomingMessage, body: string, response: ServerResponse) => void;

async function serve(handle: Handle): Promise<StandIn> {
  const faults: unknown[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      handle(request, (await request.toArray()).join(''), response);
    } catch (fault) {
      faults.push(fault);
      response.writeHead(400).end();
    }
  };
  const server: Server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface ChatRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly tools: readonly { readonly function: { readonly name: string } }[];
}

/** A streaming chat completion endpoint behind `/v1`, whose model notes that somebody comes, says goodbye and hangs up. */
export function startModel(apikey: string): Promise<StandIn> {
  return serve((request, body, response) => {
    assert.equal(request.url, '/v1/chat/completions');
    assert.equal(request.headers.authorization, `Bearer ${apikey}`);
    const { model, stream, messages, tools }: ChatRequest = JSON.parse(body);
    assert.deepEqual([model, stream], ['small', true]);
    assert.match(messages[0]?.content ?? '', /^You call Alice for the Rossi clinic/);
    assert.deepEqual(tools.map((tool) => tool.function.name).toSorted(), ['hang_up', 'set_variable']);
    const last = messages.at(-1);
    assert.deepEqual([last?.role, last?.content], ['user', 'yes I can']);
    const call = (index: number, name: string, values: object): object => ({
      tool_calls: [{ index, id: `call-${index}`, function: { name, arguments: JSON.stringify(values) } }],
    });
    const deltas = [
      { role: 'assistant', content: 'Great, ' },
      { content: 'see you on Monday. ' },
      call(0, 'set_variable', { name: 'outcome', value: 'coming' }),
      call(1, 'hang_up', {}),
    ];
    response.setHeader('content-type', 'text/event-stream');
    for (const delta of deltas) response.write(chunk(delta, null));
    response.end(`${chunk({}, 'tool_calls')}data: [DONE]\n\n`);
  });
}

function chunk(delta: object, finish: string | null): string {
  return `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

/** The v2 message API with sessions, and the token service that its API key is exchanged at. */
export function startAssistant(apikey: string): Promise<StandIn> {
  const protocol = v2Protocol(conformingBot);
  return serve((request, body, response) => {
    if (request.url === '/identity/token') {
      assert.equal(new URLSearchParams(body).get('apikey'), apikey);
      response.end(JSON.stringify({ access_token: 'TOKEN', token_type: 'Bearer', expires_in: 3600 }));
      return;
    }
    assert.equal(request.headers.authorization, 'Bearer TOKEN');
    const { method, url = '' } = request;
    const { status, bodyText } = protocol({ method: method === 'DELETE' ? 'DELETE' : 'POST', url, headers: {}, body });
    response.writeHead(status, { 'content-type': 'application/json' }).end(bodyText);
  });
}
