/** Two phrases as the fake voice speaks them. */
import { fakeTextToSpeech } from '../../src/testing/index.ts';

export async function fakePhrases(): Promise<readonly { readonly text: string; readonly pcm: Int16Array }[]> {
  return await Promise.all(
    ['tuesday please', 'yes'].map(async (text) => {
      const samples: number[] = [];
      const chunks = fakeTextToSpeech.synthesize({ text, sampleRateHz: 8000 }, new AbortController().signal);
      for await (const chunk of chunks) samples.push(...chunk);
      return { text, pcm: Int16Array.from(samples) };
    }),
  );
}
