/**
 * Every maker of speech services over real sockets, each against its own fake: the contract of speech, what proves who
 * asks, and everything that goes wrong with a connection. What each protocol says in detail is tested beside its codec.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { after, describe, it } from 'node:test';
import { createAdapterSpeechToText } from '../../src/providers/speech-adapter/index.ts';
import {
  failoverSpeechToText,
  type RecognitionEvent,
  type SampleRateHz,
  type SpeechToText,
  type TextToSpeech,
} from '../../src/speech/index.ts';
import { fakeSpeechToText, speechToTextCases, textToSpeechCases } from '../../src/testing/index.ts';
import { connectToSpeechEngine } from '../../src/testkit/index.ts';
import { openServicePorts } from '../../src/testkit/service-ports.ts';
import { fakePhrases } from './fake-phrases.ts';
import { adapter } from './makers/adapter.ts';
import { aws } from './makers/aws.ts';
import { azure } from './makers/azure.ts';
import { deepgram } from './makers/deepgram.ts';
import { elevenlabs } from './makers/elevenlabs.ts';
import { google } from './makers/google.ts';
import type { Maker } from './makers/maker.ts';
import { openai } from './makers/openai.ts';
import type { Mischief } from './mischief.ts';
import { optionsFor } from './options-for.ts';
import { type Asked, type SpeechService, startSpeechService } from './speech-service.ts';

const phrases = await fakePhrases();
const { text: phraseText, pcm: phrasePcm } = phrases[0] ?? assert.fail();
const world = openServicePorts();
after(() => world.close());
const { ports } = world;

const makers: readonly Maker[] = [deepgram, openai, elevenlabs, adapter, azure, google, aws];

// Each has a service of its own.
describe('makers', { concurrency: true }, () => {
  for (const maker of makers) describe(maker.name, { concurrency: 1 }, () => suite(maker));
});

it('an adapter is told what is likely to be said, also with its next connection', async () => {
  const service = await startSpeechService(adapter.sides);
  after(() => service.close());
  service.misbehave({ cutAfter: 5 }, {});
  const ear = createAdapterSpeechToText(optionsFor(service.url), ports, 's');
  const call = listen(failoverSpeechToText([{ speechToText: ear }], ports, () => assert.fail()));
  call.session.expect?.({ phrases: ['tuesday please'] });
  for (let at = 0; at < phrasePcm.length; at += 160) {
    call.write(phrasePcm.subarray(at, at + 160));
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
  call.silence(600);
  await call.until('final');
  call.session.expect?.(undefined);
  const expected = ['{"type":"expect","phrases":["tuesday please"]}', '{"type":"expect"}'];
  const toldTo = (index: number) => service.sessions[index]?.texts.filter((text) => text.includes('"expect"'));
  while ((toldTo(1)?.length ?? 0) < 2) await new Promise(setImmediate);
  call.session.close();
  assert.deepEqual([toldTo(0), toldTo(1)], [expected.slice(0, 1), expected]);
});

/** The example of docs/speech-adapter.md, as it stands, held against the suites as its author would do it. */
describe('the example of an adapter', async () => {
  const example = spawn(process.execPath, ['examples/speech-adapter.mjs', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  after(() => example.kill());
  const { speechToText, textToSpeech, close } = connectToSpeechEngine({
    url: `http://127.0.0.1:${await portOf(example)}`,
  });
  after(close);
  const heardFor = ({ length }: Int16Array): string => `I heard you for ${length / 8} milliseconds`;
  const isUnderstood = (said: string, heard: string): boolean =>
    phrases.some(({ text, pcm }) => text === said && heard === heardFor(pcm));
  const hearing = { speechToText, phrases, isUnderstood, patienceMs: 3000 };
  const voice = { textToSpeech, text: 'two words', patienceMs: 3000 };
  for (const { name, run } of [...speechToTextCases(() => hearing), ...textToSpeechCases(() => voice)]) it(name, run);

  it('tells its confidence, and takes as long for words as they are long', async () => {
    const call = listen(speechToText);
    call.say();
    const final = await call.until('final');
    call.session.close();
    assert.ok(final.type === 'final' && final.confidence === 0.9);
    let samples = 0;
    const { signal } = new AbortController();
    for await (const chunk of textToSpeech.synthesize({ text: 'two words', sampleRateHz: 16_000 }, signal))
      samples += chunk.length;
    assert.equal(samples, (8 * 50 + 2 * 50) * 16);
  });
});

async function portOf({ stdout }: ChildProcess): Promise<string> {
  for await (const line of stdout ?? []) {
    const port = /listening on (\d+)/.exec(String(line))?.[1];
    if (port !== undefined) return port;
  }
  return assert.fail('the example ended');
}

async function suite(maker: Maker): Promise<void> {
  const service = await startSpeechService(maker.sides);
  after(() => service.close());
  const options = (more: object = {}): object =>
    optionsFor(service.url, {
      authorization: maker.authorization,
      connectTimeoutMs: 3000,
      requestTimeoutMs: 3000,
      ...more,
    });
  const { recogniser, voice } = maker;
  if (recogniser !== undefined) recognition(maker, recogniser, service, options);
  if (voice !== undefined) synthesis(maker, voice, service, options);
}

function recognition(
  { isProven }: Maker,
  recogniser: NonNullable<Maker['recogniser']>,
  service: SpeechService,
  options: (more?: object) => object,
): void {
  const { create } = recogniser;
  const speechToText = create(options(), ports);
  const subject = { speechToText, phrases, isUnderstood: (a: string, b: string) => a === b, patienceMs: 3000 };
  for (const { name, run } of speechToTextCases(() => subject)) it(name, run);

  it('shows its key in the header of the maker', async () => {
    service.sessions.length = 0;
    service.requests.length = 0;
    const call = listen(speechToText);
    call.say();
    await call.until('final');
    call.session.close();
    const asked = firstAsked(service);
    assert.ok(asked !== undefined && isProven(asked));
  });

  it('a wideband call is heard at 16 kHz', async () => {
    const call = listen(speechToText, 16_000);
    call.say();
    const final = await call.until('final');
    call.session.close();
    assert.equal(final.type === 'final' && final.text, phraseText);
  });

  const faults = recogniser.how === 'stream' ? streamFaults(recogniser) : utteranceFaults;
  for (const [name, mischief, reason, patience] of faults) {
    it(`a service that ${name} is told once, as the last event`, async () => {
      service.misbehave(mischief);
      const call = listen(create(options(patience), ports));
      if (recogniser.how === 'utterances') call.say();
      const writing = setInterval(() => call.write(phrasePcm.subarray(0, 1600)), 10);
      const failed = await call.until('failed');
      clearInterval(writing);
      service.misbehave({});
      assert.ok(failed.type === 'failed' && failed.error.code === 'speech.recognition-failed');
      assert.match(failed.error.message, reason);
      assert.ok(!failed.error.message.includes('C4NARY'));
      assert.equal(call.events.filter(({ type }) => type === 'failed').length, 1);
      assert.equal(call.events.at(-1), failed);
    });
  }

  it('R14: cut in the middle of a word, all words are understood by the next connection', async () => {
    service.misbehave({ cutAfter: 15 }, {});
    const call = listen(failoverSpeechToText([{ speechToText }], ports, () => assert.fail()));
    for (let at = 0; at < phrasePcm.length; at += 160) {
      call.write(phrasePcm.subarray(at, at + 160));
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    }
    call.silence(600);
    const final = await call.until('final');
    call.session.close();
    assert.equal(final.type === 'final' && final.text, phraseText);
  });
}

type Fault = readonly [name: string, mischief: Mischief, reason: RegExp, patience?: object];

const shortPatience = { connectTimeoutMs: 300, requestTimeoutMs: 300 };

function streamFaults({
  saysListening,
  error: [message, told],
}: Extract<Maker['recogniser'], { how: 'stream' }>): readonly Fault[] {
  return [
    ['refuses', { refuseWith: 503 }, /HTTP status 503/],
    ...(saysListening ? ([['never listens', { isDeaf: true }, /does not listen/, shortPatience]] as const) : []),
    ['is cut off', { cutAfter: 5 }, /broke off/],
    ['closes with 1011', { closeAfter: 5, closeCode: 1011 }, /closed the connection \(1011\)/],
    ['sends garbage', { garbageAfter: 5 }, /no message of recognition/],
    ['reports an error', { garbageAfter: 5, garbage: message }, told],
    ['hears words and finishes no more', { silentAfter: 60 }, /does not finish/, { requestTimeoutMs: 300 }],
  ];
}

const utteranceFaults: readonly Fault[] = [
  ['refuses', { refuseWith: 503, garbage: '{"error":{"message":"out of order"}}' }, /HTTP status 503\. out of order/],
  ['refuses the key', { refuseWith: 401 }, /refused the credentials/],
  ['does not answer', { isDeaf: true }, /within 300 ms/, { requestTimeoutMs: 300 }],
  ['is cut off', { cutAfter: 1 }, /closed the connection/],
  ['sends garbage', { garbage: '{"C4NARY":' }, /no transcript/],
  ['floods', { garbage: `{"text":"${'x'.repeat(2_000_000)}"}` }, /more than 1048576 bytes/],
];

const httpFaults: readonly Fault[] = [
  ['refuses', { refuseWith: 500, garbage: '{"error":{"message":"out of order"}}' }, /HTTP status 500\. out of order/],
  ['refuses the key', { refuseWith: 401 }, /refused the credentials/],
  ['says nothing', { isDeaf: true }, /began no answer/, { requestTimeoutMs: 300 }],
  ['stalls', { silentAfter: 2 }, /sent no more of it|began no answer/, { requestTimeoutMs: 300 }],
  ['is cut off', { cutAfter: 2 }, /closed the connection/],
  ['sends something else', { garbage: '{"C4NARY":1}' }, /instead of audio/],
];

const wholeFaults: readonly Fault[] = [
  ...httpFaults.slice(0, 2),
  ['says nothing', { isDeaf: true }, /within 300 ms/, { requestTimeoutMs: 300 }],
  ['stalls', { silentAfter: 2 }, /within 300 ms/, { requestTimeoutMs: 300 }],
  ['is cut off', { cutAfter: 2 }, /closed the connection/],
  ['sends something else', { garbage: '{"C4NARY":1}' }, /is no audio|no audio/],
  ['sends no WAV', { garbage: '{"audioContent":"C4NARY"}' }, /cannot be read/],
];

const socketFaults: readonly Fault[] = [
  ['refuses', { refuseWith: 500 }, /HTTP status 500/],
  ['says nothing', { isDeaf: true }, /sends no audio/, { requestTimeoutMs: 300 }],
  ['stalls', { silentAfter: 2 }, /sends no audio/, { requestTimeoutMs: 300 }],
  ['is cut off', { cutAfter: 2 }, /broke off/],
  ['closes with 1011', { closeAfter: 2 }, /\(1011\)/],
  ['sends something else', { garbageAfter: 1, garbage: 'C4NARY' }, /not JSON/],
];

const speechFaults = { http: httpFaults, socket: socketFaults, whole: wholeFaults };

/** What came first, over a socket or not. */
function firstAsked({ sessions, requests }: SpeechService): Asked | undefined {
  return [...sessions.map(({ asked }) => asked), ...requests][0];
}

function synthesis(
  { isProven }: Maker,
  voice: NonNullable<Maker['voice']>,
  service: SpeechService,
  options: (more?: object) => object,
): void {
  const textToSpeech = voice.create(options(), ports);
  for (const { name, run } of textToSpeechCases(() => ({ textToSpeech, text: 'Hello there.', patienceMs: 3000 }))) {
    it(name, run);
  }

  it('the audio comes back as it was spoken, and the key stands in the header of the maker', async () => {
    service.sessions.length = 0;
    service.requests.length = 0;
    assert.equal(await hearText(textToSpeech, 'good <b> & "day"'), 'good <b> & "day"');
    const asked = firstAsked(service);
    assert.ok(asked !== undefined && isProven(asked));
  });

  it('to a wideband call it speaks at 16 kHz', async () => {
    assert.equal(await hearText(textToSpeech, 'good day', 16_000), 'good day');
  });

  const faults: readonly Fault[] = [
    ...speechFaults[voice.how],
    ...(voice.floodBytes === undefined
      ? []
      : [['does not stop', { floodBytes: voice.floodBytes }, /does not stop/] as const]),
  ];
  for (const [name, mischief, reason, patience] of faults) {
    it(`a service that ${name} fails the text`, async () => {
      service.misbehave(mischief);
      await assert.rejects(hearText(voice.create(options(patience), ports), 'x y'), (error: Error) => {
        assert.match(error.message, reason);
        return !error.message.includes('C4NARY');
      });
      service.misbehave({});
    });
  }
}

/** A session, with everything it said, and a way to wait for it. */
function listen(speechToText: SpeechToText, sampleRateHz: SampleRateHz = 8000) {
  const events: RecognitionEvent[] = [];
  let onEvent: () => void = () => undefined;
  const session = speechToText.open({ sampleRateHz, endOfSpeechMs: 300 }, (event) => {
    events.push(event);
    onEvent();
  });
  let atMs = ports.nowMs();
  return {
    events,
    session,
    write(pcm: Int16Array): void {
      for (let at = 0; at < pcm.length; at += 160) {
        const frame = pcm.subarray(at, at + 160);
        // The frames of the fake voice are flat: each sample twice is the same at 16 kHz.
        session.write(sampleRateHz === 8000 ? frame : twice(frame), (atMs += 20));
      }
    },
    silence(lengthMs: number): void {
      this.write(new Int16Array(lengthMs * 8));
    },
    say(): void {
      this.silence(200);
      this.write(phrasePcm);
      this.silence(600);
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

/** What the fake ear makes of a text that was spoken. */
async function hearText(textToSpeech: TextToSpeech, text: string, sampleRateHz: SampleRateHz = 8000): Promise<string> {
  const ear = { text: '' };
  const session = fakeSpeechToText.open({ sampleRateHz, endOfSpeechMs: 300 }, (event) => {
    if (event.type === 'final') ear.text += event.text;
  });
  let atMs = 0;
  for await (const chunk of textToSpeech.synthesize({ text, sampleRateHz }, new AbortController().signal)) {
    session.write(chunk, (atMs += (chunk.length * 1000) / sampleRateHz));
  }
  for (let i = 0; i < 30; i++) session.write(new Int16Array(sampleRateHz / 50), (atMs += 20));
  return ear.text;
}

function twice(pcm: Int16Array): Int16Array {
  return Int16Array.from({ length: 2 * pcm.length }, (_, i) => pcm[i >> 1] ?? 0);
}
