import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, it } from 'node:test';
import { webhookProtocol } from '../providers/json-webhook/webhook-server.fixture.ts';
import { botConformance, conformingBot, connectToBot } from './index.ts';

const protocol = webhookProtocol(conformingBot);
const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = (await request.toArray()).join('');
  const { status, bodyText } = protocol({ method: 'POST', url: request.url ?? '', headers: {}, body });
  response.writeHead(status).end(bodyText);
};
const server = createServer((request, response) => void answer(request, response));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
const { service, close } = connectToBot({ bot: `http://127.0.0.1:${port}/`, type: 'webhook' });
after(async () => {
  await close();
  server.close();
});

for (const { name, run } of botConformance(() => service)) it(name, run);
