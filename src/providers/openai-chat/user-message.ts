/** What a model is told of a turn: the words of the callee, or what happened, in brackets. */
import { gatewayTexts, isYes, type TurnRequest } from '../../conversation/index.ts';
import type { JsonObject } from '../../kit/index.ts';

const events: Readonly<Record<string, string>> = {
  [gatewayTexts.start]: 'The call begins. The person is about to pick up: greet them.',
  [gatewayTexts.postResponseTimeout]: 'The person says nothing.',
  [gatewayTexts.finalUtteranceTimeout]: 'The person talks, but no words can be made out.',
  [gatewayTexts.noInputTurn]: 'Go on without waiting for the person.',
  [gatewayTexts.filteredUtterance]: 'The person said something that could not be understood well.',
  [gatewayTexts.callTransferred]: 'The call was transferred.',
  [gatewayTexts.callTransferFailed]: 'The transfer failed: the person is still on the line with you.',
  vgwNetworkWarningMessage: 'The connection is bad.',
};

/** One message. Brackets in what the callee said become parentheses, so that nobody speaks for the telephone system. */
export function userMessage({ text, context }: Pick<TurnRequest, 'text' | 'context'>): string {
  const interruption = isYes(context['vgwBargeInOccurred']) ? '[The person interrupts you.] ' : '';
  return interruption + (eventMessage(text, context) ?? plain(text));
}

function plain(text: string): string {
  return text.replaceAll('[', '(').replaceAll(']', ')');
}

function eventMessage(text: string, context: JsonObject): string | undefined {
  const collected = context['vgwDTMFCollectionSucceeded'];
  const isIncomplete = collected !== undefined && collected !== null && !isYes(collected);
  if (isYes(context['vgwIsDTMF'])) {
    return `[The person pressed ${text}${isIncomplete ? ', which is not all that was asked for' : ''}.]`;
  }
  if (isIncomplete && text === gatewayTexts.postResponseTimeout) return '[The person pressed no keys.]';
  const { vgwSMSMessage: message } = context;
  if (text === gatewayTexts.textMessageReceived && typeof message === 'string') {
    return `[The person sends a text message:] ${plain(message)}`;
  }
  const event = Object.hasOwn(events, text) ? events[text] : undefined;
  if (event !== undefined) return `[${event}]`;
  return /^vgw\w{1,60}$/.test(text) ? `[The telephone system reports ${text}.]` : undefined;
}
