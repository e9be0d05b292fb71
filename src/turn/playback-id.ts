/** Names of what is played, and what a reply says first: both are needed before the call is answered, too. */
import type { ReplyStep } from '../conversation/index.ts';

/** The name under which the sound number `index` (from 0) of a turn's answer is played. */
export function playbackIdOf(turnId: number, index = 0): string {
  return index === 0 ? `turn-${turnId}` : `turn-${turnId}-${index}`;
}

export function isPlaybackOf(playbackId: string, turnId: number): boolean {
  const own = playbackIdOf(turnId);
  return playbackId === own || playbackId.startsWith(`${own}-`);
}

/** The texts at the beginning of `steps` as one, and how many steps they are. */
export function textRun(steps: readonly ReplyStep[]): { readonly text: string; readonly length: number } {
  const texts: string[] = [];
  for (const step of steps) {
    if (step.type !== 'say') break;
    texts.push(step.text);
  }
  return { text: texts.join(' ').trim(), length: texts.length };
}

/** Steps that nobody hears. */
const quietSteps: ReadonlySet<ReplyStep['type']> = new Set(['switch', 'collect-digits', 'set-bot']);

/** The text that a reply speaks before anything else sounds; empty when it does not begin with a text. */
export function spokenText(steps: readonly ReplyStep[]): string {
  const firstSound = steps.findIndex(({ type }) => !quietSteps.has(type));
  return firstSound < 0 ? '' : textRun(steps.slice(firstSound)).text;
}
