/** The curl command of the original's documentation, as it is printed there, over a real socket. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { parseJsonBody } from '../../src/api/json-body.ts';
import { type ApiWorld, createWorld, startCallUrl } from './api-world.ts';

/** What stands between the quotes of `-d`. A shell leaves it alone, backslashes and line ends included. */
const documentedBody = [
  '( \\',
  '        "from": "sip:alice@example.com", \\',
  '        "to": "tel:+1234556789", \\',
  '        "statusWebhook": "http:www.example.com"\\',
  '   )',
].join('\n');

/** The bytes that curl sends for it. */
const curlRequest = (body: string, authority: string, credentials = ''): string =>
  [
    `POST ${startCallUrl('dummy')} HTTP/1.1`,
    `Host: ${authority}`,
    ...(credentials === '' ? [] : [`Authorization: Basic ${Buffer.from(credentials).toString('base64')}`]),
    'User-Agent: curl/8.5.0',
    'Content-Type: application/json',
    'Accept: application json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');

async function exchange(t: TestContext, world: ApiWorld, body: string, credentials?: string): Promise<string> {
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  t.after(async () => world.app.close());
  const address = world.app.server.address();
  assert.ok(address !== null && typeof address === 'object');
  const { port } = address;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () =>
      socket.write(curlRequest(body, `127.0.0.1:${port}`, credentials)),
    );
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const [head = '', answer = ''] = text.split('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Infinity);
      if (answer.length >= length) {
        socket.destroy();
        resolve(text);
      }
    });
    socket.on('error', reject);
  });
}

for (const [name, body] of [
  ['as it is printed', documentedBody],
  [
    'with braces in place of the parentheses',
    documentedBody.replaceAll(/[()\\]/g, (c) => ({ '(': '{', ')': '}' })[c] ?? ''),
  ],
] as const) {
  test(`the documented curl starts a call, ${name}`, async (t) => {
    const world = createWorld({ environment: { REST_API_USERNAME: 'user', REST_API_PASSWORD: 'pass' } });
    const answer = await exchange(t, world, body, 'user:pass');
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(answer, /content-type: application\/json/i);
    assert.deepEqual(JSON.parse(answer.split('\r\n\r\n')[1] ?? ''), {
      msg: 'The call was accepted.',
      vgwSessionID: 'session-1',
    });
    const [order] = world.orders;
    assert.deepEqual([order?.to, order?.from], ['tel:+1234556789', 'sip:alice@example.com']);
    assert.equal(order?.webhook?.url, 'http://www.example.com/');
  });
}

test('without its credentials it is challenged', async (t) => {
  const world = createWorld({ environment: { REST_API_USERNAME: 'user', REST_API_PASSWORD: 'pass' } });
  const answer = await exchange(t, world, documentedBody);
  assert.match(answer, /^HTTP\/1\.1 401 Unauthorized\r\n/);
  assert.match(answer, /www-authenticate: Basic realm=/i);
});

test('parentheses are read as the documentation has them, and as nothing else', () => {
  const reads = (text: string): boolean => parseJsonBody(text).ok;
  assert.ok(reads('("to": "tel:+1")'));
  assert.ok(reads('( \\\r\n"to": "tel:+1"\\\r\n)'));
  for (const text of [
    '(',
    ')',
    '()()',
    '(("to": "x"))',
    '("to": "x"',
    '("to": ("x"))',
    '(to: "x")',
    '{"to": "x"\\\n}',
  ]) {
    assert.ok(!reads(text), text);
  }
  assert.ok(!reads(`(${'['.repeat(40)}${']'.repeat(40)})`));
  assert.ok(!reads('("to": "a\\\nb")'.replace('\\\n', '\\r')));
});
