/** Text messages that come in during a call, and how a bot is told of one (specification §5.2, §5.3). */
import type { Json, JsonObject } from '../kit/index.ts';

export interface ReceivedTextMessage {
  /** May be empty when there are media. */
  readonly text: string;
  readonly media: readonly { readonly url: string; readonly contentType?: string }[];
  /** Of the sender; without it, the person on the telephone. */
  readonly userNumber?: string;
  /** For the bot, as it came. */
  readonly context?: JsonObject;
}

/** What a bot says about the text messages of the callee, with the one that it sends. */
export interface ReplyToTextMessage {
  readonly isTaken?: boolean;
  /** The message takes the place of the gateway's own text in `input.text`. */
  readonly isInputText?: boolean;
}

/** Set on the turn of the message and on no other. */
export const textMessageVariableNames = [
  'vgwReceivedOnChannel',
  'vgwSMSMessage',
  'vgwSMSMedia',
  'vgwSMSUserPhoneNumber',
  'vgwSMSContext',
] as const;

export function textMessageVariables(
  { text, media, userNumber, context }: ReceivedTextMessage,
  usualNumber: string | undefined,
): [string, Json][] {
  const number = userNumber ?? usualNumber;
  return [
    ['vgwReceivedOnChannel', 'SMS'],
    ['vgwSMSMessage', text],
    ['vgwSMSMedia', media.map(mediaEntry)],
    ...(number === undefined ? [] : [['vgwSMSUserPhoneNumber', number] satisfies [string, Json]]),
    ...(context === undefined ? [] : [['vgwSMSContext', context] satisfies [string, Json]]),
  ];
}

function mediaEntry({ url, contentType }: ReceivedTextMessage['media'][number]): JsonObject {
  return { mediaURL: url, ...(contentType === undefined ? {} : { mediaContentType: contentType }) };
}
