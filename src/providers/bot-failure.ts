/** Failures of HTTP as failures of a bot, the same for every connection that uses them. */
import { type GatewayError, gatewayError, type HttpFailure } from '../kit/index.ts';

export function botFailure({ kind, detail }: HttpFailure): GatewayError {
  switch (kind) {
    case 'timeout':
      return gatewayError('bot.timeout', detail);
    case 'too-large':
      return gatewayError('bot.reply-too-large', detail);
    case 'malformed':
      return gatewayError('bot.bad-reply', detail);
    case 'bad-url':
    case 'not-allowed':
    case 'connect':
    case 'broken':
    case 'aborted':
      return gatewayError('bot.unreachable', detail);
    default:
      return kind satisfies never;
  }
}

/** Whether the same request may succeed at once (promise R15). */
export function isWorthAnotherAttempt({ kind }: HttpFailure): boolean {
  return kind === 'connect' || kind === 'timeout' || kind === 'broken';
}

export interface BotCredentials {
  /** Sent as a bearer token. */
  readonly apiKey?: string | undefined;
  /** HTTP Basic; nothing is sent without a username. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

export function authorizationOf({ apiKey, username, password }: BotCredentials): Record<string, string> {
  if (apiKey !== undefined) return { authorization: `Bearer ${apiKey}` };
  if (username === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`, 'utf8').toString('base64')}` };
}
