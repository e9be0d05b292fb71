/** What happens when the bot or a transfer fails. */
import type { SettingSpec } from './setting-spec.ts';

export const failureSettings = [
  {
    name: 'CONVERSATION_FAILED_REPLY_MESSAGE',
    key: 'conversationFailedMessage',
    group: 'Failure and transfer',
    kind: { type: 'text', maxLength: 2000 },
    default: 'Call being transferred to an agent due to a technical problem. Good bye.',
    description: 'Said to the callee when the bot fails, before the call is ended.',
    origin: 'original',
  },
  {
    name: 'CONVERSATION_FAILED_REPLY_AUDIO_URL',
    key: 'conversationFailedAudioUrl',
    group: 'Failure and transfer',
    kind: { type: 'web-url' },
    description:
      'Recording that is played instead of CONVERSATION_FAILED_REPLY_MESSAGE when synthesis fails too. Held to the rules for audio that a bot names.',
    origin: 'original',
  },
  {
    name: 'TRANSFER_DEFAULT_TARGET',
    alias: 'DEFAULT_TRANSFER_TARGET',
    key: 'transferDefaultTarget',
    group: 'Failure and transfer',
    kind: { type: 'call-uri' },
    description: 'Where a call is transferred to when the bot fails.',
    origin: 'original',
  },
  {
    name: 'TRANSFER_FAILED_REPLY_MESSAGE',
    key: 'transferFailedMessage',
    group: 'Failure and transfer',
    kind: { type: 'text', maxLength: 2000 },
    default: 'Call transfer to an agent failed. Please try again later. Good bye.',
    description: 'Said to the callee when a transfer fails.',
    origin: 'original',
  },
  {
    name: 'DISCONNECT_CALL_ON_TRANSFER_FAILURE',
    key: 'isDisconnectedOnTransferFailure',
    group: 'Failure and transfer',
    kind: { type: 'boolean' },
    default: 'true',
    description: 'Ends the call when a transfer fails, instead of giving the bot a turn.',
    origin: 'original',
  },
  {
    name: 'PUT_CALLER_ON_HOLD_ON_TRANSFER',
    key: 'isHeldOnTransfer',
    group: 'Failure and transfer',
    kind: { type: 'boolean' },
    default: 'true',
    description: 'Puts the callee on hold before a transfer.',
    origin: 'original',
  },
] as const satisfies readonly SettingSpec[];
