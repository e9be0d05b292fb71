import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { DestinationPolicy } from '../policy/index.ts';
import type { RecognitionEvent, SpeechChoice, SpeechProvider, SpeechToText, TextToSpeech } from '../speech/index.ts';
import { createMediaSpeech, type MediaSpeechOptions } from './media-speech.ts';

const speechToText: SpeechToText = { spec: 'stt/1', name: 'inside', open: () => assert.fail() };
const textToSpeech: TextToSpeech = { spec: 'tts/1', name: 'inside', synthesize: () => assert.fail() };
const anywhere: DestinationPolicy = { internal: 'allowed', allowNetworks: [], own: { addresses: [], ports: [] } };
const local: SpeechChoice<'local'> = { kind: 'local', options: {} };
const watson = (more: object = {}): SpeechChoice<'watson'> => ({
  kind: 'watson',
  options: { url: 'http://127.0.0.1:1/', trust: 'operator', authorization: { kind: 'none' }, ...more },
});

function open(t: TestContext, stt: SpeechChoice<SpeechProvider>, tts: SpeechChoice, options: MediaSpeechOptions = {}) {
  const engines = { speechToText, textToSpeech, close: () => Promise.resolve() };
  const speech = createMediaSpeech(engines, options);
  t.after(() => speech.close());
  return speech.open('s', { stt: [stt], tts: [tts], ttsCacheMs: 1000 }, () => undefined);
}

async function failureOf(ear: SpeechToText): Promise<string> {
  const event = await new Promise<RecognitionEvent>((resolve) => {
    ear.open({ sampleRateHz: 8000, endOfSpeechMs: 500 }, resolve);
  });
  return event.type === 'failed' ? event.error.message : event.type;
}

test('calls that choose the engines inside, or nothing, get them as they are', (t) => {
  const chosen = open(t, local, local);
  assert.deepEqual([chosen.speechToText, chosen.textToSpeech], [speechToText, textToSpeech]);
});

test('a service is reached as far as the policy for its URL goes', async (t) => {
  const refused: DestinationPolicy = { ...anywhere, internal: 'refused' };
  const destinations = { operator: anywhere, request: refused };
  const mine = open(t, watson(), local, { destinations });
  const theirs = open(t, watson({ trust: 'request' }), local, { destinations });
  const nobodys = open(t, watson(), local);
  assert.match(await failureOf(mine.speechToText), /could not be connected to \(ECONNREFUSED\)/);
  assert.match(await failureOf(theirs.speechToText), /not an allowed destination \(Addresses of the kind loopback/);
  assert.match(await failureOf(nobodys.speechToText), /No destination is allowed/);
});

test('options that cannot be read fail the call that has them, when it listens or speaks', async (t) => {
  const bad = watson({ authorization: { kind: 'bearer', tocken: 'C4NARY' } });
  const chosen = open(t, bad, bad);
  const withoutValue = (error: Error): boolean => /Watson speech/.test(error.message) && !/C4NARY/.test(error.message);
  assert.throws(
    () => chosen.speechToText.open({ sampleRateHz: 8000, endOfSpeechMs: 500 }, () => undefined),
    withoutValue,
  );
  const speak = async (): Promise<void> => {
    const { signal } = new AbortController();
    for await (const _chunk of chosen.textToSpeech.synthesize({ text: 'x', sampleRateHz: 8000 }, signal)) void _chunk;
  };
  await assert.rejects(speak(), withoutValue);
});

test('every provider is reached by its own protocol, at the URL of the call', async (t) => {
  const makers: Readonly<Record<Exclude<SpeechProvider, 'local'>, string>> = {
    watson: 'Watson',
    deepgram: 'Deepgram',
    openai: 'OpenAI',
    elevenlabs: 'ElevenLabs',
    websocket: 'Adapter',
    azure: 'Azure',
    google: 'Google',
    aws: 'AWS',
  };
  const destinations = { operator: anywhere, request: anywhere };
  for (const kind of Object.keys(makers) as (keyof typeof makers)[]) {
    const authorization = { kind: 'basic', username: 'u', password: 'C4NARY' };
    const options = { ...watson().options, authorization, parameters: { region: 'eu-west-1' } };
    const choice: SpeechChoice<SpeechProvider> = { kind, options };
    const chosen = open(t, choice, choice, { destinations });
    assert.deepEqual(
      [chosen.speechToText.name, chosen.textToSpeech.name],
      [`${makers[kind]} (127.0.0.1:1)`, `${makers[kind]} (127.0.0.1:1)`],
    );
    const speak = async (): Promise<void> => {
      const { signal } = new AbortController();
      for await (const _chunk of chosen.textToSpeech.synthesize({ text: 'x', sampleRateHz: 8000 }, signal)) void _chunk;
    };
    await assert.rejects(speak(), (error: Error) => {
      return (
        /127\.0\.0\.1:1 (?:refused the connection|could not be connected to)/.test(error.message) &&
        !/C4NARY/.test(error.message)
      );
    });
  }
});
