/**
 * How well the voice inside is understood: two hundred prompts are spoken, sent through µ-law at 8 kHz, and recognised with an open vocabulary. Words count as they are read out: "$5" and "five dollars" are the same. Run
 * by `npm run bench:voice -- [--voice slt|rms|awb|kal] [--model base|tiny] [--stretch 1.1] [--emphasis 0.5] [--written]`;
 * `--written` leaves figures and abbreviations to Flite.
 *
 * The recogniser is no human listener: it tells which of two ways of speaking is the clearer, not how many words a callee
 * misses. Time to first audio is that of the first sentence in this thread, without a queue.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { doubleRate } from '../src/audio/index.ts';
import { cleanText } from '../src/providers/local-speech/clean-text.ts';
import { FliteSynthesizer } from '../src/providers/local-speech/flite-synthesizer.ts';
import { MoonshineDecoder } from '../src/providers/local-speech/moonshine-decoder.ts';
import { localSpeechOptions } from '../src/providers/local-speech/options.ts';
import { sayInWords } from '../src/providers/local-speech/spoken-english/say-in-words.ts';
import { splitLong, splitSentences } from '../src/speech/index.ts';
import { joined, throughLine } from './speech-sets.ts';
import { voicePrompts } from './voice-prompts.ts';
import { countWordErrors, normaliseWords } from './word-errors.ts';

const { values: flags } = parseArgs({
  options: {
    voice: { type: 'string', default: 'slt' },
    model: { type: 'string', default: 'base' },
    stretch: { type: 'string' },
    emphasis: { type: 'string', default: '0' },
    written: { type: 'boolean', default: false },
  },
});
const { voice, model } = localSpeechOptions.parse({ voice: flags.voice, model: flags.model });
const synthesizer = await FliteSynthesizer.open();
const decoder = await MoonshineDecoder.open(model);
synthesizer.speak(voice, 'Hello.', 8000);

/** Lifts what is high, which the line and the ear take away: y(n) = x(n) - share * x(n - 1), at the level of before. */
function emphasise(pcm: Int16Array, share: number): Int16Array {
  if (share === 0) return pcm;
  const lifted = Float64Array.from(pcm, (sample, i) => sample - share * (pcm[i - 1] ?? 0));
  return atLevel(lifted, levelOf(pcm));
}

function levelOf(pcm: Int16Array | Float64Array): number {
  let sum = 0;
  for (const sample of pcm) sum += sample * sample;
  return Math.sqrt(sum / Math.max(1, pcm.length));
}

/** At this RMS level, with peaks rounded off towards full scale. */
function atLevel(pcm: Float64Array, level: number): Int16Array {
  const gain = level / Math.max(1, levelOf(pcm));
  return Int16Array.from(pcm, (sample) => Math.round(32_000 * Math.tanh((sample * gain) / 32_000)));
}

const said = (text: string): string => sayInWords(cleanText(text));
const isWord = (text: string): boolean => text !== '';
let words = 0;
let errors = 0;
let exact = 0;
let spokenSeconds = 0;
let speakingMs = 0;
const firstAudioMs: number[] = [];
const misheard: string[] = [];

for (const prompt of voicePrompts) {
  const sentences = splitSentences(cleanText(prompt)).flatMap((text) =>
    splitLong(flags.written ? text : sayInWords(text)),
  );
  const startedMs = performance.now();
  const pieces: Int16Array[] = [];
  for (const sentence of sentences) {
    pieces.push(synthesizer.speak(voice, sentence, 8000, flags.stretch));
    if (pieces.length === 1) firstAudioMs.push(performance.now() - startedMs);
  }
  speakingMs += performance.now() - startedMs;
  const pcm = joined(pieces, 0);
  spokenSeconds += pcm.length / 8000;
  const line = throughLine(
    joined([new Int16Array(2000), emphasise(pcm, Number(flags.emphasis)), new Int16Array(3200)], 0),
  );
  const audio = Float32Array.from(doubleRate(line), (sample) => sample / 32_768);
  const { text } = await decoder.transcribe({
    audio,
    speechMs: pcm.length / 8,
    expected: undefined,
    isCancelled: () => false,
  });
  // The recogniser writes groups of figures with hyphens or commas of its own.
  const wrong = countWordErrors(said(prompt), said(text.replaceAll(/(?<=\d)[-](?=\d)/g, '')));
  words += normaliseWords(said(prompt)).filter(isWord).length;
  errors += wrong;
  if (wrong === 0) exact += 1;
  else misheard.push(`  ${prompt} -> ${text}`);
}

const sorted = firstAudioMs.toSorted((a, b) => a - b);
const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(0);
console.log(`${voicePrompts.length} prompts, ${JSON.stringify(flags)}, load ${loadavg()[0]?.toFixed(1)}`);
console.log(`words wrong          ${((100 * errors) / words).toFixed(1)} % of ${words}, ${exact} prompts right`);
console.log(`first audio p50/p95  ${at(0.5)} / ${at(0.95)} ms`);
console.log(
  `real-time factor     ${(speakingMs / 1000 / spokenSeconds).toFixed(3)} (${spokenSeconds.toFixed(0)} s of speech)`,
);
console.log(['misheard:', ...misheard].join('\n'));
