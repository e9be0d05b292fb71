/**
 * The same calls as in `sip-calls.ts`, by the whole call logic of the gateway: engine, call machine, turns, guards, SIP trace and user
 * agent, with a real socket. The bot takes no time and says nothing, and the call is hung up when it is answered. Left out:
 * media (a stand-in says that it is open), store, webhooks, reports, metrics and API.
 * Part of `npm run bench:sip`; SIPp must be installed.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readSettings } from '../src/config/index.ts';
import { createEngine } from '../src/engine/index.ts';
import { at, createNodeRandom, digest, monotonicClock, openSipSocket } from '../src/host/index.ts';
import { ok } from '../src/kit/index.ts';
import { type MediaEvent, type MediaPlane, noPackets } from '../src/media/index.ts';
import { anywhere, createCallGuards } from '../src/policy/index.ts';
import { createUserAgent } from '../src/sip/index.ts';
import { createTenantDirectory, type Tenant } from '../src/tenants/index.ts';

const sippPort = 25_961;
const warmUpCalls = 2000;
const measuredCalls = 10_000;
const callsAtATime = 20;

/** Says yes to everything, as fast as it can. */
function mediaStandIn(): MediaPlane {
  let tell: (sessionId: string, event: MediaEvent) => void = () => undefined;
  return {
    onEvent(listener) {
      tell = listener;
    },
    send(sessionId, command) {
      if (command.type !== 'open' && command.type !== 'close') return;
      queueMicrotask(() => {
        tell(
          sessionId,
          command.type === 'open' ? { type: 'opened', port: 30_000 } : { type: 'closed', rtp: noPackets },
        );
      });
    },
  };
}

function onlyTenant(): Tenant {
  const read = readSettings({ ENABLE_OUTBOUND_CALLS: 'true', WATSON_CONVERSATION_URL: 'http://127.0.0.1:9/bot' });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  const directory = createTenantDirectory(read.value.settings);
  if (!directory.ok) throw new Error(JSON.stringify(directory.error));
  return directory.value.deployment;
}

async function placeCalls(): Promise<number> {
  const clock = { nowMs: () => monotonicClock.nowMs(), wallMs: () => Date.now() };
  const random = createNodeRandom();
  const tenant = onlyTenant();
  let onOver: () => void = () => undefined;
  const socket = await openSipSocket(
    { host: '127.0.0.1', port: 0 },
    {
      onDatagram(bytes, source) {
        engine.receive(bytes, source);
      },
      onSendFailed(_to, detail) {
        throw new Error(detail);
      },
    },
  );
  const engine = createEngine(
    {
      clock,
      random,
      at: (atMs, callback) => at(clock, atMs, callback),
      userAgent: createUserAgent({ random, sentBy: socket.local, userAgent: 'outdial/bench', digest }),
      media: mediaStandIn(),
      sendSip: (bytes, to) => {
        socket.send(bytes, to);
      },
      guards: createCallGuards(),
      isOverloaded: () => false,
      newAbort: () => new AbortController(),
      botOf: () => ({
        spec: 'conversation/1',
        name: 'bench',
        turn: async ({ context }) => ok({ steps: [], context, problems: [] }),
      }),
      accept: async () => ok(undefined),
      keepDialog: async () => undefined,
      notify: () => undefined,
      sendTextMessage: async () => ok(undefined),
      writeRecord: (state) => {
        if (state.end?.endCode !== 'completed.api') throw new Error(`a call ${JSON.stringify(state.end)}`);
        onOver();
      },
      observe: (sessionId, _tenantId, { type }) => {
        if (type === 'call.answered') queueMicrotask(() => engine.control(sessionId, { type: 'hang-up' }));
      },
      reportRefused: (_tenantId, code) => {
        throw new Error(`refused: ${code}`);
      },
      reportDropped: () => undefined,
      reportFault: (_sessionId, fault) => {
        throw fault;
      },
    },
    {
      maxCalls: 0,
      mediaAddress: '127.0.0.1',
      defaultFrom: 'sip:outdial@127.0.0.1',
      trunk: undefined,
      sipPolicy: anywhere,
      ringTimeoutMs: 60_000,
      maxCallDurationMs: 600_000,
      recordingDirectory: 'recordings',
      isSipTraced: true,
    },
  );

  const run = (count: number): Promise<void> =>
    new Promise((resolve) => {
      let begun = 0;
      let over = 0;
      const place = (): void => {
        begun += 1;
        const order = { tenant, to: `sip:callee@127.0.0.1:${sippPort}`, context: {}, routes: [] };
        void engine.startCall(order).then((started) => {
          if (!started.ok) throw new Error(started.error.message);
        });
      };
      onOver = () => {
        over += 1;
        if (over === count) resolve();
        else if (begun < count) place();
      };
      for (let first = 0; first < callsAtATime; first += 1) place();
    });

  await run(warmUpCalls);
  const before = process.cpuUsage();
  await run(measuredCalls);
  const { user, system } = process.cpuUsage(before);
  engine.close();
  await socket.close();
  return measuredCalls / ((user + system) / 1e6);
}

if (process.argv[2] === 'child') {
  process.send?.(await placeCalls());
  process.disconnect();
} else {
  const sipp = spawn('sipp', ['-sn', 'uas', '-i', '127.0.0.1', '-p', String(sippPort), '-nostdin', '-l', '15000'], {
    stdio: 'ignore',
  });
  try {
    const child = fork(fileURLToPath(import.meta.url), ['child']);
    const [callsPerCpuSecond] = (await once(child, 'message')) as [number];
    console.log(`call logic of the gateway with its socket, no media, store, webhooks or API:`);
    console.log(`  ${Math.round(callsPerCpuSecond).toLocaleString('en-US')} calls per CPU second`);
  } finally {
    sipp.kill('SIGKILL');
  }
}
