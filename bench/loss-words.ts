/**
 * Which words are lost with packets, and whether the recogniser hears better when their place is silent or made up: sentences
 * are spoken by Flite, lose some of their packets, and are recognised. usage: node dist/bench/loss-words.js [sentences]
 */
import { createSpeechEngines, type SpeechEngines } from '../src/providers/local-speech/index.ts';
import { seededRandom } from '../src/kit/index.ts';
import { LossConcealment } from '../src/rtp/index.ts';
import { longSentences } from './speech-sentences.ts';
import { countWordErrors, normaliseWords } from './word-errors.ts';

const sampleRateHz = 8000;
const frameSamples = 160;
const sentences = longSentences.slice(0, Number(process.argv[2] ?? 24));

async function speak({ textToSpeech }: SpeechEngines, text: string): Promise<Int16Array> {
  const samples: number[] = Array.from({ length: sampleRateHz / 2 }, () => 0);
  const { signal } = new AbortController();
  for await (const chunk of textToSpeech.synthesize({ text, sampleRateHz }, signal)) samples.push(...chunk);
  return Int16Array.from([...samples, ...new Int16Array(sampleRateHz)]);
}

function hear({ speechToText }: SpeechEngines, pcm: Int16Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const texts: string[] = [];
    let waiting = 0;
    const session = speechToText.open({ sampleRateHz, endOfSpeechMs: 700 }, (event) => {
      if (event.type === 'failed') reject(new Error(event.error.message));
      if (event.type === 'speech-started') waiting += 1;
      if (event.type !== 'final') return;
      waiting -= 1;
      texts.push(event.text);
      if (waiting > 0) return;
      session.close();
      resolve(texts.join(' '));
    });
    for (let at = 0; at < pcm.length; at += frameSamples) session.write(pcm.subarray(at, at + frameSamples), at / 8);
    setTimeout(() => {
      session.close();
      resolve(texts.join(' '));
    }, 20_000).unref();
  });
}

/** The same packets are lost both ways. */
function lose(pcm: Int16Array, portion: number, seed: number, filling: 'silence' | 'concealment'): Int16Array {
  const random = seededRandom(seed);
  const concealment = new LossConcealment(sampleRateHz);
  const out = pcm.slice();
  for (let from = 0; from + frameSamples <= out.length; from += frameSamples) {
    const to = from + frameSamples;
    const isLost = random.uint32() / 2 ** 32 < portion;
    if (!isLost && filling === 'concealment') concealment.receive(out, from, to);
    if (isLost && filling === 'concealment') concealment.conceal(out, from, to);
    if (isLost && filling === 'silence') out.fill(0, from, to);
  }
  return out;
}

const engines = await createSpeechEngines({});
for (const portion of [0, 0.01, 0.05, 0.1, 0.2]) {
  for (const filling of ['silence', 'concealment'] as const) {
    let words = 0;
    let errors = 0;
    for (const [seed, text] of sentences.entries()) {
      const heard = await hear(engines, lose(await speak(engines, text), portion, 100 + seed, filling));
      words += normaliseWords(text).length;
      errors += countWordErrors(text, heard);
    }
    console.log(`${100 * portion} % lost, ${filling}: ${errors} of ${words} words wrong`);
  }
}
await engines.close();
