/** Session timers (RFC 4028): calls whose far end has vanished are noticed. */
import type { UserAgentOptions } from '../sip/index.ts';
import type { SettingSpec } from './setting-spec.ts';

export const sessionSettings = [
  {
    name: 'OUTDIAL_SESSION_TIMER',
    key: 'sessionTimerMode',
    group: 'SIP and RTP',
    kind: { type: 'word', words: { off: 'off', accept: 'accept', request: 'request', always: 'always' } },
    default: 'accept',
    description:
      'Session timers (RFC 4028). off: none. accept: as the far end wishes. request: calls ask for them as well. always: the gateway also refreshes calls, by itself, whose far end does not know them. A call that nobody refreshes in time is ended.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_SESSION_EXPIRES',
    key: 'sessionExpiresMs',
    group: 'SIP and RTP',
    kind: { type: 'duration', unit: 's', min: 90, max: 86_400 },
    default: '1800',
    description: 'Interval that calls ask for (Session-Expires); a call is refreshed when half of it is over.',
    origin: 'outdial',
  },
  {
    name: 'OUTDIAL_SESSION_MIN_SE',
    key: 'sessionMinimumMs',
    group: 'SIP and RTP',
    kind: { type: 'duration', unit: 's', min: 90, max: 86_400 },
    default: '90',
    description: 'Shortest interval that is taken (Min-SE); a request for less is answered 422.',
    origin: 'outdial',
  },
] as const satisfies readonly SettingSpec[];

/** As the user agent wants them; undefined when there are to be none. */
export function sessionTimerOf(settings: {
  readonly sessionTimerMode: 'off' | 'accept' | 'request' | 'always';
  readonly sessionExpiresMs: number;
  readonly sessionMinimumMs: number;
}): UserAgentOptions['sessionTimer'] {
  const { sessionTimerMode: mode, sessionExpiresMs, sessionMinimumMs } = settings;
  if (mode === 'off') return undefined;
  return { mode, intervalS: sessionExpiresMs / 1000, minimumS: sessionMinimumMs / 1000 };
}
