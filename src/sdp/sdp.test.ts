import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { acceptAudioAnswer, allCodecs, answerAudioOffer, createAudioOffer, parseSdp, printSdp } from './index.ts';

const offerOptions = {
  address: '198.51.100.7',
  port: 30_000,
  sessionId: 42,
  codecs: ['PCMU', 'PCMA'],
  telephoneEventPayloadType: 101,
} as const;
const answerOptions = { address: '198.51.100.7', port: 30_000, sessionId: 42, version: 2 };

function description(media: readonly string[], session: readonly string[] = ['c=IN IP4 192.0.2.40']): string {
  return ['v=0', 'o=- 1 1 IN IP4 192.0.2.40', 's=-', ...session, 't=0 0', ...media, ''].join('\r\n');
}

function accepted(media: readonly string[], session?: readonly string[]) {
  const result = acceptAudioAnswer(description(media, session));
  assert.ok(result.ok, result.ok ? '' : result.error);
  return result.value;
}

test('RFC 3264 §5, RFC 3551, RFC 4733: the offer, line by line', () => {
  assert.equal(
    createAudioOffer(offerOptions),
    [
      'v=0',
      'o=- 42 1 IN IP4 198.51.100.7',
      's=-',
      'c=IN IP4 198.51.100.7',
      't=0 0',
      'm=audio 30000 RTP/AVP 0 8 101',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      'a=rtcp-mux',
      'a=sendrecv',
      '',
    ].join('\r\n'),
  );
  assert.match(createAudioOffer({ ...offerOptions, address: '2001:db8::1' }), /\r\nc=IN IP6 2001:db8::1\r\n/);
  assert.match(createAudioOffer({ ...offerOptions, version: 3 }), /\r\no=- 42 3 /);
});

test('RFC 3264 §6.1: the first codec of the answer that we offered is the one', () => {
  assert.deepEqual(accepted(['m=audio 5000 RTP/AVP 8 0 101', 'a=rtpmap:101 telephone-event/8000']), {
    remoteAddress: '192.0.2.40',
    remotePort: 5000,
    codec: 'PCMA',
    payloadType: 8,
    telephoneEventPayloadType: 101,
    otherFormats: [{ codec: 'PCMU', payloadType: 0 }],
    canSend: true,
    canReceive: true,
  });
  assert.equal(accepted(['m=audio 5000 RTP/AVP 9 18 0']).codec, 'PCMU');
  assert.equal(accepted(['m=audio 5000 RTP/AVP 96', 'a=rtpmap:96 pcma/8000/1']).payloadType, 96);
  assert.equal(accepted(['m=audio 5000 RTP/AVP 0']).telephoneEventPayloadType, undefined);
});

test('RFC 3551 §4.5.2: G.722 is offered and understood with a clock of 8000 Hz under its static type', () => {
  const offer = createAudioOffer({ ...offerOptions, codecs: ['G722', 'PCMU'] });
  assert.match(offer, /m=audio 30000 RTP\/AVP 9 0 101\r\na=rtpmap:9 G722\/8000\r\na=rtpmap:0 PCMU\/8000\r\n/);
  for (const media of [['m=audio 5000 RTP/AVP 9'], ['m=audio 5000 RTP/AVP 9', 'a=rtpmap:9 g722/8000/1']]) {
    const agreed = acceptAudioAnswer(description(media), offer);
    assert.deepEqual(agreed.ok && [agreed.value.codec, agreed.value.payloadType], ['G722', 9]);
  }
  const wrongClock = acceptAudioAnswer(description(['m=audio 5000 RTP/AVP 9', 'a=rtpmap:9 G722/16000']), offer);
  assert.match(wrongClock.ok ? '' : wrongClock.error, /no codec in common \(G722, PCMU\)/);
});

test('RFC 7587 §7, RFC 4733 §2.1: Opus is offered with its parameters, and with events of its own clock', () => {
  const offer = createAudioOffer({ ...offerOptions, codecs: ['opus', 'PCMU'] });
  const lines = offer.split('\r\n').slice(5, 13);
  assert.deepEqual(lines, [
    'm=audio 30000 RTP/AVP 111 0 101 102',
    'a=rtpmap:111 opus/48000/2',
    'a=fmtp:111 maxplaybackrate=16000;sprop-maxcapturerate=16000;stereo=0;sprop-stereo=0;useinbandfec=1',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=rtpmap:102 telephone-event/48000',
    'a=fmtp:102 0-15',
  ]);
  const both = ['a=rtpmap:96 OPUS/48000/2', 'a=rtpmap:97 telephone-event/8000', 'a=rtpmap:98 telephone-event/48000'];
  const agreed = acceptAudioAnswer(description(['m=audio 5000 RTP/AVP 96 97 98', ...both]), offer);
  assert.ok(agreed.ok);
  const { codec, payloadType, telephoneEventPayloadType, telephoneEventClockHz, otherFormats } = agreed.value;
  assert.deepEqual([codec, payloadType, telephoneEventPayloadType, telephoneEventClockHz], ['opus', 96, 98, 48_000]);
  assert.deepEqual(otherFormats, [{ codec: 'opus', payloadType: 111 }]);
  // Many far ends have events of 8000 Hz alone.
  const old = acceptAudioAnswer(description(['m=audio 5000 RTP/AVP 96 97', ...both.slice(0, 2)]), offer);
  assert.deepEqual(old.ok && [old.value.telephoneEventPayloadType, old.value.telephoneEventClockHz], [97, undefined]);
  // RFC 7587 §7: always two channels.
  const mono = acceptAudioAnswer(description(['m=audio 5000 RTP/AVP 96', 'a=rtpmap:96 opus/48000']), offer);
  assert.equal(mono.ok, false);
});

test('RFC 7587 §6.1: the wishes of the far end are read, and what is none is left out', () => {
  const wishes = (fmtp: string): unknown => {
    const offer = createAudioOffer({ ...offerOptions, codecs: ['opus'] });
    const media = ['m=audio 5000 RTP/AVP 107', 'a=rtpmap:107 opus/48000/2', `a=fmtp:${fmtp}`];
    const agreed = acceptAudioAnswer(description(media), offer);
    return agreed.ok ? agreed.value.opus : assert.fail(agreed.error);
  };
  assert.deepEqual(wishes('107 maxplaybackrate=8000; useinbandfec=1;cbr=1; maxaveragebitrate=16000;usedtx=1'), {
    isFecWanted: true,
    isConstantRate: true,
    maxBitrate: 16_000,
    maxPlaybackRateHz: 8000,
  });
  assert.deepEqual(wishes('107 useinbandfec=0;maxaveragebitrate=1;maxplaybackrate=x;xcbr=1'), {});
  assert.deepEqual(wishes('96 useinbandfec=1'), {});
});

test('RFC 3264 §8.3.2: a dynamic payload type keeps its meaning in what is offered later', () => {
  const theirs = ['m=audio 5000 RTP/AVP 96 111', 'a=rtpmap:96 opus/48000/2', 'a=rtpmap:111 telephone-event/48000'];
  const answer = answerAudioOffer(description(theirs), { ...answerOptions, codecs: ['opus', 'PCMU'] });
  assert.ok(answer.ok);
  assert.match(answer.value.sdp, /m=audio 30000 RTP\/AVP 96 111\r\n/);
  const again = createAudioOffer({
    ...offerOptions,
    codecs: ['PCMU', 'opus'],
    telephoneEventPayloadType: 111,
    previous: answer.value.sdp,
  });
  assert.match(again, /m=audio 30000 RTP\/AVP 0 96 112 111\r\n/);
});

test('RFC 3264 §6.1: what was not offered is no answer, and an answer under numbers of its own is heard under ours too', () => {
  const offer = createAudioOffer({ ...offerOptions, codecs: ['G722', 'PCMU'] });
  const unasked = acceptAudioAnswer(description(['m=audio 5000 RTP/AVP 8']), offer);
  assert.equal(unasked.ok, false);
  const own = acceptAudioAnswer(description(['m=audio 5000 RTP/AVP 97 0', 'a=rtpmap:97 G722/8000']), offer);
  assert.ok(own.ok);
  assert.deepEqual([own.value.codec, own.value.payloadType], ['G722', 97]);
  assert.deepEqual(own.value.otherFormats, [
    { codec: 'PCMU', payloadType: 0 },
    { codec: 'G722', payloadType: 9 },
  ]);
});

test('RFC 8866 §5.7: the media connection wins over that of the session', () => {
  assert.equal(accepted(['m=audio 5000 RTP/AVP 0', 'c=IN IP6 2001:db8::9']).remoteAddress, '2001:db8::9');
  assert.equal(accepted(['m=audio 5000 RTP/AVP 0', 'c=IN IP4 192.0.2.9'], []).remoteAddress, '192.0.2.9');
});

test('RFC 3264 §8.4: directions and hold, as seen from here', () => {
  const can = (lines: readonly string[], session?: readonly string[]): [boolean, boolean] => {
    const { canSend, canReceive } = accepted(['m=audio 5000 RTP/AVP 0', ...lines], session);
    return [canSend, canReceive];
  };
  assert.deepEqual(can(['a=sendrecv']), [true, true]);
  assert.deepEqual(can(['a=sendonly']), [false, true]);
  assert.deepEqual(can(['a=recvonly']), [true, false]);
  assert.deepEqual(can(['a=inactive']), [false, false]);
  assert.deepEqual(can([], ['c=IN IP4 192.0.2.40', 'a=sendonly']), [false, true]);
  assert.deepEqual(can([], ['c=IN IP4 0.0.0.0']), [false, true]);
  for (const address of ['::', '0:0:0:0:0:0:0:0']) {
    assert.deepEqual(can([], [`c=IN IP6 ${address}`]), [false, true], address);
  }
});

test('an answer without usable audio is refused with a reason', () => {
  const reason = (media: readonly string[], session?: readonly string[]): string => {
    const result = acceptAudioAnswer(description(media, session));
    return result.ok ? assert.fail('accepted') : result.error;
  };
  assert.match(reason(['m=audio 0 RTP/AVP 0']), /refuses/);
  assert.match(reason(['m=audio 5000 RTP/AVP 9 18']), /no codec/);
  assert.match(reason(['m=audio 5000 RTP/AVP 0', 'a=rtpmap:0 OPUS/48000']), /no codec/);
  assert.match(reason(['m=video 5000 RTP/AVP 31']), /no audio/);
  assert.match(reason([]), /no audio/);
  assert.match(reason(['m=audio 5000 RTP/SAVP 0']), /protocol/);
  assert.match(reason(['m=audio 5000 RTP/AVP 0'], []), /no c=/);
  assert.equal(acceptAudioAnswer('').ok, false);
});

test('RFC 3264 §6: an offer is answered line for line, unwanted ones with port 0', () => {
  const offer = description([
    'm=video 6000 RTP/AVP 31',
    'm=audio 5000 RTP/AVP 9 8 97',
    'a=rtpmap:97 telephone-event/8000',
    'a=sendonly',
    'm=audio 7000 RTP/AVP 0',
    'm=application 9 UDP/BFCP *',
  ]);
  const answer = answerAudioOffer(offer, answerOptions);
  assert.ok(answer.ok);
  assert.equal(
    answer.value.sdp,
    [
      'v=0',
      'o=- 42 2 IN IP4 198.51.100.7',
      's=-',
      'c=IN IP4 198.51.100.7',
      't=0 0',
      'm=video 0 RTP/AVP 31',
      'm=audio 30000 RTP/AVP 8 97',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:97 telephone-event/8000',
      'a=fmtp:97 0-15',
      'a=ptime:20',
      'a=recvonly',
      'm=audio 0 RTP/AVP 0',
      'm=application 0 UDP/BFCP *',
      '',
    ].join('\r\n'),
  );
  assert.deepEqual(
    [answer.value.audio.codec, answer.value.audio.canSend, answer.value.audio.canReceive],
    ['PCMA', false, true],
  );
});

test('RFC 3264 §8: an offer of ours keeps the number and the places of the lines that were agreed on before', () => {
  const offer = description(['m=video 6000 RTP/AVP 31', 'm=audio 5000 RTP/AVP 8', 'm=application 9 UDP/BFCP *']);
  const answer = answerAudioOffer(offer, answerOptions);
  assert.ok(answer.ok);
  const again = createAudioOffer({ ...offerOptions, version: 3, previous: answer.value.sdp });
  const lines = again.split('\r\n').filter((line) => line.startsWith('m='));
  assert.deepEqual(lines, ['m=video 0 RTP/AVP 31', 'm=audio 30000 RTP/AVP 0 8 101', 'm=application 0 UDP/BFCP *']);
  const theirs = description(['m=video 0 RTP/AVP 31', 'm=audio 7000 RTP/AVP 0', 'm=application 0 UDP/BFCP *']);
  const accepted = acceptAudioAnswer(theirs, again);
  assert.equal(accepted.ok && accepted.value.remotePort, 7000);
  assert.equal(acceptAudioAnswer(description(['m=audio 7000 RTP/AVP 0']), again).ok, false);
});

test('RFC 3551 §6, RFC 3264 §6.1: static types need no rtpmap; of several codecs the first that was offered is locked', () => {
  assert.deepEqual(
    [accepted(['m=audio 5000 RTP/AVP 0 8']).codec, accepted(['m=audio 5000 RTP/AVP 18 8 0']).codec],
    ['PCMU', 'PCMA'],
  );
});

test('RFC 8866 §5.2, RFC 3264 §8: the o= identity stays, also over IPv6', () => {
  const origins = [1, 2].map((version) => {
    const sdp = createAudioOffer({ ...offerOptions, address: '2001:db8::1', version });
    return sdp.split('\r\n')[1];
  });
  assert.deepEqual(origins, ['o=- 42 1 IN IP6 2001:db8::1', 'o=- 42 2 IN IP6 2001:db8::1']);
});

test('an offer without usable audio is refused with a reason', () => {
  for (const media of [[], ['m=audio 0 RTP/AVP 0'], ['m=audio 5000 RTP/AVP 9'], ['m=audio 5000 RTP/SAVP 0']]) {
    assert.equal(answerAudioOffer(description(media), answerOptions).ok, false);
  }
});

test('our own offer, answered by ourselves, is accepted by ourselves: the answer is a subset of the offer', () => {
  const codecs = fc.shuffledSubarray([...allCodecs], { minLength: 1 });
  const event = fc.option(fc.integer({ min: 96, max: 127 }), { nil: undefined });
  fc.assert(
    fc.property(codecs, event, fc.integer({ min: 1, max: 65_535 }), (list, telephoneEvent, port) => {
      const events = telephoneEvent === undefined ? {} : { telephoneEventPayloadType: telephoneEvent };
      const offer = createAudioOffer({ address: '192.0.2.1', port, sessionId: 1, codecs: list, ...events });
      const answer = answerAudioOffer(offer, { ...answerOptions, codecs: allCodecs });
      assert.ok(answer.ok);
      assert.equal(answer.value.audio.remotePort, port);
      const agreed = acceptAudioAnswer(answer.value.sdp, offer);
      assert.ok(agreed.ok);
      assert.equal(agreed.value.codec, list[0]);
      const { telephoneEventPayloadType, telephoneEventClockHz } = agreed.value;
      assert.equal(telephoneEventPayloadType === undefined, telephoneEvent === undefined);
      const isOpus = list[0] === 'opus' && telephoneEvent !== undefined;
      assert.equal(telephoneEventClockHz, isOpus ? 48_000 : undefined);
      assert.deepEqual(answer.value.audio.payloadType, agreed.value.payloadType);
    }),
  );
});

test('print(parse(text)) is the text; the order of lines is kept', () => {
  const text = description(
    ['m=audio 5000/2 RTP/AVP 0 8', 'i=title', 'b=AS:64', 'a=x:y z', 'm=video 0 RTP/AVP 31'],
    ['i=info', 'c=IN IP4 192.0.2.1/127', 'b=CT:100', 'a=group:BUNDLE 0'],
  );
  const parsed = parseSdp(text);
  assert.ok(parsed.ok);
  assert.equal(printSdp(parsed.value), text);
});

test('RFC 8866 §5: a line feed alone ends a line; what is no description is refused with its line', () => {
  assert.equal(parseSdp('v=0\no=- 1 1 IN IP4 x\ns=-\nt=0 0\n\n').ok, true);
  const lineOf = (text: string): number => {
    const result = parseSdp(text);
    return result.ok ? assert.fail('accepted') : result.error.line;
  };
  assert.equal(lineOf('v=1\r\n'), 1);
  assert.equal(lineOf('v=0\r\ns=-\r\n'), 2);
  assert.equal(lineOf('v=0\r\no=- 1\r\n'), 2);
  assert.equal(lineOf(description(['m=audio x RTP/AVP 0'])), 6);
  assert.equal(lineOf(description(['m=audio 70000 RTP/AVP 0'])), 6);
  assert.equal(lineOf(description(['m =video 3227 RTP/AVP 31'])), 6);
  assert.equal(lineOf('v=0\r\n\r\no=- 1 1 IN IP4 x\r\n'), 2);
  assert.equal(lineOf('nonsense'), 1);
});

test('limits: 64 kB and 500 lines; any text at all is a value, never an exception', () => {
  assert.equal(parseSdp(description(Array.from({ length: 494 }, () => 'a=x'))).ok, true);
  assert.equal(parseSdp(description(Array.from({ length: 100_000 }, () => 'a=x'))).ok, false);
  assert.equal(parseSdp(description(Array.from({ length: 496 }, () => 'a=x'))).ok, false);
  const piece = fc.constantFrom(
    'v=0',
    'o=- 1 1 IN IP4 x',
    'm=audio 1 RTP/AVP 0',
    '\r\n',
    '\n',
    'c=IN IP4 1.2.3.4',
    '=',
    'a=',
    '',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 20 }), (pieces) => {
      const text = pieces.join('');
      const parsed = parseSdp(text);
      if (parsed.ok) assert.deepEqual(parseSdp(printSdp(parsed.value)), parsed);
      answerAudioOffer(text, answerOptions);
      acceptAudioAnswer(text);
    }),
    { numRuns: 1000 },
  );
});

test('RFC 5761 §5.1.1: RTCP shares the port of RTP when both sides say so', () => {
  const media = ['m=audio 5000 RTP/AVP 0', 'a=rtcp-mux', 'a=rtcp:5001'];
  assert.deepEqual(accepted(media).rtcp, { port: 5000, isMuxed: true });
  const withoutMux = createAudioOffer(offerOptions).replace('a=rtcp-mux\r\n', '');
  const answer = acceptAudioAnswer(description(media), withoutMux);
  assert.ok(answer.ok);
  assert.deepEqual(answer.value.rtcp, { port: 5001 });
  const muxed = answerAudioOffer(description(media), answerOptions);
  assert.ok(muxed.ok);
  assert.match(muxed.value.sdp, /\r\na=rtcp-mux\r\n/);
  assert.equal(muxed.value.audio.rtcp?.isMuxed, true);
  const plain = answerAudioOffer(description(['m=audio 5000 RTP/AVP 0']), answerOptions);
  assert.ok(plain.ok);
  assert.doesNotMatch(plain.value.sdp, /rtcp/);
  assert.equal(plain.value.audio.rtcp, undefined);
});

test('RFC 3605: the port of RTCP, with an address or without; what is no address is passed over', () => {
  const rtcpOf = (...lines: readonly string[]) => accepted(['m=audio 5000 RTP/AVP 0', ...lines]).rtcp;
  assert.deepEqual(rtcpOf('a=rtcp:53020'), { port: 53_020 });
  assert.deepEqual(rtcpOf('a=rtcp:53020 IN IP4 126.16.64.4'), { port: 53_020, address: '126.16.64.4' });
  assert.deepEqual(rtcpOf('a=rtcp:53020 IN IP6 2001:db8::7'), { port: 53_020, address: '2001:db8::7' });
  for (const value of ['70000', 'x', '1 IN IP4 host.example', '1 IN', '', '-1']) {
    assert.equal(rtcpOf(`a=rtcp:${value}`), undefined, value);
  }
});

test('RFC 3556 §2, RFC 3611 §5: no bandwidth for RTCP means none of it; extended reports are for who asks for them', () => {
  const rtcpOf = (...lines: readonly string[]) => accepted(['m=audio 5000 RTP/AVP 0', ...lines]).rtcp;
  assert.deepEqual(rtcpOf('b=RS:0', 'b=RR:0'), { port: 0 });
  assert.equal(rtcpOf('b=RS:0', 'b=RR:800'), undefined);
  assert.deepEqual(rtcpOf('a=rtcp-xr:voip-metrics'), { port: 5001, isExtended: true });
});

test('RFC 5763 §5: an offer of DTLS-SRTP alone is refused with its protocol; beside another line, that one is answered', () => {
  const dtls = ['m=audio 5000 UDP/TLS/RTP/SAVP 0', 'a=setup:actpass', `a=fingerprint:SHA-256 ${'AB:'.repeat(31)}AB`];
  const refused = answerAudioOffer(description(dtls), answerOptions);
  assert.equal(!refused.ok && refused.error, 'the offer asks for UDP/TLS/RTP/SAVP, which is not spoken here');
  const answered = answerAudioOffer(description([...dtls, 'm=audio 5002 RTP/AVP 0']), answerOptions);
  assert.ok(answered.ok);
  assert.equal(answered.value.audio.remotePort, 5002);
  assert.match(answered.value.sdp, /m=audio 0 UDP\/TLS\/RTP\/SAVP 0\r\n(?!a=)/);
});
