/**
 * What every bot connection must do, whatever it is connected to. A connection is held against it by its own tests, a
 * fake as well; third parties may do the same. Nothing here knows a test runner: each case is a name and a function that
 * rejects when the connection fails it.
 */
import assert from 'node:assert/strict';
import {
  type BotWatch,
  contextForTurn,
  type ConversationService,
  gatewayTexts,
  type GotFromBot,
  type SentToBot,
  type TurnReply,
} from '../conversation/index.ts';
import { type HttpPost, type HttpStreamPost, isJsonObject, type Json, type JsonObject } from '../kit/index.ts';
import { type BotProtocol, type MemoryServer, serveInMemory } from './conforming-bot.ts';
import { type Misbehaviour, misbehaviours } from './misbehaving-bots.ts';

export interface ConformanceCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** A bot behind HTTP. */
export interface ServedBot {
  /** The server that the connection speaks with, in memory. */
  readonly protocol: BotProtocol;
  /** A new connection. What it needs beside `post`, or `postStream` to the same server, is its own affair. */
  readonly connect: (post: HttpPost, postStream: HttpStreamPost) => ConversationService;
  /** Misbehaviours, by name, that in this protocol are answers. */
  readonly accepts?: readonly string[];
}

/** Every connection to a bot that holds the conversation of `conformingBot`. */
export function botConformance(connect: () => ConversationService): readonly ConformanceCase[] {
  return [
    each('the first turn has an empty text, and texts come back in order', async () => {
      const call = startCall(connect());
      assert.deepEqual(textsOf(await call.turn('')), ['Hello.', 'Who is there?']);
    }),
    each('what was said goes to the bot as it is', async () => {
      const call = startCall(connect());
      await call.turn('');
      for (const said of ['on Tuesday', 'à demain, señor', '4711']) {
        assert.deepEqual(textsOf(await call.turn(said)), [`You said: ${said}.`]);
      }
    }),
    each('silence is a turn', async () => {
      const call = startCall(connect());
      await call.turn('');
      assert.deepEqual(textsOf(await call.turn(gatewayTexts.postResponseTimeout)), ['Who is there?']);
    }),
    each('a hang-up comes after the last words, and the last turn after it is no failure', async () => {
      const call = startCall(connect());
      await call.turn('');
      const { steps } = await call.turn('bye');
      assert.deepEqual(steps, [{ type: 'say', text: 'Goodbye, Rossi.' }, { type: 'hang-up' }]);
      assert.deepEqual((await call.turn(gatewayTexts.hangUp)).problems, []);
    }),
    each('the last turn may come at any time', async () => {
      const call = startCall(connect());
      await call.turn(gatewayTexts.hangUp);
    }),
    each('variables of the call and of the bot stay, whatever they hold', async () => {
      const call = startCall(connect());
      await call.turn('');
      assert.equal(call.context()['topic'], 'greeting');
      await call.turn('on Tuesday');
      await call.turn('on Wednesday');
      const { name, list, nested, topic, heard } = call.context();
      assert.deepEqual(
        { name, list, nested, topic, heard },
        { ...callContext, topic: 'greeting', heard: 'on Wednesday' },
      );
    }),
    each('calls at the same time do not mix', async () => {
      const service = connect();
      const calls = [startCall(service, 's-1'), startCall(service, 's-2')];
      await Promise.all(calls.map((call) => call.turn('')));
      const replies = await Promise.all(calls.map((call, index) => call.turn(`number ${index}`)));
      assert.deepEqual(replies.map(textsOf), [['You said: number 0.'], ['You said: number 1.']]);
      assert.deepEqual(
        calls.map((call) => call.context()['heard']),
        ['number 0', 'number 1'],
      );
    }),
    each('a turn that was given up before it began rejects with the reason', async () => {
      const reason = new Error('the call is over');
      await assert.rejects(
        async () =>
          await connect().turn({ sessionId: 's', tenantId: 't', text: '', context: {} }, AbortSignal.abort(reason)),
        reason,
      );
    }),
  ];
}

/** The same and what HTTP adds to it: a server that misbehaves in every way. */
export function servedBotConformance({ protocol, connect, accepts = [] }: ServedBot): readonly ConformanceCase[] {
  const open = (): { readonly server: MemoryServer; readonly service: ConversationService } => {
    const server = serveInMemory(protocol);
    return { server, service: connect(server.post, server.postStream) };
  };
  for (const name of accepts)
    assert.ok(
      misbehaviours.some((each) => each.name === name),
      name,
    );
  return [
    ...botConformance(() => open().service),
    each('an empty answer is enough for the last turn, and keeps the context', async () => {
      const { server, service } = open();
      const call = startCall(service);
      await call.turn('');
      server.disturb = () => ({ ok: true, value: { status: 200, bodyText: '' } });
      const { steps } = await call.turn(gatewayTexts.hangUp);
      assert.deepEqual(steps, []);
      assert.equal(call.context()['topic'], 'greeting');
    }),
    each('every request is bounded in time and size', async () => {
      const { server, service } = open();
      const call = startCall(service);
      for (const text of ['', 'on Tuesday', 'on Wednesday', gatewayTexts.hangUp]) await call.turn(text);
      assert.ok(server.requests.length >= 3);
      for (const { connectTimeoutMs, readTimeoutMs, maxReplyBytes } of server.requests) {
        assert.ok(connectTimeoutMs > 0 && connectTimeoutMs <= 120_000);
        assert.ok(readTimeoutMs > 0 && readTimeoutMs <= 120_000);
        assert.ok(maxReplyBytes > 0 && maxReplyBytes <= mostReplyBytes);
      }
    }),
    each('who looks on is told every request and how it went, what failed among them', async () => {
      const { server, service } = open();
      const told: { readonly sent: SentToBot; readonly got: GotFromBot[]; text: string }[] = [];
      const watch: BotWatch = {
        named: () => watch,
        onFailed: () => undefined,
        onSent: (sent) => {
          const exchange: (typeof told)[number] = { sent, got: [], text: '' };
          told.push(exchange);
          return {
            onPiece: (text) => (exchange.text += text),
            onEnd: (got) => {
              exchange.got.push(got);
              exchange.text += got.body ?? '';
            },
          };
        },
      };
      const call = startCall(service, 's-1', callContext, watch);
      await call.turn('');
      const before = server.requests.length;
      server.disturb = () =>
        server.requests.length === before + 1
          ? { ok: false, error: { kind: 'broken', detail: 'The connection broke.' } }
          : undefined;
      await call.turn('on Tuesday');
      assert.deepEqual(
        told.map(({ sent }) => [sent.to?.url, sent.to?.method, sent.body]),
        server.requests.map(({ url, method = 'POST', body }) => [url, method, body]),
      );
      assert.ok(told.every(({ got }) => got.length === 1));
      const failed = told.filter(({ got: [end] }) => end?.failure !== undefined);
      assert.deepEqual(
        failed.map(({ got: [end] }) => [end?.failure?.code, end?.status]),
        [['bot.unreachable', undefined]],
      );
      assert.ok(told.at(-1)?.text.includes('on Tuesday'));
    }),
    each('a turn that is given up rejects with the reason, and nothing is sent any more', async () => {
      const { server, service } = open();
      const call = startCall(service);
      await call.turn('');
      const controller = new AbortController();
      const reason = new Error('the call is over');
      const before = server.requests.length;
      server.disturb = () => {
        controller.abort(reason);
        return { ok: false, error: { kind: 'aborted', detail: 'The request was given up.' } };
      };
      await assert.rejects(call.turn('on Tuesday', controller.signal), reason);
      assert.equal(server.requests.length, before + 1);
    }),
    ...misbehaviours
      .filter(({ name }) => !accepts.includes(name))
      .flatMap((misbehaviour) => [
        each(`a server that ${misbehaviour.name} on the first turn: ${misbehaviour.code}`, () =>
          survive(open(), misbehaviour, ''),
        ),
        each(`a server that ${misbehaviour.name} later: ${misbehaviour.code}, and the call can go on`, () =>
          survive(open(), misbehaviour, `on Tuesday ${canary}`),
        ),
      ]),
  ];
}

/** Of a streamed reply, which wraps every word. */
const mostReplyBytes = 4 * 1024 * 1024;

/** Stands for what callers and callees say: must be in no error. */
const canary = 'CANARY-4711';

async function survive(
  { server, service }: { readonly server: MemoryServer; readonly service: ConversationService },
  { outcome, code }: Misbehaviour,
  text: string,
): Promise<void> {
  const call = startCall(service, 's-1', { ...callContext, note: canary });
  if (text !== '') await call.turn('');
  const before = server.requests.length;
  server.disturb = () => outcome;
  const failed = await call.ask(text);
  assert.ok(!failed.ok, 'an answer was made of it');
  assert.equal(failed.error.code, code);
  assert.ok(!failed.error.message.includes(canary), failed.error.message);
  assert.ok(server.requests.length - before <= 4, 'asked too often');
  server.disturb = () => undefined;
  assert.deepEqual(textsOf(await call.turn(text)), text === '' ? ['Hello.', 'Who is there?'] : [`You said: ${text}.`]);
}

const callContext: JsonObject = { name: 'Rossi', list: [1, 'two', null, true], nested: { a: { b: 'ü' } } };

interface Call {
  ask(text: string, signal?: AbortSignal): ReturnType<ConversationService['turn']>;
  /** A turn that must succeed. */
  turn(text: string, signal?: AbortSignal): Promise<TurnReply>;
  context(): JsonObject;
}

/** A call as the gateway makes it: it keeps what it last received, and posts it back with the facts of the turn. */
function startCall(
  service: ConversationService,
  sessionId = 's-1',
  start: JsonObject = callContext,
  watch?: BotWatch,
): Call {
  let context = frozen(start);
  const ask = async (text: string, signal = new AbortController().signal) => {
    const facts = { sessionId, input: inputOf(text), isBargeIn: false };
    const request = frozen({ sessionId, tenantId: 't-1', text, context: contextForTurn(context, facts) });
    const outcome = await service.turn(request, signal, undefined, watch);
    if (outcome.ok) context = frozen(outcome.value.context);
    return outcome;
  };
  return {
    ask,
    context: () => context,
    async turn(text, signal) {
      const outcome = await ask(text, signal);
      assert.ok(outcome.ok, outcome.ok ? '' : `${outcome.error.code}: ${outcome.error.message}`);
      return outcome.value;
    },
  };
}

function inputOf(text: string): Parameters<typeof contextForTurn>[1]['input'] {
  if (text === gatewayTexts.start) return { type: 'start' };
  if (text === gatewayTexts.hangUp) return { type: 'end', reason: 'callee hung up' };
  if (text === gatewayTexts.postResponseTimeout) return { type: 'event' };
  return { type: 'speech', text, confidence: 0.9 };
}

function textsOf({ steps }: TurnReply): readonly string[] {
  return steps.flatMap((step) => (step.type === 'say' ? [step.text] : []));
}

/** What a connection was given it must not change. */
function frozen<T>(value: T): T {
  const inner = value as Json;
  for (const each of Array.isArray(inner) || isJsonObject(inner) ? Object.values(inner) : []) frozen(each);
  return Object.freeze(value);
}

function each(name: string, run: () => Promise<void>): ConformanceCase {
  return { name, run };
}
