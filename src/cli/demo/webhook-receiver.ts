/** A small HTTP server that takes the gateway's status notifications, as a user of the API would write one. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StatusNotification {
  readonly vgwSessionID: string;
  readonly callState: string;
  readonly failureReason: string | null;
  /** Whether the Basic credentials were the expected ones. */
  readonly isAuthorized: boolean;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly StatusNotification[];
  close(): Promise<void>;
}

const largestBody = 65_536;

export async function startWebhookReceiver(
  credentials: { readonly username: string; readonly password: string },
  onNotification: (notification: StatusNotification) => void,
): Promise<WebhookReceiver> {
  const received: StatusNotification[] = [];
  const expected = `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
      if (body.length > largestBody) request.destroy();
    });
    request.on('end', () => {
      const isAuthorized = request.headers.authorization === expected;
      const notification = readNotification(body, isAuthorized);
      if (notification === undefined) {
        response.writeHead(400).end();
        return;
      }
      received.push(notification);
      onNotification(notification);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/call-status`,
    received,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

function readNotification(body: string, isAuthorized: boolean): StatusNotification | undefined {
  try {
    const { vgwSessionID, callState, failureReason } = JSON.parse(body) as Partial<Record<string, unknown>>;
    if (typeof vgwSessionID !== 'string' || typeof callState !== 'string') return undefined;
    if (failureReason !== null && typeof failureReason !== 'string') return undefined;
    return { vgwSessionID, callState, failureReason, isAuthorized };
  } catch {
    return undefined;
  }
}
