/** One question over HTTP and what proves who asks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Authorization } from '../../authorization/index.ts';
import { type HttpStreamOrder, ok } from '../../kit/index.ts';
import { askService } from './post-service.ts';
import { readServiceOptions } from './service-options.ts';
import { noPorts } from './service-ports.fixture.ts';

const service = readServiceOptions('Maker', {
  url: 'https://speech.example',
  trust: 'operator',
  authorization: { kind: 'none' },
});

/** A service that knows only the second token, and what it was asked. */
function askWith(canRenew: boolean) {
  const shown: (string | undefined)[] = [];
  let tokens = 1;
  const authorization: Authorization = {
    header: () => Promise.resolve(ok(`Bearer T${tokens}`)),
    forget: () => {
      tokens += 1;
      return canRenew;
    },
  };
  const post = ({ headers, onData }: HttpStreamOrder) => {
    shown.push(headers['authorization']);
    const status = headers['authorization'] === 'Bearer T2' ? 200 : 401;
    onData(new TextEncoder().encode(status === 200 ? 'words' : 'no'), status);
    return Promise.resolve(ok({ status }));
  };
  const ports = { ...noPorts, postStream: { ...noPorts.postStream, operator: post } };
  const question = { url: 'https://speech.example/v1', body: '{}', maxReplyBytes: 1000, headers: {}, authorization };
  const { signal } = new AbortController();
  return { shown, answer: askService(question, service, ports, signal) };
}

test('a token that is refused is exchanged once, and the answer is that to the new one', async () => {
  const { shown, answer } = askWith(true);
  assert.deepEqual(await answer, ok('words'));
  assert.deepEqual(shown, ['Bearer T1', 'Bearer T2']);
});

test('where there is no other token, the refusal stands', async () => {
  const { shown, answer } = askWith(false);
  const outcome = await answer;
  assert.ok(!outcome.ok && /refused the credentials \(HTTP status 401\)/.test(outcome.error));
  assert.deepEqual(shown, ['Bearer T1']);
});
