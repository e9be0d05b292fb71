import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { createAuthorization } from '../../authorization/index.ts';
import type { TurnRequest } from '../../conversation/index.ts';
import { err, type HttpFailure, type HttpPost, type HttpReply, ok, type Result } from '../../kit/index.ts';
import { createWatsonAssistantV2, type WatsonAssistantV2Input, watsonAssistantV2Options } from './index.ts';

type Outcome = Result<HttpReply, HttpFailure>;
const reply = (status: number, body?: unknown): Outcome =>
  ok({ status, bodyText: body === undefined ? '' : JSON.stringify(body) });
const opened = (id: unknown): Outcome => reply(201, { session_id: id });
const said = reply(200, { output: { generic: [{ response_type: 'text', text: 'Hi.' }] } });
const malformed: Outcome = err({ kind: 'malformed', detail: 'bot sent no HTTP.' });
const gone = reply(404, { error: 'Invalid Session' });
const kept = (sessionId: unknown) => ({ watsonAssistantV2: { sessionId, context: {} } }) as TurnRequest['context'];

/** The requests of one turn, as method and path, and what became of it. */
async function ask(
  answers: readonly Outcome[],
  { text = 'yes', context = {} }: Partial<TurnRequest> = {},
  input: Partial<WatsonAssistantV2Input> = {},
) {
  const requests: string[] = [];
  const post: HttpPost = async ({ method = 'POST', url }) => {
    requests.push(`${method} ${url.replace('https://bot.example.net', '').replace(/\?.*/, '')}`);
    return answers[requests.length - 1] ?? err({ kind: 'connect', detail: 'bot refused.' });
  };
  const options = watsonAssistantV2Options.parse({ url: 'https://bot.example.net/', assistantId: 'a', ...input });
  const authorization = createAuthorization({ kind: 'none' }, { post, clock: { nowMs: () => 0 } });
  const service = createWatsonAssistantV2(options, post, authorization);
  const outcome = await service.turn({ sessionId: 's', tenantId: 't', text, context }, new AbortController().signal);
  return { requests, outcome, code: outcome.ok ? 'ok' : outcome.error.code };
}

const at = '/v2/assistants/a';
const open = `POST ${at}/sessions`;
const message = (id: string): string => `POST ${at}/sessions/${id}/message`;
const end = (id: string): string => `DELETE ${at}/sessions/${id}`;

describe('sessions', () => {
  for (const [name, answers, request, requests, code] of [
    ['the first turn opens one', [opened('s1'), said], { text: '' }, [open, message('s1')], 'ok'],
    ['a later turn uses it', [said], { context: kept('s1') }, [message('s1')], 'ok'],
    ['one that was lost is replaced', [opened('s2'), said], {}, [open, message('s2')], 'ok'],
    [
      'one that has expired is replaced, and the turn sent again',
      [gone, opened('s2'), said],
      { context: kept('s1') },
      [message('s1'), open, message('s2')],
      'ok',
    ],
    [
      'but only once',
      [gone, opened('s2'), gone],
      { context: kept('s1') },
      [message('s1'), open, message('s2')],
      'bot.bad-status',
    ],
    ['an assistant that is not there', [gone, gone], { context: kept('s1') }, [message('s1'), open], 'bot.bad-status'],
    [
      'the last turn ends it',
      [reply(200), reply(200, {})],
      { text: 'vgwHangUp', context: kept('s1') },
      [message('s1'), end('s1')],
      'ok',
    ],
    [
      'the last turn ends it, though the bot made a fault of it',
      [reply(500), reply(500), reply(200, {})],
      { text: 'vgwHangUp', context: kept('s1') },
      [message('s1'), message('s1'), end('s1')],
      'bot.bad-status',
    ],
    ['a failure is tried once more', [reply(503), opened('s1'), said], {}, [open, open, message('s1')], 'ok'],
    ['an id that leads elsewhere is none', [opened('../../x')], {}, [open], 'bot.bad-reply'],
    ['an id that is no text is none', [opened(1)], {}, [open], 'bot.bad-reply'],
    [
      'a forged id of the context is none',
      [opened('s1'), said],
      { context: kept('../x') },
      [open, message('s1')],
      'ok',
    ],
    [
      'on the first turn no session is known',
      [opened('s1'), said],
      { text: '', context: kept('s0') },
      [open, message('s1')],
      'ok',
    ],
  ] as const satisfies readonly (readonly [
    string,
    readonly Outcome[],
    Partial<TurnRequest>,
    readonly string[],
    string,
  ])[]) {
    test(name, async () => {
      const asked = await ask(answers, request);
      assert.deepEqual(asked.requests, requests);
      assert.equal(asked.code, code);
    });
  }

  for (const [name, answer, problem] of [
    ['is refused', reply(403), /HTTP status 403/],
    ['fails', malformed, /bot sent no HTTP/],
    ['finds it gone', gone, /^$/],
  ] as const) {
    test(`an end that ${name} is no failure of the turn`, async () => {
      const { outcome } = await ask([reply(200), answer], { text: 'vgwHangUp', context: kept('s1') });
      assert.ok(outcome.ok);
      assert.match(outcome.value.problems.join(), problem);
    });
  }
});

test('stateless there are no sessions', async () => {
  const request = { text: 'vgwHangUp', context: kept('s1') };
  assert.deepEqual((await ask([said], request, { mode: 'stateless' })).requests, [`POST ${at}/message`]);
});

test('an assistant is one segment of the path, whatever its name holds', async () => {
  for (const [assistantId, segment] of [
    ['a/b?c', 'a%2Fb%3Fc'],
    ['..', '-'],
  ] as const) {
    assert.deepEqual((await ask([], {}, { assistantId })).requests[0], `POST /v2/assistants/${segment}/sessions`);
  }
});

test('options: a date before the API, misspelt names, missing assistant', () => {
  const parse = (input: object) => watsonAssistantV2Options.safeParse({ url: 'http://a.example', ...input });
  const dateOf = (apiVersion: string): string | undefined => parse({ assistantId: 'a', apiVersion }).data?.apiVersion;
  assert.deepEqual([dateOf('2017-05-26'), dateOf('2023-06-15')], ['2021-06-14', '2023-06-15']);
  assert.ok(!parse({}).success && !parse({ assistantId: 'a', assistantID: 'a' }).success);
  assert.ok(!watsonAssistantV2Options.safeParse({ url: 'ftp://a.example', assistantId: 'a' }).success);
});

test('an API key opens every request with one exchange, is renewed after a 401, and is told to nobody', async () => {
  const sent: (readonly [url: string, header: string | undefined])[] = [];
  const time = { nowMs: 0 };
  let tokens = 0;
  let isRevoked = false;
  const post: HttpPost = async ({ url, headers }) => {
    sent.push([url.replace(/^https:\/\/[^/]*/, '').replace(/\?.*/, ''), headers['authorization']]);
    if (url.startsWith('https://iam.example.net'))
      return reply(200, { access_token: `T${++tokens}`, expires_in: 3600 });
    if (isRevoked && headers['authorization'] !== 'Bearer T2') return reply(401);
    return url.endsWith('/sessions?version=2021-06-14') ? opened('s1') : said;
  };
  const method = {
    kind: 'api-key',
    apikey: { reveal: () => 'CANARY' },
    tokenUrl: 'https://iam.example.net/token',
  } as const;
  const authorization = createAuthorization(method, { post, clock: { nowMs: () => time.nowMs } });
  const options = watsonAssistantV2Options.parse({ url: 'https://bot.example.net', assistantId: 'a' });
  const service = createWatsonAssistantV2(options, post, authorization);
  const turn = (text: string, context: TurnRequest['context']) =>
    service.turn({ sessionId: 's', tenantId: 't', text, context }, new AbortController().signal);
  const first = await turn('', {});
  assert.ok(first.ok);
  time.nowMs = 60_000;
  isRevoked = true;
  const second = await turn('yes', first.value.context);
  assert.ok(second.ok);
  assert.deepEqual(sent, [
    ['/token', undefined],
    ['/v2/assistants/a/sessions', 'Bearer T1'],
    ['/v2/assistants/a/sessions/s1/message', 'Bearer T1'],
    ['/v2/assistants/a/sessions/s1/message', 'Bearer T1'],
    ['/token', undefined],
    ['/v2/assistants/a/sessions/s1/message', 'Bearer T2'],
  ]);
  assert.doesNotMatch(inspect([first, second, service, authorization], { depth: 9 }), /CANARY|T1|T2/);
});
