/**
 * Text messages to callees: one POST of JSON to the gateway for such messages. The field names are those of the action; the
 * wire of the original's pipe is not published, so this shape is ours (docs/bot.md).
 */
import { basicAuthorization } from '../authorization/index.ts';
import type { OutgoingTextMessage } from '../engine/index.ts';
import { err, type HttpPost, ok, type Result } from '../kit/index.ts';
import type { Tenant } from '../tenants/index.ts';

const connectTimeoutMs = 5000;
/** The answer is not used beyond its status. */
const maxReplyBytes = 65_536;

/** Resolves to one sentence when the message was not taken; never rejects. A message is posted once: twice would be two. */
export async function sendTextMessage(
  sessionId: string,
  tenant: Pick<Tenant, 'id' | 'settings'>,
  message: OutgoingTextMessage,
  { operatorHttp, requestHttp }: Readonly<Record<'operatorHttp' | 'requestHttp', { readonly post: HttpPost }>>,
): Promise<Result<void, string>> {
  const { smsGatewayUrl, smsGatewayUsername, smsGatewayPassword, smsGatewayReadTimeoutMs } = tenant.settings;
  const url = message.gatewayUrl ?? smsGatewayUrl;
  if (url === undefined) return err('A text message was not sent: SMS_GW_URL is not set.');
  // A URL that the bot names gets no credentials of the operator and leads only where a request may.
  const isOperators = url === smsGatewayUrl;
  const hasCredentials = isOperators && smsGatewayUsername !== undefined && smsGatewayPassword !== undefined;
  const post = isOperators ? operatorHttp.post : requestHttp.post;
  const reply = await post({
    url,
    headers: {
      'content-type': 'application/json',
      ...(hasCredentials ? { authorization: basicAuthorization(smsGatewayUsername, smsGatewayPassword.reveal()) } : {}),
    },
    body: JSON.stringify({
      vgwSessionID: sessionId,
      tenantPhoneNumber: message.tenantNumber ?? tenant.settings.tenantPhoneNumber ?? tenant.id,
      userPhoneNumber: message.userNumber,
      message: message.text,
      mediaURL: message.mediaUrls,
    }),
    connectTimeoutMs,
    readTimeoutMs: smsGatewayReadTimeoutMs,
    maxReplyBytes,
    signal: new AbortController().signal,
  });
  if (!reply.ok) return err(`A text message was not sent: ${reply.error.detail}`);
  const { status } = reply.value;
  return status >= 200 && status < 300
    ? ok(undefined)
    : err(`A text message was not sent: the gateway for text messages answered with HTTP status ${status}.`);
}
