/** The real engines together: words in, words found. Audio is written faster than real time with made-up instants. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { decodeUlaw, DtmfDetector, encodeUlaw } from '../../audio/index.ts';
import type { ExpectedSpeech, RecognitionEvent, SampleRateHz } from '../../speech/index.ts';
import { createSpeechEngines } from './index.ts';
import { sayInWords } from './spoken-english/say-in-words.ts';

const handlesBefore = process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
let nowMs = 0;
const engines = await createSpeechEngines({ partialEveryMs: 500 }, { nowMs: () => nowMs });
after(() => engines.close());

async function speak(text: string, sampleRateHz: SampleRateHz = 8000): Promise<Int16Array> {
  const samples: number[] = [];
  const { signal } = new AbortController();
  for await (const chunk of engines.textToSpeech.synthesize({ text, sampleRateHz }, signal)) samples.push(...chunk);
  return Int16Array.from(samples);
}

function silence(ms: number, sampleRateHz: SampleRateHz = 8000): Int16Array {
  return new Int16Array((ms * sampleRateHz) / 1000);
}

function noise(ms: number): Int16Array {
  let state = 1;
  return silence(ms).map(() => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state / 2 ** 32 - 0.5) * 3000;
  });
}

/** What a session makes of the audio, up to the event that `isLast`. */
function hear(
  pieces: readonly Int16Array[],
  isLast: (event: RecognitionEvent) => boolean,
  sampleRateHz: SampleRateHz = 8000,
  expected?: ExpectedSpeech,
): Promise<RecognitionEvent[]> {
  return new Promise((resolve) => {
    const events: RecognitionEvent[] = [];
    const options = { sampleRateHz, endOfSpeechMs: 600 };
    const session = engines.speechToText.open(options, (event) => {
      events.push(event);
      if (!isLast(event) && event.type !== 'failed') return;
      session.close();
      resolve(events);
    });
    session.expect?.(expected);
    let atMs = 0;
    for (const piece of pieces) {
      const packet = sampleRateHz / 50;
      for (let from = 0; from < piece.length; from += packet) {
        atMs += 20;
        nowMs = atMs;
        session.write(piece.subarray(from, from + packet), atMs);
      }
    }
  });
}

const isFinal = (event: RecognitionEvent): boolean => event.type === 'final';

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9']+/)
    .filter(Boolean);
}

/** Fewest words to insert, delete or replace. */
function wordErrors(spoken: readonly string[], heard: readonly string[]): number {
  let row = Array.from({ length: spoken.length + 1 }, (_, i) => i);
  for (const word of heard) {
    const next = [row[0]! + 1];
    spoken.forEach((wanted, i) => {
      next.push(Math.min(row[i]! + (wanted === word ? 0 : 1), row[i + 1]! + 1, next[i]! + 1));
    });
    row = next;
  }
  return row.at(-1)!;
}

test('sentences that are spoken are heard, with at most one word in ten wrong', async () => {
  const sentences = [
    'I would like to speak with someone about my order.',
    'The weather is fine today.',
    'Please call me back on Monday afternoon.',
    'Can you please repeat the question?',
    'The package was left at the front door.',
    'I will be at home after work.',
  ];
  let words = 0;
  let errors = 0;
  for (const sentence of sentences) {
    const events = await hear([silence(500), await speak(sentence), silence(900)], isFinal);
    const final = events.at(-1);
    assert.ok(final?.type === 'final');
    assert.ok(final.confidence > 0.5 && final.confidence <= 1);
    words += wordsOf(sentence).length;
    errors += wordErrors(wordsOf(sentence), wordsOf(final.text));
  }
  assert.ok(errors / words <= 0.1, `${errors} of ${words} words wrong`);
});

test('prompts with figures are understood as they are read out, with at most one word in eight wrong', async () => {
  const prompts = [
    'Your appointment is on July 4 at 9:30 AM.',
    'The total is $145.00.',
    'Your confirmation code is 482913.',
    'We are open Mon-Fri, 9am-5pm.',
    'That is 25% off the regular price.',
    'Please call us back at (555) 555-0123.',
    'The package weighs 5 kg.',
    'You can pay by card and/or cash.',
  ];
  // "$145" and "one hundred forty five dollars" are the same words; the recogniser groups figures as it likes.
  const said = (text: string): string[] => wordsOf(sayInWords(text.replaceAll(/(?<=\d)-(?=\d)/g, '')));
  let words = 0;
  let errors = 0;
  for (const prompt of prompts) {
    const final = (await hear([silence(500), await speak(prompt), silence(900)], isFinal)).at(-1);
    assert.ok(final?.type === 'final');
    words += said(prompt).length;
    errors += wordErrors(said(prompt), said(final.text));
  }
  assert.ok(errors / words <= 0.125, `${errors} of ${words} words wrong`);
});

test('what is expected is heard as it is spelled, and what is not is not taken for it', async () => {
  const answers: ExpectedSpeech = { phrases: ['YES', 'no', 'main menu', 'cancel'] };
  const digits: ExpectedSpeech = { phrases: [], digits: { minCount: 1, maxCount: 10 } };
  const heard = async (text: string, expected: ExpectedSpeech): Promise<string> => {
    const pcm = await speak(text);
    const final = (await hear([silence(500), pcm, silence(900)], isFinal, 8000, expected)).at(-1);
    assert.ok(final?.type === 'final' && final.confidence > 0.4 && final.confidence <= 1, text);
    return final.text;
  };
  assert.equal(await heard('yes', answers), 'YES');
  assert.equal(await heard('main menu', answers), 'main menu');
  assert.equal(await heard('cancel', answers), 'cancel');
  assert.equal(await heard('two zero four seven', digits), '2047');
  assert.match(await heard('Please call me back on Monday afternoon.', answers), /monday afternoon/i);
  assert.match(await heard('The weather is fine today.', digits), /weather/);
});

test('the instants of an utterance are those of its audio, and guesses come before the final', async () => {
  const leadMs = 1000;
  const pcm = await speak('The children are playing in the garden with their friends.');
  const isLoud = (sample: number): boolean => Math.abs(sample) > 300;
  const beginsAtMs = leadMs + pcm.findIndex(isLoud) / 8;
  const endsAtMs = leadMs + pcm.findLastIndex(isLoud) / 8;
  const events = await hear([silence(leadMs), pcm, silence(900)], isFinal);
  const [started, ended, final] = [events[0], events.at(-2), events.at(-1)];
  assert.ok(started?.type === 'speech-started' && ended?.type === 'speech-ended' && final?.type === 'final');
  assert.ok(Math.abs(started.onsetAtMs - beginsAtMs) < 150, `onset at ${started.onsetAtMs}, true ${beginsAtMs}`);
  assert.ok(Math.abs(ended.lastVoiceAtMs - endsAtMs) < 200, `end at ${ended.lastVoiceAtMs}, true ${endsAtMs}`);
  assert.equal(final.lastVoiceAtMs, ended.lastVoiceAtMs);
  assert.ok(events.slice(1, -2).every((event) => event.type === 'partial'));
});

/** Tones of these frequencies together, as loud as speech. */
function tones(ms: number, ...frequenciesHz: readonly number[]): Int16Array {
  const levelOf = (i: number): number =>
    frequenciesHz.reduce((sum, frequencyHz) => sum + Math.sin((2 * Math.PI * frequencyHz * i) / 8000), 0);
  return silence(ms).map((_, i) => (8000 * levelOf(i)) / frequenciesHz.length);
}

test('silence, noise, ringing, busy tones, keys, beeps and music are not speech, whatever is expected', async () => {
  const ringing = [tones(700, 440, 480), silence(300)];
  const busy = [tones(250, 480, 620), silence(250), tones(250, 480, 620), silence(250)];
  const keys = [tones(100, 697, 1209), silence(100), tones(100, 941, 1477), silence(100)];
  const music = [262, 330, 392, 523, 392, 330].map((rootHz) => tones(180, rootHz, rootHz * 1.26, rootHz * 1.5));
  // Altogether less than the 10 s that detection may be behind.
  const sounds = [silence(300), noise(800), silence(300), ...ringing, ...busy, ...keys, tones(500, 1000), ...music];
  // The sentence at the end tells that everything before it was judged.
  const sentence = await speak('The weather is fine today.');
  const pieces = [...sounds, silence(500), sentence, silence(900)];
  const beforeMs = sounds.reduce((sum, sound) => sum + sound.length / 8, 0);
  const expected: ExpectedSpeech = { phrases: ['yes', 'no'], digits: { minCount: 1, maxCount: 4 }, dates: true };
  const events = await hear(pieces, isFinal, 8000, expected);
  const onsets = events.flatMap((event) => (event.type === 'speech-started' ? [event.onsetAtMs] : []));
  assert.equal(onsets.length, 1);
  assert.ok(onsets[0]! > beforeMs);
  const final = events.at(-1);
  assert.match(final?.type === 'final' ? final.text : '', /weather/);
});

test('a sentence is heard through the codec of the telephone, with noise and with lost packets', async () => {
  const pcm = await speak('Please call me back on Monday afternoon.');
  const hiss = noise(pcm.length / 8);
  const bytes = new Uint8Array(pcm.length);
  encodeUlaw(
    pcm.map((sample, i) => sample / 2 + (hiss[i] ?? 0) / 6),
    bytes,
  );
  const line = new Int16Array(pcm.length);
  decodeUlaw(bytes, line);
  // Three packets in a hundred are silence.
  for (let packet = 11; packet * 160 < line.length; packet += 33) line.fill(0, packet * 160, (packet + 1) * 160);
  const final = (await hear([silence(500), line, silence(900)], isFinal)).at(-1);
  assert.ok(final?.type === 'final');
  assert.ok(wordErrors(wordsOf('Please call me back on Monday afternoon.'), wordsOf(final.text)) <= 1, final.text);
});

test('two utterances give two finals in order, calls at the same time do not mix', async () => {
  const [fine, door] = [
    await speak('The weather is fine today.'),
    await speak('The package was left at the front door.'),
  ];
  let finals = 0;
  const isSecondFinal = (event: RecognitionEvent): boolean => isFinal(event) && ++finals === 2;
  const [both, one] = await Promise.all([
    hear([silence(500), fine, silence(1200), door, silence(900)], isSecondFinal),
    hear([silence(500), door, silence(900)], isFinal),
  ]);
  const texts = (events: readonly RecognitionEvent[]): string[] =>
    events.flatMap((event) => (event.type === 'final' ? [event.text] : []));
  assert.match(texts(both)[0]!, /weather.*today/);
  assert.match(texts(both)[1]!, /package.*door/);
  assert.match(texts(one)[0]!, /package.*door/);
});

test('wideband audio is heard as well', async () => {
  const pcm = await speak('The weather is fine today.', 16_000);
  const events = await hear([silence(500, 16_000), pcm, silence(900, 16_000)], isFinal, 16_000);
  const final = events.at(-1);
  assert.ok(final?.type === 'final');
  assert.deepEqual(wordsOf(final.text), ['the', 'weather', 'is', 'fine', 'today']);
});

test('speech is as loud as a telephone wants it, whatever the text begins with', async () => {
  for (const text of ['-o /tmp/x.wav', 'Hello\nthere', '$(reboot); "quotes" & <b>tags</b>']) {
    const pcm = await speak(text);
    const peak = pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    assert.ok(peak > 22_000 && peak < 24_000, `peak ${peak}`);
    assert.ok(pcm.length > 8000 * 0.3);
  }
});

test('a text without words gives no audio, a text too long an error', async () => {
  assert.equal((await speak('')).length, 0);
  assert.equal((await speak(' ... <break/> ')).length, 0);
  await assert.rejects(speak('a'.repeat(5001)), /5001 characters; the local voice takes 5000/);
});

test('the audio ends when it is aborted: before the start, while waiting, in the middle', async () => {
  const request = { text: 'One sentence. Another sentence. A third sentence.', sampleRateHz: 8000 } as const;
  const chunksUntil = async (abortAfter: number): Promise<number> => {
    const controller = new AbortController();
    if (abortAfter === 0) controller.abort();
    if (abortAfter === 1) queueMicrotask(() => controller.abort());
    let chunks = 0;
    for await (const chunk of engines.textToSpeech.synthesize(request, controller.signal)) {
      chunks += chunk.length > 0 ? 1 : 0;
      controller.abort();
    }
    return chunks;
  };
  assert.equal(await chunksUntil(0), 0);
  assert.equal(await chunksUntil(1), 0);
  assert.equal(await chunksUntil(2), 1);
});

test('ITU-T Q.24: no keys in speech (talk-off), at any pitch and level', async () => {
  const pcm = await speak(
    'Please press one for sales, two for support, or stay on the line. Our office is open from nine to six. ' +
      'We are sorry, the number that you have dialled is not in service; please see the directory and dial again.',
  );
  let seconds = 0;
  const keys: string[] = [];
  const detector = new DtmfDetector(8000, (key) => keys.push(key));
  for (let step = 0.6; step <= 1.6; step += 0.02) {
    for (const gain of [0.7, 2]) {
      const voice = new Int16Array(Math.floor((pcm.length - 1) / step)).map((_, i) => {
        const at = Math.floor(i * step);
        const sample = (pcm[at] ?? 0) + ((pcm[at + 1] ?? 0) - (pcm[at] ?? 0)) * (i * step - at);
        return Math.max(-32_768, Math.min(32_767, gain * sample));
      });
      detector.push(voice, 0, voice.length, 0);
      seconds += voice.length / 8000;
    }
  }
  assert.ok(seconds > 900, `${seconds} s`);
  assert.deepEqual(keys, []);
});

test('closing ends the threads and leaves nothing that keeps the process alive', async () => {
  engines.speechToText.open({ sampleRateHz: 8000, endOfSpeechMs: 600 }, () => assert.fail());
  assert.equal(engines.load().openSessions, 1);
  await engines.close();
  const { finalWaitsMs, ...load } = engines.load();
  assert.deepEqual(load, { openSessions: 0, waitingUtterances: 0, waitingSentences: 0, droppedFrames: 0 });
  assert.ok(finalWaitsMs.every((waitMs) => waitMs >= 0));
  const handlesAfter = process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
  assert.equal(handlesAfter, handlesBefore);
});
