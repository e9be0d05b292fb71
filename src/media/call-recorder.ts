/** Both sides of one call side by side, one frame per tick, so that they stay aligned however the network behaves. */
import { mixInto } from '../audio/index.ts';
import type { RecordingOrder } from './contract.ts';
import type { SampleRateHz } from '../speech/index.ts';
import { frameSamplesAt } from './frame.ts';
import type { RecordingSink } from './ports.ts';

export class CallRecorder {
  readonly #layout: RecordingOrder['layout'];
  readonly #sink: RecordingSink;
  readonly #mono: Int16Array;
  readonly #bytes: Uint8Array;

  constructor(layout: RecordingOrder['layout'], sampleRateHz: SampleRateHz, sink: RecordingSink) {
    const frameSamples = frameSamplesAt(sampleRateHz);
    this.#mono = new Int16Array(frameSamples);
    this.#layout = layout;
    this.#sink = sink;
    this.#bytes = new Uint8Array(frameSamples * (layout === 'stereo' ? 4 : 2));
  }

  writeFrame(bot: Int16Array, callee: Int16Array): void {
    if (this.#layout === 'stereo') {
      this.#encode(bot, 0, 4);
      this.#encode(callee, 2, 4);
    } else {
      this.#mono.set(bot);
      mixInto(this.#mono, callee);
      this.#encode(this.#mono, 0, 2);
    }
    this.#sink.write(this.#bytes);
  }

  /** Silence for frame times that nobody ticked. */
  writeGap(frames: number): void {
    this.#sink.skip(frames * this.#bytes.length);
  }

  close(): void {
    this.#sink.close();
  }

  #encode(pcm: Int16Array, first: number, stride: number): void {
    for (let i = 0, at = first; i < pcm.length; i++, at += stride) {
      const sample = pcm[i] ?? 0;
      this.#bytes[at] = sample;
      this.#bytes[at + 1] = sample >> 8;
    }
  }
}
