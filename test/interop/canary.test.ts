/**
 * Promise A9: a whole gateway with real sockets, with canaries for every secret. Calls go well, are refused, meet broken
 * bots and webhooks; no canary is found in the log, in an error answer or in what a webhook is told, and no credentials in what is
 * kept of the exchanges with bots, though these tell them on.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { type Gateway, type GatewayLog, startGateway } from '../../src/app/index.ts';
import type { CallEvent } from '../../src/call/index.ts';
import { readSettings } from '../../src/config/index.ts';
import { at, createNodeRandom, monotonicClock, openSipSocket, type SipSocket } from '../../src/host/index.ts';
import { createUserAgent, type SipEffect } from '../../src/sip/index.ts';
import { listenOnLoopback } from '../../src/host/loopback-server.fixture.ts';

const canaries = {
  apiPassword: 'c4n4ry-api-password',
  apiUser: 'c4n4ry-api-user',
  botPassword: 'c4n4ry-bot-password',
  hookPassword: 'c4n4ry-hook-password',
  requestPassword: 'c4n4ry-request-password',
  token: 'c4n4ry-token',
  pin: '40718296',
  callee: '15550001111',
  caller: '15550002222',
} as const;

function assertNoCanary(where: string, text: string): void {
  for (const [name, canary] of Object.entries(canaries)) {
    for (const form of [canary, Buffer.from(canary).toString('base64').slice(0, 12)]) {
      assert.ok(!text.includes(form), `${name} in ${where}: ${text.slice(0, 2000)}`);
    }
  }
}

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  const listening = await listenOnLoopback(server);
  t.after(() => listening.close());
  return `http://${listening.host}/${canaries.token}`;
}

/** A callee that answers, or refuses with a phrase that gives its number away. */
async function openPhone(t: TestContext): Promise<number> {
  let socket: SipSocket | undefined = undefined as SipSocket | undefined;
  const random = createNodeRandom();
  const sdp = `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 39998 RTP/AVP 0\r\n`;
  const carryOut = (effects: readonly SipEffect[]): void => {
    for (const effect of effects) {
      if (effect.type === 'send') socket?.send(effect.bytes, effect.to);
      if (effect.type !== 'incoming') continue;
      const { legId, requestUri } = effect.call;
      const nowMs = monotonicClock.nowMs();
      carryOut(requestUri.includes('refuse') ? agent.reject(legId, 486, nowMs) : agent.accept(legId, sdp, nowMs));
    }
  };
  socket = await openSipSocket(
    { host: '127.0.0.1', port: 0 },
    {
      onDatagram: (bytes, source) => carryOut(agent.receive(bytes, source, monotonicClock.nowMs())),
      onSendFailed: () => undefined,
    },
  );
  const agent = createUserAgent({ random, sentBy: socket.local, userAgent: 'callee', acceptsCalls: true });
  t.after(() => socket?.close());
  return socket.local.port;
}

interface Watch {
  readonly gateway: Gateway;
  readonly logged: string[];
  readonly dataDir: string;
  /** Resolves when so many calls are over. */
  over(count: number): Promise<void>;
}

async function open(t: TestContext, environment: Record<string, string>): Promise<Watch> {
  const dataDir = mkdtempSync(join(tmpdir(), 'outdial-canary-'));
  const read = readSettings({
    ENABLE_OUTBOUND_CALLS: 'true',
    HTTP_PORT: '0',
    SIP_PORT: '0',
    RTP_UDP_PORT_RANGE: '33000-33100',
    OUTDIAL_DATA_DIR: dataDir,
    ...environment,
  });
  assert.ok(read.ok, inspect(read));
  const logged: string[] = [];
  const write = (fields: object, text: string): void =>
    void logged.push(`${text} ${JSON.stringify(fields)} ${inspect(fields, { depth: 9 })}`);
  // The audit log is there to say who called: it names the user, and nothing else of theirs.
  const writeAudit = (fields: object, text: string): void =>
    void logged.push(`${text} ${JSON.stringify(fields).replaceAll(canaries.apiUser, 'the user')}`);
  const log: GatewayLog = { debug: write, info: write, warn: write, error: write, audit: writeAudit };
  let overCount = 0;
  let look = (): void => undefined;
  const observe = (_sessionId: string, event: CallEvent): void => {
    if (event.type === 'call.over') overCount += 1;
    look();
  };
  const started = await startGateway({ settings: read.value.settings, log, observe });
  assert.ok(started.ok, started.ok ? '' : started.error.join());
  t.after(async () => {
    await started.value.stop(0);
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    gateway: started.value,
    logged,
    dataDir,
    over: (count) =>
      new Promise((resolve, reject) => {
        const cancel = at(monotonicClock, monotonicClock.nowMs() + 20_000, () => {
          reject(new Error(`${overCount} of ${count} calls were over in time`));
        });
        look = () => {
          if (overCount < count) return;
          cancel();
          resolve();
        };
        look();
      }),
  };
}

test('no canary leaves by the log, an error answer or a webhook', { timeout: 60_000 }, async (t) => {
  const told: string[] = [];
  const hook = await serve(t, (request, response) => {
    request.setEncoding('utf8').on('data', (body: string) => told.push(body));
    response.writeHead(request.headers.authorization === undefined ? 500 : 200).end(canaries.token);
  });
  const hangUp = {
    output: { vgwAction: { command: 'vgwActHangup' }, text: [`PIN ${canaries.pin}`] },
    context: { pin: canaries.pin },
  };
  let turns = 0;
  const bot = await serve(t, (request, response) => {
    turns += 1;
    request.resume();
    // The first turn of a call goes well; then whatever may happen, each with canaries in it.
    if (turns % 3 === 1) {
      const seen = request.headers.authorization;
      response.end(JSON.stringify({ output: { text: [] }, context: { pin: canaries.pin, seen } }));
    } else if (turns % 3 === 2) response.end(JSON.stringify(hangUp));
    else response.writeHead(500).end(`${canaries.pin} ${canaries.token}`);
  });
  const phonePort = await openPhone(t);
  const watch = await open(t, {
    REST_API_USERNAME: canaries.apiUser,
    REST_API_PASSWORD: canaries.apiPassword,
    WATSON_CONVERSATION_URL: bot,
    WATSON_CONVERSATION_USERNAME: 'bot',
    WATSON_CONVERSATION_PASSWORD: canaries.botPassword,
    OUTBOUND_CALLS_STATUS_WEBHOOK: hook,
    OUTBOUND_CALLS_STATUS_WEBHOOK_USERNAME: 'hook',
    OUTBOUND_CALLS_STATUS_WEBHOOK_PASSWORD: canaries.hookPassword,
    POST_RESPONSE_TIMEOUT: '200',
    OUTDIAL_SIP_DENY: '*.denied.test',
    OUTDIAL_ALLOWED_PREFIXES: '+1555',
  });
  const { gateway, logged, dataDir } = watch;
  const url = `${gateway.httpUrl}/vgw/outboundCalls/${canaries.callee}/startOutboundCall`;
  const send = async (body: unknown, password: string = canaries.apiPassword): Promise<number> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${canaries.apiUser}:${password}`).toString('base64')}`,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    assertNoCanary(`the answer to ${inspect(body)}`, await response.text());
    return response.status;
  };
  const good = {
    to: `sip:+${canaries.callee}@127.0.0.1:${phonePort}`,
    from: `sip:+${canaries.caller}@example.net`,
    context: { pin: canaries.pin, token: canaries.token },
  };
  const conversation = { url: `${bot}/other`, username: 'x', password: canaries.requestPassword };
  const calls: readonly object[] = [
    good,
    { ...good, to: good.to.replace('sip:+', 'sip:refuse+') },
    { ...good, statusWebhook: hook },
    { ...good, statusWebhook: `http://127.0.0.1:1/${canaries.token}`, statusWebhookPassword: canaries.requestPassword },
    { ...good, tenantConfig: { config: { conversation } } },
    { ...good, to: `sip:+${canaries.callee}@no-such-host.invalid` },
  ];
  for (const call of calls) assert.equal(await send(call), 200);
  const statuses = new Map<number, number>();
  for (const [body, password] of [
    [good, `${canaries.apiPassword}x`],
    [`{"to": "${canaries.callee}", ${canaries.token}`],
    [{ ...good, to: canaries.callee }],
    [{ ...good, to: `tel:+${canaries.callee}` }],
    [{ ...good, to: `sip:+99${canaries.callee}@127.0.0.1` }],
    [{ ...good, to: `sip:+${canaries.callee}@x.denied.test` }],
    [{ ...good, to: `${good.to}\r\nX: ${canaries.token}` }],
    [{ ...good, route: `<sip:${canaries.callee}` }],
    [{ ...good, statusWebhook: `ftp://${canaries.token}` }],
    [{ ...good, statusWebhook: `http://u:${canaries.requestPassword}@x/` }],
    [{ ...good, statusWebhook: `http://169.254.169.254/${canaries.token}` }],
    [{ ...good, statusWebhookUsername: `a:${canaries.token}` }],
    [
      {
        ...good,
        tenantConfig: { config: { conversation: { url: 'http://other.test/', password: canaries.requestPassword } } },
      },
    ],
    [{ ...good, tenantConfig: { config: { postResponseTimeout: canaries.pin } } }],
    [{ ...good, tenantConfig: { config: { restAPI: { password: canaries.apiPassword } } } }],
  ] as const) {
    const status = await send(body, password);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  assert.deepEqual(
    [...statuses.keys()].sort((a, b) => a - b),
    [400, 401, 403],
  );
  await watch.over(calls.length);
  await gateway.stop(5000);
  const folder = join(dataDir, 'bot-exchanges');
  const exchanges = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  assert.equal(exchanges.length, calls.length);
  assert.ok(exchanges.some((text) => text.includes(String.raw`\"seen\":\"Basic ***\"`)));
  for (const text of exchanges) {
    for (const [user, password] of [
      ['bot', canaries.botPassword],
      ['x', canaries.requestPassword],
    ] as const) {
      assert.ok(
        !text.includes(password) && !text.includes(Buffer.from(`${user}:${password}`).toString('base64')),
        text,
      );
    }
  }
  assert.ok(turns > calls.length && told.length > calls.length, `${turns} turns, ${told.length} notifications`);
  assert.ok(logged.length > 20);
  assert.ok(logged.some((line) => line.startsWith('webhook failed and is tried again')));
  for (const line of logged) assertNoCanary('the log', line);
  for (const body of told) {
    // The tenant is named to its own receiver, and here its name is a number.
    const { tenantID: _named, ...rest } = JSON.parse(body) as Record<string, unknown>;
    assertNoCanary('a webhook', JSON.stringify(rest));
  }
});
