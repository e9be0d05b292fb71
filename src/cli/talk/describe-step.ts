/** What a bot asks for beside words, in words. */
import type { ReplyStep, SwitchName } from '../../conversation/index.ts';

const switchNames: Readonly<Record<SwitchName, string>> = {
  'speech-barge-in': 'interrupting the bot by voice',
  'digit-barge-in': 'interrupting the bot by keys',
  speech: 'hearing what the callee says',
  digits: 'taking keys',
  'speech-during-playback': 'hearing the callee while the bot speaks',
};

/** Undefined for words, which are spoken. Credentials that a step may hold are never part of it. */
export function describeStep(step: ReplyStep): string | undefined {
  switch (step.type) {
    case 'say':
      return undefined;
    case 'hang-up':
      return 'hangs up';
    case 'transfer': {
      const { target = 'the configured target', method, isAttended } = step.order;
      return `transfers the call to ${target} (${isAttended === true ? 'attended' : method === 'refer' ? 'REFER' : 'by hanging up'})`;
    }
    case 'play-audio':
      return `plays ${step.url}${step.isLooping ? ' over and over' : ''}`;
    case 'send-keys':
      return `sends the keys ${step.keys.map(({ digit }) => digit).join('')}`;
    case 'collect-digits':
      return `collects keys${describeRule(step.rule)}`;
    case 'switch':
      return `switches ${step.isOn ? 'on' : 'off'} ${switchNames[step.name]}`;
    case 'force-turn':
      return 'asks for the next turn at once';
    case 'set-bot':
      return `hands over to another bot ${step.isOnce ? 'for one turn' : 'from the next turn on'}`;
    case 'configure-speech': {
      const what = step.service === 'stt' ? 'recognition' : 'the voice';
      return `changes ${what}: ${Object.keys(step.config).join(', ')}`;
    }
    case 'send-info':
      return `sends a SIP INFO of ${step.body.length} characters`;
    case 'send-text-message':
      return `sends the text message “${step.message.text}” to ${step.message.userNumber ?? 'the callee'}`;
    case 'add-call-data':
      return `adds to the call record: ${Object.keys(step.data).join(', ')}`;
    case 'report-transcription':
      return `${step.isOn ? 'allows' : 'keeps'} what is said ${step.isOn ? 'in' : 'out of'} reports`;
    case 'configure-options':
      return `changes how lists are read (${step.kind})`;
    default:
      return step satisfies never;
  }
}

function describeRule({ termKey, minCount, maxCount }: Extract<ReplyStep, { type: 'collect-digits' }>['rule']): string {
  const least = minCount === undefined ? '' : `${minCount} to `;
  const count = maxCount === undefined ? '' : `, ${least}${maxCount} of them`;
  return `${count}${termKey === undefined ? '' : `, up to ${termKey}`}`;
}
