import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Story } from './story.fixture.ts';

function refusedWith(status: number, headers: readonly string[]) {
  const story = new Story();
  story.reply(story.invite(), status, { headers });
  const event = story.events.at(-1);
  assert.ok(event?.type === 'rejected');
  return event;
}

test('RFC 3261 §20.33: Retry-After in seconds, whatever its comment and parameters', () => {
  assert.equal(refusedWith(503, ['Retry-After: 18000;duration=3600']).retryAfterS, 18_000);
  assert.equal(refusedWith(480, ['Retry-After: 120 (I am in a meeting)']).retryAfterS, 120);
  assert.equal(refusedWith(486, ['Retry-After: soon']).retryAfterS, undefined);
});

test('RFC 3261 §20.43: what a Warning says is told', () => {
  const { detail } = refusedWith(606, ['Warning: 305 isi.edu "Incompatible media format", 399 x "more"']);
  assert.equal(detail, 'Warning: Incompatible media format');
  assert.equal(refusedWith(488, ['Warning: nonsense']).detail, undefined);
});

test('RFC 3326 §2: several Reason headers are one list', () => {
  const { reasonHeader } = refusedWith(480, ['Reason: SIP;cause=480', 'Reason: Q.850;cause=20']);
  assert.equal(reasonHeader, 'SIP;cause=480, Q.850;cause=20');
});

test('RFC 8688 §3.2, RFC 8197 §3: 608 and 607 name where redress is to be had, other refusals do not', () => {
  const link = 'Call-Info: <https://blocker.example.net/complaints>;purpose=jwscard';
  assert.equal(refusedWith(608, [link]).callInfo, 'https://blocker.example.net/complaints');
  assert.equal(refusedWith(607, [link]).callInfo, 'https://blocker.example.net/complaints');
  assert.equal(refusedWith(603, [link]).callInfo, undefined);
  assert.equal(refusedWith(608, ['Call-Info: <javascript:alert(1)>;purpose=jwscard']).callInfo, undefined);
});

test('limit: long texts of strangers are cut', () => {
  const { reason, detail } = refusedWith(488, [`Warning: 399 a "${'w'.repeat(5000)}"`]);
  assert.equal(reason, 'Word');
  assert.ok((detail?.length ?? 0) <= 210);
});
