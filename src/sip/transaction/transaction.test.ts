// The four machines of RFC 3261 §17 and RFC 6026, each driven by an explicit clock.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientInviteDeadlineMs, type ClientInviteState, onClientInvite, startClientInvite } from './client-invite.ts';
import { clientNonInviteDeadlineMs, onClientNonInvite, startClientNonInvite } from './client-non-invite.ts';
import { onServerInvite, serverInviteDeadlineMs, startServerInvite } from './server-invite.ts';
import { onServerNonInvite, serverNonInviteDeadlineMs, startServerNonInvite } from './server-non-invite.ts';
import type { Step } from './timers.ts';

/** Wakes a machine at each of its deadlines and notes when it did what. */
function follow<State, Action>(
  state: State,
  deadline: (state: State) => number | undefined,
  wake: (state: State, nowMs: number) => Step<State, Action>,
): { readonly log: [number, Action][]; readonly state: State } {
  const log: [number, Action][] = [];
  let current = state;
  for (let atMs = deadline(current); atMs !== undefined; atMs = deadline(current)) {
    const { state: next, actions } = wake(current, atMs);
    for (const action of actions) log.push([atMs, action]);
    current = next;
    assert.ok(log.length < 100, 'the machine never rests');
  }
  return { log, state: current };
}

const wakeInvite = (state: ClientInviteState, nowMs: number) => onClientInvite(state, { type: 'deadline' }, nowMs);

test('RFC 3261 §17.1.1.2: Timer A doubles, Timer B ends', () => {
  const started = startClientInvite(1000, 'unreliable');
  assert.deepEqual(started.actions, ['send-request']);
  const { log, state } = follow(started.state, clientInviteDeadlineMs, wakeInvite);
  assert.deepEqual(log, [
    [1500, 'send-request'],
    [2500, 'send-request'],
    [4500, 'send-request'],
    [8500, 'send-request'],
    [16_500, 'send-request'],
    [32_500, 'send-request'],
    [33_000, 'report-timeout'],
  ]);
  assert.equal(state.name, 'terminated');
});

test('RFC 3261 §17.1.1.2: no Timer A and no waiting in Completed on a reliable transport', () => {
  const { state } = startClientInvite(0, 'reliable');
  assert.deepEqual(follow(state, clientInviteDeadlineMs, wakeInvite).log, [[32_000, 'report-timeout']]);
  const refused = onClientInvite(state, { type: 'response', status: 486 }, 10).state;
  assert.equal(clientInviteDeadlineMs(refused), 10);
});

test('RFC 3261 §17.1.1.2: a provisional response ends retransmission, a refusal is ACKed for 32 s (Timer D)', () => {
  const started = startClientInvite(0, 'unreliable').state;
  const ringing = onClientInvite(started, { type: 'response', status: 180 }, 100);
  assert.deepEqual(ringing.actions, ['pass-response']);
  assert.equal(clientInviteDeadlineMs(ringing.state), undefined);
  const refused = onClientInvite(ringing.state, { type: 'response', status: 603 }, 5000);
  assert.deepEqual(refused.actions, ['send-ack', 'pass-response']);
  const again = onClientInvite(refused.state, { type: 'response', status: 603 }, 6000);
  assert.deepEqual(again.actions, ['send-ack']);
  assert.deepEqual(onClientInvite(again.state, { type: 'response', status: 180 }, 6000).actions, []);
  assert.equal(clientInviteDeadlineMs(again.state), 37_000);
  assert.equal(follow(again.state, clientInviteDeadlineMs, wakeInvite).state.name, 'terminated');
});

test('RFC 6026 §8.4: Accepted passes every 2xx up for Timer M and nothing else', () => {
  const started = startClientInvite(0, 'unreliable').state;
  const accepted = onClientInvite(started, { type: 'response', status: 200 }, 700);
  assert.deepEqual(accepted.actions, ['pass-response']);
  assert.equal(clientInviteDeadlineMs(accepted.state), 32_700);
  assert.deepEqual(onClientInvite(accepted.state, { type: 'response', status: 200 }, 900).actions, ['pass-response']);
  assert.deepEqual(onClientInvite(accepted.state, { type: 'response', status: 180 }, 900).actions, []);
  assert.deepEqual(onClientInvite(accepted.state, { type: 'response', status: 486 }, 900).actions, []);
  assert.equal(wakeInvite(accepted.state, 32_700).state.name, 'terminated');
});

test('RFC 3261 §17.1.4: a transport error ends an INVITE only while it is unanswered', () => {
  const started = startClientInvite(0, 'unreliable').state;
  assert.deepEqual(onClientInvite(started, { type: 'transport-error' }, 1).actions, ['report-transport']);
  const ringing = onClientInvite(started, { type: 'response', status: 180 }, 100).state;
  assert.deepEqual(onClientInvite(ringing, { type: 'transport-error' }, 101).actions, []);
});

test('a late wake-up sends once and goes on from there, and past Timer B it only ends', () => {
  const { state } = startClientInvite(0, 'unreliable');
  const late = wakeInvite(state, 9000);
  assert.deepEqual(late.actions, ['send-request']);
  assert.ok((clientInviteDeadlineMs(late.state) ?? 0) > 9000);
  assert.deepEqual(wakeInvite(state, 40_000).actions, ['report-timeout']);
});

test('RFC 3261 §17.1.2.2: Timer E doubles up to T2, Timer F ends, Timer K lingers', () => {
  const { state } = startClientNonInvite(0, 'unreliable');
  const wake = (current: typeof state, nowMs: number) => onClientNonInvite(current, { type: 'deadline' }, nowMs);
  const { log } = follow(state, clientNonInviteDeadlineMs, wake);
  assert.deepEqual(
    log.map(([atMs]) => atMs),
    [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500, 32_000],
  );
  assert.deepEqual(log.at(-1)?.[1], 'report-timeout');
  const done = onClientNonInvite(state, { type: 'response', status: 200 }, 100);
  assert.deepEqual(done.actions, ['pass-response']);
  assert.deepEqual(onClientNonInvite(done.state, { type: 'response', status: 200 }, 200).actions, []);
  assert.equal(clientNonInviteDeadlineMs(done.state), 5100);
});

test('RFC 3261 §17.1.2.2: in Proceeding a request is repeated every T2 and Timer F still runs', () => {
  const { state } = startClientNonInvite(0, 'unreliable');
  const wake = (current: typeof state, nowMs: number) => onClientNonInvite(current, { type: 'deadline' }, nowMs);
  const proceeding = onClientNonInvite(state, { type: 'response', status: 100 }, 100).state;
  const { log } = follow(proceeding, clientNonInviteDeadlineMs, wake);
  assert.deepEqual(
    log.map(([atMs]) => atMs),
    [500, 4500, 8500, 12_500, 16_500, 20_500, 24_500, 28_500, 32_000],
  );
});

test('RFC 3261 §17.2.1: 100 after 200 ms, Timer G repeats a refusal, Timer H gives up', () => {
  const { state } = startServerInvite(0, 'unreliable');
  const wake = (current: typeof state, nowMs: number) => onServerInvite(current, { type: 'deadline' }, nowMs);
  const trying = wake(state, 200);
  assert.deepEqual(trying.actions, ['send-trying']);
  assert.deepEqual(onServerInvite(trying.state, { type: 'request' }, 300).actions, ['send-response']);
  const refused = onServerInvite(trying.state, { type: 'respond', status: 486 }, 1000);
  const { log } = follow(refused.state, serverInviteDeadlineMs, wake);
  assert.deepEqual(
    log.map(([atMs]) => atMs - 1000),
    [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500, 32_000],
  );
  assert.deepEqual(log.at(-1)?.[1], 'report-unacknowledged');
});

test('RFC 3261 §17.2.1: ACK confirms, Timer I absorbs', () => {
  const { state } = startServerInvite(0, 'unreliable');
  const refused = onServerInvite(state, { type: 'respond', status: 486 }, 0).state;
  const confirmed = onServerInvite(refused, { type: 'ack' }, 100);
  assert.equal(confirmed.state.name, 'confirmed');
  assert.equal(serverInviteDeadlineMs(confirmed.state), 5100);
  assert.deepEqual(onServerInvite(confirmed.state, { type: 'ack' }, 200).actions, []);
  assert.deepEqual(onServerInvite(confirmed.state, { type: 'request' }, 200).actions, []);
});

test('RFC 6026 §8.7: Accepted absorbs the INVITE for Timer L', () => {
  const { state } = startServerInvite(0, 'unreliable');
  const accepted = onServerInvite(state, { type: 'respond', status: 200 }, 100);
  assert.deepEqual(accepted.actions, ['send-response']);
  assert.deepEqual(onServerInvite(accepted.state, { type: 'request' }, 200).actions, []);
  assert.deepEqual(onServerInvite(accepted.state, { type: 'respond', status: 500 }, 200).actions, []);
  assert.equal(serverInviteDeadlineMs(accepted.state), 32_100);
});

test('RFC 4320 §4.1, §4.2: 100 once Timer E of the client has come to T2, and never 408', () => {
  for (const reliability of ['unreliable', 'reliable'] as const) {
    const { state } = startServerNonInvite(0, reliability);
    assert.equal(serverNonInviteDeadlineMs(state), 3500);
    assert.deepEqual(onServerNonInvite(state, { type: 'deadline' }, 3499).actions, []);
    const due = onServerNonInvite(state, { type: 'deadline' }, 3500);
    assert.deepEqual([due.actions, due.state.name], [['send-trying'], 'proceeding']);
    assert.deepEqual(onServerNonInvite(due.state, { type: 'request' }, 4000).actions, ['send-response']);
    assert.equal(serverNonInviteDeadlineMs(due.state), 32_000);
    const end = onServerNonInvite(due.state, { type: 'deadline' }, 32_000);
    assert.deepEqual([end.actions, end.state.name], [[], 'terminated']);
  }
});

test('RFC 3261 §17.2.2: Timer J repeats the answer to a repeated request', () => {
  const { state } = startServerNonInvite(0, 'unreliable');
  assert.deepEqual(onServerNonInvite(state, { type: 'request' }, 10).actions, []);
  const done = onServerNonInvite(state, { type: 'respond', status: 200 }, 20);
  assert.deepEqual(done.actions, ['send-response']);
  assert.deepEqual(onServerNonInvite(done.state, { type: 'request' }, 30).actions, ['send-response']);
  assert.equal(serverNonInviteDeadlineMs(done.state), 32_020);
  assert.equal(onServerNonInvite(done.state, { type: 'deadline' }, 32_020).state.name, 'terminated');
  const reliable = startServerNonInvite(0, 'reliable').state;
  assert.equal(serverNonInviteDeadlineMs(onServerNonInvite(reliable, { type: 'respond', status: 200 }, 20).state), 20);
});
