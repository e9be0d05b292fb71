/**
 * An INVITE that is to take the place of a call of ours (RFC 3891): the last step of an attended transfer. The tags of the dialog
 * say that its sender was told of it by somebody who takes part in it. Left out: calls that are not answered yet.
 */
import { headerValue, listValues } from '../syntax/header.ts';
import type { SipRequest } from '../syntax/message.ts';
import { parseReplaces } from '../syntax/replaces.ts';
import type { Answer } from './build-response.ts';
import type { Core } from './core.ts';
import type { Leg } from './leg-state.ts';

export type Replacement =
  | { readonly type: 'none' }
  | { readonly type: 'refused'; readonly answer: Answer }
  | { readonly type: 'leg'; readonly leg: Leg };

/** What the Replaces of an INVITE outside a dialog means (RFC 3891 §3). */
export function findReplaced(core: Core, request: SipRequest): Replacement {
  if (core.options.acceptsReplaces !== true) return { type: 'none' };
  const values = listValues(request.headers, 'replaces');
  if (values.length === 0) return { type: 'none' };
  const replaces = values.length === 1 ? parseReplaces(headerValue(request.headers, 'replaces') ?? '') : undefined;
  if (replaces === undefined) return { type: 'refused', answer: { status: 400, reason: 'Bad Request - Replaces' } };
  const leg = core.legs.get(replaces.callId);
  if (leg === undefined || leg.localTag !== replaces.toTag) return { type: 'refused', answer: { status: 481 } };
  const { state } = leg;
  switch (state.name) {
    case 'confirmed':
      if (state.dialog.remoteTag !== replaces.fromTag) return { type: 'refused', answer: { status: 481 } };
      return replaces.isEarlyOnly ? { type: 'refused', answer: { status: 486 } } : { type: 'leg', leg };
    case 'ending':
    case 'over':
      return { type: 'refused', answer: { status: 603 } };
    case 'inviting':
    case 'alerting':
      return { type: 'refused', answer: { status: 481 } };
    default:
      return state satisfies never;
  }
}
