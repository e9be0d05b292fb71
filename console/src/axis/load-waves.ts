/** The outline of a recording, computed in slices, so that an hour of it does not hold up the page. */
import type { Waves } from './picture.ts';
import { computePeaks, type Peaks } from './peaks.ts';
import { readWav } from './wav.ts';

/** Undefined for what is no recording, and when `signal` was aborted. */
export async function loadWaves(
  recording: ArrayBuffer,
  offsetMs: number,
  signal: AbortSignal,
): Promise<Waves | undefined> {
  const audio = readWav(recording);
  if (audio === undefined) return undefined;
  const bot = await inSlices(computePeaks(audio, 0), signal);
  const callee = audio.channels === 2 ? await inSlices(computePeaks(audio, 1), signal) : undefined;
  if (bot === undefined || (audio.channels === 2 && callee === undefined)) return undefined;
  const loudest = Math.max(loudestOf(bot), callee === undefined ? 0 : loudestOf(callee));
  return {
    bot,
    ...(callee === undefined ? {} : { callee }),
    offsetMs,
    gain: Math.min(12, 1 / Math.max(loudest, 0.01)),
  };
}

async function inSlices(work: Generator<void, Peaks, undefined>, signal: AbortSignal): Promise<Peaks | undefined> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) return undefined;
  }
}

function loudestOf({ levels }: Peaks): number {
  const coarsest = levels.at(-1);
  if (coarsest === undefined) return 0;
  return Math.max(...coarsest.most, ...coarsest.least.map((low) => -Math.max(low, -32_767))) / 32_768;
}
