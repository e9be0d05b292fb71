import assert from 'node:assert/strict';
import { test } from 'node:test';
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

for (const { name, run } of botConformance(() => {
  assert.ok(dialog.ok, dialog.ok ? '' : dialog.error.join('\n'));
  return createDialogService(dialog.value);
})) {
  test(name, run);
}
