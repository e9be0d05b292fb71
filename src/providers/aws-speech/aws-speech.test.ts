/** Signatures, event streams and messages; over sockets they are tested in test/speech. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SpeechServicePorts } from '../speech-connection/index.ts';
import { decodeEvent, encodeEvent } from './event-stream.ts';
import { createAwsSpeechToText, createAwsTextToSpeech } from './index.ts';
import { presignedUrl, sign, signedHeaders } from './signature.ts';
import { encodeAudio, readTranscriptMessage, streamingUrl } from './transcribe-messages.ts';

const signer = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: { reveal: () => 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  region: 'us-east-1',
  service: 'service',
};
const wallMs = Date.UTC(2015, 7, 30, 12, 36);

test('signatures are those of the published test suite', () => {
  const headers = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' };
  const get = (path: string): string =>
    sign(signer, { method: 'GET', url: new URL(path, 'https://example.amazonaws.com'), headers, body: '' }, wallMs);
  // get-vanilla, and get-vanilla-query-order-key-case
  assert.equal(get('/'), '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31');
  assert.equal(
    get('/?Param2=value2&Param1=value1'),
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  );
});

test('a POST shows scope, signed headers and signature; a URL shows them in its query, sorted, and never the secret', () => {
  const request = {
    url: new URL('https://polly.us-east-1.amazonaws.com/v1/speech'),
    headers: { 'content-type': 'a/b' },
    body: '{}',
  };
  const headers = signedHeaders({ ...signer, service: 'polly' }, request, wallMs);
  assert.deepEqual(Object.keys(headers), ['content-type', 'x-amz-date', 'authorization']);
  assert.match(
    headers['authorization'] ?? '',
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20150830\/us-east-1\/polly\/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=[0-9a-f]{64}$/,
  );
  const other = signedHeaders({ ...signer, service: 'polly' }, { ...request, body: '{ }' }, wallMs);
  assert.notEqual(other['authorization'], headers['authorization']);
  const url = presignedUrl(signer, new URL("wss://example.com:8443/p?b=1&a=x y'("), wallMs);
  assert.match(
    url.href,
    /^wss:\/\/example\.com:8443\/p\?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&a=x%20y%27%28&b=1&X-Amz-Signature=[0-9a-f]{64}$/,
  );
});

test('an event stream message is the bytes of the published test vectors, and comes back', () => {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  assert.equal(hex(encodeEvent({ headers: {}, payload: new Uint8Array(0) })), '000000100000000005c248eb7d98c8ff');
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), fc.string({ maxLength: 50 })),
      fc.uint8Array({ maxLength: 100 }),
      (headers, payload) => {
        const decoded = decodeEvent(encodeEvent({ headers, payload }));
        assert.deepEqual({ ...decoded?.headers }, { ...headers });
        assert.deepEqual(decoded?.payload, payload);
      },
    ),
    { numRuns: 50 },
  );
});

test('a message with any bit turned, or cut anywhere, is none; headers of other types are passed over', () => {
  const message = encodeAudio(Uint8Array.of(1, 2, 3));
  for (let at = 0; at < message.length; at++) {
    const turned = message.slice();
    turned[at] = (turned[at] ?? 0) ^ 0x10;
    assert.equal(decodeEvent(turned), undefined);
    assert.equal(decodeEvent(message.subarray(0, at)), undefined);
  }
  assert.deepEqual(decodeEvent(message)?.headers, {
    ':content-type': 'application/octet-stream',
    ':event-type': 'AudioEvent',
    ':message-type': 'event',
  });
});

const told = (headers: Record<string, string>, body: object) =>
  readTranscriptMessage(encodeEvent({ headers, payload: new TextEncoder().encode(JSON.stringify(body)) }));
const eventHeaders = { ':message-type': 'event', ':event-type': 'TranscriptEvent' };

test('transcripts and exceptions in the shape of the published examples', () => {
  const result = (isPartial: boolean, confidence: object) => ({
    Alternatives: [
      {
        Items: [
          {
            Content: 'Amazon',
            EndTime: 0.9,
            StartTime: 0.4,
            Type: 'pronunciation',
            VocabularyFilterMatch: false,
            ...confidence,
          },
          { Content: '.', EndTime: 0.9, StartTime: 0.9, Type: 'punctuation' },
        ],
        Transcript: 'Amazon. ',
      },
    ],
    EndTime: 0.9,
    IsPartial: isPartial,
    ResultId: 'd7a5e4a9',
    StartTime: 0.4,
  });
  const words = (isFinal: boolean, confidence: number) => ({
    type: 'hypotheses',
    hypotheses: [{ isFinal, text: 'Amazon.', confidence, fromS: 0.4, toS: 0.9 }],
  });
  assert.deepEqual(told(eventHeaders, { Transcript: { Results: [result(true, {})] } }), words(false, 1));
  assert.deepEqual(
    told(eventHeaders, { Transcript: { Results: [result(false, { Confidence: 0.7 })] } }),
    words(true, 0.7),
  );
  assert.deepEqual(told(eventHeaders, { Transcript: { Results: [] } }), { type: 'hypotheses', hypotheses: [] });
  assert.deepEqual(told(eventHeaders, {}), { type: 'malformed' });
  assert.deepEqual(told({ ':message-type': 'event', ':event-type': 'Other' }, {}), { type: 'other' });
  const exception = { ':message-type': 'exception', ':exception-type': 'BadRequestException' };
  const quiet = 'Your request timed out because no new audio was received for 15 seconds.';
  assert.deepEqual(told(exception, { Message: quiet }), { type: 'error', message: quiet, isTimeout: true });
  assert.deepEqual(told(exception, {}), { type: 'error', message: 'BadRequestException', isTimeout: false });
  fc.assert(
    fc.property(fc.uint8Array(), fc.json(), (bytes, json) => {
      readTranscriptMessage(bytes);
      const payload = new TextEncoder().encode(`{"Transcript":{"Results":[${json},{"Alternatives":[${json}]}]}}`);
      readTranscriptMessage(encodeEvent({ headers: eventHeaders, payload }));
    }),
    { numRuns: 50 },
  );
});

test('what the gateway decides stands in the URL, whatever is configured', () => {
  const url = (parameters: Record<string, string | boolean>): [string, string][] => [
    ...new URL(streamingUrl('https://x.test:8443', parameters, 8000)).searchParams,
  ];
  const audio = [
    ['media-encoding', 'pcm'],
    ['sample-rate', '8000'],
  ];
  assert.deepEqual(url({ region: 'r', 'media-encoding': 'flac' }), [['language-code', 'en-US'], ...audio]);
  assert.deepEqual(url({ 'language-code': 'it-IT', 'vocabulary-name': 'v' }), [
    ['language-code', 'it-IT'],
    ['vocabulary-name', 'v'],
    ...audio,
  ]);
  assert.deepEqual(url({ 'identify-language': true, 'language-options': 'en-US,it-IT' }).slice(0, 2), [
    ['identify-language', 'true'],
    ['language-options', 'en-US,it-IT'],
  ]);
});

test('the region stands in config or in the URL, and nothing else gets into a host name', () => {
  const ports = {} as SpeechServicePorts;
  const base = { trust: 'operator', authorization: { kind: 'basic', username: 'AKID', password: 'C4NARY' } };
  const named = (more: object): string => createAwsTextToSpeech({ ...base, ...more }, ports).name;
  assert.equal(named({ parameters: { region: 'eu-south-1' } }), 'AWS (polly.eu-south-1.amazonaws.com)');
  assert.equal(named({ url: 'https://polly.cn-north-1.amazonaws.com.cn' }), 'AWS (polly.cn-north-1.amazonaws.com.cn)');
  assert.throws(() => named({ parameters: { region: 'evil.example/' } }), /credentials\.url is missing/);
  assert.throws(() => named({ url: 'https://vpce.example' }), /config\.region is missing/);
  const keyless = { ...base, authorization: { kind: 'none' }, parameters: { region: 'eu-south-1' } };
  assert.throws(() => createAwsSpeechToText(keyless, ports), /credentials\.username \(the access key ID\)/);
});
