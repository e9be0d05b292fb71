import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../kit/index.ts';
import { headerValue } from '../syntax/header.ts';
import type { SipRequest } from '../syntax/message.ts';
import { Story } from './story.fixture.ts';

/** Another life of the process: all it has is what was kept, as JSON. */
function secondLife(first: Story): { readonly story: Story; readonly isKnown: boolean } {
  const story = new Story();
  story.nowMs = 1_000_000;
  const snapshot = JSON.parse(JSON.stringify(first.snapshots.at(-1))) as JsonObject;
  const { isKnown, effects } = story.agent.endOrphan({ legId: 'call-1', snapshot }, story.nowMs);
  story.run(effects);
  return { story, isKnown };
}

const dialogOf = ({ headers, callId, fromTag, toTag, requestUri }: SipRequest): unknown => ({
  callId,
  fromTag,
  toTag,
  requestUri,
  routes: headers.filter(({ key }) => key === 'route').map(({ value }) => value),
});

test('RFC 3261 §15: a dialog of an earlier life is ended by a BYE the peer takes for one of that dialog', () => {
  const first = new Story();
  first.answeredCall(['Contact: <sip:bob@192.0.2.21:5099>', 'Record-Route: <sip:192.0.2.20;lr>']);
  const { story, isKnown } = secondLife(first);
  assert.equal(isKnown, true);
  const bye = story.lastRequest('BYE');
  first.hangUp();
  const ownBye = first.lastRequest('BYE');
  assert.deepEqual(dialogOf(bye), dialogOf(ownBye));
  assert.ok(bye.cseq.number > ownBye.cseq.number, 'later than anything the first life can have sent');
  story.reply(bye, 200);
  assert.deepEqual(story.eventTypes(), ['bye-finished']);
});

test('RFC 3261 §9.1: an INVITE of an earlier life is cancelled by its own branch, and its 487 is acknowledged', () => {
  const first = new Story();
  const invite = first.invite();
  first.reply(invite, 180);
  const { story } = secondLife(first);
  const cancel = story.lastRequest('CANCEL');
  assert.equal(headerValue(cancel.headers, 'via'), headerValue(invite.headers, 'via'));
  assert.equal(cancel.requestUri, invite.requestUri);
  assert.equal(cancel.cseq.number, invite.cseq.number);
  story.reply(cancel, 200);
  story.reply(invite, 487);
  assert.equal(story.requests('ACK').length, 1);
  assert.deepEqual(story.eventTypes(), ['cancelled']);
});

test('RFC 3261 §13.2.2.4: an answer that crosses that CANCEL is acknowledged and ended', () => {
  const first = new Story();
  const invite = first.invite();
  const { story } = secondLife(first);
  story.reply(invite, 200, { headers: ['Contact: <sip:bob@192.0.2.20>'], sdp: 'v=0\r\n' });
  assert.equal(story.requests('ACK').length, 1);
  assert.equal(story.requests('BYE').length, 1);
  // Should this life end now, the next one finds the dialog.
  assert.equal(story.snapshots.at(-1)?.['phase'], 'confirmed');
  story.reply(story.lastRequest('BYE'), 200);
  assert.deepEqual(story.eventTypes(), ['bye-finished']);
});

test('a peer that never heard of that INVITE leaves nothing behind', () => {
  const first = new Story();
  first.invite();
  const { story } = secondLife(first);
  story.reply(story.lastRequest('CANCEL'), 481);
  story.advance(60_000);
  assert.deepEqual(story.eventTypes(), ['cancelled']);
  assert.equal(story.agent.deadlineMs(), undefined);
});

test('INVITE and dialog are told before INVITE and ACK are sent', () => {
  const story = new Story();
  const effects: string[] = [];
  const run = story.run.bind(story);
  story.run = (given) => {
    effects.push(...given.map(({ type }) => type));
    run(given);
  };
  story.answeredCall();
  assert.deepEqual(effects, ['dialog', 'send', 'leg', 'dialog', 'send', 'leg']);
});

test('what is no snapshot is refused', () => {
  const { agent } = new Story();
  for (const snapshot of [
    {},
    { phase: 'confirmed', localTag: 'a' },
    { phase: 'confirmed', localTag: 'a', dialog: { callId: 1 } },
    { phase: 'inviting', localTag: 'a', branch: 'b', requestUri: 'sip:a@b', headers: [['Via']], host: 'h', port: 1 },
    { phase: 'inviting', localTag: 'a', branch: 'b', requestUri: 'sip:a@b', headers: [], host: 'h' },
    { phase: 'over', localTag: 'a' },
  ]) {
    assert.deepEqual(agent.endOrphan({ legId: 'x', snapshot }, 0), { isKnown: false, effects: [] });
  }
});
