/**
 * Flite compiled to WebAssembly: a sentence in, 16-bit audio out. Each sentence runs in an instance of its own, so
 * nothing of one call stays for the next.
 */
import { fliteFile, readModelFile } from './model-files.ts';
import type { FliteVoice } from './options.ts';
import { doubleRate, halveRate } from '../../audio/index.ts';
import { CommandExit, WasiOutputFile } from './wasi-output-file.ts';

/** Two minutes of 16 kHz audio: far above what 300 characters can need. */
const largestFileBytes = 2 * 60 * 16_000 * 2;
/** Sentences are brought to a peak of -3 dBFS, but not made more than four times as loud. */
const peakLevel = 32767 * 10 ** (-3 / 20);
const largestGain = 4;
const wavHeaderBytes = 44;

export class FliteSynthesizer {
  readonly #module: WebAssembly.Module;

  private constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  static async open(): Promise<FliteSynthesizer> {
    return new FliteSynthesizer(await WebAssembly.compile(await readModelFile(fliteFile)));
  }

  /** Blocks while it works, about 16 ms for a second of speech. Throws when Flite fails. */
  speak(voice: FliteVoice, sentence: string, sampleRateHz: 8000 | 16000, stretch = '1'): Int16Array<ArrayBuffer> {
    // The text is the value of -t, whatever it begins with; no shell is involved.
    const command = [
      'flite',
      '-voice',
      voice,
      '--setf',
      `duration_stretch=${stretch}`,
      '-t',
      sentence.replaceAll('\0', ' '),
      '-o',
      'speech.wav',
    ];
    const wasi = new WasiOutputFile(command, largestFileBytes);
    const instance = new WebAssembly.Instance(this.#module, { wasi_snapshot_preview1: wasi.imports() });
    const { memory, _start: start } = instance.exports;
    if (!(memory instanceof WebAssembly.Memory) || typeof start !== 'function') {
      throw new Error('flite.wasm is not a WASI command');
    }
    wasi.attach(memory);
    try {
      start();
    } catch (error) {
      if (!(error instanceof CommandExit) || error.exitCode !== 0) {
        throw new Error(`flite failed (${String(error)}): ${wasi.errorText.trim()}`, { cause: error });
      }
    }
    const wav = wasi.file();
    if (wav.length < wavHeaderBytes) throw new Error(`flite wrote no audio: ${wasi.errorText.trim()}`);
    return normalise(toRate(wav, sampleRateHz));
  }
}

/** Flite writes a plain header of 44 bytes with the rate at 24, then 16-bit samples, one channel. */
function toRate(wav: Uint8Array<ArrayBuffer>, sampleRateHz: 8000 | 16000): Int16Array {
  const rateHz = new DataView(wav.buffer).getUint32(24, true);
  const pcm = new Int16Array(wav.buffer.slice(wavHeaderBytes, wav.length - (wav.length % 2)));
  if (rateHz === sampleRateHz) return pcm;
  if (rateHz === 16_000 && sampleRateHz === 8000) return halveRate(pcm);
  if (rateHz === 8000 && sampleRateHz === 16_000) return doubleRate(pcm);
  throw new Error(`flite wrote audio at ${rateHz} Hz`);
}

function normalise(pcm: Int16Array): Int16Array<ArrayBuffer> {
  let peak = 1;
  for (const sample of pcm) peak = Math.max(peak, Math.abs(sample));
  const gain = Math.min(largestGain, peakLevel / peak);
  return Int16Array.from(pcm, (sample) => Math.round(sample * gain));
}
