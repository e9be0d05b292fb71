/**
 * Whole signalling calls (INVITE, 180, 200, ACK, BYE, 200) over loopback UDP against SIPp: how many one second of processor time of the
 * user agent's process is good for, and what a held call takes of its memory. The process under test has the user agent and
 * its real socket, timers and randomness, and nothing else: no media, no bot, no store, no API.
 * Part of `npm run bench:sip`; SIPp must be installed.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { at, createNodeRandom, digest, monotonicClock as clock, openSipSocket } from '../src/host/index.ts';
import { createUserAgent, type Hop, type SipEffect } from '../src/sip/index.ts';

const sippPort = 25_960;
const warmUpCalls = 3000;
const measuredCalls = 20_000;
const callsAtATime = 20;
const heldCalls = 5000;

const sdp = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 30000 RTP/AVP 0 8 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  'a=ptime:20',
  'a=sendrecv',
  '',
].join('\r\n');

interface Figures {
  readonly callsPerCpuSecond: number;
  readonly messages: number;
  readonly heldBytes: number;
  readonly heldHeapBytes: number;
}

/** The process under test. */
async function placeCalls(): Promise<Figures> {
  const peer: Hop = { transport: 'udp', host: '127.0.0.1', port: sippPort };
  let messages = 0;
  let onAnswered: (legId: string) => void = () => undefined;
  let onOver: () => void = () => undefined;
  let cancelTimer: (() => void) | undefined;
  let timerAtMs: number | undefined;

  const socket = await openSipSocket(
    { host: '127.0.0.1', port: 0 },
    {
      onDatagram(bytes, source) {
        messages += 1;
        carryOut(agent.receive(bytes, source, clock.nowMs()));
      },
      onSendFailed(_to, detail) {
        throw new Error(detail);
      },
    },
  );
  const agent = createUserAgent({
    random: createNodeRandom(),
    sentBy: socket.local,
    userAgent: 'outdial/bench',
    digest,
  });

  function carryOut(effects: readonly SipEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'send') {
        messages += 1;
        socket.send(effect.bytes, effect.to);
      } else if (effect.type === 'leg') {
        if (effect.event.type === 'answered') onAnswered(effect.legId);
        else if (effect.event.type === 'bye-finished') onOver();
        else if (!['invited', 'provisional'].includes(effect.event.type))
          throw new Error(`a call ${effect.event.type}`);
      }
    }
    const deadlineMs = agent.deadlineMs();
    if (deadlineMs === timerAtMs) return;
    cancelTimer?.();
    timerAtMs = deadlineMs;
    cancelTimer =
      deadlineMs === undefined
        ? undefined
        : at(clock, deadlineMs, () => {
            timerAtMs = undefined;
            carryOut(agent.onDeadline(clock.nowMs()));
          });
  }

  let number = 0;
  const place = (): void => {
    number += 1;
    const order = { legId: `bench-${number}`, to: `sip:callee@127.0.0.1:${sippPort}`, from: 'sip:outdial@127.0.0.1' };
    carryOut(agent.invite({ ...order, routes: [], outboundProxy: peer, sdp, ringTimeoutMs: 60_000 }, clock.nowMs()));
  };

  /** So many calls one after the other, some of them at a time, each ended as soon as it is answered. */
  const run = (count: number): Promise<void> =>
    new Promise((resolve) => {
      let begun = 0;
      let over = 0;
      onAnswered = (legId) => {
        carryOut(agent.hangUp(legId, clock.nowMs()));
      };
      onOver = () => {
        over += 1;
        if (over === count) resolve();
        else if (begun < count) {
          begun += 1;
          place();
        }
      };
      for (; begun < callsAtATime; begun += 1) place();
    });

  /** So many calls answered and left standing. */
  const hold = (count: number): Promise<readonly string[]> =>
    new Promise((resolve) => {
      const standing: string[] = [];
      let begun = 0;
      onAnswered = (legId) => {
        standing.push(legId);
        if (standing.length === count) resolve(standing);
        else if (begun < count) {
          begun += 1;
          place();
        }
      };
      for (; begun < callsAtATime; begun += 1) place();
    });

  await run(warmUpCalls);
  const before = process.cpuUsage();
  messages = 0;
  await run(measuredCalls);
  const used = process.cpuUsage(before);
  const sentAndReceived = messages;
  // Until the transactions of those calls are over (Timer M, 32 s), so that only what is held is counted.
  await wait(33_000);
  const empty = measureMemory();
  const standing = await hold(heldCalls);
  await wait(33_000);
  const full = measureMemory();
  const ended = new Promise<void>((resolve) => {
    let rest = standing.length;
    onOver = () => {
      rest -= 1;
      if (rest === 0) resolve();
    };
  });
  for (const [index, legId] of standing.entries()) {
    carryOut(agent.hangUp(legId, clock.nowMs()));
    if (index % callsAtATime === 0) await wait(5);
  }
  await ended;
  cancelTimer?.();
  await socket.close();
  return {
    callsPerCpuSecond: measuredCalls / ((used.user + used.system) / 1e6),
    messages: sentAndReceived / measuredCalls,
    heldBytes: (full.rss - empty.rss) / heldCalls,
    heldHeapBytes: (full.heapUsed - empty.heapUsed) / heldCalls,
  };
}

function measureMemory(): NodeJS.MemoryUsage {
  for (let round = 0; round < 3; round += 1) globalThis.gc?.();
  return process.memoryUsage();
}

async function measureInChild(): Promise<Figures> {
  const child = fork(fileURLToPath(import.meta.url), ['child'], { execArgv: ['--expose-gc'] });
  const [figures] = (await once(child, 'message')) as [Figures];
  await once(child, 'exit');
  return figures;
}

if (process.argv[2] === 'child') {
  process.send?.(await placeCalls());
  process.disconnect();
} else {
  const sipp = spawn(
    'sipp',
    ['-sn', 'uas', '-i', '127.0.0.1', '-p', String(sippPort), '-nostdin', '-l', '20000', '-buff_size', '4000000'],
    { stdio: 'ignore' },
  );
  try {
    const { callsPerCpuSecond, messages, heldBytes, heldHeapBytes } = await measureInChild();
    const print = (value: number): string => Math.round(value).toLocaleString('en-US');
    console.log(
      `user agent with its socket, ${measuredCalls.toLocaleString('en-US')} calls of ${messages.toFixed(1)} messages:`,
    );
    console.log(`  ${print(callsPerCpuSecond)} calls per CPU second (aim: 2,000)`);
    console.log(
      `  held call: ${print(heldBytes)} bytes of the process, ${print(heldHeapBytes)} of them in the heap (${print(heldCalls)} held)`,
    );
    console.log(
      'others, as told to us and not measured here: PJSIP about 4,600, drachtio 770, Asterisk 380 calls per CPU second',
    );
  } finally {
    sipp.kill('SIGKILL');
  }
}
