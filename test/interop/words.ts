/** Speaks texts into WAV files and reads words out of recordings, with the local engines, faster than real time. */
import { readFile, writeFile } from 'node:fs/promises';
import { decodeWav, encodeWav, joinSamples, wavChannel } from '../../src/audio/index.ts';
import { createSpeechEngines, type SpeechEngines } from '../../src/providers/local-speech/index.ts';

type RateHz = 8000 | 16000;

export class Words {
  readonly #engines: SpeechEngines;

  private constructor(engines: SpeechEngines) {
    this.#engines = engines;
  }

  static async open(): Promise<Words> {
    return new Words(await createSpeechEngines({}));
  }

  close(): Promise<void> {
    return this.#engines.close();
  }

  /** Writes a mono WAV: silence, the text, silence; lengths in ms. */
  async speak(file: string, text: string, leadMs: number, tailMs: number, rateHz: RateHz = 8000): Promise<void> {
    const chunks: Int16Array[] = [new Int16Array((rateHz * leadMs) / 1000)];
    const { signal } = new AbortController();
    for await (const chunk of this.#engines.textToSpeech.synthesize({ text, sampleRateHz: rateHz }, signal)) {
      chunks.push(chunk);
    }
    chunks.push(new Int16Array((rateHz * tailMs) / 1000));
    await writeFile(file, encodeWav({ sampleRateHz: rateHz, channelCount: 1, samples: joinSamples(chunks) }));
  }

  /** The words of one channel of a WAV file. */
  async recognise(file: string, channel: 'left' | 'right'): Promise<string> {
    const decoded = decodeWav(await readFile(file));
    if (!decoded.ok) throw new Error(`${file} is no usable WAV: ${JSON.stringify(decoded.error)}`);
    const { pcm, rateHz } = usable(wavChannel(decoded.value, channel), decoded.value.sampleRateHz);
    const frameSamples = rateHz / 50;
    const texts: string[] = [];
    let pending = 0;
    let onSettled: () => void = () => undefined;
    const session = this.#engines.speechToText.open({ sampleRateHz: rateHz, endOfSpeechMs: 600 }, (event) => {
      if (event.type === 'speech-started') pending += 1;
      if (event.type !== 'final') return;
      pending -= 1;
      texts.push(event.text);
      onSettled();
    });
    const startMs = Number(process.hrtime.bigint() / 1_000_000n);
    // Two seconds of silence behind the end let the last utterance end.
    const frames = Math.ceil(pcm.length / frameSamples) + 100;
    for (let frame = 0; frame < frames; frame += 1) {
      const part = new Int16Array(frameSamples);
      part.set(pcm.subarray(frame * frameSamples, (frame + 1) * frameSamples));
      session.write(part, startMs + frame * 20);
      // The engine works in threads of its own: let its answers in, and stay within its backlog.
      if (frame % 10 === 9) {
        await new Promise((resolve) => {
          setTimeout(resolve, 10);
        });
      }
    }
    const limit = AbortSignal.timeout(20_000);
    while (!limit.aborted) {
      const settled = new Promise<void>((resolve) => {
        onSettled = resolve;
      });
      const quiet = new Promise<void>((resolve) => {
        setTimeout(resolve, 1500);
      });
      await Promise.race([settled, quiet]);
      if (pending <= 0) break;
    }
    session.close();
    return texts.join(' ').trim();
  }
}

/** A recording of 48 kHz, which is how Opus is kept, has nothing above 8 kHz here: every third sample is all of it. */
function usable(pcm: Int16Array, sampleRateHz: number): { readonly pcm: Int16Array; readonly rateHz: RateHz } {
  if (sampleRateHz === 8000 || sampleRateHz === 16_000) return { pcm, rateHz: sampleRateHz };
  if (sampleRateHz !== 48_000) throw new Error(`a recording of ${sampleRateHz} Hz`);
  return { pcm: pcm.filter((_, i) => i % 3 === 0), rateHz: 16_000 };
}
