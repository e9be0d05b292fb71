import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { err, ok, type Result, seededRandom } from '../kit/index.ts';
import type { Hop, LocationTarget } from '../sip/index.ts';
import type { TargetReport, TrunkTarget } from './ports.ts';
import { TrunkTargets } from './trunk-targets.ts';

const target = (host: string, priority = 0, weight = 1): TrunkTarget => ({
  uri: `sip:${host}`,
  wanted: { scheme: 'sip', host },
  priority,
  weight,
});

class TrunkWorld {
  nowMs = 0;
  #timers: { atMs: number; act: () => void }[] = [];
  readonly pings: { pingId: string; uri: string; atMs: number }[] = [];
  readonly changes: TargetReport[] = [];
  readonly trunk: TrunkTargets;

  constructor(
    targets: readonly TrunkTarget[],
    pingMs: number,
    locate = (wanted: LocationTarget): Result<readonly Hop[], string> =>
      ok([{ transport: 'udp', host: wanted.host, port: 5060 }]),
  ) {
    this.trunk = new TrunkTargets(targets, pingMs, {
      clock: { nowMs: () => this.nowMs, wallMs: () => 0 },
      random: seededRandom(5),
      at: (atMs, act) => {
        const timer = { atMs, act };
        this.#timers.push(timer);
        return () => {
          this.#timers = this.#timers.filter((each) => each !== timer);
        };
      },
      locate: (wanted) => Promise.resolve(locate(wanted)),
      ping: (pingId, uri) => this.pings.push({ pingId, uri, atMs: this.nowMs }),
      onChange: (report) => this.changes.push(report),
    });
  }

  advance(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.act();
    }
    this.nowMs = untilMs;
  }

  get timerCount(): number {
    return this.#timers.length;
  }

  answer(uri: string, status: number | undefined): void {
    const ping = this.pings.findLast((each) => each.uri === uri);
    this.trunk.onPinged(ping?.pingId ?? '', status, status === undefined ? 'refused' : `It answered ${status}.`);
  }

  states(): string[] {
    return this.trunk.reports().map(({ target: uri, state }) => `${uri} ${state}`);
  }

  async hosts(): Promise<string[] | string> {
    const found = await this.trunk.locate();
    return found.ok ? found.value.map(({ host }) => host) : found.error;
  }
}

describe('targets of the trunk', () => {
  it('RFC 2782: the lowest priority goes first, equals share by weight', async () => {
    const world = new TrunkWorld([target('c', 2), target('a', 1, 90), target('b', 1, 10)], 0);
    const first: Record<string, number> = {};
    for (let call = 0; call < 1000; call += 1) {
      const hosts = await world.hosts();
      assert.equal(hosts[2], 'c');
      first[hosts[0] ?? ''] = (first[hosts[0] ?? ''] ?? 0) + 1;
    }
    assert.ok((first['b'] ?? 0) > 60 && (first['b'] ?? 0) < 160, JSON.stringify(first));
    assert.equal(world.pings.length, 0);
  });

  it('RFC 3261 §11: each is asked by OPTIONS within a second and again at the interval; any final answer is a sign of life', () => {
    const world = new TrunkWorld([target('a'), target('b')], 30_000);
    assert.deepEqual(world.states(), ['sip:a unknown', 'sip:b unknown']);
    world.advance(1000);
    assert.deepEqual(world.pings.map(({ uri }) => uri).sort(), ['sip:a', 'sip:b']);
    world.answer('sip:a', 200);
    world.answer('sip:b', 404);
    assert.deepEqual(world.states(), ['sip:a up', 'sip:b up']);
    world.advance(36_000);
    const again = world.pings.filter(({ uri }) => uri === 'sip:a').map(({ atMs }) => atMs);
    assert.equal(again.length, 2);
    const gapMs = (again[1] ?? 0) - (again[0] ?? 0);
    assert.ok(gapMs >= 24_000 && gapMs <= 36_000, `asked again after ${gapMs} ms`);
    assert.equal(world.changes.length, 2);
  });

  for (const status of [408, 503, undefined]) {
    it(`RFC 3261 §21: ${status ?? 'a transport error'} means down; it goes last, and comes back with its next answer`, async () => {
      const world = new TrunkWorld([target('a', 1), target('b', 2)], 30_000);
      world.advance(1000);
      world.answer('sip:a', status);
      world.answer('sip:b', 200);
      assert.deepEqual(world.states(), ['sip:a down', 'sip:b up']);
      assert.deepEqual(await world.hosts(), ['b', 'a']);
      world.advance(36_000);
      world.answer('sip:a', 200);
      assert.deepEqual(await world.hosts(), ['a', 'b']);
      assert.deepEqual(
        world.changes.map(({ target: uri, state }) => `${uri} ${state}`),
        ['sip:a down', 'sip:b up', 'sip:a up'],
      );
    });
  }

  it('silence for 5 s means down, an answer after that up; that an older question came to nothing counts for nothing', () => {
    const world = new TrunkWorld([target('a')], 30_000);
    world.advance(1000);
    const [older] = world.pings;
    world.advance(3900);
    assert.deepEqual(world.states(), ['sip:a unknown']);
    world.advance(1200);
    assert.deepEqual(world.trunk.reports(), [
      { target: 'sip:a', state: 'down', detail: 'It did not answer within 5 s.' },
    ]);
    world.answer('sip:a', 200);
    assert.deepEqual(world.states(), ['sip:a up']);
    world.advance(36_000);
    world.trunk.onPinged(older?.pingId ?? '', 503, 'late');
    assert.equal(world.trunk.reports()[0]?.detail === 'late', false);
  });

  it('an answer to an older question, which was repeated meanwhile, brings a target back', () => {
    const world = new TrunkWorld([target('a')], 6000);
    world.advance(15_000);
    const [older, latest] = world.pings;
    assert.ok(older !== undefined && latest !== undefined);
    assert.deepEqual(world.states(), ['sip:a down']);
    world.trunk.onPinged(older.pingId, 200, 'It answered 200.');
    assert.deepEqual(world.states(), ['sip:a up']);
    world.advance(120_000);
    world.answer('sip:a', 200);
    world.trunk.onPinged(older.pingId, 200, 'forgotten');
    assert.equal(world.trunk.reports()[0]?.detail, 'It answered 200.');
  });

  it('all down: a call still has every target to try', async () => {
    const world = new TrunkWorld([target('a', 1), target('b', 2)], 30_000);
    world.advance(7000);
    assert.deepEqual(world.states(), ['sip:a down', 'sip:b down']);
    assert.deepEqual(await world.hosts(), ['a', 'b']);
  });

  it('a target that cannot be located is passed over; when none can, all is told', async () => {
    const world = new TrunkWorld([target('a', 1), target('b', 2)], 0, ({ host }) =>
      host === 'a' ? err('a cannot be located.') : ok([{ transport: 'tcp', host, port: 1 }]),
    );
    assert.deepEqual(await world.hosts(), ['b']);
    const none = new TrunkWorld([target('a', 1), target('b', 2)], 0, ({ host }) => err(`${host} cannot be located.`));
    assert.equal(await none.hosts(), 'a cannot be located. b cannot be located.');
  });

  it('asks nobody once it is closed', () => {
    const world = new TrunkWorld([target('a'), target('b')], 30_000);
    world.advance(1000);
    world.trunk.close();
    world.advance(100_000);
    assert.deepEqual([world.pings.length, world.timerCount], [2, 0]);
  });
});
