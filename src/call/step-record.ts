/** A step of an answer as the record shows it: flat, and without what may hold credentials. */
import type { ReplyStep } from '../conversation/index.ts';
import type { StepRecord } from '../reports/index.ts';

export function stepRecord(step: ReplyStep): StepRecord {
  const { type } = step;
  switch (step.type) {
    case 'say': {
      const { text, fallbackAudioUrl, isExcludedFromCache } = step;
      return {
        type,
        text,
        ...(fallbackAudioUrl === undefined ? {} : { fallbackAudioUrl }),
        ...(isExcludedFromCache === undefined ? {} : { isExcludedFromCache }),
      };
    }
    case 'send-keys':
      return { type, text: step.keys.map(({ digit }) => digit).join('') };
    case 'send-info':
      return { type, text: step.body };
    case 'send-text-message':
      return { type, text: step.message.text };
    case 'add-call-data':
      return { type, keys: Object.keys(step.data) };
    case 'configure-options':
      return { type, name: step.kind };
    case 'configure-speech':
      return { type, service: step.service, update: step.update };
    case 'set-bot':
      return { type, keys: Object.keys(step.config), isOnce: step.isOnce };
    case 'report-transcription':
    case 'play-audio':
    case 'collect-digits':
    case 'switch':
    case 'force-turn':
    case 'transfer':
    case 'hang-up':
      return step;
    default:
      return step satisfies never;
  }
}
