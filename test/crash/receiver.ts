/** A receiver of notifications that checks every signature and keeps everything, in the order in which it came. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly vgwSessionID: string;
  readonly callState: string | null;
  readonly failureReason: string | null;
  readonly type: string;
  readonly sequence: number;
  readonly webhookId: string;
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** Requests whose signature or shape was wrong. */
  readonly bad: readonly string[];
  close(): Promise<void>;
}

/** Fails every `1/failing`th request with 500, after having read it; 0: none. */
export async function startReceiver(secret: string, failing = 0, delayMs = 0): Promise<Receiver> {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const received: Received[] = [];
  const bad: string[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests++;
      const answer = (status: number): void => {
        if (delayMs === 0) response.writeHead(status).end();
        else setTimeout(() => response.writeHead(status).end(), delayMs);
      };
      if (failing > 0 && requests % failing === 0) {
        answer(500);
        return;
      }
      const body = Buffer.concat(chunks).toString('utf8');
      const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = request.headers;
      const wanted = createHmac('sha256', key)
        .update(`${String(id)}.${String(timestamp)}.${body}`)
        .digest('base64');
      const given = typeof signature === 'string' ? signature.split(' ') : [];
      const isGenuine = given.some((each) => each.length === wanted.length + 3 && isSame(each.slice(3), wanted));
      if (!isGenuine) bad.push(`${String(id)}: signature ${String(signature)}`);
      received.push({ ...(JSON.parse(body) as Received), webhookId: String(id) });
      answer(204);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/states`,
    received,
    bad,
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

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

/** What is wrong with the notifications of one call: order, repetitions under another id, more or less than one end. */
export function findFaults(sessionId: string, all: readonly Received[]): string[] {
  const own = all.filter(({ vgwSessionID }) => vgwSessionID === sessionId);
  const faults: string[] = [];
  const first = own.filter((each, index) => own.findIndex(({ webhookId }) => webhookId === each.webhookId) === index);
  first.forEach(({ sequence, webhookId }, index) => {
    const before = first[index - 1]?.sequence ?? 0;
    if (sequence <= before) faults.push(`${webhookId} came after sequence ${before}`);
  });
  const ends = first.filter(({ callState, type }) => type.startsWith('call.') && isEnd(callState));
  if (ends.length !== 1) faults.push(`${ends.length} ends: ${first.map(({ type }) => type).join(' ')}`);
  else if (first.at(-1) !== ends[0]) faults.push(`something after the end: ${first.map(({ type }) => type).join(' ')}`);
  return faults.map((fault) => `${sessionId}: ${fault}`);
}

function isEnd(callState: string | null): boolean {
  return callState === 'ended' || callState === 'failed';
}
