/**
 * Reads the reply to a chat completion request, streamed or whole: the text as it grows and the tools that are called.
 * Understands what servers of this API do differently: a reply that is whole although a stream was asked for, tool calls
 * without an index or in one piece, `usage` without choices, empty deltas, errors amid the stream, no `[DONE]`.
 */
import {
  err,
  type GatewayError,
  gatewayError,
  isJsonObject,
  type JsonObject,
  ok,
  type Result,
} from '../../kit/index.ts';
import { EventStream } from './event-stream.ts';
import { ThoughtFilter } from './thought-filter.ts';

export interface ToolCall {
  readonly name: string;
  /** JSON as the model wrote it; nobody has checked it yet. */
  readonly arguments: string;
}

export interface ChatAnswer {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  /** Why the answer is shorter than the model would have it; one sentence each. */
  readonly problems: readonly string[];
}

const mostCalls = 16;
const longestName = 64;
const longestArguments = 16 * 1024;
/** Of a body that is no stream, in bytes: more is not read. */
const longestBody = 1024 * 1024;

type Body = 'unknown' | 'events' | 'whole';

export class AnswerReader {
  readonly #onText: (text: string) => void;
  readonly #events = new EventStream();
  readonly #thoughts = new ThoughtFilter();
  readonly #bytes: Uint8Array[] = [];
  readonly #calls: { id: string; name: string; arguments: string }[] = [];
  #sizeBytes = 0;
  #body: Body = 'unknown';
  #text = '';
  #finish: string | undefined;
  #result: Result<ChatAnswer, GatewayError> | undefined;

  /** `onText` is told each piece of the text as it comes. */
  constructor(onText: (text: string) => void) {
    this.#onText = onText;
  }

  /** What the reply is, once that is known: with the marker of the end, or as soon as it cannot be read any more. */
  get result(): Result<ChatAnswer, GatewayError> | undefined {
    return this.#result;
  }

  /** Comments and half events are no progress. */
  push(bytes: Uint8Array, status: number): 'progress' | 'nothing' {
    if (this.#result !== undefined) return 'nothing';
    if (this.#body === 'unknown') this.#body = bodyOf(bytes, status);
    if (this.#body !== 'events') return this.#keep(bytes);
    const events = this.#events.push(bytes);
    for (const data of events) if (this.#result === undefined) this.#takeEvent(data);
    if (this.#events.isOverflown) this.#fail('bot.bad-reply', 'A line of the answer is too long.');
    return events.length > 0 ? 'progress' : 'nothing';
  }

  /** The reply is over. */
  end(status: number): Result<ChatAnswer, GatewayError> {
    if (this.#result !== undefined) return this.#result;
    if (status < 200 || status > 299) return err(statusError(status, this.#wholeBody()));
    if (this.#body !== 'events') this.#takeWhole(this.#wholeBody());
    else if (this.#finish === undefined) this.#fail('bot.bad-reply', 'The answer of the bot broke off in the middle.');
    return this.#result ?? this.#answer();
  }

  #keep(bytes: Uint8Array): 'progress' {
    this.#sizeBytes += bytes.length;
    if (this.#sizeBytes <= longestBody) this.#bytes.push(bytes);
    else this.#fail('bot.reply-too-large', 'The reply of the bot is larger than 1 MiB.');
    return 'progress';
  }

  #wholeBody(): unknown {
    try {
      return JSON.parse(new TextDecoder().decode(Buffer.concat(this.#bytes)));
    } catch {
      return undefined;
    }
  }

  #takeEvent(data: string): void {
    if (data.trim() === '[DONE]') {
      this.#result = this.#answer();
      return;
    }
    let event: unknown;
    try {
      event = JSON.parse(data);
    } catch {
      this.#fail('bot.bad-reply', 'The answer of the bot holds something that is not JSON.');
      return;
    }
    if (!isJsonObject(event)) this.#fail('bot.bad-reply', 'The answer of the bot holds something that is no object.');
    else if (event['error'] !== undefined && event['error'] !== null) {
      this.#fail('bot.bad-status', `The bot failed amid its answer${codeOf(event)}.`);
    } else this.#takeChoice(event, 'delta');
  }

  #takeWhole(body: unknown): void {
    if (!isJsonObject(body)) this.#fail('bot.bad-reply', 'The reply of the bot is not JSON.');
    else if (!Array.isArray(body['choices']) || body['choices'].length === 0) {
      this.#fail('bot.bad-reply', 'The reply of the bot has no "choices".');
    } else this.#takeChoice(body, 'message');
  }

  /** Only the first choice: no more than one is asked for. */
  #takeChoice({ choices }: JsonObject, key: 'delta' | 'message'): void {
    if (!Array.isArray(choices)) return;
    for (const choice of choices) {
      if (!isJsonObject(choice) || (choice['index'] ?? 0) !== 0) continue;
      const message = choice[key] ?? choice['message'];
      if (isJsonObject(message)) this.#takeMessage(message);
      const { finish_reason: finish } = choice;
      if (typeof finish === 'string' && finish !== '') this.#finish = finish;
    }
  }

  #takeMessage({ content, tool_calls: calls, refusal }: JsonObject): void {
    this.#say(this.#thoughts.push(textOf(content) + textOf(refusal)));
    if (Array.isArray(calls)) for (const call of calls) if (isJsonObject(call)) this.#takeCall(call);
  }

  #say(text: string): void {
    if (text === '') return;
    this.#text += text;
    this.#onText(text);
  }

  /** A call comes in pieces with one index; without indexes a new id or a new name begins a new call. */
  #takeCall({ index, id, function: called }: JsonObject): void {
    const { name, arguments: piece } = isJsonObject(called) ? called : {};
    const isNew = this.#isNewCall(id, name);
    const at = typeof index === 'number' ? index : isNew ? this.#calls.length : this.#calls.length - 1;
    if (!Number.isInteger(at) || at < 0 || at >= mostCalls || at > this.#calls.length) {
      this.#fail('bot.bad-reply', `The answer of the bot calls more than ${mostCalls} tools, or in no order.`);
      return;
    }
    const call = (this.#calls[at] ??= { id: '', name: '', arguments: '' });
    if (typeof id === 'string' && call.id === '') call.id = id.slice(0, longestName);
    if (typeof name === 'string' && call.name === '') call.name = name.slice(0, longestName);
    if (typeof piece === 'string') call.arguments += piece;
    else if (isJsonObject(piece)) call.arguments = JSON.stringify(piece);
    if (call.arguments.length > longestArguments) {
      this.#fail('bot.bad-reply', 'The arguments of a tool call of the bot are too long.');
    }
  }

  #isNewCall(id: unknown, name: unknown): boolean {
    const last = this.#calls.at(-1);
    if (last === undefined) return true;
    if (typeof id === 'string' && id !== '') return id !== last.id;
    return typeof name === 'string' && name !== '';
  }

  #answer(): Result<ChatAnswer, GatewayError> {
    this.#say(this.#thoughts.end());
    const problems =
      this.#finish === 'length'
        ? ['The answer of the model was cut off at its greatest length.']
        : this.#finish === 'content_filter'
          ? ['The answer of the model was cut off by a content filter.']
          : [];
    return ok({
      text: this.#text,
      calls: this.#calls.map(({ name, arguments: text }) => ({ name, arguments: text })),
      problems,
    });
  }

  #fail(code: 'bot.bad-reply' | 'bot.bad-status' | 'bot.reply-too-large', message: string): void {
    this.#result = err(gatewayError(code, message));
  }
}

/** By its first character: some servers stream under another content type, some answer as a whole. */
function bodyOf(bytes: Uint8Array, status: number): Body {
  if (status < 200 || status > 299) return 'whole';
  const first = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart()[0];
  return first === undefined ? 'unknown' : first === '{' || first === '[' || first === '<' ? 'whole' : 'events';
}

/** Plain, or in parts as some servers have it. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) => (isJsonObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}

function statusError(status: number, body: unknown): GatewayError {
  const hint =
    status === 401 || status === 403
      ? ' Check its API key.'
      : status === 404
        ? ' Check its URL and the name of the model.'
        : status === 429
          ? ' Too much was asked of it, or its account is used up.'
          : status >= 300 && status < 400
            ? ' Redirects are not followed.'
            : '';
  const kind = status === 401 || status === 403 ? 'bot.unauthorized' : 'bot.bad-status';
  return gatewayError(kind, `The bot answered with HTTP status ${status}${codeOf(body)}.${hint}`);
}

/** The short name of an error, when it is one: messages may hold anything. */
function codeOf(body: unknown): string {
  const error = isJsonObject(body) ? body['error'] : undefined;
  if (!isJsonObject(error)) return '';
  const { code, type } = error;
  const isName = (value: unknown): value is string => typeof value === 'string' && /^[\w.-]{1,64}$/.test(value);
  const name = isName(code) ? code : type;
  return isName(name) ? ` (${name})` : '';
}
