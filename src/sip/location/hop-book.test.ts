import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HopBook } from './hop-book.ts';
import type { Hop } from '../contract.ts';

const hop = (port: number): Hop => ({ transport: 'udp', host: '192.0.2.1', port });
const [a, b, c] = [hop(1), hop(2), hop(3)];
const ports = (hops: readonly Hop[]): number[] => hops.map(({ port }) => port);

describe('RFC 3263 §4.3: hops that have failed', () => {
  it('stand behind the others for 10 s, then in their own place again', () => {
    const book = new HopBook();
    book.failed(a, 0);
    assert.deepEqual(ports(book.order([a, b, c], 9999)), [2, 3, 1]);
    assert.ok(book.isAvoided(a, 9999));
    assert.deepEqual(ports(book.order([a, b, c], 10_000)), [1, 2, 3]);
    assert.deepEqual(book.avoided(10_000), []);
  });

  it('wait twice as long with each failure in a row, and at most 5 minutes', () => {
    const book = new HopBook();
    let nowMs = 0;
    const waits: number[] = [];
    for (let failure = 0; failure < 8; failure += 1) {
      book.failed(a, nowMs);
      const untilMs = book.avoided(nowMs)[0]?.untilMs ?? 0;
      waits.push(untilMs - nowMs);
      nowMs = untilMs;
    }
    assert.deepEqual(waits, [10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]);
  });

  it('are forgiven by an answer, and by 5 minutes without a failure after the wait', () => {
    const book = new HopBook();
    book.failed(a, 0);
    book.failed(a, 0);
    book.answered(a);
    assert.deepEqual(ports(book.order([a, b], 1)), [1, 2]);
    book.failed(a, 1000);
    book.failed(a, 311_000);
    assert.equal(book.avoided(311_000)[0]?.failures, 1);
  });

  it('RFC 3261 §21.5.4: Retry-After of a 503 is obeyed, up to an hour', () => {
    const book = new HopBook();
    book.failed(a, 0, 120_000);
    assert.ok(book.isAvoided(a, 119_999));
    assert.ok(!book.isAvoided(a, 120_000));
    book.failed(b, 0, 10 ** 12);
    assert.equal(book.avoided(0).find(({ hop: { port } }) => port === 2)?.untilMs, 3_600_000);
  });

  it('when all have failed the one whose wait ends soonest goes first: a call always has somewhere to go', () => {
    const book = new HopBook();
    book.failed(a, 0, 60_000);
    book.failed(b, 0, 30_000);
    book.failed(c, 0, 90_000);
    assert.deepEqual(ports(book.order([a, b, c], 10)), [2, 1, 3]);
  });

  it('another transport or server name is another hop', () => {
    const book = new HopBook();
    book.failed(a, 0);
    assert.ok(!book.isAvoided({ ...a, transport: 'tcp' }, 1));
    assert.ok(!book.isAvoided({ ...a, transport: 'tls', serverName: 'x.test' }, 1));
    assert.ok(book.isAvoided({ ...a, host: '192.0.2.1' }, 1));
  });

  it('no more than 1000 are remembered: the one that is nearest its end is forgotten', () => {
    const book = new HopBook();
    book.failed(a, 0, 1000);
    for (let port = 10; port < 1500; port += 1) book.failed(hop(port), 0, 60_000);
    assert.equal(book.avoided(0).length, 1000);
    assert.ok(!book.isAvoided(a, 0));
  });
});
