/** Whether the speech engines speak and hear: words go out of the voice and straight into the recogniser. */
import type { RecognitionSession, SpeechToText, TextToSpeech } from '../../speech/index.ts';
import { wordErrorRate } from '../../testing/index.ts';
import { bad, type Finding, good, warning } from './check.ts';

export interface OpenEngines {
  readonly speechToText: SpeechToText;
  readonly textToSpeech: TextToSpeech;
  close(): Promise<void>;
}

const phrase = 'one two three';
const sampleRateHz = 8000;
const frameSamples = 160;
const frameMs = 20;
/** Silence before and after the words: the recogniser must see their beginning and their end. */
const silenceFrames = 75;

export async function checkSpeech(
  openEngines: () => Promise<OpenEngines>,
  nowMs: () => number,
  signal: AbortSignal,
): Promise<Finding> {
  let engines: OpenEngines;
  try {
    engines = await openEngines();
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : String(fault);
    return bad(`cannot be loaded: ${reason}`, 'Install outdial again with all its dependencies, for this platform.');
  }
  try {
    const startedAtMs = nowMs();
    const pcm = await speak(engines.textToSpeech, signal);
    if (pcm.length === 0) return bad('the voice said nothing', 'Try another OUTDIAL_VOICE, and report this.');
    const heard = await recognise(engines.speechToText, pcm, nowMs, signal);
    const tookS = ((nowMs() - startedAtMs) / 1000).toFixed(1);
    const errorRate = wordErrorRate(phrase, heard);
    const detail = `“${phrase}” was understood as “${heard}” in ${tookS} s`;
    if (errorRate === 0) return good(detail);
    return errorRate <= 0.34
      ? warning(detail, 'Set OUTDIAL_SPEECH_MODEL=base for the better recogniser.')
      : bad(detail, 'Set OUTDIAL_SPEECH_MODEL=base; if it is, report this.');
  } finally {
    await engines.close();
  }
}

async function speak(textToSpeech: TextToSpeech, signal: AbortSignal): Promise<Int16Array> {
  const samples: number[] = [];
  for await (const chunk of textToSpeech.synthesize({ text: phrase, sampleRateHz }, signal)) samples.push(...chunk);
  return Int16Array.from(samples);
}

/** The words, as a call would hear them frame by frame, only faster. */
async function recognise(
  speechToText: SpeechToText,
  pcm: Int16Array,
  nowMs: () => number,
  signal: AbortSignal,
): Promise<string> {
  let session: RecognitionSession | undefined;
  try {
    return await new Promise<string>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('it took too long')), { once: true });
      session = speechToText.open({ sampleRateHz, endOfSpeechMs: 600 }, (event) => {
        if (event.type === 'final') resolve(event.text);
        else if (event.type === 'failed') reject(new Error(event.error.message));
      });
      const silence = silenceFrames * frameSamples;
      const all = new Int16Array(Math.ceil((2 * silence + pcm.length) / frameSamples) * frameSamples);
      all.set(pcm, silence);
      let atMs = nowMs() - (all.length / frameSamples) * frameMs;
      for (let start = 0; start < all.length; start += frameSamples) {
        session.write(all.subarray(start, start + frameSamples), atMs);
        atMs += frameMs;
      }
    });
  } finally {
    session?.close();
  }
}
