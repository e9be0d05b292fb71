import type { Authorization, AuthorizationMethod } from '../../authorization/index.ts';
import type { HttpStreamPost, OpenWebSocket } from '../../kit/index.ts';
import type { SpeechPorts } from '../../speech/index.ts';

/** Whose word an URL is: the operator's, or that of a caller or a bot. Each has its own policy of destinations. */
export type Trust = 'operator' | 'request';

/** What engines of others need of the outside world. */
export interface SpeechServicePorts extends SpeechPorts {
  /** The wall clock, in ms since 1970: for what is signed with a date. */
  wallMs(): number;
  readonly openWebSocket: Readonly<Record<Trust, OpenWebSocket>>;
  readonly postStream: Readonly<Record<Trust, HttpStreamPost>>;
  authorizationBy(trust: Trust, method: AuthorizationMethod): Authorization;
}
