import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptAudioAnswer, answerAudioOffer, createAudioOffer, cryptoSuites, type LocalEncryption } from './index.ts';

function keysOf(fill: string): LocalEncryption['keys'] {
  const entries = cryptoSuites.map(({ suite, keyBytes }) => [suite, btoa(fill.repeat(keyBytes))]);
  return Object.fromEntries(entries) as LocalEncryption['keys'];
}

const ours = keysOf('a');
const theirs = keysOf('b');
const local = { address: '192.0.2.1', port: 5000, sessionId: 1, version: 1 };
const offerOf = (policy?: 'optional' | 'required', keys = ours): string =>
  createAudioOffer({
    ...local,
    codecs: ['PCMU'],
    ...(policy === undefined ? {} : { encryption: { policy, keys } }),
  });
const answerTo = (offer: string, policy?: 'optional' | 'required') =>
  answerAudioOffer(offer, {
    ...local,
    ...(policy === undefined ? {} : { encryption: { policy, keys: theirs } }),
  });

test('RFC 4568 §5.1: required offers RTP/SAVP, optional RTP/AVP, both with a key for each suite; off has none', () => {
  const lines = cryptoSuites.map(({ suite }, at) => `a=crypto:${at + 1} ${suite} inline:${ours[suite]}`);
  for (const [policy, protocol] of [
    ['required', 'RTP/SAVP'],
    ['optional', 'RTP/AVP'],
  ] as const) {
    const offer = offerOf(policy).split('\r\n');
    assert.deepEqual(
      offer.filter((line) => line.startsWith('a=crypto')),
      lines,
    );
    assert.ok(offer.includes(`m=audio 5000 ${protocol} 0`));
  }
  assert.ok(!offerOf().includes('crypto'));
});

test('RFC 4568 §5.1.2: the answer takes the first key it can and says its tag; both sides have the same two keys', () => {
  for (const policy of ['required', 'optional'] as const) {
    const offer = offerOf(policy).replace(/a=crypto:1 .*\r\n/, 'a=crypto:1 F8_128_HMAC_SHA1_80 inline:xx\r\n');
    const answer = answerTo(offer, 'optional');
    assert.ok(answer.ok);
    const suite = 'AES_CM_128_HMAC_SHA1_32';
    assert.deepEqual(answer.value.sdp.match(/a=crypto.*/g), [`a=crypto:2 ${suite} inline:${theirs[suite]}`]);
    assert.deepEqual(answer.value.audio.encryption, { suite, localKey: theirs[suite], remoteKey: ours[suite] });
    const accepted = acceptAudioAnswer(answer.value.sdp, offer);
    assert.ok(accepted.ok);
    assert.deepEqual(accepted.value.encryption, { suite, localKey: ours[suite], remoteKey: theirs[suite] });
  }
});

test('RFC 4568 §5.1.3: an answer with another tag, another suite or no key is refused when RTP/SAVP was offered', () => {
  const offer = offerOf('required');
  const answer = answerTo(offer, 'required');
  assert.ok(answer.ok);
  const { sdp } = answer.value;
  const changed = [
    sdp.replace('crypto:1', 'crypto:2'),
    sdp.replace('crypto:1', 'crypto:9'),
    sdp.replace(/a=crypto.*\r\n/, ''),
    sdp.replace('RTP/SAVP', 'RTP/AVP'),
  ];
  for (const each of changed) assert.equal(acceptAudioAnswer(each, offer).ok, false, each);
  const clear = answerTo(offerOf('optional'));
  assert.ok(clear.ok && clear.value.audio.encryption === undefined && !clear.value.sdp.includes('crypto'));
  const accepted = acceptAudioAnswer(clear.value.sdp, offerOf('optional'));
  assert.ok(accepted.ok && accepted.value.encryption === undefined);
});

test('RFC 4568 §5.1.2: off refuses RTP/SAVP, required refuses RTP/AVP without keys and takes it with them', () => {
  assert.equal(answerTo(offerOf('required')).ok, false);
  assert.equal(answerTo(offerOf(), 'required').ok, false);
  assert.equal(answerTo(offerOf('optional'), 'required').ok, true);
  const plain = answerTo(offerOf(), 'optional');
  assert.ok(plain.ok && plain.value.audio.encryption === undefined);
});

test('RFC 4568 §6.1, §6.3: a lifetime is let go by; an MKI, a second key, a short key and strange parameters are not taken', () => {
  const suite = 'AES_CM_128_HMAC_SHA1_80';
  const key = ours[suite];
  const isTaken = (value: string): boolean => {
    const offer = offerOf('required')
      .replaceAll(/a=crypto.*\r\n/g, '')
      .concat(`a=crypto:${value}\r\n`);
    return answerTo(offer, 'required').ok;
  };
  const good = ['', '|2^31', ' WSH=64', ' UNENCRYPTED_SRTCP', ' -future'].map(
    (more) => `1 ${suite} inline:${key}${more}`,
  );
  assert.deepEqual(
    good.filter((value) => !isTaken(value)),
    [],
  );
  const bad = [
    ...[
      '|2^31|1:4',
      '|1:4',
      `;inline:${key}`,
      ' UNENCRYPTED_SRTP',
      ' UNAUTHENTICATED_SRTP',
      ' KDR=1',
      ' FEC_ORDER=SRTP_FEC',
    ].map((more) => `1 ${suite} inline:${key}${more}`),
    `1 ${suite} inline:${key.slice(4)}`,
    `1 ${suite}`,
    `x ${suite} inline:${key}`,
    `1 toString inline:${key}`,
  ];
  assert.deepEqual(bad.filter(isTaken), []);
});

test('RFC 3264 §8: a later offer keeps its keys and the protocol that was agreed on', () => {
  const answer = answerTo(offerOf('required'), 'optional');
  assert.ok(answer.ok);
  const again = createAudioOffer({
    ...local,
    codecs: ['PCMU'],
    direction: 'sendonly',
    encryption: { policy: 'optional', keys: theirs },
    previous: answer.value.sdp,
  });
  assert.match(again, /m=audio 5000 RTP\/SAVP 0\r\n/);
  assert.ok(again.includes(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${theirs.AES_CM_128_HMAC_SHA1_80}`));
});
