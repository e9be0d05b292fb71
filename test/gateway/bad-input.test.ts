/**
 * A whole gateway on real sockets, with bots, webhooks and strangers that misbehave in every way while a good call goes on.
 * Speech is faked, so that words that arrive prove the audio path and nothing takes long.
 */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createLog, type Gateway, startGateway } from '../../src/app/index.ts';
import type { CallEvent } from '../../src/call/index.ts';
import { type DemoPhone, startDemoPhone } from '../../src/cli/demo/demo-phone.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../src/cli/demo/webhook-receiver.ts';
import { readSettings } from '../../src/config/index.ts';

const speechModule = new URL('../../src/testing/fake-speech-engines.js', import.meta.url).href;
const json = { 'content-type': 'application/json' };

/** Bots by path; each answers the first turn well, so that the failure comes in the middle of a call. */
const bots: Readonly<Record<string, RequestListener>> = {
  good: (_request, response) => {
    const output = { text: ['all is well, goodbye'], vgwAction: { command: 'vgwActHangup' } };
    response.writeHead(200, json).end(JSON.stringify({ output, context: {} }));
  },
  error: (_request, response) => {
    response.writeHead(500).end('no');
  },
  garbage: (_request, response) => {
    response.writeHead(200, json).end('{"output": [');
  },
  late: () => undefined,
  huge: (_request, response) => {
    response.writeHead(200, json);
    const chunk = 'x'.repeat(65_536);
    let left = 160;
    const more = (): void => {
      left -= 1;
      if (left > 0 && !response.destroyed) response.write(chunk, more);
      else response.end();
    };
    more();
  },
  gone: (request) => {
    request.socket.destroy();
  },
};

const expectedEnds = {
  good: 'completed.bot',
  error: 'bot.bad-status',
  garbage: 'bot.bad-reply',
  late: 'bot.timeout',
  huge: 'bot.reply-too-large',
  gone: 'bot.unreachable',
};

describe('a gateway among strangers', () => {
  let folder: string;
  let bot: Server;
  let botUrl: string;
  let gateway: Gateway;
  let phone: DemoPhone;
  let webhook: WebhookReceiver;
  const overSessions = new Map<string, CallEvent>();
  let onOver: () => void = () => undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outdial-gateway-'));
    bot = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        const { input } = JSON.parse(body) as { input: { text: string } };
        const isPolite = input.text === '' || input.text === 'vgwHangUp';
        if (isPolite) response.writeHead(200, json).end(JSON.stringify({ output: { text: [] }, context: {} }));
        else bots[request.url?.slice(1) ?? '']?.(request, response);
      });
    });
    await new Promise<void>((resolve) => {
      bot.listen(0, '127.0.0.1', resolve);
    });
    botUrl = `http://127.0.0.1:${(bot.address() as AddressInfo).port}`;
    webhook = await startWebhookReceiver({ username: 'u', password: 'p' }, () => undefined);
    phone = await startDemoPhone(
      { ringMs: 50, lines: ['hello?'], speaksFirst: true, hangsUp: false, patienceMs: 300 },
      { model: 'base', voice: 'slt' },
      () => undefined,
      speechModule,
    );
    const read = readSettings({
      ENABLE_OUTBOUND_CALLS: 'true',
      HTTP_PORT: '0',
      SIP_PORT: '0',
      RTP_UDP_PORT_RANGE: '33000-33998',
      OUTDIAL_DATA_DIR: folder,
      WATSON_CONVERSATION_READ_TIMEOUT: '1',
      CONVERSATION_FAILED_REPLY_MESSAGE: 'sorry',
    });
    assert.ok(read.ok);
    const started = await startGateway({
      settings: read.value.settings,
      log: createLog('silent'),
      speechModule,
      observe: (sessionId, event) => {
        if (event.type === 'call.over') {
          overSessions.set(sessionId, event);
          onOver();
        }
      },
    });
    assert.ok(started.ok);
    gateway = started.value;
  });

  after(async () => {
    await gateway.stop(0);
    await Promise.allSettled([phone.close(), webhook.close()]);
    bot.closeAllConnections();
    bot.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function place(kind: string, statusWebhook: string): Promise<string> {
    const response = await fetch(`${gateway.httpUrl}/vgw/outboundCalls/t/startOutboundCall`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({
        to: phone.uri,
        statusWebhook,
        statusWebhookUsername: 'u',
        statusWebhookPassword: 'p',
        tenantConfig: { config: { conversation: { url: `${botUrl}/${kind}` } } },
      }),
    });
    const { vgwSessionID } = (await response.json()) as { vgwSessionID?: string };
    assert.equal(response.status, 200);
    assert.ok(vgwSessionID !== undefined);
    return vgwSessionID;
  }

  async function untilOver(sessions: readonly string[]): Promise<void> {
    await new Promise<void>((resolve) => {
      onOver = () => {
        if (sessions.every((id) => overSessions.has(id))) resolve();
      };
      onOver();
    });
  }

  it('each bot that fails ends its own call, with its own reason, and no other', async () => {
    const kinds = Object.keys(expectedEnds);
    const sessions = await Promise.all(kinds.map((kind) => place(kind, webhook.url)));
    await untilOver(sessions);
    const ends = Object.fromEntries(
      sessions.map((id, index) => {
        const over = overSessions.get(id);
        return [kinds[index], over?.type === 'call.over' ? over.end.endCode : 'none'];
      }),
    );
    assert.deepEqual(ends, expectedEnds);
  });

  it('what every call told its webhook: in order, one end each, a reason with each failure', async () => {
    // Deliveries may trail the end of the call by a moment.
    for (let attempt = 0; attempt < 100 && webhook.received.length < 24; attempt += 1) {
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
    for (const [id, over] of overSessions) {
      const told = webhook.received.filter(({ vgwSessionID }) => vgwSessionID === id);
      const isGood = over.type === 'call.over' && over.end.state === 'ended';
      assert.deepEqual(
        told.map(({ callState }) => callState),
        ['started', 'ringing', 'active', isGood ? 'ended' : 'failed'],
      );
      assert.equal(typeof told.at(-1)?.failureReason === 'string', !isGood);
    }
  });

  it('webhooks that cannot be reached or never answer do not delay a call', async () => {
    let asked = 0;
    const silent = createServer(() => {
      asked += 1;
    });
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    const closedPort = 9;
    const silentUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const sessions = await Promise.all([place('good', `http://127.0.0.1:${closedPort}/`), place('good', silentUrl)]);
    await untilOver(sessions);
    // The call is over while its very first notification is still waiting for an answer.
    assert.equal(asked, 1);
    silent.closeAllConnections();
    silent.close();
    for (const id of sessions) {
      const over = overSessions.get(id);
      assert.equal(over?.type === 'call.over' ? over.end.endCode : 'none', 'completed.bot');
    }
  });

  it('rubbish on the SIP port and on every RTP port neither crashes the gateway nor reaches a call', async () => {
    const stranger = createSocket('udp4');
    const rubbish = [
      new Uint8Array(0),
      new Uint8Array(1500).fill(0x80),
      new TextEncoder().encode('INVITE sip:x@y SIP/2.0\r\nVia: SIP/2.0/UDP x\r\nContent-Length: 99999\r\n\r\n'),
      new TextEncoder().encode(`BYE sip:a SIP/2.0\r\n${'X: y\r\n'.repeat(2000)}`),
      Uint8Array.from([0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, ...Array.from({ length: 160 }, () => 0x55)]),
    ];
    const session = await place('good', webhook.url);
    let sent = 0;
    const spray = setInterval(() => {
      const bytes = rubbish[sent % rubbish.length];
      if (bytes !== undefined) stranger.send(bytes, gateway.sipPort, '127.0.0.1');
      for (let port = 33_000; port < 33_100; port += 2) {
        if (bytes !== undefined) stranger.send(bytes, port, '127.0.0.1');
      }
      sent += 1;
    }, 20);
    await untilOver([session]);
    clearInterval(spray);
    stranger.close();
    assert.ok(sent > 20);
    const over = overSessions.get(session);
    assert.equal(over?.type === 'call.over' ? over.end.endCode : 'none', 'completed.bot');
    assert.equal(phone.phone.understood.at(-1), 'all is well, goodbye');
  });

  it('every call has one record', async () => {
    await gateway.stop(0);
    const files = await readdir(join(folder, 'calls'));
    assert.deepEqual(files.sort(), [...overSessions.keys()].map((id) => `${id}.json`).sort());
    for (const file of files) {
      const record = JSON.parse(await readFile(join(folder, 'calls', file), 'utf8')) as { outboundCall: boolean };
      assert.equal(record.outboundCall, true);
    }
  });
});
