/** Whom credentials are given to when a call moves on: by redirection, by failover, by a Contact of the peer. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ok } from '../../kit/index.ts';
import type { Hop, InviteOrder } from '../contract.ts';
import { headerValue } from '../syntax/header.ts';
import { Story } from './story.fixture.ts';

const credentials = [{ username: 'alice', password: { reveal: () => 'hush' } }];
const trunk: Hop = { host: '192.0.2.20', port: 5060, transport: 'udp' };
const redirects = { max: 3, judge: () => undefined };
const challenge = (nonce: string): { headers: string[] } => ({
  headers: [`Proxy-Authenticate: Digest realm="trunk", nonce="${nonce}", qop="auth"`],
});

class Moving extends Story {
  constructor(locates = false) {
    super({ locates, digest: (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex') });
  }

  dial(order: Partial<InviteOrder> = {}): void {
    this.run(
      this.agent.invite(
        {
          legId: 'call-1',
          to: 'sip:bob@example.net',
          from: 'sip:alice@198.51.100.7',
          routes: [],
          sdp: 'v=0\r\n',
          ringTimeoutMs: 60_000,
          outboundProxy: trunk,
          credentials,
          redirects,
          ...order,
        },
        this.nowMs,
      ),
    );
  }

  refuse(status: number, options: { readonly headers: readonly string[] }): void {
    this.reply(this.lastRequest('INVITE'), status, options);
  }

  /** Nonce and count of the last INVITE, and where it went. */
  given(): string {
    const value = headerValue(this.lastRequest('INVITE').headers, 'proxy-authorization') ?? 'none';
    const [nonce = '', nc = ''] = [/nonce="(\w+)"/.exec(value)?.[1], /nc=(\w+)/.exec(value)?.[1]];
    const host = this.requests('INVITE').at(-1)?.to.host ?? '';
    return value === 'none' ? `none to ${host}` : `${nonce} ${Number(nc)} to ${host}`;
  }
}

test('RFC 3261 §22.1: who a redirection leads to is given no credentials, neither from the start nor when it asks', () => {
  const story = new Moving();
  story.dial();
  story.refuse(407, challenge('n1'));
  assert.equal(story.given(), 'n1 1 to 192.0.2.20');
  story.refuse(302, { headers: ['Contact: <sip:bob@203.0.113.9>'] });
  assert.equal(story.given(), 'none to 203.0.113.9');
  story.refuse(407, challenge('chosen'));
  assert.equal(story.given(), 'none to 203.0.113.9');
  const last = story.events.at(-1);
  assert.ok(last?.type === 'rejected' && last.status === 407);
  assert.match(last.detail ?? '', /another host than the trunk/);
});

test('RFC 3261 §22.3: a redirection back to the trunk counts on', () => {
  const story = new Moving();
  story.dial();
  story.refuse(407, challenge('n1'));
  story.refuse(302, { headers: ['Contact: <sip:carol@192.0.2.20>'] });
  assert.equal(story.given(), 'n1 2 to 192.0.2.20');
  assert.equal(story.lastRequest('INVITE').requestUri, 'sip:carol@192.0.2.20');
});

test('RFC 3263 §4.3: the next server of the same trunk is answered, too', () => {
  const story = new Moving(true);
  const first: Hop = { host: '192.0.2.1', port: 5060, transport: 'udp' };
  const second: Hop = { host: '192.0.2.2', port: 5060, transport: 'udp' };
  const wanted = { scheme: 'sip', host: 'trunk.test' } as const;
  story.dial({ outboundProxy: { host: 'trunk.test', port: 5060, transport: 'udp', wanted } });
  story.run(story.agent.located(story.locating.at(-1)?.locateId ?? '', ok([first, second]), story.nowMs));
  story.refuse(503, { headers: [] });
  assert.equal(story.given(), 'none to 192.0.2.2');
  story.refuse(407, challenge('n1'));
  assert.equal(story.given(), 'n1 1 to 192.0.2.2');
});
