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

type SayStep = Extract<ReplyStep, { type: 'say' }>;

/** Texts that are spoken as one, and how many steps they are. */
export interface TextRun extends Omit<SayStep, 'type'> {
  readonly length: number;
}

/** The texts at the beginning of `steps` that are to be spoken in the same manner, as one. */
export function textRun(steps: readonly ReplyStep[]): TextRun {
  const [first] = steps;
  const texts: string[] = [];
  for (const step of steps) {
    if (step.type !== 'say' || first?.type !== 'say' || !isSameManner(step, first)) break;
    texts.push(step.text);
  }
  const { type: _type, ...manner } = first?.type === 'say' ? first : { type: 'say' };
  return { ...manner, text: texts.join(' ').trim(), length: texts.length };
}

function isSameManner(a: SayStep, b: SayStep): boolean {
  return a.fallbackAudioUrl === b.fallbackAudioUrl && a.isExcludedFromCache === b.isExcludedFromCache;
}

const quietTypes: ReadonlySet<ReplyStep['type']> = new Set(['switch', 'collect-digits', 'configure-speech', 'set-bot']);

/** What takes effect without a sound, whatever the callee does. */
export type QuietStep = Extract<ReplyStep, { type: 'switch' | 'collect-digits' | 'configure-speech' | 'set-bot' }>;

export function isQuiet(step: ReplyStep | undefined): step is QuietStep {
  return step !== undefined && quietTypes.has(step.type);
}

/** What a reply does before it speaks, and the text that it speaks before anything else sounds, if that comes first. */
export function beginning(steps: readonly ReplyStep[]): {
  readonly quiet: readonly ReplyStep[];
  readonly spoken: TextRun;
} {
  const firstSound = steps.findIndex((step) => !isQuiet(step));
  const quiet = firstSound < 0 ? steps : steps.slice(0, firstSound);
  return { quiet, spoken: textRun(steps.slice(quiet.length)) };
}
