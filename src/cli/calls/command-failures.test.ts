/** Every way in which a command can fail before or at the gateway: what happened, what to do, and a code that has a page. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createOutdialClient } from '../../client/index.ts';
import type { CallOrder } from './call-orders.ts';
import { readAccess } from './gateway-access.ts';
import { patientFetch } from './patient-fetch.ts';
import { runCallCommand } from './run-call-command.ts';

const list: CallOrder = { command: 'list', limit: 20 };

interface Told {
  readonly code: number;
  readonly errors: readonly string[];
  readonly out: readonly string[];
}

async function run(order: CallOrder, gatewayUrl: string, post: number | string = 204): Promise<Told> {
  const [out, errors]: [string[], string[]] = [[], []];
  const code = await runCallCommand({ ...order, access: {}, isJson: false }, 'clinic', {
    client: createOutdialClient({ baseUrl: gatewayUrl, tenantId: 'clinic', fetch: patientFetch(fetch, 300) }),
    print: (line) => void out.push(line),
    printError: (line) => void errors.push(line),
    look: { isStyled: false },
    gatewayUrl,
    onInterrupt: () => () => undefined,
    wallMs: () => 0,
    newId: () => '0b0c1c52-6f0e-4c11-9a3e-5f8f3f1f0f11',
    post: async () => post,
    writeFile: async (path) => {
      throw Object.assign(new Error('no'), { code: 'EACCES', syscall: 'open', path });
    },
    signingKeys: [],
  });
  return { code, errors, out };
}

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What happened, a fix, and a code with a page. */
function check({ errors }: Pick<Told, 'errors'>, code: string, happened: RegExp): void {
  assert.match(errors[0] ?? '', happened);
  assert.match(errors.at(-2) ?? '', /^fix: \S+ .{10}/);
  assert.equal(errors.at(-1), `code: ${code} (outdial errors ${code})`);
  assert.ok(existsSync(`docs/errors/${code}.md`), `${code} has no page`);
}

test('what a gateway refuses is told with its words, its fix and its code', async (t) => {
  for (const [status, code] of [
    [401, 'auth.required'],
    [404, 'tenant.unknown'],
    [404, 'call.unknown'],
    [400, 'request.bad-uri'],
    [403, 'guard.prefix'],
    [403, 'outbound.disabled'],
    [429, 'guard.rate'],
    [503, 'gateway.draining'],
    [503, 'store.unavailable'],
  ] as const) {
    const url = await serve(t, (_request, response) => {
      const body = JSON.stringify({ code, failureReason: 'It says why.' });
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '7' }).end(body);
    });
    const told = await run(list, url);
    check(told, code, /^It says why\. Again in 7 s\.$/);
    assert.deepEqual([told.code, told.out], [1, []]);
  }
});

test('who answers and is no gateway, who redirects, who does not answer in time or at all, or by TLS', async (t) => {
  const page = await serve(t, (_request, response) => void response.end('<html>Welcome</html>'));
  check(
    await run(list, page),
    'command.foreign-answer',
    /What answers at http.* is no outdial: what it sent is no JSON/,
  );
  const proxy = await serve(t, (_request, response) => void response.writeHead(502).end('Bad Gateway'));
  check(await run(list, proxy), 'command.foreign-answer', /no outdial: HTTP status 502/);
  const moved = await serve(t, (_request, response) => void response.writeHead(302, { location: '/login' }).end());
  check(await run(list, moved), 'command.foreign-answer', /no outdial: it redirects elsewhere/);
  const mute = await serve(t, () => undefined);
  check(await run(list, mute), 'command.gateway-unreachable', /does not answer: no answer within 0\.3 s/);
  check(await run(list, 'http://127.0.0.1:9'), 'command.gateway-unreachable', /127\.0\.0\.1:9 does not answer: \S+/);
  const tls = page.replace('http:', 'https:');
  check(await run(list, tls), 'command.gateway-unreachable', /https:\/\/.* does not answer: .*(?:SSL|wrong version)/i);
});

test('a file that cannot be written, a webhook that takes nothing, an event that there is none of', async (t) => {
  const url = await serve(t, (_request, response) => void response.end('capture'));
  const trace = { command: 'trace', sessionId: 'x', isWhole: false, pcapFile: '/no/such/call.pcap' } as const;
  check(await run(trace, url), 'command.file', /\/no\/such\/call\.pcap cannot be written: EACCES/);
  const trigger = { command: 'trigger', type: 'call.ended', to: 'http://h/' } as const;
  const refused = await run(trigger, url, 500);
  check(refused, 'command.webhook-failed', /call\.ended handed to http:\/\/h\/: HTTP 500/);
  assert.deepEqual([refused.code, refused.out], [1, []]);
  check(await run(trigger, url, 'connect ECONNREFUSED'), 'command.webhook-failed', /: connect ECONNREFUSED/);
  const unknown = await run({ ...trigger, type: 'call.exploded' }, url);
  check(unknown, 'command.usage', /There is no event "call\.exploded"\. Known: call\.started,/);
  assert.equal(unknown.code, 2);
  check(await run({ command: 'trigger', type: 'call.ended' }, url), 'command.usage', /Where to\?/);
});

test('an address of the gateway that is none is refused before anything is asked', () => {
  for (const gateway of ['gateway:9080', 'ftp://gateway', 'http://user:secret@gateway']) {
    const access = readAccess({ gateway }, {});
    assert.equal(!access.ok && access.error.code, 'command.gateway-url');
    assert.ok(!JSON.stringify(access).includes('secret'), 'a password was printed');
  }
});
