import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '../kit/index.ts';
import { cryptoSuites, type LocalEncryption } from '../sdp/index.ts';
import type { LegEvent } from '../sip/index.ts';
import { callPlan } from './call-plan.fixture.ts';
import { type CallEffect, type CallInput, type CallState, newCallState, onCall } from './index.ts';

const suite = 'AES_CM_128_HMAC_SHA1_80';
const theirKey = btoa('b'.repeat(30));
const keys = Object.fromEntries(
  cryptoSuites.map(({ suite: name, keyBytes }) => [name, btoa('a'.repeat(keyBytes))]),
) as LocalEncryption['keys'];

const sdpOf = (protocol: string, ...lines: readonly string[]): string =>
  [
    ...['v=0', 'o=- 1 1 IN IP4 x', 's=-', 'c=IN IP4 192.0.2.9', 't=0 0', `m=audio 4000 ${protocol} 0`],
    ...[...lines, ''],
  ].join('\r\n');
const crypto = `a=crypto:1 ${suite} inline:${theirKey}`;

class Story {
  state: CallState;
  readonly effects: CallEffect[] = [];

  constructor(policy: 'optional' | 'required') {
    this.state = newCallState({ ...callPlan, encryption: { policy, keys } }, 0, 0);
    this.take({ type: 'begin' });
    this.take({ type: 'media', event: { type: 'opened', port: 5004 } });
    this.take({ type: 'replied', turnId: 0, result: ok({ steps: [], context: {}, problems: [] }) });
    this.leg({ type: 'invited', atMs: 0 });
  }

  take(input: CallInput): void {
    const [next, ...effects] = onCall(this.state, input, 0);
    this.state = next;
    this.effects.push(...effects);
  }

  leg(event: LegEvent): this {
    this.take({ type: 'leg', event });
    return this;
  }

  answered(sdp: string): this {
    return this.leg({ type: 'answered', sdp, atMs: 0 });
  }

  remotes() {
    return this.effects.flatMap((effect) =>
      effect.type === 'media' && effect.command.type === 'connect' ? [effect.command.remote.encryption] : [],
    );
  }

  find<T extends CallEffect['type']>(type: T): Extract<CallEffect, { readonly type: T }> | undefined {
    return this.effects.findLast((effect): effect is Extract<CallEffect, { readonly type: T }> => effect.type === type);
  }
}

const agreed = { suite, localKey: keys[suite], remoteKey: theirKey };

test('RFC 4568 §5.1: early media and answer bring the key of the far end to the media', () => {
  const story = new Story('required');
  assert.match(story.find('invite')?.sdp ?? '', /RTP\/SAVP/);
  const sdp = sdpOf('RTP/SAVP', crypto);
  story.leg({ type: 'provisional', status: 183, reason: 'Session Progress', remoteTag: 'a', sdp, atMs: 0 });
  assert.deepEqual(story.answered(sdp).remotes(), [agreed, agreed]);
});

test('RFC 4568 §5.1.3, RFC 3326 §2: an answer that does not encrypt ends the call by BYE with Reason and media.not-encrypted', () => {
  for (const sdp of [sdpOf('RTP/AVP'), sdpOf('RTP/SAVP')]) {
    const story = new Story('required').answered(sdp);
    assert.equal(story.state.end?.endCode, 'media.not-encrypted');
    assert.deepEqual(story.find('hang-up')?.headers, [
      { name: 'Reason', value: 'SIP;cause=488;text="Not Acceptable Here"' },
    ]);
    assert.deepEqual(story.remotes(), []);
  }
  const optional = new Story('optional').answered(sdpOf('RTP/AVP'));
  assert.deepEqual([optional.state.phase, optional.remotes()], ['active', [undefined]]);
});

test('RFC 4568 §7.1.4: a re-INVITE keeps our key and takes a new one of the far end; one without a key is refused', () => {
  const story = new Story('required').answered(sdpOf('RTP/SAVP', crypto));
  const newKey = btoa('c'.repeat(30));
  const sdp = sdpOf('RTP/SAVP', `a=crypto:7 ${suite} inline:${newKey}`, 'a=sendonly');
  story.leg({ type: 'offer-received', offerId: 'o-1', sdp, atMs: 0 });
  assert.match(story.find('answer-offer')?.sdp ?? '', new RegExp(`a=crypto:7 ${suite} inline:${keys[suite]}\r\n`));
  assert.deepEqual(story.remotes().at(-1), { ...agreed, remoteKey: newKey });
  story.leg({ type: 'offer-received', offerId: 'o-2', sdp: sdpOf('RTP/AVP'), atMs: 0 });
  assert.deepEqual(story.find('answer-offer'), { type: 'answer-offer', offerId: 'o-2', sdp: undefined });
});

const source = { transport: 'tls', host: '192.0.2.7', port: 5061 } as const;
const otherKeys = Object.fromEntries(
  cryptoSuites.map(({ suite: name, keyBytes }) => [name, btoa('d'.repeat(keyBytes))]),
) as LocalEncryption['keys'];
const replacement = (sdp: string | undefined): LegEvent => ({
  type: 'replace-received',
  newLegId: 'l-2',
  sdp,
  source,
  atMs: 0,
});

test('RFC 3891 §3, RFC 4568 §8.1: who takes the place of the callee is answered with keys of its own', () => {
  for (const policy of ['optional', 'required'] as const) {
    const protocol = policy === 'required' ? 'RTP/SAVP' : 'RTP/AVP';
    const story = new Story(policy).answered(sdpOf(protocol, crypto));
    const newLeg = { encryption: { policy, keys: otherKeys } };
    story.take({ type: 'leg', event: replacement(sdpOf('RTP/SAVP', crypto)), newLeg });
    assert.match(story.find('accept-leg')?.sdp ?? '', new RegExp(`inline:${otherKeys[suite]}\r\n`));
    assert.deepEqual(story.remotes().at(-1), { ...agreed, localKey: otherKeys[suite] });
    // What follows on this leg keeps them.
    const event: LegEvent = { type: 'offer-received', offerId: 'o-1', sdp: sdpOf('RTP/SAVP', crypto), atMs: 0 };
    story.take({ type: 'leg', legId: 'l-2', event });
    assert.match(story.find('answer-offer')?.sdp ?? '', new RegExp(`inline:${otherKeys[suite]}\r\n`));
  }
});

test('RFC 3891 §3, RFC 3261 §13.2.2.4: one that leaves the offer to us is offered keys of its own, and its ACK brings the answer', () => {
  const story = new Story('required').answered(sdpOf('RTP/SAVP', crypto));
  const newLeg = { encryption: { policy: 'required', keys: otherKeys } } as const;
  story.take({ type: 'leg', event: replacement(undefined), newLeg });
  assert.match(story.find('accept-leg')?.sdp ?? '', /RTP\/SAVP/);
  story.take({
    type: 'leg',
    legId: 'l-2',
    event: { type: 'answer-changed', sdp: sdpOf('RTP/SAVP', crypto), atMs: 0 },
  });
  assert.deepEqual(story.remotes().at(-1), { ...agreed, localKey: otherKeys[suite] });
});

test('RFC 3891 §3: nobody without keys takes the place of a callee whose audio must be encrypted', () => {
  const story = new Story('required').answered(sdpOf('RTP/SAVP', crypto));
  story.take({ type: 'leg', event: replacement(sdpOf('RTP/AVP')), newLeg: { fault: 'its keys would leave in clear' } });
  assert.equal(story.find('reject-leg')?.status, 488);
  assert.match(story.state.warnings.join(), /keys would leave in clear/);
  const newLeg = { encryption: { policy: 'required', keys: otherKeys } } as const;
  story.take({ type: 'leg', event: replacement(sdpOf('RTP/AVP')), newLeg });
  assert.deepEqual([story.find('reject-leg')?.status, story.state.legId], [488, 's-1']);
});

test('RFC 4568 §8.1: a call that may be encrypted moves to a leg in clear without the keys of the first', () => {
  const story = new Story('optional').answered(sdpOf('RTP/AVP', crypto));
  assert.deepEqual(story.remotes(), [agreed]);
  story.take({ type: 'leg', event: replacement(sdpOf('RTP/AVP', crypto)) });
  const accepted = story.find('accept-leg')?.sdp;
  assert.ok(accepted !== undefined && !accepted.includes('crypto'));
  assert.deepEqual(story.remotes().at(-1), undefined);
});
