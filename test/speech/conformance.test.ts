/** Every engine that comes with outdial against the one contract: the fakes, the local ones, Watson over loopback. */
import { after, describe, it } from 'node:test';
import { createSpeechEngines } from '../../src/providers/local-speech/index.ts';
import { createWatsonSpeechToText, createWatsonTextToSpeech } from '../../src/providers/watson-speech/index.ts';
import {
  failoverSpeechToText,
  failoverTextToSpeech,
  type SpeechToText,
  type TextToSpeech,
} from '../../src/speech/index.ts';
import {
  fakeSpeechToText,
  fakeTextToSpeech,
  speechToTextCases,
  textToSpeechCases,
  wordErrorRate,
} from '../../src/testing/index.ts';
import { openServicePorts } from '../../src/testkit/service-ports.ts';
import { fakePhrases } from './fake-phrases.ts';
import { optionsFor } from './options-for.ts';
import { startWatsonService } from './watson-service.ts';

const phrases = await fakePhrases();
const isSame = (said: string, heard: string): boolean => said === heard;

function suite(name: string, speechToText: SpeechToText, textToSpeech: TextToSpeech): void {
  describe(name, () => {
    const recognition = speechToTextCases(() => ({ speechToText, phrases, isUnderstood: isSame, patienceMs: 3000 }));
    const synthesis = textToSpeechCases(() => ({ textToSpeech, text: 'Hello there.', patienceMs: 3000 }));
    for (const { name: title, run } of [...recognition, ...synthesis]) it(title, run);
  });
}

suite('the fake engines', fakeSpeechToText, fakeTextToSpeech);

const service = await startWatsonService();
const world = openServicePorts();
after(() => Promise.all([service.close(), world.close()]));
const watson = {
  speechToText: createWatsonSpeechToText(optionsFor(service.url), world.ports, 'session-1'),
  textToSpeech: createWatsonTextToSpeech(optionsFor(service.url), world.ports, 'session-1'),
};
suite('Watson over loopback', watson.speechToText, watson.textToSpeech);
suite(
  'Watson behind the wrappers',
  failoverSpeechToText([{ speechToText: watson.speechToText }], world.ports, () => undefined),
  failoverTextToSpeech([{ textToSpeech: watson.textToSpeech, patienceMs: 3000 }], world.ports, () => undefined),
);

describe('the local engines', async () => {
  const engines = await createSpeechEngines({ model: 'tiny' });
  after(() => engines.close());
  const spoken = await Promise.all(
    ['I would like to come on Tuesday morning.', 'Please call me back tomorrow.'].map(async (text) => {
      const samples: number[] = [];
      const { signal } = new AbortController();
      for await (const chunk of engines.textToSpeech.synthesize({ text, sampleRateHz: 8000 }, signal)) {
        samples.push(...chunk);
      }
      return { text, pcm: Int16Array.from(samples) };
    }),
  );
  const recognition = speechToTextCases(() => ({
    speechToText: engines.speechToText,
    phrases: spoken,
    isUnderstood: (said, heard) => wordErrorRate(said, heard) <= 0.34,
    patienceMs: 20_000,
  }));
  const synthesis = textToSpeechCases(() => ({
    textToSpeech: engines.textToSpeech,
    text: 'Hello there.',
    patienceMs: 10_000,
  }));
  for (const { name, run } of [...recognition, ...synthesis]) it(name, run);
});
