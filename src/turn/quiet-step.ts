import type { Errand, ReplyStep } from '../conversation/index.ts';

/** A step that takes no time and makes no sound: it takes effect even when the callee cuts the answer short. */
export type QuietStep =
  | Errand
  | Extract<ReplyStep, { readonly type: 'switch' | 'collect-digits' | 'configure-speech' | 'set-bot' }>;

export function isQuiet(step: ReplyStep): step is QuietStep {
  switch (step.type) {
    case 'switch':
    case 'collect-digits':
    case 'send-info':
    case 'send-text-message':
    case 'add-call-data':
    case 'report-transcription':
    case 'configure-options':
    case 'configure-speech':
    case 'set-bot':
      return true;
    case 'say':
    case 'play-audio':
    case 'send-keys':
    case 'force-turn':
    case 'transfer':
    case 'hang-up':
      return false;
    default:
      return step satisfies never;
  }
}
