/** INFO of ours inside a dialog (RFC 6086, RFC 2976). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { headerValue } from '../syntax/header.ts';
import { checkInfo } from './info.ts';
import { Story } from './story.fixture.ts';

const sendInfo = (story: Story, body = 'hello', headers: { name: string; value: string }[] = []): void => {
  story.run(story.agent.info('call-1', checkInfo(headers, body).info, story.nowMs));
};

test('goes out inside the dialog, with the next number; its answer is told', () => {
  const story = new Story();
  story.answeredCall();
  sendInfo(story, 'grüße', [{ name: 'X-Ticket', value: '1' }]);
  const info = story.lastRequest('INFO');
  assert.equal(info.requestUri, 'sip:bob@192.0.2.20');
  assert.equal(info.cseq.number, 2);
  assert.equal(headerValue(info.headers, 'x-ticket'), '1');
  assert.equal(headerValue(info.headers, 'content-type'), 'application/text');
  assert.equal(new TextDecoder().decode(info.body), 'grüße');
  story.reply(info, 200);
  assert.deepEqual(story.events.at(-1), { type: 'info-answered', status: 200, atMs: 0 });
  sendInfo(story, '');
  assert.equal(story.lastRequest('INFO').cseq.number, 3);
  assert.equal(headerValue(story.lastRequest('INFO').headers, 'content-type'), undefined);
  story.hangUp();
  assert.equal(story.lastRequest('BYE').cseq.number, 4);
});

test('a refusal and silence are told, and the call goes on', () => {
  const story = new Story();
  story.answeredCall();
  sendInfo(story);
  story.reply(story.lastRequest('INFO'), 501);
  assert.deepEqual(story.events.at(-1), { type: 'info-answered', status: 501, atMs: 0 });
  sendInfo(story);
  story.advance(32_000);
  assert.deepEqual(story.events.at(-1), { type: 'info-answered', status: undefined, atMs: 32_000 });
  assert.ok(story.requests('INFO').length > 5, 'over UDP it is sent again until it is answered');
  story.hangUp();
  assert.equal(story.requests('BYE').length, 1);
});

test('before the answer and after the end there is no dialog to send it in', () => {
  const story = new Story();
  story.invite();
  sendInfo(story);
  assert.deepEqual(story.events.at(-1), { type: 'info-answered', status: undefined, atMs: 0 });
  assert.equal(story.requests('INFO').length, 0);
  story.run(story.agent.info('nobody', checkInfo([], 'a').info, 0));
});

test('forbidden and dangerous headers are left out and said; Content-Type is taken for the body', () => {
  const { info, problems } = checkInfo(
    [
      { name: 'Via', value: 'x' },
      { name: 'v', value: 'x' },
      { name: 'Call-ID', value: 'x' },
      { name: 'X-A', value: 'a\r\nRoute: <sip:evil>' },
      { name: 'X B', value: 'a' },
      { name: 'X-C: 1\r\nX-D', value: 'a' },
      { name: 'c', value: 'application/json; charset="utf-8"' },
      { name: 'X-Good', value: 'yes' },
    ],
    '{}',
  );
  assert.deepEqual(info, {
    headers: [{ name: 'X-Good', value: 'yes' }],
    contentType: 'application/json; charset="utf-8"',
    body: '{}',
  });
  assert.equal(problems.length, 6);
  for (const value of ['', 'text', 'a/b\r\nX: 1', 'a/b; c', `a/b;c="${'x'.repeat(300)}"`]) {
    const checked = checkInfo([{ name: 'Content-Type', value }], '');
    assert.equal(checked.info.contentType, 'application/text');
    assert.match(checked.problems.join(), /not a media type/);
  }
});

test('whatever is asked for, one message leaves, with our headers and this body', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('\r\n\r\n', 'a\nVia: x', '\r\nContent-Length: 0'));
  fc.assert(
    fc.property(text, text, text, (name, value, body) => {
      const story = new Story();
      story.answeredCall();
      sendInfo(story, body, [{ name, value }]);
      const [info, ...others] = story.requests('INFO');
      assert.deepEqual(others, []);
      const message = info?.message;
      assert.ok(message?.kind === 'request');
      assert.equal(message.viaCount, 1);
      assert.equal(message.callId, 'call-1');
      assert.deepEqual(message.body, new TextEncoder().encode(body));
    }),
  );
});

for (const status of [481, 408]) {
  test(`RFC 5057 §5.1: ${status} to an INFO says that the call is gone`, () => {
    const story = new Story();
    story.answeredCall();
    sendInfo(story);
    story.reply(story.lastRequest('INFO'), status);
    assert.deepEqual(story.eventTypes().slice(-2), ['info-answered', 'dialog-lost']);
    assert.equal(story.requests('BYE').length, status === 481 ? 0 : 1);
  });
}
