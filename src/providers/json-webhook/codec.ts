/**
 * Turns to plain JSON and back. Pure. The request names what happened (`event`) beside the words, and everything in the
 * reply may be left out, so that a server needs to know only what it uses.
 */
import {
  composeReply,
  readExpected,
  gatewayTexts,
  isYes,
  readMessageResponse,
  type TurnReply,
  type TurnRequest,
} from '../../conversation/index.ts';
import {
  err,
  type GatewayError,
  gatewayError,
  type HttpReply,
  isJsonObject,
  type Json,
  type JsonObject,
  ok,
  type Result,
} from '../../kit/index.ts';

const events: Readonly<Record<string, string>> = {
  [gatewayTexts.start]: 'start',
  [gatewayTexts.hangUp]: 'end',
  [gatewayTexts.postResponseTimeout]: 'silence',
  [gatewayTexts.finalUtteranceTimeout]: 'no-words',
  [gatewayTexts.filteredUtterance]: 'unclear',
  [gatewayTexts.noInputTurn]: 'continue',
  [gatewayTexts.callTransferred]: 'transferred',
  [gatewayTexts.callTransferFailed]: 'transfer-failed',
};

export function printWebhookRequest({ sessionId, tenantId, text, context, spoken }: TurnRequest): string {
  const event = eventOf(text, context);
  const words = event === 'speech' || event === 'digits' ? text : '';
  return JSON.stringify({
    sessionId,
    tenantId,
    event,
    text: words,
    bargeIn: isYes(context['vgwBargeInOccurred']),
    ...(spoken === undefined ? {} : { spoken }),
    context,
  });
}

function eventOf(text: string, context: JsonObject): string {
  if (isYes(context['vgwIsDTMF'])) return 'digits';
  const known = Object.hasOwn(events, text) ? events[text] : undefined;
  return known ?? (/^vgw[A-Z]\w{1,60}$/.test(text) ? text : 'speech');
}

/**
 * `{ say, hangup, context, actions, expect }`, each of which may be left out, or just what to say. Fails with `bot.unauthorized`
 * for 401 and 403, with `bot.bad-status` for what else is outside 2xx, and with `bot.bad-reply` when the body is none of these or nests too deeply. An empty body says nothing.
 */
export function readWebhookReply(reply: HttpReply, { context }: TurnRequest): Result<TurnReply, GatewayError> {
  if (reply.status === 401 || reply.status === 403) {
    return err(gatewayError('bot.unauthorized', `The bot refused the credentials (HTTP status ${reply.status}).`));
  }
  if (reply.status < 200 || reply.status > 299) {
    const redirect = reply.status >= 300 && reply.status < 400 ? ' Redirects are not followed.' : '';
    return err(gatewayError('bot.bad-status', `The bot answered with HTTP status ${reply.status}.${redirect}`));
  }
  if (reply.bodyText.trim() === '') return ok({ steps: [], context, problems: [] });
  let body: unknown;
  try {
    body = JSON.parse(reply.bodyText);
  } catch {
    return err(gatewayError('bot.bad-reply', 'The body of the reply is not JSON.'));
  }
  if (typeof body === 'string' || Array.isArray(body)) return read({ say: body }, context);
  if (isJsonObject(body)) return read(body, context);
  return err(gatewayError('bot.bad-reply', 'The reply is neither an object nor a text.'));
}

function read({ say, hangup, context: given, actions, expect, ...others }: JsonObject, context: JsonObject) {
  // Held against the same bounds as a message response.
  const bounded = readMessageResponse({ output: {}, context: given ?? {} }, {});
  if (!bounded.ok) return bounded;
  const problems = [...bounded.value.problems, ...Object.keys(others).slice(0, 10).map(unknownMember)];
  const list = isList(actions, problems);
  if (isTrue(hangup, problems)) list.push({ command: 'vgwActHangup' });
  const reply = composeReply(textsOf(say, problems), list, merge(context, isJsonObject(given) ? given : {}));
  const expected = readExpected(expect, '"expect"', problems) ?? reply.expected;
  return ok({ ...reply, ...(expected === undefined ? {} : { expected }), problems: [...problems, ...reply.problems] });
}

function unknownMember(name: string): string {
  return `The reply has "${name.slice(0, 60)}", which means nothing: known are say, hangup, context, actions and expect.`;
}

function textsOf(say: Json | undefined, problems: string[]): string[] {
  if (say === undefined || say === null) return [];
  const items = Array.isArray(say) ? say : [say];
  const texts = items.filter((item) => typeof item === 'string');
  if (texts.length < items.length) problems.push('"say" holds something that is not a text.');
  return texts;
}

function isList(actions: Json | undefined, problems: string[]): Json[] {
  if (actions === undefined || actions === null) return [];
  if (Array.isArray(actions)) return [...actions];
  problems.push('"actions" is not a list.');
  return [];
}

function isTrue(hangup: Json | undefined, problems: string[]): boolean {
  if (typeof hangup === 'boolean') return hangup;
  if (hangup !== undefined && hangup !== null) problems.push('"hangup" is neither true nor false.');
  return false;
}

/** What is given goes over what there was; null takes it away. Entries keep a key named __proto__ a plain key. */
function merge(context: JsonObject, given: JsonObject): JsonObject {
  const merged = Object.entries({ ...context, ...given }).filter(([name]) => given[name] !== null);
  return Object.fromEntries(merged);
}
