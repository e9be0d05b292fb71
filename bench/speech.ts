/**
 * How well and how fast the local engines hear and speak: recorded and synthesised speech is sent through µ-law at 8 kHz in
 * 20 ms frames and recognised, with an open vocabulary and with what is expected. Run by
 * `npm run bench:speech -- [--model base|tiny] [--voices slt,rms,awb,kal] [--texts core-sounds-en.txt] [--only word]`;
 * `speech-sets.ts` says where the recordings come from.
 *
 * Audio is handed over ten times as fast as in a call, but for the set "in real time", whose latency is that of a call: from the
 * moment the end of speech is decided to the final. `other words taken for it` counts what was said beside the expected and
 * came back as expected.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { createSpeechEngines, localSpeechOptions, type SpeechEngines } from '../src/providers/local-speech/index.ts';
import { type ExpectedSpeech, normalizeWords, spellAsExpected } from '../src/speech/index.ts';
import { digitRows, expectedAnswers, longSentences, otherWords, shortAnswers } from './speech-sentences.ts';
import { recordedSets, type Sample, type SpeechSet, throughLine, withNoise } from './speech-sets.ts';
import { countWordErrors, normaliseWords } from './word-errors.ts';

interface Heard {
  readonly text: string;
  readonly finalMs: number;
}

const sampleRateHz = 8000;
const frameSamples = 160;
const { values: flags } = parseArgs({
  options: {
    model: { type: 'string' },
    voices: { type: 'string', default: 'slt,rms' },
    texts: { type: 'string' },
    only: { type: 'string' },
  },
});
const options = localSpeechOptions.parse(flags.model === undefined ? {} : { model: flags.model });
const firstAudio: number[] = [];
const cpuSeconds = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
const spent = { heardSeconds: 0, hearingCpu: 0, spokenSeconds: 0, speakingCpu: 0 };

async function speak(engines: SpeechEngines, text: string): Promise<Int16Array> {
  const startedMs = performance.now();
  const before = cpuSeconds();
  const samples: number[] = [];
  for await (const chunk of engines.textToSpeech.synthesize({ text, sampleRateHz }, new AbortController().signal)) {
    if (samples.length === 0) firstAudio.push(performance.now() - startedMs);
    for (const sample of chunk) samples.push(sample);
  }
  spent.speakingCpu += cpuSeconds() - before;
  spent.spokenSeconds += samples.length / sampleRateHz;
  return throughLine(Int16Array.from(samples));
}

/** Half a second of silence, the speech, a second of silence; ends with the final, or empty when there was no speech. */
async function hear(
  engines: SpeechEngines,
  pcm: Int16Array,
  expected: ExpectedSpeech | undefined,
  pace: 'fast' | 'in real time',
): Promise<Heard> {
  const padded = new Int16Array(sampleRateHz / 2 + pcm.length + sampleRateHz);
  padded.set(pcm, sampleRateHz / 2);
  const before = cpuSeconds();
  const texts: string[] = [];
  let finalMs = Number.NaN;
  let waitingFinals = 0;
  let isLost = false;
  let onFinal = (): void => undefined;
  const session = engines.speechToText.open({ sampleRateHz, endOfSpeechMs: 600 }, (event) => {
    if (event.type === 'failed') throw new Error(event.error.message);
    if (event.type === 'speech-started') waitingFinals += 1;
    if (event.type !== 'final') return;
    waitingFinals -= 1;
    texts.push(event.text);
    finalMs = event.atMs - event.speechEndedAtMs;
    onFinal();
  });
  session.expect?.(expected);
  const startMs = performance.now();
  for (let at = 0, frame = 0; at < padded.length; at += frameSamples, frame++) {
    const frameMs = pace === 'in real time' ? 20 : 2;
    const waitMs = startMs + frame * frameMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    session.write(padded.subarray(at, at + frameSamples), frame * 20);
  }
  // Speech that was never noticed gives no event at all.
  const giveUp = setTimeout(() => {
    isLost = true;
    onFinal();
  }, 30_000);
  const isOver = (): boolean => isLost || (texts.length > 0 && waitingFinals === 0);
  while (!isOver()) {
    await new Promise<void>((resolve) => {
      onFinal = () => resolve();
    });
  }
  clearTimeout(giveUp);
  session.close();
  spent.hearingCpu += cpuSeconds() - before;
  spent.heardSeconds += pcm.length / sampleRateHz;
  return { text: texts.join(' '), finalMs };
}

function percentile(values: readonly number[], share: number): string {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(0);
}

function line(label: string, value: string): void {
  console.log(`${label.padEnd(64)} ${value}`);
}

/** Word errors; for what is expected, how much was not right as a whole. */
async function run(engines: SpeechEngines, set: SpeechSet, pace: Parameters<typeof hear>[3] = 'fast'): Promise<void> {
  if (flags.only !== undefined && !set.name.includes(flags.only)) return;
  const latencies: number[] = [];
  const wrong: string[] = [];
  let words = 0;
  let errors = 0;
  for (const { spoken, pcm } of set.samples) {
    const heard = await hear(engines, pcm, set.expected, pace);
    latencies.push(heard.finalMs);
    words += normaliseWords(spoken).length;
    errors += countWordErrors(spoken, heard.text);
    if (!isRight(set, spoken, heard.text)) wrong.push(`${spoken} -> ${heard.text === '' ? '(nothing)' : heard.text}`);
  }
  const { length } = set.samples;
  const share = ((100 * wrong.length) / length).toFixed(1);
  const result =
    set.fits === 'out'
      ? `${wrong.length} of ${length} taken for it (${share} %)`
      : `${((100 * errors) / words).toFixed(1)} % of ${words} words wrong, ${length - wrong.length} of ${length} right (${share} % not)`;
  line(set.name, `${result}; final ${percentile(latencies, 0.5)} / ${percentile(latencies, 0.95)} ms`);
  for (const each of wrong) console.log(`    ${each}`);
}

function isRight({ expected, fits }: SpeechSet, spoken: string, heard: string): boolean {
  if (expected === undefined) return countWordErrors(spoken, heard) === 0;
  const spelled = spellAsExpected(heard, expected);
  if (fits === 'out') return spelled === undefined || normalizeWords(heard) === normalizeWords(spoken);
  return spelled !== undefined && spelled === (spellAsExpected(spoken, expected) ?? spoken);
}

async function spokenBy(
  engines: SpeechEngines,
  texts: readonly string[],
  write = (text: string) => text,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const text of texts) samples.push({ spoken: text, pcm: await speak(engines, write(text)) });
  return samples;
}

async function synthesisedSets(engines: SpeechEngines, voice: string): Promise<readonly SpeechSet[]> {
  const sentences = await spokenBy(engines, longSentences);
  const noisy = sentences.map(({ spoken, pcm }) => ({ spoken, pcm: throughLine(withNoise(pcm, 10)) }));
  const digits = await spokenBy(engines, digitRows, (figures) => figures.split('').join(' '));
  const others = await spokenBy(engines, otherWords);
  const anyDigits: ExpectedSpeech = { phrases: [], digits: { minCount: 1, maxCount: 12 } };
  const sets: SpeechSet[] = [
    { name: `${voice}: sentences`, samples: sentences },
    { name: `${voice}: sentences with noise at 10 dB`, samples: noisy },
    { name: `${voice}: single words and digits, open`, samples: await spokenBy(engines, shortAnswers) },
    { name: `${voice}: rows of digits, open`, samples: digits },
    { name: `${voice}: rows of digits, expected`, samples: digits, expected: anyDigits, fits: 'in' },
    { name: `${voice}: other words where digits are expected`, samples: others, expected: anyDigits, fits: 'out' },
  ];
  for (const { name, phrases } of expectedAnswers) {
    const samples = await spokenBy(engines, phrases);
    const expected: ExpectedSpeech = { phrases };
    const loud = samples.map(({ spoken, pcm }) => ({ spoken, pcm: throughLine(withNoise(pcm, 10)) }));
    sets.push({ name: `${voice}: ${name}, open`, samples });
    sets.push({ name: `${voice}: ${name}, expected`, samples, expected, fits: 'in' });
    sets.push({ name: `${voice}: ${name}, expected, noise at 10 dB`, samples: loud, expected, fits: 'in' });
    const strangers = [...others, ...sentences.slice(0, 10)].filter(
      ({ spoken }) => spellAsExpected(spoken, expected) === undefined,
    );
    sets.push({ name: `${voice}: other words where ${name} is expected`, samples: strangers, expected, fits: 'out' });
  }
  return sets;
}

const startedMs = performance.now();
line('processor', `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`);
line('model', options.model);
console.log('');
let startMs = 0;
for (const [index, voice] of flags.voices.split(',').entries()) {
  const engines = await createSpeechEngines(localSpeechOptions.parse({ ...options, voice }));
  if (index === 0) {
    startMs = performance.now() - startedMs;
    const memory = `${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`;
    for (const set of recordedSets(flags.texts, console.log)) await run(engines, set);
    const paced = (await spokenBy(engines, longSentences)).slice(0, 12);
    await run(engines, { name: 'in real time', samples: paced }, 'in real time');
    line('start, memory of the process then', `${startMs.toFixed(0)} ms, ${memory}`);
  }
  for (const set of await synthesisedSets(engines, voice)) await run(engines, set);
  await engines.close();
}
console.log('');
const perSecond = spent.hearingCpu / spent.heardSeconds;
line('CPU per second of speech, recognition with detection', `${perSecond.toFixed(3)} s`);
line('calls per core when the callee speaks a quarter of the time', (1 / (perSecond / 4)).toFixed(0));
line('CPU per second of speech, synthesis', `${(spent.speakingCpu / spent.spokenSeconds).toFixed(3)} s`);
line('first audio p50 / p95', `${percentile(firstAudio, 0.5)} / ${percentile(firstAudio, 0.95)} ms`);
line('memory at the end', `${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB, load ${loadavg()[0]?.toFixed(1)}`);
