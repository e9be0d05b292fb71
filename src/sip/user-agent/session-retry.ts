/** The INVITE of a call that was refused because its session interval is too small (RFC 4028 §7.3). */
import type { RequestParts, SipResponse } from '../syntax/message.ts';
import { minSeHeader, sessionExpiresHeader } from '../syntax/session-expires.ts';
import { sendAgain } from './authenticate.ts';
import type { Core } from './core.ts';
import type { ClientTransaction, Leg } from './leg-state.ts';
import { noteTooShort } from './session-timer.ts';

/** The same once more, with an interval that the peer takes; undefined when its refusal is final. */
export function inviteForLonger(
  core: Core,
  transaction: ClientTransaction,
  response: SipResponse,
  nowMs: number,
): ClientTransaction | undefined {
  const { leg, request, answersLeft } = transaction;
  if (!noteTooShort(core, leg, response)) return undefined;
  return sendAgain(core, transaction, { request: withInterval(core, leg, request), answersLeft }, nowMs);
}

function withInterval(core: Core, { session: { minimumS } }: Leg, request: RequestParts): RequestParts {
  const wishedS = core.options.sessionTimer?.intervalS ?? minimumS;
  const others = request.headers.filter(({ key }) => key !== 'session-expires' && key !== 'min-se');
  const session = [
    sessionExpiresHeader({ intervalS: Math.max(wishedS, minimumS), refresher: undefined }),
    minSeHeader(minimumS),
  ];
  // Behind the headers that the stack writes for every INVITE, before what describes the body.
  const at = others.findIndex(({ key }) => key === 'content-type');
  const place = at === -1 ? others.length : at;
  return { ...request, headers: [...others.slice(0, place), ...session, ...others.slice(place)] };
}
