/**
 * How well and how fast the local engines hear and speak: sentences are spoken by Flite, sent through the 8 kHz path in
 * 20 ms frames and recognised. Run by `node dist/bench/speech.js [base|tiny] [slt|rms|awb|kal]`.
 *
 * The word error rate is that of a synthetic voice with an open vocabulary: compare it with other runs, not with people.
 * Latency is from the moment the end of speech is certain to the final, with audio handed over faster than real time, so
 * without the head start of 350 ms and more that a decode begun in the pause has in a call.
 */
import { cpus } from 'node:os';
import { createSpeechEngines, localSpeechOptions, type SpeechEngines } from '../src/providers/local-speech/index.ts';
import { longSentences, shortAnswers } from './speech-sentences.ts';
import { countWordErrors, normaliseWords } from './word-errors.ts';

interface Heard {
  readonly text: string;
  readonly decodeMs: number;
}

interface Score {
  words: number;
  errors: number;
  exact: number;
  readonly misheard: string[];
}

const sampleRateHz = 8000;
const frameSamples = 160;

async function speak(engines: SpeechEngines, text: string): Promise<{ pcm: Int16Array; firstAudioMs: number }> {
  const startedMs = performance.now();
  let firstAudioMs = Number.NaN;
  const chunks: Int16Array[] = [];
  for await (const chunk of engines.textToSpeech.synthesize({ text, sampleRateHz }, new AbortController().signal)) {
    if (chunks.length === 0) firstAudioMs = performance.now() - startedMs;
    chunks.push(chunk);
  }
  const pcm = new Int16Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    pcm.set(chunk, at);
    at += chunk.length;
  }
  return { pcm, firstAudioMs };
}

/** Half a second of silence, the speech, a second of silence; ends with the final, or empty when there was no speech. */
function hear(engines: SpeechEngines, pcm: Int16Array): Promise<Heard> {
  const padded = new Int16Array(sampleRateHz / 2 + pcm.length + sampleRateHz);
  padded.set(pcm, sampleRateHz / 2);
  return new Promise((resolve, reject) => {
    const texts: string[] = [];
    let waitingFinals = 0;
    let fedMs = 0;
    const session = engines.speechToText.open({ sampleRateHz, endOfSpeechMs: 700 }, (event) => {
      if (event.type === 'failed') reject(new Error(event.error.message));
      if (event.type === 'speech-started') waitingFinals += 1;
      if (event.type !== 'final') return;
      waitingFinals -= 1;
      texts.push(event.text);
      if (waitingFinals > 0) return;
      session.close();
      resolve({ text: texts.join(' '), decodeMs: event.atMs - event.speechEndedAtMs });
    });
    for (let at = 0; at < padded.length; at += frameSamples) {
      session.write(padded.subarray(at, at + frameSamples), fedMs);
      fedMs += 20;
    }
    // Speech that was never noticed gives no event at all.
    setTimeout(() => {
      session.close();
      resolve({ text: texts.join(' '), decodeMs: Number.NaN });
    }, 20_000).unref();
  });
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function score(into: Score, spoken: string, heard: string): void {
  const errors = countWordErrors(spoken, heard);
  into.words += normaliseWords(spoken).length;
  into.errors += errors;
  if (errors === 0) into.exact += 1;
  else into.misheard.push(`  ${spoken} -> ${heard === '' ? '(nothing)' : heard}`);
}

function line(label: string, value: string): void {
  console.log(`${label.padEnd(44)} ${value}`);
}

function printScore(label: string, result: Score, count: number): void {
  const rate = ((100 * result.errors) / result.words).toFixed(1);
  line(label, `${rate} % of ${result.words} words wrong, ${result.exact} of ${count} right`);
}

const [model, voice] = process.argv.slice(2);
const options = localSpeechOptions.parse({ ...(model && { model }), ...(voice && { voice }) });
const startedMs = performance.now();
const engines = await createSpeechEngines(options);
line('processor', `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`);
line('model, voice', `${options.model}, ${options.voice}`);
line('start', `${(performance.now() - startedMs).toFixed(0)} ms`);

const firstAudio: number[] = [];
const decode: number[] = [];
let spokenSeconds = 0;
let synthesisCpu = 0;
let recognitionCpu = 0;
const cpuSeconds = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;

async function run(texts: readonly string[]): Promise<Score> {
  const result: Score = { words: 0, errors: 0, exact: 0, misheard: [] };
  for (const text of texts) {
    const beforeSpeaking = cpuSeconds();
    const { pcm, firstAudioMs } = await speak(engines, text);
    const beforeHearing = cpuSeconds();
    const heard = await hear(engines, pcm);
    synthesisCpu += beforeHearing - beforeSpeaking;
    recognitionCpu += cpuSeconds() - beforeHearing;
    spokenSeconds += pcm.length / sampleRateHz;
    firstAudio.push(firstAudioMs);
    decode.push(heard.decodeMs);
    score(result, text, heard.text);
  }
  return result;
}

const sentences = await run(longSentences);
const answers = await run(shortAnswers);
printScore('sentences', sentences, longSentences.length);
printScore('single words and digits, open vocabulary', answers, shortAnswers.length);
line('decode p50 / p95', `${percentile(decode, 0.5).toFixed(0)} / ${percentile(decode, 0.95).toFixed(0)} ms`);
line(
  'first audio p50 / p95',
  `${percentile(firstAudio, 0.5).toFixed(0)} / ${percentile(firstAudio, 0.95).toFixed(0)} ms`,
);
line('CPU per second of speech, recognition', `${(recognitionCpu / spokenSeconds).toFixed(3)} s`);
line('CPU per second of speech, synthesis', `${(synthesisCpu / spokenSeconds).toFixed(3)} s`);
line('memory', `${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`);
console.log(['misheard:', ...sentences.misheard, ...answers.misheard].join('\n'));
await engines.close();
