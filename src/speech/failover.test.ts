/** The wrappers in simulated time: what promises R14 and R16 say. */
import assert from 'node:assert/strict';
import { setImmediate as nextMacrotask } from 'node:timers/promises';
import { test } from 'node:test';
import { gatewayError } from '../kit/index.ts';
import { SimClock } from '../testing/index.ts';
import { AudioRing } from './audio-ring.ts';
import type { RecognitionEvent, SpeechToText, TextToSpeech } from './contract.ts';
import { failoverSpeechToText, failoverTextToSpeech, type SpeechPorts } from './index.ts';

function world() {
  const clock = new SimClock(async () => {
    await nextMacrotask();
  });
  const ports: SpeechPorts = {
    nowMs: () => clock.nowMs(),
    after: (delayMs, callback) => clock.at(clock.nowMs() + delayMs, callback),
    newAbort: () => new AbortController(),
  };
  return { clock, ports };
}

interface Ear {
  readonly recogniser: string;
  readonly openedAtMs: number;
  readonly heardAtMs: number[];
  emit: (event: RecognitionEvent) => void;
  isClosed: boolean;
}

/** A call's recogniser out of two, with every session that was opened and everything it was given. */
function listening() {
  const { clock, ports } = world();
  const ears: Ear[] = [];
  const recogniser = (name: string): SpeechToText => ({
    spec: 'stt/1',
    name,
    open: (_options, onEvent) => {
      const ear: Ear = { recogniser: name, openedAtMs: clock.nowMs(), heardAtMs: [], emit: onEvent, isClosed: false };
      ears.push(ear);
      return {
        write: (_pcm, atMs) => void ear.heardAtMs.push(atMs),
        close: () => void (ear.isClosed = true),
      };
    },
  });
  const providers: number[] = [];
  const events: RecognitionEvent[] = [];
  const choices = [{ speechToText: recogniser('a') }, { speechToText: recogniser('b') }];
  const speechToText = failoverSpeechToText(choices, ports, (index) => providers.push(index));
  const session = speechToText.open({ sampleRateHz: 8000, endOfSpeechMs: 500 }, (event) => events.push(event));
  const frame = new Int16Array(160);
  const hear = async (lengthMs: number): Promise<void> => {
    const endMs = clock.nowMs() + lengthMs;
    while (clock.nowMs() < endMs) {
      session.write(frame, clock.nowMs());
      await clock.runUntil(() => false, 20);
    }
  };
  const cut = (): void => {
    ears.at(-1)!.emit({ type: 'failed', error: gatewayError('speech.recognition-failed', 'cut') });
  };
  const types = (): string[] => events.map(({ type }) => type);
  return { clock, ears, events, types, providers, session, hear, cut };
}

const started = (atMs: number): RecognitionEvent => ({ type: 'speech-started', onsetAtMs: atMs, atMs });
const final = (text: string, lastVoiceAtMs: number): RecognitionEvent => ({
  type: 'final',
  text,
  confidence: 1,
  lastVoiceAtMs,
  speechEndedAtMs: lastVoiceAtMs,
  atMs: lastVoiceAtMs,
});

test('R14: a session that is cut is opened again within a second and hears at least the last 2 s once more', async () => {
  const { clock, ears, hear, cut, providers, types } = listening();
  await hear(10_000);
  const cutAtMs = clock.nowMs();
  cut();
  await hear(1000);
  assert.equal(ears.length, 2);
  const [first, second] = ears;
  assert.ok(first!.isClosed && second!.openedAtMs - cutAtMs <= 1000);
  const replayedMs = cutAtMs - second!.heardAtMs[0]!;
  assert.ok(replayedMs >= 1980 && replayedMs <= 2020, String(replayedMs));
  // Everything once, in order, with the instants at which it came.
  assert.deepEqual(
    second!.heardAtMs,
    [...new Set(second!.heardAtMs)].sort((a, b) => a - b),
  );
  assert.equal(second!.heardAtMs.at(-1), clock.nowMs() - 20);
  assert.deepEqual([providers, types()], [[], []]);
});

test('a voice that was going on is heard again from before its beginning, and told once', async () => {
  const { clock, ears, hear, cut, types } = listening();
  await hear(2000);
  const onsetAtMs = clock.nowMs();
  await hear(4000);
  ears[0]!.emit(started(onsetAtMs));
  cut();
  await hear(100);
  assert.ok(ears[1]!.heardAtMs[0]! <= onsetAtMs - 400);
  ears[1]!.emit(started(onsetAtMs));
  ears[1]!.emit({ type: 'speech-ended', lastVoiceAtMs: clock.nowMs(), atMs: clock.nowMs() });
  ears[1]!.emit(final('tuesday', clock.nowMs()));
  assert.deepEqual(types(), ['speech-started', 'speech-ended', 'final']);
});

test('what has become words is not heard again', async () => {
  const { clock, ears, hear, cut } = listening();
  await hear(3000);
  const lastVoiceAtMs = clock.nowMs() - 500;
  ears[0]!.emit(started(1000));
  ears[0]!.emit(final('yes', lastVoiceAtMs));
  cut();
  await hear(100);
  assert.ok(ears[1]!.heardAtMs[0]! > lastVoiceAtMs);
});

test('a voice without words after a cut ends without words: nobody waits for it forever', async () => {
  const { ears, hear, cut, types, events } = listening();
  await hear(1000);
  ears[0]!.emit(started(500));
  cut();
  await hear(6000);
  assert.deepEqual(types(), ['speech-started', 'speech-ended', 'final']);
  const last = events.at(-1);
  assert.ok(last?.type === 'final' && last.text === '');
});

test('R14: after three failures in ten seconds the next recogniser, after its own three the session has failed', async () => {
  const { ears, hear, cut, providers, events, types } = listening();
  await hear(1000);
  for (let i = 0; i < 3; i++) {
    cut();
    await hear(1000);
  }
  assert.deepEqual(
    ears.map(({ recogniser }) => recogniser),
    ['a', 'a', 'a', 'b'],
  );
  assert.deepEqual(providers, [1]);
  ears.at(-1)!.emit(started(0));
  ears.at(-1)!.emit(final('heard by b', 0));
  assert.equal(types().at(-1), 'final');
  for (let i = 0; i < 3; i++) {
    cut();
    await hear(1000);
  }
  const last = events.at(-1);
  assert.ok(last?.type === 'failed' && last.error.message === 'cut');
  assert.equal(ears.length, 6);
  assert.ok(ears.every(({ isClosed }) => isClosed));
});

test('failures far apart, with words in between, turn to no other recogniser', async () => {
  const { ears, hear, cut, providers } = listening();
  for (let i = 0; i < 8; i++) {
    await hear(6000);
    ears.at(-1)!.emit(final('yes', 0));
    cut();
  }
  assert.deepEqual(providers, []);
});

test('a recogniser that fails slowly and never says a word is given up all the same', async () => {
  const { ears, hear, cut, providers } = listening();
  for (let i = 0; i < 3; i++) {
    await hear(8000);
    cut();
  }
  await hear(100);
  assert.deepEqual([providers, ears.at(-1)!.recogniser], [[1], 'b']);
});

test('a closed session says and opens nothing more', async () => {
  const { ears, hear, cut, session, events } = listening();
  await hear(1000);
  cut();
  session.close();
  await hear(2000);
  ears[0]!.emit(started(0));
  assert.deepEqual([ears.length, events], [1, []]);
});

test('the ring gives back what came last, whatever the lengths of the pieces', () => {
  const ring = new AudioRing(8000, 1000);
  let sample = 0;
  for (let i = 0; i < 300; i++) {
    const pcm = Int16Array.from({ length: 1 + ((i * 37) % 200) }, () => sample++ % 30_000);
    ring.push(pcm, sample / 8);
  }
  const replayed: number[] = [];
  const instants: number[] = [];
  const count = ring.replay(0, (pcm, atMs) => {
    replayed.push(...pcm);
    instants.push(atMs);
  });
  assert.equal(count, replayed.length);
  assert.ok(count > 7800 && count <= 8000, String(count));
  assert.deepEqual(
    replayed,
    Array.from({ length: count }, (_, i) => (sample - count + i) % 30_000),
  );
  assert.deepEqual(
    instants,
    [...instants].sort((a, b) => a - b),
  );
  ring.push(new Int16Array(20_000), 5000);
  assert.ok(ring.replay(4999, (pcm) => assert.ok(pcm.every((value) => value === 0))) > 7800);
});

/** A voice by what it does with each sentence: one chunk of 100 ms a letter, or a fault. */
function voice(name: string, faults: Readonly<Record<string, 'fails' | 'hangs' | 'fails late' | 'hangs late'>>) {
  const spoken: string[] = [];
  const textToSpeech: TextToSpeech = {
    spec: 'tts/1',
    name,
    async *synthesize({ text }, signal) {
      spoken.push(text);
      const fault = faults[text];
      if (fault === 'fails') throw new Error(`${name} fails`);
      const hang = (): Promise<void> => new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
      if (fault === 'hangs') return hang();
      for (const letter of fault === undefined ? text : text.slice(0, 3)) {
        yield new Int16Array(800).fill(letter.charCodeAt(0));
      }
      if (fault === 'fails late') throw new Error(`${name} fails`);
      if (fault === 'hangs late') await hang();
    },
  };
  return { textToSpeech, spoken };
}

/** What a listener gets of a text, and when. */
async function listen(text: string, voices: readonly ReturnType<typeof voice>[]) {
  const { clock, ports } = world();
  const providers: number[] = [];
  const choices = voices.map(({ textToSpeech }) => ({ textToSpeech, patienceMs: 5000 }));
  const engine = failoverTextToSpeech(choices, ports, (index) => providers.push(index));
  let heard = '';
  let error: unknown;
  let isDone = false;
  const at: number[] = [];
  const speak = async (): Promise<void> => {
    try {
      for await (const chunk of engine.synthesize({ text, sampleRateHz: 8000 }, new AbortController().signal)) {
        heard += String.fromCharCode(chunk[0] ?? 0);
        at.push(clock.nowMs());
      }
    } catch (fault) {
      error = fault;
    }
    isDone = true;
  };
  void speak();
  await clock.runUntil(() => isDone, 60_000);
  assert.ok(isDone, 'it never ended');
  return { heard, error: error instanceof Error ? error.message : undefined, at, providers, clock, engine };
}

const text = 'One two three. Four five six.';
const [one, four] = ['One two three.', 'Four five six.'];

test('R16: a voice that fails before it says anything is followed by the next, which says all of it', async () => {
  const [a, b] = [voice('a', { [one]: 'fails' }), voice('b', {})];
  const { heard, error, providers } = await listen(text, [a, b]);
  assert.deepEqual([heard, error, providers], [one + four, undefined, [1]]);
  assert.deepEqual([a.spoken, b.spoken], [[one], [one, four]]);
});

test('R16: a voice that stalls costs at most a second of silence, and no word is said twice', async () => {
  const [a, b] = [voice('a', { [one]: 'hangs late' }), voice('b', {})];
  const { heard, at, error } = await listen(text, [a, b]);
  assert.deepEqual([heard, error], [`One${four}`, undefined]);
  assert.deepEqual(b.spoken, [four]);
  // 300 ms of audio were there at the beginning.
  const silenceMs = at[3]! - (at[0]! + 300);
  assert.ok(silenceMs > 0 && silenceMs <= 1000, String(silenceMs));
});

test('R16: a stall before the first word', async () => {
  const { heard, at } = await listen(text, [voice('a', { [one]: 'hangs' }), voice('b', {})]);
  assert.equal(heard, one + four);
  assert.ok(at[0]! <= 1000, String(at[0]));
});

test('the next voice keeps the call', async () => {
  const [a, b] = [voice('a', { [one]: 'fails' }), voice('b', {})];
  const { engine } = await listen(text, [a, b]);
  const signal = new AbortController().signal;
  for await (const _chunk of engine.synthesize({ text: 'Again.', sampleRateHz: 8000 }, signal)) void _chunk;
  assert.deepEqual(a.spoken, [one]);
});

test('the last voice gets a second attempt, more time, and then has failed', async () => {
  const alone = await listen(text, [voice('a', { [one]: 'fails' })]);
  assert.deepEqual([alone.heard, alone.error], ['', 'a fails']);
  const a = voice('a', { [one]: 'hangs' });
  const patient = await listen(text, [a]);
  assert.deepEqual([patient.heard, patient.error], ['', 'a: no audio for 5000 ms']);
  assert.equal(a.spoken.length, 2);
  const late = await listen(text, [voice('a', { [four]: 'fails late' })]);
  assert.deepEqual([late.heard, late.error], [`${one}Fou`, 'a fails']);
});

test('markup is spoken whole', async () => {
  const a = voice('a', {});
  const markup = '<speak>One. Two.</speak>';
  await listen(markup, [a]);
  assert.deepEqual(a.spoken, [markup]);
});

test('an abort ends the text without a word of the next voice', async () => {
  const { ports } = world();
  const [a, b] = [voice('a', { [one]: 'hangs late' }), voice('b', {})];
  const engine = failoverTextToSpeech(
    [a, b].map(({ textToSpeech }) => ({ textToSpeech, patienceMs: 5000 })),
    ports,
    () => assert.fail(),
  );
  const abort = new AbortController();
  let chunks = 0;
  for await (const _chunk of engine.synthesize({ text, sampleRateHz: 8000 }, abort.signal)) {
    chunks += 1;
    if (chunks === 3) abort.abort();
  }
  assert.deepEqual([chunks, b.spoken], [3, []]);
});
