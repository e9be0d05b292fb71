import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BotWatch } from '../../conversation/index.ts';
import { botConformance } from '../../testing/index.ts';
import { createDialogService, loadDialog } from './index.ts';

/** The conversation of `conformingBot` as a dialog. */
const dialog = loadDialog(
  `
start: begin
steps:
  begin: { say: Hello., set: { topic: greeting }, next: who }
  who:
    say: Who is there?
    set: { heard: '{{utterance}}' }
    listen: { bye: end, anything: repeat }
    max: 9
  repeat:
    say: 'You said: {{heard}}.'
    set: { heard: '{{utterance}}' }
    listen: { bye: end, anything: repeat }
    max: 9
  end: { say: 'Goodbye, {{name}}.', hangup: true }
`,
  'conforming.yaml',
);

test('who looks on sees the turn as the dialog got it, and its steps', async () => {
  assert.ok(dialog.ok);
  const told: unknown[] = [];
  const watch: BotWatch = {
    named: () => watch,
    onFailed: () => assert.fail(),
    onSent: ({ to, body }) => {
      told.push(to, JSON.parse(body));
      return { onPiece: () => assert.fail(), onEnd: ({ body: reply = '' }) => void told.push(JSON.parse(reply).steps) };
    },
  };
  const request = { sessionId: 's', tenantId: 't', text: '', context: { name: 'Rossi' } };
  await createDialogService(dialog.value).turn(request, new AbortController().signal, undefined, watch);
  const steps = [
    { type: 'say', text: 'Hello.' },
    { type: 'say', text: 'Who is there?' },
  ];
  assert.deepEqual(told, [undefined, { text: '', context: { name: 'Rossi' } }, steps]);
});

for (const { name, run } of botConformance(() => {
  assert.ok(dialog.ok, dialog.ok ? '' : dialog.error.join('\n'));
  return createDialogService(dialog.value);
})) {
  test(name, run);
}
