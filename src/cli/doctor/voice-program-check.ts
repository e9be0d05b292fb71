/** Whether the espeak-ng that tenants speak with is there, and knows their voices. */
import type { TextToSpeech } from '../../speech/index.ts';
import { bad, type Finding, good, reasonOf, skipped } from './check.ts';

/** Voices that are tried; a tenant file may name thousands. */
const mostVoices = 20;

/** `voices`: one for each choice of a tenant; the same name is tried once. */
export async function checkVoiceProgram(voices: readonly TextToSpeech[], signal: AbortSignal): Promise<Finding> {
  const byName = new Map(voices.map((voice) => [voice.name, voice]));
  if (byName.size === 0) return skipped('no tenant speaks with espeak-ng');
  for (const [name, voice] of [...byName].slice(0, mostVoices)) {
    try {
      let samples = 0;
      for await (const chunk of voice.synthesize({ text: 'a', sampleRateHz: 8000 }, signal)) samples += chunk.length;
      if (samples === 0) return bad(`${name} says nothing`, 'Choose another tts.config.voice (espeak-ng --voices).');
    } catch (fault) {
      return bad(
        `${name}: ${reasonOf(fault)}`,
        'Install espeak-ng, set OUTDIAL_ESPEAK_PROGRAM to its path, or choose a tts.config.voice of espeak-ng --voices.',
      );
    }
  }
  return good([...byName.keys()].join(', '));
}
