/** Watson's services over real sockets: what is sent, who is let in, and everything that goes wrong with a connection. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWatsonSpeechToText, createWatsonTextToSpeech } from '../../src/providers/watson-speech/index.ts';
import {
  failoverSpeechToText,
  failoverTextToSpeech,
  type RecognitionEvent,
  type SpeechToText,
} from '../../src/speech/index.ts';
import { fakeSpeechToText, fakeTextToSpeech } from '../../src/testing/index.ts';
import { openServicePorts } from '../../src/testkit/service-ports.ts';
import { fakePhrases } from './fake-phrases.ts';
import type { Mischief } from './mischief.ts';
import { optionsFor } from './options-for.ts';
import { startWatsonService } from './watson-service.ts';

const [phrase] = await fakePhrases();
assert.ok(phrase !== undefined);
const service = await startWatsonService((header) => header !== 'Bearer stale');
const world = openServicePorts();
after(() => Promise.all([service.close(), world.close()]));
const { ports } = world;

/** A session, with everything it said, and a way to wait for it. */
function listen(speechToText: SpeechToText) {
  const events: RecognitionEvent[] = [];
  let onEvent: () => void = () => undefined;
  const session = speechToText.open({ sampleRateHz: 8000, endOfSpeechMs: 300 }, (event) => {
    events.push(event);
    onEvent();
  });
  let atMs = ports.nowMs();
  return {
    events,
    session,
    write(pcm: Int16Array): void {
      for (let at = 0; at < pcm.length; at += 160) session.write(pcm.subarray(at, at + 160), (atMs += 20));
    },
    silence(lengthMs: number): void {
      this.write(new Int16Array(lengthMs * 8));
    },
    until: (type: RecognitionEvent['type']): Promise<RecognitionEvent> =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${type}, only ${events.map((e) => e.type).join()}`)), 5000);
        onEvent = () => {
          const found = events.find((event) => event.type === type);
          if (found === undefined) return;
          clearTimeout(timer);
          resolve(found);
        };
        onEvent();
      }),
  };
}

const recogniser = (more: object = {}): SpeechToText =>
  createWatsonSpeechToText(optionsFor(service.url, more), ports, 'session-7');

beforeEach(() => {
  service.misbehave({});
  service.connections.length = 0;
  service.understood.length = 0;
});

describe('recognition', () => {
  it('sends the session, the parameters and the start message; one socket carries all utterances', async () => {
    const options = {
      authorization: { kind: 'basic', username: 'apikey', password: 'pw' },
      parameters: { model: 'en-US_Telephony', smart_formatting: true },
    };
    const call = listen(recogniser(options));
    call.silence(200);
    call.write(phrase.pcm);
    call.silence(600);
    const final = await call.until('final');
    assert.ok(final.type === 'final' && final.text === phrase.text && final.confidence === 0.87);
    call.write(phrase.pcm);
    call.silence(600);
    while (service.understood.length < 2) await new Promise(setImmediate);
    call.session.close();
    const [connection, ...others] = service.connections;
    assert.deepEqual(others, []);
    assert.equal(connection?.path, '/instances/abc/v1/recognize');
    assert.deepEqual(connection.query, { model: 'en-US_Telephony' });
    assert.equal(connection.headers['vgw-session-id'], 'session-7');
    assert.equal(connection.headers.authorization, `Basic ${Buffer.from('apikey:pw').toString('base64')}`);
    assert.equal(connection.headers['sec-websocket-extensions'], undefined);
    assert.deepEqual(
      [connection.start['content-type'], connection.start['smart_formatting'], connection.start['interim_results']],
      ['audio/basic', true, true],
    );
    assert.deepEqual(
      call.events.slice(0, 4).map(({ type }) => type),
      ['speech-started', 'partial', 'speech-ended', 'final'],
    );
  });

  it('exchanges an API key for a token, and a refused token for a new one', async () => {
    let issued = 0;
    const iam = createServer((_request, response) => {
      issued += 1;
      response.end(JSON.stringify({ access_token: `T${issued}`, expires_in: 3600 }));
    });
    await new Promise<void>((resolve) => {
      iam.listen(0, '127.0.0.1', resolve);
    });
    const tokenUrl = `http://127.0.0.1:${(iam.address() as AddressInfo).port}/token`;
    const call = listen(recogniser({ authorization: { kind: 'api-key', apikey: 'KEY', tokenUrl } }));
    call.silence(100);
    call.write(phrase.pcm);
    call.silence(600);
    await call.until('final');
    call.session.close();
    iam.close();
    iam.closeAllConnections();
    assert.equal(service.connections[0]?.headers.authorization, 'Bearer T1');
  });

  it('a refused bearer token is a failure that names the host and no token', async () => {
    const call = listen(recogniser({ authorization: { kind: 'bearer', token: 'stale' } }));
    const failed = await call.until('failed');
    assert.ok(failed.type === 'failed');
    assert.match(failed.error.message, /127\.0\.0\.1:\d+ answered with HTTP status 401/);
    assert.ok(!failed.error.message.includes('stale'));
  });

  const faults: readonly (readonly [string, Mischief, RegExp])[] = [
    ['refuses', { refuseWith: 503 }, /HTTP status 503/],
    ['never listens', { isDeaf: true }, /does not listen/],
    ['is slow to listen', { slowMs: 2000 }, /does not listen/],
    ['is cut off', { cutAfter: 20 }, /broke off/],
    ['closes with 1011', { closeAfter: 20, closeCode: 1011 }, /closed the connection \(1011\)/],
    ['closes with 1000 in the middle', { closeAfter: 20, closeCode: 1000 }, /closed the connection \(1000\)/],
    ['sends garbage', { garbageAfter: 20 }, /no message of recognition/],
    ['reports an error', { garbageAfter: 20, garbage: '{"error":"out of order"}' }, /reports: out of order/],
    ['hears words and finishes no more', { silentAfter: 40 }, /does not finish/],
  ];
  for (const [name, mischief, reason] of faults) {
    it(`a service that ${name} is told once, as the last event`, async () => {
      service.misbehave(mischief);
      const call = listen(recogniser({ connectTimeoutMs: 300, requestTimeoutMs: 300 }));
      const writing = setInterval(() => {
        call.write(phrase.pcm.subarray(0, 1600));
      }, 10);
      const failed = await call.until('failed');
      clearInterval(writing);
      call.silence(1000);
      assert.ok(failed.type === 'failed' && failed.error.code === 'speech.recognition-failed');
      assert.match(failed.error.message, reason);
      assert.equal(call.events.filter(({ type }) => type === 'failed').length, 1);
      assert.equal(call.events.at(-1), failed);
    });
  }

  it('a request that ends because nobody spoke is followed by another one, without a word about it', async () => {
    service.misbehave({ garbageAfter: 10, garbage: '{"error":"No speech detected for 30s."}' }, {});
    const call = listen(recogniser());
    // One message before the socket is open, ten more later.
    call.silence(100);
    while (service.connections[0]?.start['action'] !== 'start') await new Promise(setImmediate);
    for (let i = 0; i < 15; i++) {
      call.silence(20);
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    }
    while (service.connections.length < 2) await new Promise(setImmediate);
    call.write(phrase.pcm);
    call.silence(600);
    const final = await call.until('final');
    call.session.close();
    assert.ok(final.type === 'final' && final.text === phrase.text);
    assert.deepEqual(
      call.events.filter(({ type }) => type === 'failed'),
      [],
    );
  });

  it('R14: cut in the middle of a word, all words are understood by the next connection', async () => {
    service.misbehave({ cutAfter: 15 }, {});
    const speechToText = failoverSpeechToText([{ speechToText: recogniser() }], ports, () => assert.fail());
    const call = listen(speechToText);
    call.silence(100);
    const frames = phrase.pcm.length / 160;
    for (let frame = 0; frame < frames; frame++) {
      call.write(phrase.pcm.subarray(frame * 160, (frame + 1) * 160));
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    }
    call.silence(600);
    const final = await call.until('final');
    call.session.close();
    assert.ok(final.type === 'final' && final.text === phrase.text, final.type === 'final' ? final.text : '');
    assert.equal(service.connections.length, 2);
    assert.equal(call.events.filter(({ type }) => type === 'speech-started').length, 1);
  });

  it('R14: a service that stays away gives way to the next recogniser, which hears what was said meanwhile', async () => {
    service.misbehave({ refuseWith: 503 });
    const providers: number[] = [];
    const choices = [{ speechToText: recogniser() }, { speechToText: fakeSpeechToText }];
    const call = listen(failoverSpeechToText(choices, ports, (index) => providers.push(index)));
    call.silence(100);
    call.write(phrase.pcm);
    call.silence(600);
    const final = await call.until('final');
    call.session.close();
    assert.ok(final.type === 'final' && final.text === phrase.text);
    assert.deepEqual(providers, [1]);
  });
});

describe('synthesis', () => {
  const voice = (more: object = {}) => createWatsonTextToSpeech(optionsFor(service.url, more), ports, 'session-7');
  const hear = async (textToSpeech: ReturnType<typeof voice>, text: string): Promise<string> => {
    const ear = { text: '' };
    const session = fakeSpeechToText.open({ sampleRateHz: 8000, endOfSpeechMs: 300 }, (event) => {
      if (event.type === 'final') ear.text += event.text;
    });
    let atMs = 0;
    const { signal } = new AbortController();
    for await (const chunk of textToSpeech.synthesize({ text, sampleRateHz: 8000 }, signal)) {
      for (let at = 0; at < chunk.length; at += 160) session.write(chunk.subarray(at, at + 160), (atMs += 20));
    }
    for (let i = 0; i < 30; i++) session.write(new Int16Array(160), (atMs += 20));
    return ear.text;
  };

  it('sends the session, the voice and the text; the audio comes back as it was spoken', async () => {
    const parameters = { voice: 'en-US_AllisonVoice', rate_percentage: 5 };
    assert.equal(await hear(voice({ parameters }), 'good morning'), 'good morning');
    const [connection] = service.connections;
    assert.deepEqual(
      [connection?.path, connection?.query],
      ['/instances/abc/v1/synthesize', { voice: 'en-US_AllisonVoice', rate_percentage: '5' }],
    );
    assert.deepEqual(connection?.start, { text: 'good morning', accept: 'audio/basic' });
    assert.equal(connection?.headers['vgw-session-id'], 'session-7');
  });

  const faults: readonly (readonly [string, Mischief, string, RegExp])[] = [
    ['refuses', { refuseWith: 500 }, 'x y', /HTTP status 500/],
    ['says nothing', { isDeaf: true }, 'x y', /sends no audio/],
    ['stalls', { silentAfter: 2 }, 'x y', /sends no audio/],
    ['is cut off', { cutAfter: 2 }, 'x y', /broke off/],
    ['closes with 1011', { closeAfter: 2 }, 'x y', /\(1011\)/],
    ['says goodbye without audio', { closeAfter: 1, closeCode: 1000 }, 'x y', /no audio came/],
    ['sends garbage', { garbageAfter: 1 }, 'x y', /not JSON/],
    ['reports an error', {}, '(refused)', /reports: The text cannot be spoken/],
  ];
  for (const [name, mischief, text, reason] of faults) {
    it(`a service that ${name} fails the text`, async () => {
      service.misbehave(mischief);
      await assert.rejects(hear(voice({ requestTimeoutMs: 200 }), text), reason);
    });
  }

  it('a text over the limit of the service is not sent', async () => {
    await assert.rejects(hear(voice(), 'ä'.repeat(2600)), /at most 5120 bytes/);
    assert.equal(service.connections.length, 0);
  });

  it('R16: a service that is cut off in a sentence goes on with the next sentence, by the next voice', async () => {
    service.misbehave({ cutAfter: 4 });
    const providers: number[] = [];
    const choices = [
      { textToSpeech: voice(), patienceMs: 1000 },
      { textToSpeech: fakeTextToSpeech, patienceMs: 1000 },
    ];
    const both = failoverTextToSpeech(choices, ports, (index) => providers.push(index));
    // Three letters of the first sentence, and all of the second.
    assert.equal(await hear(both, 'First things first. Then the rest.'), 'FirThen the rest.');
    assert.deepEqual(providers, [1]);
  });
});
