/** The OpenAPI document: it tells of every route, it is whole, and its curl commands work as they are. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { routesOf } from '../../src/api/index.ts';
import { describedRoutes } from '../../src/api/v1/openapi.ts';
import { originOf, printCurl, usualOrigin } from '../../src/api/v1/sample-request.ts';
import { Secret } from '../../src/config/index.ts';
import { isJsonObject, type Json, type JsonObject, ok } from '../../src/kit/index.ts';
import { skipWithout } from '../interop/programs.ts';
import { createWorld } from './api-world.ts';
import { gatewayStatusOf } from './memory-v1.ts';

const run = promisify(execFile);
const withCurl = { skip: skipWithout('curl') };
const password = 'change-me';
const environment = { REST_API_USERNAME: 'campaign', REST_API_PASSWORD: password };
const ports = {
  admin: {
    credentials: { username: 'admin', password: new Secret(password) },
    reload: () => ok({ tenants: 0, notices: [] }),
    status: async () => gatewayStatusOf([]),
  },
};

/** Pages for browsers, and what only they ask for. */
const pages = /^\/(?:console|docs)(?:\/|$)|^\*$/;

async function documentOf(t: TestContext): Promise<{ readonly document: JsonObject; readonly origin: string }> {
  const { app } = createWorld({ environment, ports });
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(async () => app.close());
  const response = await fetch(`${origin}/v1/openapi.json`);
  assert.equal(response.status, 200);
  return { document: (await response.json()) as JsonObject, origin };
}

const member = (value: Json | undefined, name: string): JsonObject => {
  const found = isJsonObject(value) ? value[name] : undefined;
  return isJsonObject(found) ? found : {};
};

function textOf(value: Json | undefined): string {
  assert.ok(typeof value === 'string');
  return value;
}

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly operation: JsonObject;
}

function operationsOf(document: JsonObject): readonly Operation[] {
  return Object.entries(member(document, 'paths')).flatMap(([path, methods]) =>
    Object.entries(methods as JsonObject).map(([method, operation]) => ({
      path,
      method,
      operation: operation as JsonObject,
    })),
  );
}

function curlOf({ operation }: Operation): string {
  const [sample] = operation['x-codeSamples'] as readonly JsonObject[];
  assert.equal(sample?.['label'], 'curl');
  return textOf(sample['source']);
}

test('every route of the gateway is in the document, but for pages', async (t) => {
  const { document } = await documentOf(t);
  const { app } = createWorld({ environment, ports });
  const told = new Set(
    operationsOf(document).map(({ path, method }) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );
  let refused = 0;
  for (const { method, url } of routesOf(app)) {
    if (pages.test(url) || told.has(`${method} ${url}`)) continue;
    if (method === 'HEAD' && told.has(`GET ${url}`)) continue;
    // Every other method of a path must be one that it does not take.
    const { statusCode } = await app.inject({ method: method as 'GET', url: url.replaceAll(/:\w+/g, 'x') });
    assert.equal(statusCode, 405, `${method} ${url} is not in the document`);
    refused += 1;
  }
  assert.ok(refused > 50);
  for (const route of told) {
    const [method, url] = route.split(' ');
    assert.ok(
      routesOf(app).some((each) => each.method === method && each.url === url),
      `${route} is in the document only`,
    );
  }
});

test('every operation is named, described and answered, and every reference leads somewhere', async (t) => {
  const { document } = await documentOf(t);
  assert.match(textOf(document['openapi']), /^3\.1\./);
  const tags = new Set((document['tags'] as readonly JsonObject[]).map(({ name }) => name));
  const names = new Set<string>();
  for (const { path, method, operation } of operationsOf(document)) {
    const name = `${method} ${path}`;
    for (const key of ['operationId', 'summary', 'description']) {
      assert.ok(typeof operation[key] === 'string' && operation[key] !== '', `${name} has no ${key}`);
    }
    assert.ok(!names.has(textOf(operation['operationId'])), name);
    names.add(textOf(operation['operationId']));
    for (const tag of operation['tags'] as readonly string[]) assert.ok(tags.has(tag), `${name}: ${tag}`);
    const inPath = (operation['parameters'] as readonly JsonObject[]).filter((each) => each['in'] === 'path');
    assert.deepEqual(
      inPath.map((each) => each['name']),
      [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter),
    );
    for (const each of inPath) assert.ok(each['required'] === true && each['description'] !== '', name);
    const answers = Object.entries(member(operation, 'responses'));
    assert.ok(
      answers.some(([status]) => status.startsWith('2')),
      name,
    );
    for (const [status, answer] of answers) {
      assert.ok(typeof member({ answer }, 'answer')['description'] === 'string', `${name} ${status}`);
      const content = Object.values(member(answer, 'content'));
      assert.ok(status === '204' || content.length > 0, `${name} ${status} has no content`);
      for (const each of content) assert.ok(Object.keys(member(each, 'schema')).length > 0, `${name} ${status}`);
    }
  }
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
    ([, reference = '']) => reference,
  );
  assert.ok(references.length > 20);
  for (const reference of references) {
    const found = reference
      .replace(/^#\//, '')
      .split('/')
      .reduce<Json>((at, name) => member(at, name), document);
    assert.ok(isJsonObject(found) && Object.keys(found).length > 0, reference);
  }
});

test('every failure names its codes, each with its page', async (t) => {
  const { document } = await documentOf(t);
  const { app } = createWorld();
  const codes = new Set<string>();
  for (const { path, method, operation } of operationsOf(document)) {
    for (const [status, answer] of Object.entries(member(operation, 'responses'))) {
      const schema = member(member(member(answer, 'content'), 'application/json'), 'schema');
      const named = (schema['allOf'] as readonly JsonObject[] | undefined)?.flatMap(
        (each) => (member(member(each, 'properties'), 'code')['enum'] as readonly string[] | undefined) ?? [],
      );
      const isProbe = path.endsWith('livez') || path.endsWith('readyz');
      assert.equal(named !== undefined, status >= '400' && !isProbe, `${method} ${path} ${status}`);
      for (const code of named ?? []) {
        assert.ok(textOf(operation['description']).includes(`[${code}](/docs/errors/${code})`), code);
        assert.ok(textOf(member({ answer }, 'answer')['description']).includes(`\`${code}\`: `), code);
        codes.add(code);
      }
    }
  }
  assert.ok(codes.size > 40);
  for (const code of codes) assert.equal((await app.inject(`/docs/errors/${code}`)).statusCode, 200, code);
});

test('every body has an example that its route takes', () => {
  for (const { operationId, body, example } of describedRoutes) {
    assert.equal(example !== undefined, body !== undefined, operationId);
    if (body !== undefined) assert.deepEqual(body.safeParse(example).error, undefined, operationId);
  }
});

test('curl commands of the document are for the host that it was asked at, and no Host can change the command', async (t) => {
  const { document, origin } = await documentOf(t);
  for (const each of operationsOf(document)) assert.ok(curlOf(each).includes(`'${origin}/`), curlOf(each));
  assert.equal(originOf('https', 'gateway.example.net:9443'), 'https://gateway.example.net:9443');
  assert.equal(originOf('http', '[2001:db8::1]:9080'), 'http://[2001:db8::1]:9080');
  for (const host of ["x'; rm -rf ~; '", 'a b', '', 'x/y', 'x?y', 'user@host', '$(id)', '-x', 'a\n']) {
    assert.equal(originOf('http', host), usualOrigin, host);
  }
  const quoted = printCurl({ method: 'POST', url: '/x', access: 'open', body: { text: "it's" } }, usualOrigin);
  assert.ok(quoted.includes(String.raw`'{ "text": "it'\''s" }'`), quoted);
});

const startCurls: readonly { readonly from: string; readonly find: (t: TestContext) => Promise<string> }[] = [
  {
    from: 'the README',
    find: async () =>
      /```sh\n(curl -X POST[^`]*startOutboundCall'\n)```/.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '',
  },
  {
    from: 'docs/openapi.json',
    find: async () => {
      const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as JsonObject;
      const found = operationsOf(document).find(({ operation }) => operation['operationId'] === 'startOutboundCall');
      return found === undefined ? '' : curlOf(found);
    },
  },
];

for (const { from, find } of startCurls) {
  test(`the curl command of ${from} starts a call, with another host and nothing else changed`, withCurl, async (t) => {
    const command = await find(t);
    assert.ok(command.includes(usualOrigin) && command.includes('-u campaign:change-me'), command);
    const world = createWorld({ environment, ports });
    const origin = await world.app.listen({ host: '127.0.0.1', port: 0 });
    t.after(async () => world.app.close());
    const { stdout } = await run('sh', ['-c', `${command.replace(usualOrigin, origin).trim()} -sS -w '%{http_code}'`]);
    assert.equal(stdout.slice(-3), '200');
    assert.deepEqual(JSON.parse(stdout.slice(0, -3)), { msg: 'The call was accepted.', vgwSessionID: 'session-1' });
    assert.equal(world.orders[0]?.to, 'sip:bob@pbx.example.com');
  });
}

test('every curl command of the document works as it was given, by a real curl', withCurl, async (t) => {
  const { document } = await documentOf(t);
  for (const each of operationsOf(document)) {
    const { path, operation } = each;
    // A stream of all events goes on for ever.
    if (operation['operationId'] === 'followTenant') continue;
    const command = curlOf(each).replace(/ -o \S+/, '');
    const { stdout } = await run('sh', ['-c', `${command} -sS -o /dev/null -w '%{http_code}'`]);
    // The call of the samples is no call of this gateway; everything else is taken.
    const expected = path.includes('{sessionId}') ? /^404$/ : /^20[02]$/;
    assert.match(stdout, expected, command);
  }
});
