/** What docs/bot.md shows works: its dialog loads, and its bot of ten lines answers turns. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { readMessageResponse } from '../../src/conversation/index.ts';
import { loadDialog } from '../../src/providers/dialog-file/index.ts';

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

test('the bot of ten lines listens, answers and hangs up', async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  const code = block('js', 'createServer').replace(
    '.listen(8080)',
    `.listen(${port}, '127.0.0.1', () => console.log('up'))`,
  );
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
