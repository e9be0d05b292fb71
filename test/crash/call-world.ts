/** What calls of gateways under test need around them, and what must be true of them in the end. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/app/open-store.ts';
import { readSettings } from '../../src/config/index.ts';
import type { DurableStore } from '../../src/store/index.ts';
import { type FarEnd, type FarEndCall, startFarEnd } from './far-end.ts';
import { endAll, freePort, type GatewayProcess, pause, startBot, startGatewayProcess } from './processes.ts';
import { findFaults, type Received, type Receiver, startReceiver } from './receiver.ts';

const secret = `whsec_${Buffer.from('n'.repeat(32)).toString('base64')}`;

/** What the bot does: see `startBot`. */
export type CallKind = 'short' | 'medium' | 'long' | 'endless';

export interface Node {
  readonly name: string;
  readonly sipPort: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Of its present life. */
  process: GatewayProcess;
}

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Of a 200. */
  readonly sessionId: string | undefined;
}

export interface CallWorld {
  readonly farEnd: FarEnd;
  readonly receiver: Receiver;
  readonly folder: string;
  /** Session ids of calls that were answered 200, in order. */
  readonly accepted: readonly string[];
  /** Starts a gateway with a SIP port and an RTP range of its own. */
  startNode(name: string, settings: Readonly<Record<string, string>>): Promise<Node>;
  /** Starts a node again that was ended. */
  restart(node: Node): Promise<void>;
  call(node: Node, kind: CallKind): Promise<Answer>;
  /** Far ends of calls of this node, in any of its lives. */
  farEndsOf(node: Node): readonly FarEndCall[];
  /** Far ends that wait for somebody to end them. */
  openFarEnds(): readonly FarEndCall[];
  told(sessionId: string): readonly Received[];
  /** Asserts that each of these calls has one end that was told in order, and its record. */
  assertComplete(sessionIds: readonly string[], environment: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

export async function createCallWorld(options: { ringMs?: number; delayMs?: number } = {}): Promise<CallWorld> {
  const { ringMs = 50, delayMs = 0 } = options;
  const folder = await mkdtemp(join(tmpdir(), 'outdial-nodes-'));
  const farEnd = await startFarEnd(() => ringMs);
  const bot = await startBot();
  const receiver = await startReceiver(secret, 0, delayMs);
  const accepted: string[] = [];
  let nodes = 0;
  const told = (id: string): readonly Received[] => receiver.received.filter(({ vgwSessionID }) => vgwSessionID === id);

  return {
    farEnd,
    receiver,
    folder,
    accepted,
    async startNode(name, settings) {
      const firstPort = 20_000 + 3000 * nodes++;
      const sipPort = await freePort();
      const environment = {
        ENABLE_OUTBOUND_CALLS: 'true',
        HTTP_PORT: '0',
        SIP_PORT: String(sipPort),
        RTP_UDP_PORT_RANGE: `${firstPort}-${firstPort + 2998}`,
        OUTDIAL_NODE_ID: name,
        OUTDIAL_DATA_DIR: join(folder, name),
        OUTDIAL_STORE_SECRET: 'a secret of this test alone',
        OUTDIAL_WEBHOOK_SECRETS: secret,
        WATSON_CONVERSATION_URL: bot.url,
        OUTBOUND_CALLS_STATUS_WEBHOOK: receiver.url,
        POST_RESPONSE_TIMEOUT: '300',
        // Tests fill the machine: what a busy one does is tested elsewhere.
        OUTDIAL_MAX_CPU: '0',
        OUTDIAL_DRAIN_TIMEOUT: '1',
        ...settings,
      };
      return { name, sipPort, environment, process: await startGatewayProcess(environment) };
    },
    async restart(node) {
      node.process = await startGatewayProcess(node.environment);
    },
    async call({ name, process }, kind) {
      const response = await fetch(`${process.httpUrl}/vgw/outboundCalls/t/startOutboundCall`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ to: `sip:${kind}-${name}@127.0.0.1:${farEnd.port}`, context: { kind } }),
        signal: AbortSignal.timeout(10_000),
      }).catch((fault: unknown) => {
        const cause = fault instanceof Error ? String(fault.cause) : '';
        const state = `exit code ${process.child.exitCode}, signal ${process.child.signalCode}`;
        throw new Error(`${name} does not answer (${cause}; ${state}): ${process.output().slice(-3000)}`, {
          cause: fault,
        });
      });
      const { status } = response;
      const body = (await response.json()) as { vgwSessionID?: string };
      const sessionId = status === 200 ? body.vgwSessionID : undefined;
      if (sessionId !== undefined) accepted.push(sessionId);
      return { status, retryAfter: response.headers.get('retry-after'), sessionId };
    },
    farEndsOf: ({ name }) => [...farEnd.calls.values()].filter(({ to }) => to.includes(`-${name}@`)),
    openFarEnds: () => [...farEnd.calls.values()].filter(({ endedAtMs }) => endedAtMs === undefined),
    told,
    async assertComplete(sessionIds, environment) {
      await until(
        'every call is told of to its end',
        () => sessionIds.every((id) => findFaults(id, receiver.received).length === 0),
        10_000,
        () => sessionIds.flatMap((id) => findFaults(id, receiver.received)).join('\n'),
      );
      assert.deepEqual(receiver.bad, []);
      const store = await openStoreOf(environment);
      try {
        for (const id of sessionIds) await assertRecorded(store, id);
      } finally {
        await store.close();
      }
    },
    async close() {
      endAll();
      await Promise.allSettled([farEnd.close(), bot.close(), receiver.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function openStoreOf(environment: Readonly<Record<string, string>>): Promise<DurableStore> {
  const read = readSettings(environment);
  assert.ok(read.ok, JSON.stringify(read));
  const opened = await openStore(read.value.settings);
  assert.ok(opened.ok, JSON.stringify(opened));
  return opened.value;
}

async function assertRecorded(store: DurableStore, id: string): Promise<void> {
  const [call, record] = [await store.call(id), await store.record(id)];
  assert.ok(call.ok && record.ok);
  const isOver = call.value?.endedAtWallMs !== undefined && ['ended', 'failed'].includes(call.value.state);
  assert.ok(isOver, `${id} is ${call.value?.state ?? 'unknown'}`);
  assert.equal(record.value?.['vgwSessionID'], id);
}

/** Waits for something to become true, and says what it was when it did not. */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  limitMs: number,
  describe: () => string = () => '',
): Promise<void> {
  const untilMs = performance.now() + limitMs;
  while (!(await isTrue())) {
    if (performance.now() > untilMs) assert.fail(`not within ${limitMs} ms: ${what}. ${describe()}`);
    await pause(50);
  }
}
