import type { Authorization } from '../../authorization/index.ts';
import {
  type BotWatch,
  composeReply,
  type ConversationService,
  fillTemplate,
  gatewayTexts,
  type ReplyPart,
  type TurnReply,
  type TurnRequest,
} from '../../conversation/index.ts';
import {
  err,
  type GatewayError,
  type HttpStreamPost,
  type Json,
  type JsonObject,
  ok,
  type Result,
} from '../../kit/index.ts';
import {
  authorizationFailure,
  botFailure,
  isPassingFailure,
  maxAttempts,
  watchedPostStream,
} from '../bot-connection/index.ts';
import { AnswerReader, type ChatAnswer } from './answer-reader.ts';
import { asSpoken, type DoneCall, type Exchange, readHistory, withHistory } from './history.ts';
import type { OpenaiChatOptions } from './options.ts';
import { chatUrl, printChatRequest } from './request-body.ts';
import { SentenceStream } from './sentence-stream.ts';
import { readToolCall, type ToolEffect } from './tools.ts';
import { userMessage } from './user-message.ts';

/** A reply with a longer body is not read to its end. Streams wrap every word in some 200 bytes. */
export const maxReplyBytes = 4 * 1024 * 1024;

/** Requests of one turn: a model that only notes something is asked again for what it wants to say. */
const maxRounds = 3;
/** However steadily an answer comes, nobody listens longer. */
const totalTimeoutMs = 120_000;
/** What of one answer is spoken, in UTF-16 units. */
const maxSpokenCharacters = 10_000;
const maxSentences = 100;

/**
 * A language model behind a chat completion endpoint. The first sentence is handed on while the model still writes the
 * rest. The service keeps nothing: what was said so far stands in the context.
 */
export function createOpenaiChat(
  options: OpenaiChatOptions,
  postStream: HttpStreamPost,
  authorization: Authorization,
): ConversationService {
  return {
    spec: 'conversation/1',
    name: `openai-chat ${options.model}`,
    async turn(request, signal, onPart = () => undefined, watch?: BotWatch) {
      signal.throwIfAborted();
      const { text, context, spoken } = request;
      if (text === gatewayTexts.hangUp) return ok({ steps: [], context, problems: [] });
      const history = asSpoken(readHistory(context), spoken);
      const turn = new ChatTurn(options, request, history, onPart);
      if (options.greeting !== undefined && text === gatewayTexts.start && history.length === 0) {
        return ok(turn.greet(options.greeting));
      }
      const { answerTimeoutMs: readTimeoutMs = options.readTimeoutMs } = request;
      const header = await authorization.header(signal);
      if (!header.ok) return err(authorizationFailure(header.error));
      const attempt = createAttempt({ ...options, readTimeoutMs }, header.value, watchedPostStream(postStream, watch));
      for (let round = 1; ; round++) {
        const answer = await askPatiently(attempt, turn, signal);
        if (!answer.ok) return answer;
        if (!turn.take(answer.value) || round === maxRounds) return ok(turn.reply());
      }
    },
  };
}

type Attempt = (
  body: string,
  signal: AbortSignal,
  onSentences: (sentences: readonly string[]) => void,
) => Promise<Result<ChatAnswer, GatewayError & { readonly isWorthAnother?: true }>>;

/** Once something of an answer was handed on it is not asked for again: nobody hears a sentence twice. */
async function askPatiently(
  attempt: Attempt,
  turn: ChatTurn,
  signal: AbortSignal,
): Promise<Result<ChatAnswer, GatewayError>> {
  const body = turn.printRequest();
  for (let attempts = 1; ; attempts++) {
    const outcome = await attempt(body, signal, (sentences) => {
      if (!signal.aborted) turn.say(sentences);
    });
    signal.throwIfAborted();
    if (outcome.ok) return outcome;
    const { isWorthAnother, ...error } = outcome.error;
    if (isWorthAnother !== true || turn.hasSpoken || attempts === maxAttempts) return err(error);
  }
}

/** What one turn has come to so far. */
class ChatTurn {
  readonly #options: OpenaiChatOptions;
  readonly #history: readonly Exchange[];
  readonly #heard: string;
  readonly #onPart: (part: ReplyPart) => void;
  readonly #said: string[] = [];
  readonly #calls: DoneCall[] = [];
  readonly #actions: Json[] = [];
  readonly #problems: string[] = [];
  #context: JsonObject;
  #characters = 0;

  constructor(
    options: OpenaiChatOptions,
    request: TurnRequest,
    history: readonly Exchange[],
    onPart: (part: ReplyPart) => void,
  ) {
    this.#options = options;
    this.#history = history;
    this.#heard = userMessage(request);
    this.#context = request.context;
    this.#onPart = onPart;
  }

  get hasSpoken(): boolean {
    return this.#said.length > 0;
  }

  printRequest(): string {
    return printChatRequest(this.#options, this.#context, [...this.#history, this.#exchange()]);
  }

  greet(template: string): TurnReply {
    this.#said.push(fillTemplate(template, this.#context));
    return this.reply();
  }

  /** Hands sentences on, as far as there is room for them. */
  say(sentences: readonly string[]): void {
    const steps = sentences.flatMap((text) => (this.#keep(text) ? [{ type: 'say' as const, text }] : []));
    if (steps.length > 0) this.#onPart({ steps, context: withHistory(this.#context, this.#all()) });
  }

  /** Takes a whole answer, whose sentences have been said already; true when the model has to be asked again. */
  take({ text, calls, problems }: ChatAnswer): boolean {
    this.#problems.push(...problems);
    const effects = calls.map((call) => ({ call, effect: readToolCall(call, this.#options.tools) }));
    for (const { call, effect } of effects) {
      if (text.trim() === '' && effect.say !== undefined) this.#keep(effect.say.trim());
      this.#carryOut(effect);
      const result = effect.fault ?? 'Done.';
      this.#calls.push({ name: call.name, arguments: isJson(call.arguments) ? call.arguments : '{}', result });
    }
    return effects.length > 0 && !this.hasSpoken && this.#actions.length === 0;
  }

  reply(): TurnReply {
    const context = withHistory(this.#context, this.#all());
    const composed = composeReply(this.#said, this.#actions, context);
    return { ...composed, problems: [...this.#problems, ...composed.problems] };
  }

  #carryOut({ action, variable, fault }: ToolEffect): void {
    if (fault !== undefined) this.#problems.push(fault);
    if (action !== undefined) this.#actions.push(action);
    // Entries, unlike assignment, keep a name like __proto__ a plain one.
    if (variable !== undefined) this.#context = Object.fromEntries([...Object.entries(this.#context), variable]);
  }

  #keep(text: string): boolean {
    if (this.#characters + text.length > maxSpokenCharacters || this.#said.length === maxSentences) {
      const problem = 'The answer of the model is too long; the rest of it is not said.';
      if (!this.#problems.includes(problem)) this.#problems.push(problem);
      return false;
    }
    this.#characters += text.length;
    this.#said.push(text);
    return true;
  }

  #exchange(): Exchange {
    return { heard: this.#heard, said: this.#said.join(' '), calls: this.#calls };
  }

  #all(): readonly Exchange[] {
    return [...this.#history, this.#exchange()];
  }
}

/** One request and its answer, sentence by sentence. */
function createAttempt(
  options: OpenaiChatOptions,
  authorization: string | undefined,
  postStream: HttpStreamPost,
): Attempt {
  const url = chatUrl(options);
  const headers = {
    'content-type': 'application/json',
    accept: 'text/event-stream, application/json',
    ...(authorization === undefined ? {} : { authorization }),
  };
  const { connectTimeoutMs, readTimeoutMs } = options;
  return (body, signal, onSentences) => {
    const cutter = new SentenceStream();
    const reader = new AnswerReader((text) => {
      onSentences(cutter.push(text));
    });
    const limits = { connectTimeoutMs, idleTimeoutMs: readTimeoutMs, totalTimeoutMs, maxReplyBytes };
    return new Promise((resolve) => {
      const unreadable = new AbortController();
      let isSettled = false;
      const settle = (result: Result<ChatAnswer, GatewayError>, status: number): void => {
        if (isSettled) return;
        isSettled = true;
        if (result.ok) onSentences(cutter.end());
        else unreadable.abort();
        resolve(result.ok || status < 500 ? result : err({ ...result.error, isWorthAnother: true }));
      };
      const onData = (bytes: Uint8Array, status: number): 'progress' | 'nothing' => {
        const progress = reader.push(bytes, status);
        // With the mark of its end an answer is whole: the end of the connection need not be awaited.
        if (reader.result !== undefined) settle(reader.result, status);
        return progress;
      };
      const either = AbortSignal.any([signal, unreadable.signal]);
      void postStream({ url, headers, body, ...limits, signal: either, onData }).then((outcome) => {
        if (outcome.ok) settle(reader.end(outcome.value.status), outcome.value.status);
        else {
          const isWorthAnother = isPassingFailure(outcome.error);
          resolve(err({ ...botFailure(outcome.error), ...(isWorthAnother && { isWorthAnother }) }));
        }
      });
    });
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
