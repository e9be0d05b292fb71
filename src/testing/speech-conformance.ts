/**
 * What every speech engine must do (`speech/contract.ts`), as cases that any test runner can run: each throws when the
 * engine does not keep the contract.
 */
import type { ConformanceCase } from './bot-conformance.ts';
import type { RecognitionEvent, RecognitionSession, SpeechToText, TextToSpeech } from '../speech/index.ts';

export interface SpeechToTextSubject {
  readonly speechToText: SpeechToText;
  /** Two phrases that the engine understands, as audio at 8000 Hz. */
  readonly phrases: readonly { readonly text: string; readonly pcm: Int16Array }[];
  /** Whether what was heard is what was said. */
  isUnderstood(said: string, heard: string): boolean;
  /** Words of the engine may take so long, in ms. */
  readonly patienceMs: number;
}

export interface TextToSpeechSubject {
  readonly textToSpeech: TextToSpeech;
  readonly text: string;
  readonly patienceMs: number;
}

const sampleRateHz = 8000;
const frameSamples = 160;
const frameMs = 20;
const silenceMs = 1500;
const options = { sampleRateHz, endOfSpeechMs: 500 } as const;
/** Any instant does: engines only compare what they are given. */
const firstAtMs = 1_000_000;

function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message);
}

/** One session, what it was given and what it said. */
class Hearing {
  readonly events: RecognitionEvent[] = [];
  readonly session: RecognitionSession;
  readonly #patienceMs: number;
  #atMs: number;
  #onEvent: () => void = () => undefined;

  constructor({ speechToText, patienceMs }: SpeechToTextSubject, nowMs = firstAtMs) {
    this.#patienceMs = patienceMs;
    this.#atMs = nowMs;
    this.session = speechToText.open(options, (event) => {
      this.events.push(event);
      this.#onEvent();
    });
  }

  get atMs(): number {
    return this.#atMs;
  }

  /** Writes audio in pieces, each into the same buffer, which is spoilt afterwards. */
  write(pcm: Int16Array, pieceSamples = frameSamples): void {
    for (let at = 0; at < pcm.length; at += pieceSamples) {
      const piece = pcm.slice(at, at + pieceSamples);
      this.#atMs += (piece.length * frameMs) / frameSamples;
      this.session.write(piece, this.#atMs);
      piece.fill(12_345);
    }
  }

  silence(lengthMs = silenceMs): void {
    this.write(new Int16Array((lengthMs * sampleRateHz) / 1000));
  }

  finals(): readonly Extract<RecognitionEvent, { type: 'final' }>[] {
    return this.events.filter((event) => event.type === 'final');
  }

  /** Waits for so many finals; an engine that fails, or takes too long, does not keep the contract. */
  async untilFinals(count: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${this.finals().length} of ${count} finals within ${this.#patienceMs} ms`)),
        this.#patienceMs,
      );
      this.#onEvent = () => {
        const failed = this.events.find((event) => event.type === 'failed');
        if (failed === undefined && this.finals().length < count) return;
        clearTimeout(timer);
        if (failed === undefined) resolve();
        else reject(new Error(failed.error.message));
      };
      this.#onEvent();
    });
  }
}

/** The cases for one recogniser; `subject` is asked for anew in each. */
export function speechToTextCases(subject: () => SpeechToTextSubject): readonly ConformanceCase[] {
  const phrase = (index: number) => {
    const found = subject().phrases[index];
    if (found === undefined) throw new Error('the subject needs two phrases');
    return found;
  };
  const hear = async (pieceSamples: number): Promise<Hearing> => {
    const hearing = new Hearing(subject());
    const { text, pcm } = phrase(0);
    hearing.silence();
    hearing.write(pcm, pieceSamples);
    hearing.silence();
    await hearing.untilFinals(1);
    hearing.session.close();
    const [final] = hearing.finals();
    check(subject().isUnderstood(text, final?.text ?? ''), `"${text}" was heard as "${final?.text ?? ''}"`);
    return hearing;
  };
  return [
    {
      name: 'an utterance is told by speech-started, speech-ended and final, in this order',
      run: async () => {
        const { events } = await hear(frameSamples);
        const told = events.map(({ type }) => type).filter((type) => type !== 'partial');
        check(told.join() === 'speech-started,speech-ended,final', told.join());
      },
    },
    {
      name: 'instants lie within the audio, and in order',
      run: async () => {
        const hearing = await hear(frameSamples);
        const started = hearing.events.find((event) => event.type === 'speech-started');
        const [final] = hearing.finals();
        check(started !== undefined && final !== undefined, 'something is missing');
        const { onsetAtMs } = started;
        const { lastVoiceAtMs } = final;
        const span = `${onsetAtMs} to ${lastVoiceAtMs} of ${firstAtMs} to ${hearing.atMs}`;
        check(firstAtMs <= onsetAtMs && onsetAtMs <= lastVoiceAtMs && lastVoiceAtMs <= hearing.atMs, span);
        // The voice began after the silence before it, and ended before the one after it.
        check(Math.abs(onsetAtMs - firstAtMs - silenceMs) < 400, `onset: ${span}`);
        check(hearing.atMs - lastVoiceAtMs > silenceMs - 500, `last voice: ${span}`);
        check(final.confidence >= 0 && final.confidence <= 1, `a confidence of ${final.confidence}`);
      },
    },
    { name: 'pieces of any length are audio like any other', run: async () => void (await hear(77)) },
    {
      name: 'two utterances are two finals, in order',
      run: async () => {
        const hearing = new Hearing(subject());
        for (const index of [0, 1]) {
          hearing.silence();
          hearing.write(phrase(index).pcm);
        }
        hearing.silence();
        await hearing.untilFinals(2);
        hearing.session.close();
        for (const [index, { text }] of hearing.finals().entries()) {
          check(subject().isUnderstood(phrase(index).text, text), `"${phrase(index).text}" was heard as "${text}"`);
        }
      },
    },
    {
      name: 'sessions do not hear each other, and silence says nothing',
      run: async () => {
        const [speaking, silent] = [new Hearing(subject()), new Hearing(subject())];
        for (const hearing of [speaking, silent]) hearing.silence();
        speaking.write(phrase(0).pcm);
        silent.silence();
        for (const hearing of [speaking, silent]) hearing.silence();
        await speaking.untilFinals(1);
        for (const hearing of [speaking, silent]) hearing.session.close();
        check(silent.events.length === 0, `silence said ${silent.events.map(({ type }) => type).join()}`);
      },
    },
    {
      name: 'nothing is told after close, and closing twice or writing then is harmless',
      run: async () => {
        const [closed, other] = [new Hearing(subject()), new Hearing(subject())];
        for (const hearing of [closed, other]) {
          hearing.silence();
          hearing.write(phrase(0).pcm);
        }
        const before = closed.events.length;
        closed.session.close();
        closed.silence();
        closed.session.close();
        other.silence();
        await other.untilFinals(1);
        other.session.close();
        check(closed.events.length === before, 'it was told something');
      },
    },
  ];
}

/** The cases for one voice. */
export function textToSpeechCases(subject: () => TextToSpeechSubject): readonly ConformanceCase[] {
  const speak = async (spoil: (chunk: Int16Array) => void = () => undefined): Promise<Int16Array> => {
    const { textToSpeech, text, patienceMs } = subject();
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), patienceMs);
    const samples: number[] = [];
    for await (const chunk of textToSpeech.synthesize({ text, sampleRateHz }, abort.signal)) {
      for (const sample of chunk) samples.push(sample);
      spoil(chunk);
    }
    clearTimeout(timer);
    check(!abort.signal.aborted, `not spoken within ${patienceMs} ms`);
    return Int16Array.from(samples);
  };
  return [
    {
      name: 'a text is audio that is no silence',
      run: async () => {
        const pcm = await speak();
        check(pcm.length > sampleRateHz / 10, `${pcm.length} samples`);
        check(
          pcm.some((sample) => Math.abs(sample) > 100),
          'it is silence',
        );
      },
    },
    {
      name: 'a chunk belongs to the listener: what he does with it is heard by nobody else',
      run: async () => {
        const first = await speak((chunk) => chunk.fill(0));
        const second = await speak();
        check(first.length === second.length && first.some((sample) => sample !== 0), 'the lengths differ');
        check(
          second.every((sample, index) => sample === first[index]),
          'the same text sounds different',
        );
      },
    },
    {
      name: 'two texts at the same time do not mix',
      run: async () => {
        const [alone, [one, two]] = [await speak(), await Promise.all([speak(), speak()])];
        check(one.length === alone.length && two.length === alone.length, 'the lengths differ');
      },
    },
    {
      name: 'an abort ends it soon, whether or not it has begun',
      run: async () => {
        const { textToSpeech, text, patienceMs } = subject();
        for (const chunksBefore of [0, 1]) {
          const abort = new AbortController();
          let chunks = 0;
          if (chunksBefore === 0) abort.abort();
          const sinceMs = performance.now();
          for await (const _chunk of textToSpeech.synthesize({ text, sampleRateHz }, abort.signal)) {
            chunks += 1;
            if (chunks >= chunksBefore) abort.abort();
          }
          check(chunks <= chunksBefore + 1, `${chunks} chunks`);
          check(performance.now() - sinceMs < patienceMs, 'it took too long');
        }
      },
    },
  ];
}
