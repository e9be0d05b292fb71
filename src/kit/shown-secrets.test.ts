import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSecretName, maskJsonSecrets, showUrl } from './index.ts';

test('values of secret names are masked, whatever they are, and everything else stays as it was', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['{"password": "c4n\\"4ry", "a": 1}', '{"password": "***", "a": 1}'],
    ['{"apikey":"c4n4ry"}', '{"apikey":"***"}'],
    ['{"bot_apiKey" : 12345, "b":2}', '{"bot_apiKey" : "***", "b":2}'],
    ['{"thirdPartyCredentials":{"a":["c4n4ry","}"],"b":{}},"c":3}', '{"thirdPartyCredentials":"***","c":3}'],
    ['{"access_token":["c4n4ry",{"x":1}]}', '{"access_token":"***"}'],
    ['{"token":true}', '{"token":"***"}'],
    ['{"usage":{"total_tokens":5},"tokens":["a"]}', '{"usage":{"total_tokens":5},"tokens":["a"]}'],
    ['["password","c4n4ry"]', '["password","c4n4ry"]'],
    ['data: {"secret":"c4n4ry"}\n\ndata: {"text":"hi"}', 'data: {"secret":"***"}\n\ndata: {"text":"hi"}'],
    // Cut short.
    ['{"a":1,"secret":"c4n4', '{"a":1,"secret":"***"'],
    ['{"a":1,"secret":{"b":"c4n4', '{"a":1,"secret":"***"'],
    ['{"a":1,"secret":', '{"a":1,"secret":"***"'],
    ['{"a":1,"secre', '{"a":1,"secre'],
    [
      String.raw`{"arguments":"{\"password\":\"c4n4ry\",\"a\":1}"}`,
      String.raw`{"arguments":"{\"password\":\"***\",\"a\":1}"}`,
    ],
    ['no JSON at all', 'no JSON at all'],
  ];
  for (const [text, shown] of cases) assert.equal(maskJsonSecrets(text), shown);
});

test('no secret of any JSON is left, and what is masked is JSON with the same rest', () => {
  const name = fc.constantFrom('a', 'password', 'x_token', 'list', 'apiKey', 'say "hi"');
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.integer(),
      fc.constantFrom(null, true, '"', '\\', '}', ','),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(name, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  const masked = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(masked);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, isSecretName(key) ? '***' : masked(item)]),
    );
  };
  fc.assert(
    fc.property(tree, fc.constantFrom(undefined, 2), (value, indent) => {
      assert.deepEqual(JSON.parse(maskJsonSecrets(JSON.stringify(value, undefined, indent))), masked(value));
    }),
  );
});

test('a URL is shown without user, password, fragment and values of its query', () => {
  assert.equal(showUrl('https://bot.example.net:8443/v1/message'), 'https://bot.example.net:8443/v1/message');
  assert.equal(
    showUrl('https://me:c4n4ry@bot.example.net/a?code=c4n4ry&version=2#c4n4ry'),
    'https://bot.example.net/a?code=***&version=***',
  );
  assert.equal(showUrl('ftp://c4n4ry'), '***');
});
