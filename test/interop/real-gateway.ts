/** A real gateway on loopback with a bot and a webhook receiver, for tests against foreign programs. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, type Gateway, startGateway } from '../../src/app/index.ts';
import { readSettings } from '../../src/config/index.ts';
import { recordFileName } from '../../src/host/index.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../src/cli/demo/webhook-receiver.ts';

export interface BotTurn {
  readonly text: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** The reply to a turn, in the v1 shape but for the context, which is given back as it came. */
export type BotReply = {
  readonly text?: string;
  readonly vgwAction?: { readonly command: string; readonly parameters?: Readonly<Record<string, unknown>> };
};

/** What is known of a call when it is over. */
export interface CallOutcome {
  readonly sessionId: string;
  readonly states: readonly string[];
  readonly failureReason: string | null;
  readonly record: CallRecordShape;
  readonly recording: string;
}

export interface CallRecordShape {
  readonly outboundCall: boolean;
  readonly to: string;
  readonly from: string;
  readonly codec: string | null;
  readonly endCode: string;
  readonly endedBy: string;
  readonly sipStatus: number | null;
  readonly q850Cause: number | null;
  readonly retryAfter: number | null;
  readonly redirects: readonly { readonly status: number; readonly target: string }[];
  readonly earlyMedia: readonly { readonly sound: string; readonly category: string | null }[];
  readonly mediaEncryption: string | null;
  readonly warnings: readonly string[];
  readonly transfer: { readonly outcome: string; readonly sipStatus: number | null } | null;
  readonly turns: readonly { readonly request: { readonly type: string; readonly text: string } }[];
  readonly rtpNetworkSummary: {
    readonly packetsSent: number;
    readonly packetsReceived: number;
    readonly packetsLost: number;
    readonly packetsMalformed: number;
    readonly sendJitterP99Ms: number;
    readonly jitterMeanMs: number | null;
    readonly rtcpPacketsSent: number;
    readonly rtcpPacketsReceived: number;
    readonly rtcpPacketsRefused: number;
    readonly roundTripMs: number | null;
    readonly farPacketsLost: number | null;
    readonly farJitterMs: number | null;
    readonly farName: string | null;
    readonly farMos: number | null;
    readonly mos: number | null;
    readonly quality: readonly { readonly lossPercent: number | null }[];
  } | null;
}

export interface RealGateway {
  readonly url: string;
  readonly credentials: { readonly username: string; readonly password: string };
  readonly turns: readonly BotTurn[];
  /** Places a call and waits until its last state has been told and its record is written. */
  call(to: string, answer: (turn: BotTurn, index: number) => BotReply): Promise<CallOutcome>;
  /** Waits for a call to come in, until its last state has been told and its record is written. */
  take(answer: (turn: BotTurn, index: number) => BotReply): Promise<CallOutcome>;
  readonly sipPort: number;
  close(): Promise<void>;
}

/** Says nothing, and hangs up after a while of silence. */
export const hangUpSoon = ({ text }: BotTurn): BotReply =>
  text === 'vgwPostResponseTimeout' ? { vgwAction: { command: 'vgwActHangup' } } : {};

const credentials = { username: 'interop', password: 'interop-password' };

export async function startRealGateway(environment: Readonly<Record<string, string>> = {}): Promise<RealGateway> {
  const dataDir = await mkdtemp(join(tmpdir(), 'outdial-interop-'));
  const turns: BotTurn[] = [];
  let answer: (turn: BotTurn, index: number) => BotReply = () => ({});
  const bot = await startBot((turn) => {
    turns.push(turn);
    return answer(turn, turns.length - 1);
  });
  let onNotification: () => void = () => undefined;
  const webhook: WebhookReceiver = await startWebhookReceiver(credentials, () => {
    onNotification();
  });
  const read = readSettings({
    ENABLE_OUTBOUND_CALLS: 'true',
    REST_API_USERNAME: credentials.username,
    REST_API_PASSWORD: credentials.password,
    HTTP_PORT: '0',
    SIP_PORT: '0',
    RTP_UDP_PORT_RANGE: '32000-32998',
    ENABLE_RECORDING: 'true',
    STEREO_RECORDING: 'true',
    OUTDIAL_DATA_DIR: dataDir,
    WATSON_CONVERSATION_URL: bot.url,
    OUTBOUND_CALLS_STATUS_WEBHOOK: webhook.url,
    OUTBOUND_CALLS_STATUS_WEBHOOK_USERNAME: credentials.username,
    OUTBOUND_CALLS_STATUS_WEBHOOK_PASSWORD: credentials.password,
    ...environment,
  });
  assert.ok(read.ok, JSON.stringify(read));
  const started = await startGateway({ settings: read.value.settings, log: createLog('silent') });
  assert.ok(started.ok, JSON.stringify(started));
  const gateway: Gateway = started.value;

  /** What is told from now on, up to the end of one call. */
  function expectCall(nextAnswer: typeof answer) {
    answer = nextAnswer;
    turns.length = 0;
    const before = webhook.received.length;
    const told = (): typeof webhook.received => webhook.received.slice(before);
    const isOver = new Promise<void>((resolve) => {
      onNotification = () => {
        if (told().some(({ callState }) => callState === 'ended' || callState === 'failed')) resolve();
      };
    });
    return { told, isOver };
  }

  async function outcomeOf(sessionId: string, notifications: typeof webhook.received): Promise<CallOutcome> {
    const record = JSON.parse(
      await whenThere(join(dataDir, 'calls', `${recordFileName(sessionId)}.json`), () => gateway.activeCalls() === 0),
    ) as CallRecordShape;
    assert.ok(notifications.every((each) => each.vgwSessionID === sessionId && each.isAuthorized));
    return {
      sessionId,
      states: notifications.map(({ callState }) => callState),
      failureReason: notifications.at(-1)?.failureReason ?? null,
      record,
      recording: join(dataDir, 'recordings', `${sessionId}-audio.wav`),
    };
  }

  return {
    url: gateway.httpUrl,
    credentials,
    turns,
    sipPort: gateway.sipPort,
    async take(nextAnswer) {
      const { told, isOver } = expectCall(nextAnswer);
      await isOver;
      return outcomeOf(told()[0]?.vgwSessionID ?? '', told());
    },
    async call(to, nextAnswer) {
      const { told, isOver } = expectCall(nextAnswer);
      const response = await fetch(`${gateway.httpUrl}/vgw/outboundCalls/any/startOutboundCall`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`,
        },
        body: JSON.stringify({
          to,
          statusWebhook: webhook.url,
          statusWebhookUsername: credentials.username,
          statusWebhookPassword: credentials.password,
        }),
      });
      const body = (await response.json()) as { vgwSessionID: string };
      assert.equal(response.status, 200, JSON.stringify(body));
      assert.equal('failureReason' in body, false);
      const sessionId = body.vgwSessionID;
      await isOver;
      return outcomeOf(sessionId, told());
    },
    async close() {
      await gateway.stop(0);
      await Promise.allSettled([bot.close(), webhook.close()]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A gateway that is there for as long as `act` takes. */
export async function withRealGateway(
  environment: Readonly<Record<string, string>>,
  act: (gateway: RealGateway) => Promise<void>,
): Promise<void> {
  const gateway = await startRealGateway(environment);
  try {
    await act(gateway);
  } finally {
    await gateway.close();
  }
}

/** Reads a file as soon as it is there; gives up after 10 s. */
async function whenThere(path: string, isReady: () => boolean): Promise<string> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const text = isReady() ? await readFile(path, 'utf8').catch(() => undefined) : undefined;
    if (text !== undefined) return text;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(`${path} did not appear`);
}

async function startBot(onTurn: (turn: BotTurn) => BotReply): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const { input, context } = JSON.parse(body) as { input: { text: string }; context: Record<string, unknown> };
      const { text, vgwAction } = onTurn({ text: input.text, context });
      const output = { text: text === undefined ? [] : [text], ...(vgwAction === undefined ? {} : { vgwAction }) };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ output, context }));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/turn`,
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
