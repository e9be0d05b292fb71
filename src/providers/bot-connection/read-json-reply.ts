import { err, type GatewayError, gatewayError, type HttpReply, ok, type Result } from '../../kit/index.ts';

/**
 * The JSON of a reply; undefined for a success without a body. Fails with `bot.unauthorized` on 401 and 403, with
 * `bot.bad-status` on every other status outside 2xx, and with `bot.bad-reply` when the body is no JSON.
 */
export function readJsonReply({ status, bodyText }: HttpReply): Result<unknown, GatewayError> {
  if (status === 401 || status === 403) {
    return err(gatewayError('bot.unauthorized', `The bot refused the credentials (HTTP status ${status}).`));
  }
  if (status < 200 || status > 299) {
    const redirect = status >= 300 && status < 400 ? ' Redirects are not followed.' : '';
    return err(gatewayError('bot.bad-status', `The bot answered with HTTP status ${status}.${redirect}`));
  }
  if (bodyText.trim() === '') return ok(undefined);
  try {
    return ok(JSON.parse(bodyText));
  } catch {
    return err(gatewayError('bot.bad-reply', 'The body of the reply is not JSON.'));
  }
}

/** What an empty body is to every turn but the last one of a call. */
export function emptyReply({ status }: HttpReply): GatewayError {
  return gatewayError('bot.bad-reply', `The bot answered with HTTP status ${status} and an empty body.`);
}
