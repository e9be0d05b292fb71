/** The far end of calls, on a real socket: it rings, answers, and stays until the other side ends the call. It never forgets one. */
import { at, createNodeRandom, monotonicClock, openSipSocket, type SipSocket } from '../../src/host/index.ts';
import { answerAudioOffer } from '../../src/sdp/index.ts';
import { createUserAgent, type SipEffect } from '../../src/sip/index.ts';

export interface FarEndCall {
  readonly callId: string;
  state: 'ringing' | 'answered' | 'cancelled' | 'ended';
  readonly to: string;
  answeredAtMs: number | undefined;
  endedAtMs: number | undefined;
  /** SIP port of whoever ended it. */
  endedByPort: number | undefined;
}

export interface FarEnd {
  readonly port: number;
  /** By Call-ID. */
  readonly calls: ReadonlyMap<string, FarEndCall>;
  close(): Promise<void>;
}

/** The last two: its answer was never acknowledged, and it has given up (RFC 3261 §13.3.1.4). */
const lastWords: ReadonlySet<string> = new Set(['cancelled', 'bye-received', 'bye-finished', 'dialog-lost']);

export async function startFarEnd(ringMs: (callId: string) => number): Promise<FarEnd> {
  const host = '127.0.0.1';
  const clock = monotonicClock;
  const calls = new Map<string, FarEndCall>();
  let cancelTimer: (() => void) | undefined;
  let isClosed = false;
  let heardFromPort = 0;
  const sip: SipSocket = await openSipSocket(
    { host, port: 0 },
    {
      onDatagram: (bytes, source) => {
        heardFromPort = source.port;
        carryOut(agent.receive(bytes, source, clock.nowMs()));
      },
      onSendFailed: () => undefined,
    },
  );
  const agent = createUserAgent({
    random: createNodeRandom(),
    sentBy: sip.local,
    userAgent: 'far-end',
    acceptsCalls: true,
  });

  function carryOut(effects: readonly SipEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'send') sip.send(effect.bytes, effect.to);
      else if (effect.type === 'incoming') take(effect.call);
      else if (effect.type === 'leg') note(effect.legId, effect.event.type);
    }
    cancelTimer?.();
    const due = isClosed ? undefined : agent.deadlineMs();
    if (due === undefined) return;
    cancelTimer = at(clock, due, () => {
      carryOut(agent.onDeadline(clock.nowMs()));
    });
  }

  function take({ legId, sdp, to }: { legId: string; sdp: string | undefined; to: string }): void {
    const call: FarEndCall = {
      callId: legId,
      state: 'ringing',
      to,
      answeredAtMs: undefined,
      endedAtMs: undefined,
      endedByPort: undefined,
    };
    calls.set(legId, call);
    carryOut(agent.ring(legId, clock.nowMs()));
    at(clock, clock.nowMs() + ringMs(legId), () => {
      if (isClosed || call.state !== 'ringing' || sdp === undefined) return;
      const answer = answerAudioOffer(sdp, { address: host, port: 9, sessionId: 1, version: 1 });
      if (!answer.ok) throw new Error(answer.error);
      call.state = 'answered';
      call.answeredAtMs = clock.nowMs();
      carryOut(agent.accept(legId, answer.value.sdp, clock.nowMs()));
    });
  }

  function note(legId: string, type: string): void {
    const call = calls.get(legId);
    if (call === undefined || call.endedAtMs !== undefined) return;
    if (!lastWords.has(type)) return;
    call.state = type === 'cancelled' ? 'cancelled' : 'ended';
    call.endedAtMs = clock.nowMs();
    call.endedByPort = heardFromPort;
  }

  return {
    port: sip.local.port,
    calls,
    async close() {
      isClosed = true;
      cancelTimer?.();
      await sip.close();
    },
  };
}
