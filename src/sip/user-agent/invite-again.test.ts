import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RedirectRules } from '../contract.ts';
import { headerValue, listValues } from '../syntax/header.ts';
import { findParameter } from '../syntax/parameters.ts';
import { Story } from './story.fixture.ts';

const anywhere: RedirectRules = { max: 5, judge: () => undefined };

/** The Request-URIs of the INVITEs that were sent, in order. */
function called(story: Story): string[] {
  return story.requests('INVITE').flatMap(({ message }) => (message.kind === 'request' ? [message.requestUri] : []));
}

/** Answers the last INVITE with a redirection. */
function redirect(story: Story, contacts: readonly string[], status = 302, headers: readonly string[] = []): void {
  story.reply(story.lastRequest('INVITE'), status, {
    headers: [...contacts.map((contact) => `Contact: ${contact}`), ...headers],
  });
}

test('RFC 3261 §8.1.3.4: a 302 is followed: same Call-ID, To and From, next number, new branch, the Contact as Request-URI', () => {
  const story = new Story();
  const first = story.invite({ redirects: anywhere });
  redirect(story, ['<sip:carol@192.0.2.40:5070>'], 302, ['Diversion: <sip:bob@192.0.2.20>;reason=unconditional']);
  const second = story.lastRequest('INVITE');
  assert.equal(second.requestUri, 'sip:carol@192.0.2.40:5070');
  assert.equal(second.callId, first.callId);
  assert.equal(second.cseq.number, 2);
  assert.equal(headerValue(second.headers, 'to'), headerValue(first.headers, 'to'));
  assert.equal(headerValue(second.headers, 'from'), headerValue(first.headers, 'from'));
  assert.equal(second.toTag, undefined);
  assert.notEqual(
    findParameter(second.via.parameters, 'branch')?.value,
    findParameter(first.via.parameters, 'branch')?.value,
  );
  const { host, port } = story.requests('INVITE')[1]?.to ?? {};
  assert.deepEqual([host, port], ['192.0.2.40', 5070]);
  assert.equal(story.requests('ACK').length, 1);
  assert.deepEqual(story.events.at(-1), {
    type: 'redirected',
    status: 302,
    target: 'sip:carol@192.0.2.40:5070',
    diversion: '<sip:bob@192.0.2.20>;reason=unconditional',
    atMs: 0,
  });
  story.reply(second, 200, { headers: ['Contact: <sip:carol@192.0.2.40:5070>'], sdp: 'v=0\r\n' });
  assert.equal(story.eventTypes().at(-1), 'answered');
  assert.equal(story.lastRequest('ACK').cseq.number, 2);
});

test('RFC 3261 §8.1.3.4: Contacts are called by q, each once, until one answers', () => {
  const story = new Story();
  story.invite({ redirects: anywhere });
  redirect(story, [
    '<sip:c@192.0.2.43>;q=0.1, <sip:a@192.0.2.41>;q=0.9, <sip:A@192.0.2.49>;q=high',
    '<sip:b@192.0.2.42>;q=0.5, <sip:a@192.0.2.41;transport=udp>;q=0.9',
  ]);
  for (const status of [486, 503, 480]) story.reply(story.lastRequest('INVITE'), status);
  assert.deepEqual(called(story).slice(1, 4), [
    'sip:a@192.0.2.41',
    'sip:a@192.0.2.41;transport=udp',
    'sip:b@192.0.2.42',
  ]);
  story.reply(story.lastRequest('INVITE'), 200, { headers: ['Contact: <sip:c@192.0.2.43>'] });
  assert.equal(called(story).at(-1), 'sip:c@192.0.2.43');
  assert.equal(story.eventTypes().at(-1), 'answered');
});

test('RFC 3261 §8.1.3.4: an address is not called twice, however it is spelled, and a circle ends the call', () => {
  const story = new Story();
  story.invite({ redirects: anywhere });
  redirect(story, ['<sip:%62ob@192.0.2.20>']);
  const last = story.events.at(-1);
  assert.equal(last?.type === 'rejected' && last.status, 302);
  assert.match((last?.type === 'rejected' && last.detail) || '', /back to where/);
  assert.equal(called(story).length, 1);
  const circle = new Story();
  circle.invite({ redirects: anywhere });
  redirect(circle, ['<sip:carol@192.0.2.40>']);
  redirect(circle, ['<sip:bob@192.0.2.20>']);
  assert.equal(called(circle).length, 2);
  assert.equal(circle.eventTypes().at(-1), 'rejected');
});

test('limit: at most as many redirections as the rules say, over all answers', () => {
  const story = new Story();
  story.invite({ redirects: anywhere });
  for (let hop = 1; hop <= 9; hop++) redirect(story, [`<sip:hop${hop}@192.0.2.40>`]);
  assert.equal(called(story).length, 6);
  const last = story.events.at(-1);
  assert.match((last?.type === 'rejected' && last.detail) || '', /too often/);
});

test('RFC 3261 §21.3.3: what the rules refuse is never sent to; nothing but sip, sips and tel is followed', () => {
  const judged: string[] = [];
  const story = new Story();
  story.invite({
    redirects: {
      max: 5,
      judge: (target) => {
        judged.push(target);
        return target.includes('169.254') ? 'A Contact is not allowed: it is a metadata address.' : undefined;
      },
    },
  });
  redirect(story, [
    '<http://192.0.2.40/>, <mailto:carol@example.net>, <urn:service:sos>',
    '<sip:carol@169.254.169.254>',
    '<sip:x@192.0.2.40?Replaces=a>, nonsense',
  ]);
  assert.deepEqual(judged, ['sip:carol@169.254.169.254']);
  assert.equal(story.sent.filter(({ to }) => to.host !== '192.0.2.20').length, 0);
  assert.equal(story.eventTypes().at(-1), 'rejected');
});

test('RFC 3261 §8.1.3.4: a sips: call is not led out of TLS', () => {
  const story = new Story({ otherPlaces: [{ host: '198.51.100.7', port: 5061, transport: 'tls' }] });
  story.invite({ to: 'sips:bob@192.0.2.20', redirects: anywhere });
  redirect(story, ['<sip:carol@192.0.2.40>']);
  assert.equal(called(story).length, 1);
  const last = story.events.at(-1);
  assert.match((last?.type === 'rejected' && last.detail) || '', /out of TLS/);
});

test('RFC 3261 §8.1.3.4: a tel: Contact goes by the trunk as a sip: URI, others go straight, a call with a route keeps it', () => {
  const trunk = { transport: 'udp', host: '192.0.2.9', port: 5080 } as const;
  const story = new Story();
  story.invite({ outboundProxy: trunk, redirects: anywhere });
  redirect(story, ['<tel:+15550100>']);
  assert.equal(called(story)[1], 'sip:+15550100@192.0.2.9:5080;user=phone');
  assert.equal(story.requests('INVITE')[1]?.to.port, 5080);
  redirect(story, ['<sip:carol@192.0.2.40>']);
  assert.equal(story.requests('INVITE')[2]?.to.host, '192.0.2.40');
  const routed = new Story();
  routed.invite({ routes: ['<sip:192.0.2.9;lr>'], redirects: anywhere });
  redirect(routed, ['<sip:carol@192.0.2.40>']);
  assert.equal(routed.requests('INVITE')[1]?.to.host, '192.0.2.9');
  assert.equal(called(routed)[1], 'sip:carol@192.0.2.40');
  assert.deepEqual(listValues(routed.lastRequest('INVITE').headers, 'route'), ['<sip:192.0.2.9;lr>']);
});

test('RFC 3261 §21.3.4: 305 asks for the same call by that proxy and no other', () => {
  const story = new Story();
  const uses: string[] = [];
  story.invite({
    routes: ['<sip:192.0.2.20;lr>'],
    redirects: {
      max: 5,
      judge: (_target, use) => {
        uses.push(use);
        return undefined;
      },
    },
  });
  redirect(story, ['<sip:192.0.2.50:5090>'], 305);
  const second = story.lastRequest('INVITE');
  assert.equal(second.requestUri, 'sip:bob@192.0.2.20');
  assert.deepEqual(listValues(second.headers, 'route'), ['<sip:192.0.2.50:5090;lr>']);
  assert.deepEqual([story.requests('INVITE')[1]?.to.host, story.requests('INVITE')[1]?.to.port], ['192.0.2.50', 5090]);
  assert.deepEqual(uses, ['proxy']);
});

test('RFC 3261 §21.3.5, §21.3.1: 380 is not followed, 300 and 301 are; without rules none is', () => {
  for (const [status, count] of [
    [300, 2],
    [301, 2],
    [380, 1],
  ] as const) {
    const story = new Story();
    story.invite({ redirects: anywhere });
    redirect(story, ['<sip:carol@192.0.2.40>'], status);
    assert.equal(called(story).length, count, String(status));
  }
  const story = new Story();
  story.invite();
  redirect(story, ['<sip:carol@192.0.2.40>']);
  const last = story.events.at(-1);
  assert.equal(last?.type === 'rejected' && last.detail, 'Redirections are not followed.');
});

test('RFC 3261 §16.7: a 6xx ends the other targets, silence and refusals of one do not', () => {
  const story = new Story();
  story.invite({ redirects: anywhere });
  redirect(story, ['<sip:a@192.0.2.41>, <sip:b@192.0.2.42>, <sip:c@192.0.2.43>']);
  story.advance(32_000);
  assert.equal(called(story).at(-1), 'sip:b@192.0.2.42');
  story.reply(story.lastRequest('INVITE'), 603);
  const last = story.events.at(-1);
  assert.equal(last?.type === 'rejected' && last.status, 603);
  assert.equal(called(story).includes('sip:c@192.0.2.43'), false);
});

test('RFC 3261 §9.1: a call that is to be cancelled follows no redirection', () => {
  const story = new Story();
  story.invite({ redirects: anywhere });
  story.hangUp();
  redirect(story, ['<sip:carol@192.0.2.40>']);
  assert.equal(called(story).length, 1);
  assert.equal(story.eventTypes().at(-1), 'cancelled');
  const late = new Story();
  const invite = late.invite({ redirects: anywhere, ringTimeoutMs: 1000 });
  late.reply(invite, 180);
  late.advance(1000);
  redirect(late, ['<sip:carol@192.0.2.40>']);
  assert.equal(called(late).length, 1);
  assert.equal(late.eventTypes().at(-1), 'ring-timeout');
});

test('RFC 3261 §8.1.3.4: the ring time and a CANCEL count for the redirected INVITE, too', () => {
  const story = new Story();
  story.invite({ redirects: anywhere, ringTimeoutMs: 10_000 });
  story.advance(4000);
  redirect(story, ['<sip:carol@192.0.2.40>']);
  const second = story.lastRequest('INVITE');
  story.reply(second, 180);
  story.advance(6000);
  const cancel = story.lastRequest('CANCEL');
  assert.equal(cancel.requestUri, second.requestUri);
  assert.deepEqual(cancel.via, second.via);
  assert.equal(cancel.cseq.number, 2);
});

test('RFC 3261 §8.1.3.5, §21.4.15: 420 has the named extension left out, once', () => {
  const story = new Story();
  story.invite({ requiresReliability: true });
  story.reply(story.lastRequest('INVITE'), 420, { headers: ['Unsupported: 100REL'] });
  const second = story.lastRequest('INVITE');
  assert.equal(second.cseq.number, 2);
  assert.equal(headerValue(second.headers, 'require'), undefined);
  assert.equal(listValues(second.headers, 'supported').includes('100rel'), false);
  assert.ok(listValues(second.headers, 'supported').includes('199'));
  story.reply(second, 420, { headers: ['Unsupported: 199'] });
  assert.equal(story.requests('INVITE').length, 2);
  const last = story.events.at(-1);
  assert.equal(last?.type === 'rejected' && last.status, 420);
});

test('RFC 3261 §21.4.15: 420 that names nothing of ours stands', () => {
  for (const headers of [[], ['Unsupported: precondition']]) {
    const story = new Story();
    story.invite();
    story.reply(story.lastRequest('INVITE'), 420, { headers });
    assert.equal(story.requests('INVITE').length, 1);
    assert.equal(story.eventTypes().at(-1), 'rejected');
  }
});

for (const [status, section] of [
  [413, 'RFC 3261 §21.4.11'],
  [415, 'RFC 3261 §21.4.13'],
  [416, 'RFC 3261 §21.4.14'],
  [421, 'RFC 3261 §21.4.16'],
  [484, 'RFC 3261 §21.4.22'],
  [485, 'RFC 3261 §21.4.23'],
  [488, 'RFC 3261 §21.4.26'],
  [494, 'RFC 3329 §2.3.1'],
  [606, 'RFC 3261 §21.6.4'],
] as const) {
  test(`${section}: ${status} stands: acknowledged, told, and not asked again`, () => {
    const story = new Story();
    story.invite({ redirects: anywhere });
    redirect(story, ['<sip:carol@192.0.2.40>'], status, ['Require: sec-agree', 'Accept: application/foo']);
    assert.equal(story.requests('INVITE').length, 1);
    assert.equal(story.requests('ACK').length, 1);
    const last = story.events.at(-1);
    assert.equal(last?.type === 'rejected' && last.status, status);
  });
}
