import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultDialog } from './default-dialog.ts';
import { nextTurn } from './dialog-service.ts';
import { fixedTexts } from './fixed-texts.ts';
import { loadDialog } from './load-dialog.ts';

test('steps that follow at once are one text, a repeated question is another, and variables are left out', () => {
  const loaded = loadDialog(
    `start: hello
steps:
  bye: { say: Goodbye., hangup: true }
  hello: { say: [Good day., This is a test.], next: ask }
  ask:
    say: Are you there?
    listen: { yes: named, no: bye }
    retry: [Hello?, Are you still there?]
    otherwise: silent
  named: { say: 'Hello, {{name}}.', next: bye }
  silent: { hangup: true }
`,
    'test.yaml',
  );
  assert.ok(loaded.ok, JSON.stringify(loaded));
  assert.deepEqual(fixedTexts(loaded.value), [
    'Good day. This is a test. Are you there?',
    'Goodbye.',
    'Are you there?',
    'Hello? Are you still there?',
  ]);
});

test('what the built-in dialog says to a callee who says yes is among them, but for its greeting', () => {
  const dialog = defaultDialog();
  const known = fixedTexts(dialog);
  const greeting = nextTurn(dialog, '', {});
  const answer = nextTurn(dialog, 'yes', greeting.context);
  const textOf = ({ steps }: typeof answer): string =>
    steps.flatMap((step) => (step.type === 'say' ? step.text : [])).join(' ');
  assert.ok(known.includes(textOf(answer)), textOf(answer));
  assert.equal(known.includes(textOf(greeting)), false);
});
