import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Random, seededRandom } from '../../kit/index.ts';
import {
  bindingOf,
  onRegistration,
  type RegistrationAction,
  registrationDeadlineMs,
  type RegistrationInput,
  type RegistrationState,
} from './registration.ts';

class Run {
  state: RegistrationState = { name: 'off' };
  nowMs = 0;
  actions: readonly RegistrationAction[] = [];
  readonly #random: Random;

  constructor(seed = 1) {
    this.#random = seededRandom(seed);
  }

  feed(input: RegistrationInput): this {
    const [state, ...actions] = onRegistration(this.state, input, this.nowMs, this.#random);
    this.state = state;
    this.actions = actions;
    return this;
  }

  /** Lets time pass until the machine wants to be woken, and wakes it. */
  sleep(): number {
    const atMs = registrationDeadlineMs(this.state);
    assert.ok(atMs !== undefined, 'nothing to wait for');
    const sleptMs = atMs - this.nowMs;
    this.nowMs = atMs;
    this.feed({ type: 'deadline' });
    return sleptMs;
  }

  start(expiresS = 3600): this {
    return this.feed({ type: 'start', expiresS });
  }

  accept(grantedS?: number): this {
    return this.feed({ type: 'accepted', grantedS, serviceRoute: ['<sip:edge;lr>'] });
  }

  sent(): number[] {
    return this.actions.flatMap((action) => (action.type === 'send' ? [action.expiresS] : []));
  }

  told(): string[] {
    return this.actions.map(({ type }) => type).filter((type) => type !== 'send');
  }
}

test('RFC 3261 §10.2.4: renewed after 80 to 90 % of the time that was granted, whichever the chance', () => {
  const shares = new Set<number>();
  for (let seed = 0; seed < 200; seed += 1) {
    const run = new Run(seed).start().accept(600);
    const sleptMs = run.sleep();
    assert.ok(sleptMs >= 480_000 && sleptMs <= 540_000, String(sleptMs));
    assert.deepEqual(run.sent(), [3600]);
    shares.add(Math.floor(sleptMs / 6000));
  }
  assert.ok(shares.size > 5, 'the instants are spread');
});

test('RFC 3261 §10.2.1.1: a registrar may shorten the time, not lengthen it, and need not name it', () => {
  const grantedOf = (grantedS: number | undefined): number | undefined => {
    const run = new Run().start(300).accept(grantedS);
    return bindingOf(run.state, 0)?.grantedS;
  };
  assert.equal(grantedOf(60), 60);
  assert.equal(grantedOf(7200), 300);
  assert.equal(grantedOf(undefined), 300);
  assert.deepEqual(new Run().start(300).accept(0).told(), ['tell-failed']);
});

test('RFC 3261 §10.2.8: 423 is asked again at once for what it wants at least, and no second time for less', () => {
  const run = new Run().start(60).feed({ type: 'refused', status: 423, minExpiresS: 1800 });
  assert.deepEqual(run.sent(), [1800]);
  assert.deepEqual(run.feed({ type: 'refused', status: 423, minExpiresS: 1800 }).told(), ['tell-failed']);
  for (const minExpiresS of [undefined, 10, 60, 100_000]) {
    const refused = new Run().start(60).feed({
      type: 'refused',
      status: 423,
      ...(minExpiresS === undefined ? {} : { minExpiresS }),
    });
    assert.deepEqual([refused.sent(), refused.told()], [[], ['tell-failed']]);
  }
  run.nowMs = 0;
  const kept = new Run().start(60).feed({ type: 'refused', status: 423, minExpiresS: 1800 }).accept();
  kept.sleep();
  assert.deepEqual(kept.sent(), [1800], 'the next renewal asks for it from the start');
});

test('RFC 3261 §10.2.7: silence is waited out in growing steps with chance in them, half an hour at most', () => {
  const run = new Run().start();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 12; attempt += 1) {
    run.feed({ type: 'failed' });
    assert.deepEqual(run.told(), ['tell-failed']);
    waits.push(run.sleep());
    assert.deepEqual(run.sent(), [3600]);
  }
  waits.forEach((waitMs, index) => {
    const mostMs = Math.min(30_000 * 2 ** index, 1_800_000);
    assert.ok(waitMs >= mostMs / 2 && waitMs <= mostMs, `${index}: ${waitMs}`);
  });
  run.accept();
  run.sleep();
  run.feed({ type: 'failed' });
  assert.ok(run.sleep() <= 30_000, 'a success begins anew');
});

test('RFC 3261 §20.33: Retry-After of a 503 is obeyed, an hour at most', () => {
  const after = (retryAfterS: number): number => {
    const run = new Run().start().feed({ type: 'refused', status: 503, retryAfterS });
    return run.sleep();
  };
  const shortMs = after(7);
  assert.ok(shortMs >= 7000 && shortMs <= 10_000, String(shortMs));
  assert.ok(after(2 ** 31 - 1) <= 3_603_000);
  assert.ok(after(0) >= 1000);
});

test('a wrong password is not tried every minute', () => {
  const run = new Run().start().feed({ type: 'refused', status: 403 });
  assert.ok(run.sleep() >= 150_000);
});

test('a renewal that fails is tried again while the binding holds; its end is told once', () => {
  const run = new Run().start().accept(600);
  run.sleep();
  run.feed({ type: 'failed' });
  assert.deepEqual(run.actions.at(-1), {
    type: 'tell-failed',
    retryInMs: (run.state as { retryAtMs: number }).retryAtMs - run.nowMs,
    isBound: true,
  });
  let lost = 0;
  for (let turn = 0; turn < 40 && lost === 0; turn += 1) {
    run.sleep();
    if (run.told().includes('tell-lost')) lost = run.nowMs;
    else if (run.sent().length > 0) run.feed({ type: 'failed' });
  }
  assert.equal(lost, 600_000);
  assert.equal(bindingOf(run.state, run.nowMs), undefined);
  for (let turn = 0; turn < 5; turn += 1) {
    if (run.sent().length > 0) run.feed({ type: 'failed' });
    run.sleep();
    assert.ok(!run.told().includes('tell-lost'));
  }
});

test('RFC 3261 §10.2.2: the end takes the binding away, whatever the registrar says to it', () => {
  const run = new Run().start().accept(600).feed({ type: 'stop' });
  assert.deepEqual(run.sent(), [0]);
  assert.deepEqual(run.feed({ type: 'refused', status: 500 }).told(), ['tell-ended']);
  assert.deepEqual(run.state, { name: 'off' });
});

test('RFC 3261 §10.2: the end waits for the answer to the REGISTER that is under way', () => {
  const run = new Run().start().feed({ type: 'stop' });
  assert.deepEqual(run.actions, []);
  assert.deepEqual(run.accept(600).sent(), [0]);
  const refused = new Run().start().feed({ type: 'stop' }).feed({ type: 'failed' });
  assert.deepEqual([refused.sent(), refused.told()], [[], ['tell-ended']]);
  const waiting = new Run().start().feed({ type: 'failed' }).feed({ type: 'stop' });
  assert.deepEqual([waiting.sent(), waiting.told()], [[], ['tell-ended']]);
});
