/** The API reference under `/docs` as files: what a browser may do with them, and what is answered without them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PageFiles } from '../../src/api/index.ts';
import { assertProblem, createWorld } from './api-world.ts';

const page = { bytes: Buffer.from('<!doctype html>'), contentType: 'text/html; charset=utf-8', etag: '"one"' };
const docsFiles: PageFiles = new Map([['index.html', page]]);

test('the API reference is served under a policy that lets a browser ask nobody but the gateway', async () => {
  const { app } = createWorld({ ports: { docsFiles } });
  const { statusCode, headers, body } = await app.inject('/docs');
  assert.deepEqual([statusCode, body, headers['etag']], [200, '<!doctype html>', '"one"']);
  const directives = new Map(
    String(headers['content-security-policy'])
      .split('; ')
      .map((each) => each.split(/ (.*)/s) as [string, string]),
  );
  assert.equal(directives.get('default-src'), "'none'");
  assert.equal(directives.get('script-src'), "'self'");
  assert.equal(directives.get('connect-src'), "'self'");
  for (const sources of directives.values()) assert.doesNotMatch(sources, /\*|https?:|'unsafe-eval'/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal((await app.inject({ url: '/docs', headers: { 'if-none-match': '"one"' } })).statusCode, 304);
  assertProblem(await app.inject('/docs/other.js'), 404, 'http.not-found');
  assertProblem(await app.inject('/docs/..%2findex.html'), 404, 'http.not-found');
  assertProblem(await app.inject({ method: 'POST', url: '/docs' }), 405, 'http.method-not-allowed');
});

test('an API reference that was not built is told as such, and the pages of errors are there all the same', async () => {
  const { app } = createWorld();
  const answer = await app.inject('/docs');
  assertProblem(answer, 404, 'http.not-found');
  assert.match(answer.body, /npm run build/);
  assert.equal((await app.inject('/docs/errors/sip.busy')).statusCode, 200);
});
