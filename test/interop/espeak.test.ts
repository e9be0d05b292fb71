/** The real espeak-ng (Debian's) as a voice of other languages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { levelDbfs } from '../../src/audio/index.ts';
import { createVoiceProgram } from '../../src/host/index.ts';
import { createEspeakTextToSpeech } from '../../src/providers/espeak-ng/index.ts';
import { skipWithout } from './programs.ts';

const skip = skipWithout('espeak-ng');

async function speak(voice: string, text: string, sampleRateHz: 8000 | 16000): Promise<Int16Array> {
  const engine = createEspeakTextToSpeech({ parameters: { voice } }, createVoiceProgram('espeak-ng'));
  const samples: number[] = [];
  const { signal } = new AbortController();
  for await (const chunk of engine.synthesize({ text, sampleRateHz }, signal)) samples.push(...chunk);
  return Int16Array.from(samples);
}

test('espeak-ng speaks German, French and Chinese, as long at 8 as at 16 kHz', { skip }, async () => {
  for (const [voice, text] of [
    ['de', 'Guten Tag, Ihr Termin ist am Montag um neun Uhr drei\u00dfig.'],
    ['fr-fr', '\u00c0 bient\u00f4t, monsieur. Votre commande est pr\u00eate.'],
    ['cmn', '\u4f60\u597d\uff0c\u8c22\u8c22\u3002'],
  ] as const) {
    const narrow = await speak(voice, text, 8000);
    const wide = await speak(voice, text, 16_000);
    const seconds = narrow.length / 8000;
    assert.ok(seconds > 0.8 && seconds < 8, `${voice}: ${seconds} s`);
    assert.ok(Math.abs(wide.length / 2 - narrow.length) < 100, voice);
    assert.ok(levelDbfs(narrow) > -35, `${voice}: ${levelDbfs(narrow)} dBFS`);
  }
});

test('a voice that espeak-ng does not have is told', { skip }, async () => {
  await assert.rejects(speak('xx-none', 'Hello', 8000), /espeak-ng: it ended with 1: .*voice does not exist/);
});
