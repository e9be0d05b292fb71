/** Ends of calls that did not fail. */
import type { completedEnds } from '../kit/index.ts';
import type { ErrorPage } from './error-page.ts';

const show = 'Read what was said, and the record: `outdial calls show <vgwSessionID>`.';

export const completedPages: Readonly<Record<keyof typeof completedEnds, ErrorPage>> = {
  'completed.bot': {
    what: 'The bot ended the call (`vgwActHangup`, or the end of its dialog), after its last text was spoken to the end.',
    seen: ['end'],
    causes: ['The conversation came to its end.', 'The bot gave up: its last words in the transcript say why.'],
    steps: ['Nothing, if the conversation was whole.', show],
    again: 'It is not needed: the call did what it was for.',
    see: ['bot.md#actions'],
  },
  'completed.callee': {
    what: 'The person that was called hung up.',
    seen: ['end'],
    causes: [
      'The conversation was over for the callee.',
      'The callee was not understood, waited too long or did not want to talk to a machine.',
      'Voice mail reached its end.',
    ],
    steps: [
      'If it happens early in many calls, look at the latencies of their turns: silence after the first word makes people hang up.',
      show,
    ],
    again: 'As your campaign has it; technically nothing failed.',
    see: ['speech.md', 'metrics.md#turns'],
  },
  'completed.caller': {
    what: 'The person who had called the gateway hung up.',
    seen: ['end'],
    causes: ['The conversation was over for the caller.', 'The caller was not understood, or waited too long.'],
    steps: [show],
    again: 'Nothing failed.',
    see: ['inbound.md'],
  },
  'completed.api': {
    what: 'An answered call was hung up by a command: `POST .../hangup`, the console, `outdial calls hangup`, or Ctrl-C in `outdial call --follow`.',
    seen: ['end'],
    causes: ['Your service or one of your people ended it.'],
    steps: ['Who it was stands in the log: the request with its address, at that time.'],
    again: 'Nothing failed.',
    see: ['api.md#commands'],
  },
  'completed.no-input': {
    what: 'Nobody spoke or pressed a key, as many times in a row as `vgwDisconnectCallOnNoUserInputTurnCount` of the bot says, and the gateway hung up.',
    seen: ['end'],
    causes: [
      'Voice mail or an empty line answered.',
      'The callee spoke and was not heard: no RTP arrives, or the microphone is muted.',
      'The response timeout is short for what is asked.',
    ],
    steps: [
      'Look at the RTP of the record: packets received is 0 where a firewall drops them. Then check `SDP_ADDRESS` and `RTP_UDP_PORT_RANGE`.',
      'Listen to the recording, where one was made.',
      'Raise the timeout (`POST_RESPONSE_TIMEOUT`) or the count.',
    ],
    again: 'Yes, at another time, when a machine answered.',
    see: ['bot.md#what-the-bot-may-set', 'recording.md'],
  },
  'completed.inactivity': {
    what: 'The gateway listened and nothing came: no voice, no key and no message, for as long as `vgwSessionInactivityTimeout` of the bot says (2 minutes unless it says otherwise). So it hung up.',
    seen: ['end'],
    causes: [
      'The other side is gone without a BYE.',
      'The bot waits for something that never comes, without a response timeout.',
      'No RTP arrives.',
    ],
    steps: [
      'Let the bot ask again after silence instead: `POST_RESPONSE_TIMEOUT`.',
      'Look at the RTP of the record: packets received is 0 where a firewall drops them.',
    ],
    again: 'Yes, once the cause is found.',
    see: ['bot.md#what-the-bot-may-set'],
  },
  'completed.transfer': {
    what: 'The call was transferred: the callee talks to somebody else now, and the gateway has left.',
    seen: ['end'],
    causes: ['The bot, a command of the API or the far end transferred it.'],
    steps: ['How it went stands in `transfer.over` and in the record.'],
    again: 'Nothing failed.',
    see: ['bot.md#transfers'],
  },
};
