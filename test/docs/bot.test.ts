/** What docs/bot.md shows works: its dialog loads, and its bot of ten lines answers turns. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { noAuthorization } from '../../src/authorization/index.ts';
import { readMessageResponse, type TurnReply } from '../../src/conversation/index.ts';
import { createHttpClient } from '../../src/host/index.ts';
import { freePort } from '../../src/host/loopback-server.fixture.ts';
import type { JsonObject } from '../../src/kit/index.ts';
import { loadDialog } from '../../src/providers/dialog-file/index.ts';
import { createJsonWebhook, jsonWebhookOptions } from '../../src/providers/json-webhook/index.ts';

const page = readFileSync('docs/bot.md', 'utf8');

function block(language: string, word: string): string {
  const blocks = [...page.matchAll(/```(\w+)\n([^]*?)```/g)];
  const found = blocks.find(([, name, text]) => name === language && text?.includes(word) === true);
  assert.ok(found?.[2] !== undefined, `docs/bot.md has a ${language} block with ${word}`);
  return found[2];
}

test('the dialog of the page loads', () => {
  const loaded = loadDialog(block('yaml', 'start: greet'), 'docs/bot.md');
  assert.deepEqual(loaded.ok ? [] : loaded.error, []);
});

test('the answer of the page is understood: spoken, then hung up', () => {
  const reply = readMessageResponse(JSON.parse(block('json', '"output"')), {});
  assert.ok(reply.ok);
  assert.deepEqual(reply.value.steps, [{ type: 'say', text: 'Great, see you then. Goodbye.' }, { type: 'hang-up' }]);
  assert.deepEqual(reply.value.problems, []);
});

test('the list of the page is read out as it says', () => {
  const reply = readMessageResponse(JSON.parse(block('json', '"response_type"')), {});
  assert.deepEqual(reply.ok && reply.value.steps.map((step) => step.type === 'say' && step.text), [
    /Heard: _(.*)_/.exec(page)?.[1],
  ]);
});

/** The code of a server on another port than the page says, telling when it is there. */
function listeningOn(code: string, port: number): string {
  return code.replace('.listen(8080)', `.listen(${port}, '127.0.0.1', () => console.log('up'))`);
}

test('the bot of ten lines listens, answers and hangs up', async () => {
  const port = await freePort();
  const code = listeningOn(block('js', 'const output ='), port);
  const bot = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(bot.stdout, 'data');
    const ask = async (text: string): Promise<unknown> => {
      const body = JSON.stringify({ input: { text }, context: { kept: 1 } });
      return await (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body })).json();
    };
    const first = readMessageResponse(await ask(''), {});
    assert.deepEqual(first.ok && first.value.steps, [{ type: 'say', text: 'Please say something.' }]);
    const second = readMessageResponse(await ask('hello'), {});
    assert.ok(second.ok);
    assert.deepEqual(second.value.steps, [{ type: 'say', text: 'You said: hello. Goodbye.' }, { type: 'hang-up' }]);
    assert.deepEqual(second.value.context, { kept: 1 });
  } finally {
    bot.kill();
  }
});

test('the webhook of ten lines passes words to a model and keeps what was said', async () => {
  const heard: unknown[] = [];
  const model = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      heard.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content: 'Good.' } }] }));
    });
  }).listen(0, '127.0.0.1');
  await once(model, 'listening');
  const port = await freePort();
  const code = listeningOn(block('js', 'LLM_URL'), port);
  const { port: modelPort } = model.address() as AddressInfo;
  const bot = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LLM_URL: `http://127.0.0.1:${modelPort}` },
  });
  try {
    await once(bot.stdout, 'data');
    const http = createHttpClient();
    const service = createJsonWebhook(
      jsonWebhookOptions.parse({ url: `http://127.0.0.1:${port}/` }),
      http.post,
      noAuthorization,
    );
    const ask = async (text: string, context: JsonObject): Promise<TurnReply> => {
      const request = { sessionId: 's', tenantId: 't', text, context };
      const reply = await service.turn(request, new AbortController().signal);
      assert.ok(reply.ok, reply.ok ? '' : reply.error.message);
      return reply.value;
    };
    const first = await ask('', { name: 'Rossi' });
    const second = await ask('yes', first.context);
    assert.deepEqual(second.steps, [{ type: 'say', text: 'Good.' }]);
    assert.equal(second.context['name'], 'Rossi');
    assert.deepEqual(heard.at(-1), {
      model: 'small',
      messages: [
        { role: 'user', content: '(start)' },
        { role: 'assistant', content: 'Good.' },
        { role: 'user', content: 'yes' },
      ],
    });
    assert.deepEqual((await ask('vgwHangUp', second.context)).steps, []);
    assert.equal(heard.length, 2);
    await http.close();
  } finally {
    bot.kill();
    model.close();
    model.closeAllConnections();
  }
});

test('the answer of a webhook on the page is understood', async () => {
  const bodyText = block('json', '"hangup"');
  const service = createJsonWebhook(
    jsonWebhookOptions.parse({ url: 'http://bot.example/' }),
    () => Promise.resolve({ ok: true, value: { status: 200, bodyText } }),
    noAuthorization,
  );
  const request = { sessionId: 's', tenantId: 't', text: 'yes', context: {} };
  const reply = await service.turn(request, new AbortController().signal);
  assert.ok(reply.ok);
  assert.deepEqual(
    reply.value.steps.map(({ type }) => type),
    ['say', 'say', 'hang-up'],
  );
  assert.deepEqual([reply.value.context, reply.value.problems], [{ outcome: 'confirmed' }, []]);
});
