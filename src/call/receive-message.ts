/** Text messages that come during a call (specification §5.2, §9.12). */
import type { ReceivedTextMessage } from '../conversation/index.ts';
import { type GatewayError, gatewayError } from '../kit/index.ts';
import { mostNotices } from '../turn/index.ts';
import type { CallOutcome } from './call-outcome.ts';
import type { CallState } from './call-state.ts';
import { take } from './call-turns.ts';

/** Why an answered call cannot take a message now. */
export function findMessageFault({ plan, failure, textMessages, turn }: CallState): GatewayError | undefined {
  const { isTaken = plan.isInboundSmsEnabled ?? false } = textMessages;
  if (!isTaken) return gatewayError('call.takes-no-messages', 'Neither the tenant nor the bot takes text messages');
  if (failure !== undefined) return gatewayError('call.busy', 'The call is being given up');
  if (turn.floor === 'transferring') return gatewayError('call.busy', 'The call is being transferred');
  return turn.notices.length >= mostNotices
    ? gatewayError('call.busy', `${mostNotices} messages wait to be told to the bot`)
    : undefined;
}

/** The bot is told as soon as nobody has the floor. */
export function takeMessage(state: CallState, message: ReceivedTextMessage, nowMs: number): CallOutcome {
  const isInputText = state.textMessages.isInputText === true && mayBeInput(message.text);
  return take(state, { type: 'notice', notice: { type: 'sms-received', message, isInputText } }, nowMs);
}

/** A message must not pass for an event of the gateway. */
function mayBeInput(text: string): boolean {
  return text.trim() !== '' && !/^\s*vgw/i.test(text);
}
