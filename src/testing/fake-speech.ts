/**
 * Speech engines for a simulated world: words become audio that only they understand, and they understand it exactly. Each
 * character is two frames of 20 ms, or shorter ones, whose level tells four bits, far enough apart to survive G.711. Lost or damaged frames
 * show as damaged words, so words that arrive prove that the audio did. Words with `(mumbled)` are understood with a
 * confidence of 0.1, and `(breaks the recogniser)` does. `(pause)` is a silence of 300 ms inside an utterance, and is not heard
 * as words.
 */
import { gatewayError } from '../kit/index.ts';
import type { RecognitionEvent, RecognitionOptions, SpeechToText, TextToSpeech } from '../speech/index.ts';

const quietest = 300;
const ratio = 1.3;
/** Ends a text, so that the concealment of packets that never come is not taken for more of it (ASCII EOT). */
const endOfText = '\u0004';
/** A pause within a text (ASCII SYN), which is never heard. */
const pauseMark = '\u0016';
const pauseByte = 0x16;
/** Silence after which the words so far are told. */
const pauseMs = 200;
/** Below this a frame is silence; the quietest voice is well above it, comfort noise well below. */
const silenceLevel = 150;

const levelOf = (nibble: number): number => Math.round(quietest * ratio ** nibble);

/** Mean of the middle half: codecs smear the edges, and some ripple. */
function middleLevel(frame: Int16Array): number {
  const from = frame.length >> 2;
  let sum = 0;
  for (let i = from; i < 3 * from; i++) sum += frame[i] ?? 0;
  return Math.abs(sum) / (2 * from);
}

function nibbleOf(level: number): number {
  const nibble = Math.round(Math.log(level / quietest) / Math.log(ratio));
  return Math.max(0, Math.min(15, nibble));
}

/** A character takes two frames. A text that contains `(cannot be spoken)` fails, one with `(never sounds)` does not end. */
const voiceOf = (frameMs: number): TextToSpeech => ({
  spec: 'tts/1',
  name: 'fake',
  async *synthesize({ text, sampleRateHz }, signal) {
    const frameSamples = (sampleRateHz * frameMs) / 1000;
    if (text.includes('(cannot be spoken)')) throw new Error('the fake voice cannot speak this');
    if (text.includes('(never sounds)')) {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      return;
    }
    for (const byte of new TextEncoder().encode(text.replaceAll('(pause)', pauseMark) + endOfText)) {
      if (signal.aborted) return;
      if (byte === pauseByte) {
        yield new Int16Array(0.3 * sampleRateHz);
        continue;
      }
      const pcm = new Int16Array(2 * frameSamples);
      pcm.fill(levelOf(byte >> 4), 0, frameSamples);
      pcm.fill(levelOf(byte & 15), frameSamples);
      yield pcm;
    }
  },
});

const recogniserOf = (frameMs: number): SpeechToText => ({
  spec: 'stt/1',
  name: 'fake',
  open: (options, onEvent) => new FakeRecognition(options, onEvent, frameMs),
});

/** A pair that understands each other; with frames of 20 ms it speaks 25 characters a second. */
export function fakeSpeech(frameMs: number): {
  readonly speechToText: SpeechToText;
  readonly textToSpeech: TextToSpeech;
} {
  return { speechToText: recogniserOf(frameMs), textToSpeech: voiceOf(frameMs) };
}

export const { speechToText: fakeSpeechToText, textToSpeech: fakeTextToSpeech } = fakeSpeech(20);

class FakeRecognition {
  readonly #options: RecognitionOptions;
  readonly #onEvent: (event: RecognitionEvent) => void;
  readonly #frame: Int16Array;
  readonly #frameMs: number;
  #filled = 0;
  #nibbles: number[] = [];
  #onsetAtMs = 0;
  #lastVoiceAtMs = 0;
  #silentMs = 0;
  #hasStarted = false;
  #isPaused = false;
  #isClosed = false;
  #isSilentBefore = true;

  constructor(options: RecognitionOptions, onEvent: (event: RecognitionEvent) => void, frameMs: number) {
    this.#options = options;
    this.#onEvent = onEvent;
    this.#frameMs = frameMs;
    this.#frame = new Int16Array((options.sampleRateHz * frameMs) / 1000);
  }

  write(pcm: Int16Array, atMs: number): void {
    for (const sample of pcm) {
      if (this.#isClosed) return;
      if (this.#nibbles.length === 0) this.#alignTo(sample);
      this.#frame[this.#filled] = sample;
      this.#filled += 1;
      if (this.#filled < this.#frame.length) continue;
      this.#filled = 0;
      this.#onFrame(this.#frame, atMs);
    }
  }

  /** A voice begins a frame where it follows silence, as what was left out of that silence need not have been whole frames. */
  #alignTo(sample: number): void {
    const isSilent = Math.abs(sample) <= silenceLevel;
    if (!isSilent && this.#isSilentBefore) this.#filled = 0;
    this.#isSilentBefore = isSilent;
  }

  #onFrame(frame: Int16Array, atMs: number): void {
    const level = middleLevel(frame);
    if (level > silenceLevel) this.#onVoice(nibbleOf(level), atMs);
    else if (this.#nibbles.length > 0) this.#onSilence(atMs);
  }

  close(): void {
    this.#isClosed = true;
  }

  #onSilence(atMs: number): void {
    // Counted in audio, as real detectors do, or the jitter of the network would lengthen some silences by a frame.
    this.#silentMs += this.#frameMs;
    const silentMs = this.#silentMs;
    if (silentMs >= this.#options.endOfSpeechMs) this.#onEnd(atMs);
    else if (silentMs >= pauseMs && this.#hasStarted && !this.#isPaused) {
      this.#isPaused = true;
      const { text, confidence } = this.#words();
      this.#onEvent({ type: 'partial', text, atMs, paused: { confidence, lastVoiceAtMs: this.#lastVoiceAtMs } });
    }
  }

  #onVoice(nibble: number, atMs: number): void {
    if (this.#isPaused) this.#onEvent({ type: 'partial', text: this.#words().text, atMs });
    this.#isPaused = false;
    if (this.#nibbles.length === 0) this.#onsetAtMs = atMs;
    this.#nibbles.push(nibble);
    this.#lastVoiceAtMs = atMs;
    this.#silentMs = 0;
    // Like a real detector, it wants three frames before it is sure.
    if (this.#nibbles.length < 3 || this.#hasStarted) return;
    this.#hasStarted = true;
    this.#onEvent({ type: 'speech-started', onsetAtMs: this.#onsetAtMs, atMs });
  }

  #onEnd(atMs: number): void {
    const { text: heard, confidence } = this.#words();
    const hasStarted = this.#hasStarted;
    this.#nibbles = [];
    this.#hasStarted = false;
    this.#isPaused = false;
    if (!hasStarted) return;
    const lastVoiceAtMs = this.#lastVoiceAtMs;
    this.#onEvent({ type: 'speech-ended', lastVoiceAtMs, atMs });
    if (heard.includes('(breaks the recogniser)')) {
      this.close();
      this.#onEvent({ type: 'failed', error: gatewayError('speech.recognition-failed', 'The fake recogniser broke') });
      return;
    }
    this.#onEvent({ type: 'final', text: heard, confidence, lastVoiceAtMs, speechEndedAtMs: atMs, atMs });
  }

  #words(): { readonly text: string; readonly confidence: number } {
    const nibbles = this.#nibbles;
    const bytes = new Uint8Array(nibbles.length >> 1);
    for (let index = 0; index < bytes.length; index += 1) {
      bytes[index] = ((nibbles[2 * index] ?? 0) << 4) | (nibbles[2 * index + 1] ?? 0);
    }
    const [text = ''] = new TextDecoder().decode(bytes).split(endOfText);
    return { text, confidence: text.includes('(mumbled)') ? 0.1 : 1 };
  }
}
