/**
 * Recorded speech for `bench:speech`, from Debian's packages (none of it is in this repository):
 *
 *     apt-get install asterisk-core-sounds-en-wav pocketsphinx-testdata
 *
 * Words and digits of the first are named by their files. The texts of its sentences are not in the package: they are
 * `core-sounds-en.txt` of the same release (`asterisk-core-sounds-en-wav-1.6.1.tar.gz` of downloads.asterisk.org), given with
 * `--texts`. Sets whose files are missing are left out, and that is said.
 */
import { existsSync, readFileSync } from 'node:fs';
import { decodeUlaw, decodeWav, encodeUlaw, halveRate, wavChannel } from '../src/audio/index.ts';
import type { ExpectedSpeech } from '../src/speech/index.ts';

export interface Sample {
  readonly spoken: string;
  /** 8 kHz, as it comes out of a µ-law line. */
  readonly pcm: Int16Array;
}

export interface SpeechSet {
  readonly name: string;
  readonly samples: readonly Sample[];
  readonly expected?: ExpectedSpeech;
  /** `in`: what is said is expected. `out`: it is not, and must not be taken for it. */
  readonly fits?: 'in' | 'out';
}

const prompts = '/usr/share/asterisk/sounds/en_US_f_Allison';
const sphinx = '/usr/share/pocketsphinx/test/data';

export function throughLine(pcm: Int16Array): Int16Array {
  const bytes = new Uint8Array(pcm.length);
  encodeUlaw(pcm, bytes);
  const heard = new Int16Array(pcm.length);
  decodeUlaw(bytes, heard);
  return heard;
}

/** With noise of this much less power than the speech. */
export function withNoise(pcm: Int16Array, ratioDb: number): Int16Array {
  let state = 1;
  const power = Math.sqrt(pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length);
  const scale = power * 10 ** (-ratioDb / 20) * Math.sqrt(12);
  return pcm.map((sample) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.max(-32_768, Math.min(32_767, sample + (state / 2 ** 32 - 0.5) * scale));
  });
}

/** Pieces with so much silence after each. */
export function joined(pieces: readonly Int16Array[], gapMs: number): Int16Array {
  const gap = gapMs * 8;
  const whole = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length + gap, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length + gap;
  }
  return whole;
}

/** `textsFile`: `name: text` lines. */
export function recordedSets(textsFile: string | undefined, say: (line: string) => void): readonly SpeechSet[] {
  const sets: SpeechSet[] = [];
  if (!existsSync(prompts)) say('no recorded prompts: apt-get install asterisk-core-sounds-en-wav');
  else {
    sets.push(...promptWords());
    if (textsFile === undefined) say('no recorded sentences of prompts: give their texts with --texts');
    else sets.push({ name: 'recorded prompts, sentences', samples: promptSentences(textsFile) });
  }
  if (existsSync(sphinx)) sets.push({ name: 'recorded readers (LibriVox)', samples: readSentences() });
  else say('no recorded readers: apt-get install pocketsphinx-testdata');
  return sets;
}

const digitNames = 'zero one two three four five six seven eight nine'.split(' ');
const weekdays = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const spellingAlphabet =
  'alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey x-ray yankee zulu'.split(
    ' ',
  );

function promptWords(): readonly SpeechSet[] {
  const digits = digitNames.map((spoken, digit) => ({ spoken, pcm: readPrompt(`digits/${digit}`) }));
  const days = weekdays.map((spoken, day) => ({ spoken, pcm: readPrompt(`digits/day-${day}`) }));
  const letters = spellingAlphabet.map((spoken) => ({ spoken, pcm: readPrompt(`phonetic/${spoken[0]}_p`) }));
  const rows = Array.from({ length: 20 }, (_, row) => {
    const length = [4, 4, 4, 6, 10][row % 5] ?? 4;
    const figures = Array.from({ length }, (_each, at) => (row * 7 + at * at * 3 + at * 5) % 10);
    const pieces = figures.flatMap((figure) => digits[figure]?.pcm ?? []);
    return { spoken: figures.join(''), pcm: throughLine(joined(pieces, row % 2 === 0 ? 0 : 80)) };
  });
  const anyDigits: ExpectedSpeech = { phrases: [], digits: { minCount: 1, maxCount: 12 } };
  const noisy = (samples: readonly Sample[]): Sample[] =>
    samples.map(({ spoken, pcm }) => ({ spoken, pcm: throughLine(withNoise(pcm, 10)) }));
  return [
    { name: 'recorded digits, one at a time', samples: digits, expected: anyDigits, fits: 'in' },
    { name: 'recorded digits, one at a time, noise at 10 dB', samples: noisy(digits), expected: anyDigits, fits: 'in' },
    { name: 'recorded digits, rows of 4 to 10', samples: rows, expected: anyDigits, fits: 'in' },
    { name: 'recorded digits, rows, noise at 10 dB', samples: noisy(rows), expected: anyDigits, fits: 'in' },
    { name: 'recorded days of the week', samples: days, expected: { phrases: weekdays }, fits: 'in' },
    { name: 'recorded words, 26', samples: letters, expected: { phrases: spellingAlphabet }, fits: 'in' },
    {
      name: 'other recorded words where digits are expected',
      samples: [...days, ...letters],
      expected: anyDigits,
      fits: 'out',
    },
    {
      name: 'other recorded words where yes or no is expected',
      samples: [...digits, ...days, ...letters],
      expected: { phrases: ['yes', 'no', 'yeah', 'nope', 'yes please', 'no thanks', 'sure', 'okay'] },
      fits: 'out',
    },
  ];
}

function promptSentences(textsFile: string): readonly Sample[] {
  return readFileSync(textsFile, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [name = '', ...rest] = line.split(':');
      const spoken = rest.join(':').trim();
      const words = spoken.split(/\s+/).length;
      // What is longer would be cut at 15 s.
      const isSentence = words >= 4 && words <= 28 && !/[[\]*#@;()"]|\.\.\.|www|\d{3}/.test(spoken);
      if (!isSentence || !existsSync(`${prompts}/${name}.wav`)) return [];
      return [{ spoken, pcm: readPrompt(name) }];
    });
}

function readSentences(): readonly Sample[] {
  return ['librivox/transcription', 'cards/cards.transcription'].flatMap((file) =>
    readFileSync(`${sphinx}/${file}`, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, spoken = '', name = ''] = /^<s>(.*)<\/s>\s*\((.*)\)/.exec(line) ?? [];
        const path = `${sphinx}/${file.split('/')[0]}/${name}.wav`;
        return spoken === '' || !existsSync(path) ? [] : [{ spoken: spoken.trim(), pcm: throughLine(readWav(path)) }];
      }),
  );
}

function readPrompt(name: string): Int16Array {
  return throughLine(trimmed(readWav(`${prompts}/${name}.wav`)));
}

function readWav(path: string): Int16Array {
  const wav = decodeWav(readFileSync(path));
  if (!wav.ok) throw new Error(`${path} is not a WAV file that can be read`);
  const pcm = wavChannel(wav.value, 'left');
  return wav.value.sampleRateHz === 16_000 ? halveRate(pcm) : pcm;
}

/** Without the silence around the speech. */
function trimmed(pcm: Int16Array): Int16Array {
  const isLoud = (sample: number): boolean => Math.abs(sample) > 400;
  return pcm.slice(Math.max(0, pcm.findIndex(isLoud) - 240), pcm.findLastIndex(isLoud) + 400);
}
