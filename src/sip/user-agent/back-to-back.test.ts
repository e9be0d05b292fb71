// Two user agents and a wire that loses, repeats and reorders: whatever it does, a call begins and ends exactly once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Random, seededRandom } from '../../kit/index.ts';
import type { Hop, SipEffect, UserAgent } from '../contract.ts';
import type { LegEvent } from '../leg-event.ts';
import { createUserAgent } from './create-user-agent.ts';

interface Datagram {
  readonly atMs: number;
  readonly from: Hop;
  readonly to: Hop;
  readonly bytes: Uint8Array;
}

type Ending = 'caller-hangs-up' | 'callee-hangs-up' | 'caller-cancels' | 'callee-rejects';

const terminal = new Set([
  'rejected',
  'ring-timeout',
  'cancelled',
  'unreachable',
  'bye-received',
  'bye-finished',
  'dialog-lost',
]);
const callerAddress: Hop = { transport: 'udp', host: '192.0.2.1', port: 5060 };
const calleeAddress: Hop = { transport: 'udp', host: '192.0.2.2', port: 5060 };
const isFrom = (a: Hop, b: Hop): boolean => a.host === b.host;

class World {
  readonly #random: Random;
  readonly #lossPercent: number;
  readonly #ending: Ending;
  readonly #wire: Datagram[] = [];
  readonly #plans: { readonly atMs: number; readonly act: () => void }[] = [];
  readonly caller: UserAgent;
  readonly callee: UserAgent;
  readonly callerEvents: LegEvent[] = [];
  readonly calleeEvents: LegEvent[] = [];
  incomingCalls = 0;
  isAnswered = false;
  nowMs = 0;

  constructor(seed: number, lossPercent: number, ending: Ending) {
    this.#random = seededRandom(seed);
    this.#lossPercent = lossPercent;
    this.#ending = ending;
    const random = seededRandom(seed + 1_000_000);
    this.caller = createUserAgent({ random, sentBy: callerAddress, userAgent: 'caller' });
    this.callee = createUserAgent({ random, sentBy: calleeAddress, userAgent: 'callee', acceptsCalls: true });
  }

  #chance(percent: number): boolean {
    return this.#random.uint32() % 100 < percent;
  }

  #in(ms: number, act: () => void): void {
    this.#plans.push({ atMs: this.nowMs + ms, act });
  }

  #carryOut(effects: readonly SipEffect[], from: Hop): void {
    for (const effect of effects) {
      if (effect.type === 'send') {
        const copies = this.#chance(this.#lossPercent) ? 0 : this.#chance(15) ? 2 : 1;
        for (let copy = 0; copy < copies; copy += 1) {
          const atMs = this.nowMs + 1 + (this.#random.uint32() % 120);
          this.#wire.push({ atMs, from, to: effect.to, bytes: effect.bytes });
        }
      } else if (effect.type === 'leg') {
        (isFrom(from, callerAddress) ? this.callerEvents : this.calleeEvents).push(effect.event);
        if (effect.event.type === 'answered') {
          this.isAnswered = true;
          if (this.#ending === 'caller-hangs-up') this.#in(1000, () => this.#hangUpCaller());
        }
      } else if (effect.type === 'incoming') {
        this.#onIncoming(effect.call.legId);
      }
    }
  }

  #hangUpCaller(): void {
    this.#carryOut(this.caller.hangUp('leg', this.nowMs), callerAddress);
  }

  #onIncoming(legId: string): void {
    this.incomingCalls += 1;
    this.#in(50, () => this.#carryOut(this.callee.ring(legId, this.nowMs), calleeAddress));
    this.#in(900, () => {
      const isRejected = this.#ending === 'callee-rejects';
      const { callee, nowMs } = this;
      this.#carryOut(
        isRejected ? callee.reject(legId, 486, nowMs) : callee.accept(legId, 'v=0\r\n', nowMs),
        calleeAddress,
      );
    });
    if (this.#ending === 'callee-hangs-up') {
      this.#in(1900, () => this.#carryOut(this.callee.hangUp(legId, this.nowMs), calleeAddress));
    }
  }

  run(): void {
    const order = { legId: 'leg', to: 'sip:bob@192.0.2.2', from: 'sip:alice@192.0.2.1', routes: [], sdp: 'v=0\r\n' };
    this.#carryOut(this.caller.invite({ ...order, ringTimeoutMs: 20_000 }, 0), callerAddress);
    if (this.#ending === 'caller-cancels') this.#in(200 + (this.#random.uint32() % 1200), () => this.#hangUpCaller());
    for (let turns = 0; turns < 5000; turns += 1) {
      const next = [
        ...this.#wire.map(({ atMs }) => atMs),
        ...this.#plans.map(({ atMs }) => atMs),
        this.caller.deadlineMs() ?? Infinity,
        this.callee.deadlineMs() ?? Infinity,
      ].reduce((a, b) => Math.min(a, b));
      if (next === Infinity) return;
      this.nowMs = Math.max(next, this.nowMs);
      this.#step();
    }
    assert.fail('the world never comes to rest');
  }

  #step(): void {
    for (const plan of this.#plans.filter(({ atMs }) => atMs <= this.nowMs)) {
      this.#plans.splice(this.#plans.indexOf(plan), 1);
      plan.act();
    }
    for (const datagram of this.#wire.filter(({ atMs }) => atMs <= this.nowMs)) {
      this.#wire.splice(this.#wire.indexOf(datagram), 1);
      const isForCallee = isFrom(datagram.to, calleeAddress);
      const agent = isForCallee ? this.callee : this.caller;
      const effects = agent.receive(datagram.bytes, datagram.from, this.nowMs);
      this.#carryOut(effects, isForCallee ? calleeAddress : callerAddress);
    }
    this.#carryOut(this.caller.onDeadline(this.nowMs), callerAddress);
    this.#carryOut(this.callee.onDeadline(this.nowMs), calleeAddress);
  }
}

function endsOf(events: readonly LegEvent[]): string[] {
  return events.map(({ type }) => type).filter((type) => terminal.has(type));
}

test('over a lossy wire a call begins and ends exactly once, for 200 seeds, and leaves nothing behind', () => {
  const endings: Ending[] = ['caller-hangs-up', 'callee-hangs-up', 'caller-cancels', 'callee-rejects'];
  let answered = 0;
  for (let seed = 1; seed <= 200; seed += 1) {
    const ending = endings[seed % endings.length]!;
    const world = new World(seed, 20, ending);
    world.run();
    const story = `seed ${seed}, ${ending}: ${world.callerEvents.map(({ type }) => type).join(' ')}`;
    assert.equal(endsOf(world.callerEvents).length, 1, story);
    assert.ok(terminal.has(world.callerEvents.at(-1)?.type ?? ''), `${story}: something follows the end`);
    assert.ok(world.incomingCalls <= 1, story);
    assert.ok(endsOf(world.calleeEvents).length <= 1, story);
    assert.equal(world.callerEvents.filter(({ type }) => type === 'answered').length, world.isAnswered ? 1 : 0, story);
    if (world.isAnswered) answered += 1;
    assert.equal(world.caller.deadlineMs(), undefined, story);
    assert.equal(world.callee.deadlineMs(), undefined, story);
  }
  assert.ok(answered >= 90, `${answered} calls were answered`);
});

test('over a perfect wire every call ends as it was meant to', () => {
  const wanted: Record<Ending, readonly [string, string[]]> = {
    'caller-hangs-up': ['bye-finished', ['bye-received']],
    'callee-hangs-up': ['bye-received', ['bye-finished']],
    'caller-cancels': ['cancelled', ['cancelled']],
    'callee-rejects': ['rejected', []],
  };
  for (const [ending, [callerEnd, calleeEnds]] of Object.entries(wanted)) {
    const world = new World(4, 0, ending as Ending);
    world.run();
    assert.deepEqual(endsOf(world.callerEvents), [callerEnd], ending);
    assert.deepEqual(endsOf(world.calleeEvents), calleeEnds, ending);
  }
});
