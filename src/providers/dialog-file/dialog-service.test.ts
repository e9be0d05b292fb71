import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../kit/index.ts';
import { defaultDialogText } from './default-dialog.ts';
import { maxMissesInARow } from './dialog-service.ts';
import { createDialogService, defaultDialog, type Dialog, loadDialog } from './index.ts';

const example = (name: string): string => readFileSync(join('examples', name, 'dialog.yaml'), 'utf8');

function load(text: string): Dialog {
  const loaded = loadDialog(text, 'd.yaml');
  assert.ok(loaded.ok, loaded.ok ? '' : loaded.error.join('\n'));
  return loaded.value;
}

/** Walks a dialog: what the callee says, turn by turn, after the first turn with its empty text. */
async function walk(dialog: Dialog, said: readonly string[], context: JsonObject = {}) {
  const service = createDialogService(dialog);
  const heard: string[] = [];
  let current = context;
  for (const text of ['', ...said]) {
    // Through JSON, as the context of a real call goes.
    const sent = JSON.parse(JSON.stringify(current)) as JsonObject;
    const reply = await service.turn(
      { sessionId: 's', tenantId: 't', text, context: sent },
      new AbortController().signal,
    );
    assert.ok(reply.ok);
    assert.deepEqual(reply.value.problems, []);
    heard.push(reply.value.steps.map((step) => (step.type === 'say' ? step.text : '<hang-up>')).join(' '));
    current = reply.value.context;
  }
  return { heard, context: current };
}

const silence = 'vgwPostResponseTimeout';

describe('the appointment reminder', () => {
  test('is the built-in dialog and fits in 30 lines', () => {
    assert.equal(example('appointment-reminder'), defaultDialogText);
    assert.ok(defaultDialogText.split('\n').length <= 30);
  });

  test('works without any context', async () => {
    const { heard, context } = await walk(defaultDialog(), ['Yes.', 'vgwHangUp']);
    assert.deepEqual(heard, [
      'Hello there, this is your clinic. Your appointment is tomorrow at ten. Can you come?',
      'Great, see you then. Goodbye. <hang-up>',
      '',
    ]);
    assert.equal(context['outcome'], 'confirmed');
  });

  test('speaks the values of the call request', async () => {
    const { heard } = await walk(defaultDialog(), [], {
      name: 'Ms Rossi',
      clinic: 'Dr. Weiss',
      day: 'on Monday',
      time: 9,
    });
    assert.equal(heard[0], 'Hello Ms Rossi, this is Dr. Weiss. Your appointment is on Monday at 9. Can you come?');
  });

  for (const [said, outcome] of [
    [['yeah, of course!'], 'confirmed'],
    [['hello?', 'okay'], 'confirmed'],
    [['mumble mumble', 'yes'], 'confirmed'],
    [['what?', 'what?', 'yes'], 'confirmed'],
    [["I can't", 'yes please'], 'callback'],
    [['no, not okay', 'no thanks'], 'cancelled'],
    [['of course not', 'no'], 'cancelled'],
    [['no', silence], 'callback'],
    [[silence, silence], 'unclear'],
    [["I'm not sure", 'umm'], 'callback'],
  ] as const) {
    test(`${said.join(' / ')} ends as ${outcome}`, async () => {
      const { context } = await walk(defaultDialog(), said);
      assert.equal(context['outcome'], outcome);
    });
  }
});

describe('the survey', () => {
  const survey = (): Dialog => load(example('survey'));

  test('fits in 30 lines', () => {
    assert.ok(example('survey').split('\n').length <= 30);
  });

  test('collects its answers in the context', async () => {
    const said = ['hello', 'sure, go ahead', 'I would say four', 'maybe', 'Your people are kind.'];
    const { heard, context } = await walk(survey(), said, { name: 'Ada', campaign: 'c-1' });
    assert.match(heard[1] ?? '', /^Hello Ada/);
    assert.equal(heard.at(-1), 'Thank you for your time. Goodbye. <hang-up>');
    const { rating, recommend, comment, campaign } = context;
    assert.deepEqual(
      { rating, recommend, comment, campaign },
      { rating: '4', recommend: 'maybe', comment: 'Your people are kind.', campaign: 'c-1' },
    );
  });

  test('a bad mark is met with regret, and keys count as numbers', async () => {
    const { heard, context } = await walk(survey(), ['yes', '2']);
    assert.equal(heard[2], 'I am sorry to hear that. Would you recommend us to a friend?');
    assert.equal(context['rating'], '2');
  });

  test('asks for the number three times, then thanks and goes', async () => {
    const { heard } = await walk(survey(), ['yes', 'blue', silence, 'eleven']);
    assert.match(heard[2] ?? '', /^Please say a number/);
    assert.match(heard[3] ?? '', /^Please say a number/);
    assert.match(heard[4] ?? '', /^Thank you .*<hang-up>$/);
  });

  test('nothing to say is not a comment', async () => {
    const { heard, context } = await walk(survey(), ['yes', '5', 'yes', silence]);
    assert.match(heard.at(-1) ?? '', /<hang-up>$/);
    assert.equal('comment' in context, false);
  });
});

describe('the language', () => {
  const yesNo = (more = '') =>
    load(
      `steps:\n  q:\n    say: Yes or no?\n    listen: { yes: y, no: n, not sure: u }\n${more}  y: { say: Y, hangup: true }\n  n: { say: N, hangup: true }\n  u: { say: U, hangup: true }\n`,
    );

  for (const [said, heard] of [
    ['YES!', 'Y'],
    ['well... yes, I think', 'Y'],
    ['yesterday', 'Yes or no?'],
    ['eyes', 'Yes or no?'],
    ['No.', 'N'],
    ['not sure', 'U'],
    ['not yes', 'Yes or no?'],
    ['Nö', 'N'],
    ['vgwYes yes', 'Yes or no?'],
    ['', 'Yes or no?'],
  ] as const) {
    test(`"${said}" leads to ${heard}`, async () => {
      assert.equal((await walk(yesNo(), [said])).heard[1]?.replace(' <hang-up>', ''), heard);
    });
  }

  test('without otherwise a question is asked three times, then the call ends', async () => {
    const { heard } = await walk(yesNo(), ['hm', silence, 'hm']);
    assert.deepEqual(heard, ['Yes or no?', 'Yes or no?', 'Yes or no?', '<hang-up>']);
  });

  test('otherwise and silence lead to different steps, at once unless max is given', async () => {
    const dialog = yesNo('    otherwise: n\n    silence: u\n');
    assert.match((await walk(dialog, ['hm'])).heard[1] ?? '', /^N/);
    assert.match((await walk(dialog, [silence])).heard[1] ?? '', /^U/);
    const patient = yesNo('    otherwise: n\n    max: 2\n    retry: Once more?\n');
    assert.deepEqual((await walk(patient, ['hm', silence])).heard.slice(1), ['Once more?', 'N <hang-up>']);
  });

  test('a goodbye on the first turn is hung up on the second', async () => {
    const dialog = load('steps:\n  a: { say: Doors close at six., hangup: true }\n');
    assert.deepEqual((await walk(dialog, [silence])).heard, ['Doors close at six. <hang-up>', '<hang-up>']);
  });

  test('steps that wait for nobody end the call in the end', async () => {
    const dialog = load(
      'steps:\n  a: { say: A, listen: { yes: a }, otherwise: b }\n  b: { say: B, listen: { yes: a }, otherwise: a }\n',
    );
    const { heard } = await walk(
      dialog,
      Array.from({ length: maxMissesInARow }, () => silence),
    );
    assert.equal(heard.at(-1), '<hang-up>');
    assert.ok(!heard.slice(0, -1).some((text) => text.includes('<hang-up>')));
  });

  test('values: defaults, objects, and nothing of a value is filled again', async () => {
    const dialog = load(
      'steps:\n  a: { say: "{{x.y|none}} {{missing}}|{{constructor|own}} {{ name | friend }}", hangup: true }\n',
    );
    assert.equal((await walk(dialog, [], { x: { y: true }, name: '{{x.y}}' })).heard[0], 'true |own {{x.y}} <hang-up>');
    assert.equal((await walk(dialog, [], { x: 'y', name: null })).heard[0], 'none |own friend <hang-up>');
  });

  test('set keeps numbers and booleans', async () => {
    const { context } = await walk(
      load('steps:\n  a: { set: { vgwPostResponseTimeoutCount: 4000, done: true, who: "{{name}}!" }, hangup: true }\n'),
      [],
      { name: 'Ada' },
    );
    assert.deepEqual([context['vgwPostResponseTimeoutCount'], context['done'], context['who']], [4000, true, 'Ada!']);
  });

  test('a forged or foreign place in the context starts over or goes on, and never fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.string(), async (place, text) => {
        const { heard } = await walk(yesNo(), [text, 'yes'], { dialog: place as JsonObject });
        assert.equal(heard.length, 3);
      }),
    );
    assert.equal((await walk(yesNo(), [], { dialog: { step: 'gone', asked: 1, misses: 0 } })).heard[0], 'Yes or no?');
  });

  test('an aborted turn rejects', async () => {
    const service = createDialogService(defaultDialog());
    await assert.rejects(
      service.turn({ sessionId: 's', tenantId: 't', text: '', context: {} }, AbortSignal.abort(new Error('over'))),
      /over/,
    );
  });
});

test('the phrases of the step that listens are expected, when it is asked again as well', async () => {
  const service = createDialogService(
    load(
      [
        'steps:',
        "  a: { say: Question, listen: { 'yes, of course': b, 'no': b } }",
        '  b: { say: Well then., next: c }',
        '  c: { say: Anything else?, listen: { anything: a } }',
        '',
      ].join('\n'),
    ),
  );
  const turn = async (text: string, context: JsonObject) => {
    const reply = await service.turn({ sessionId: 's', tenantId: 't', text, context }, new AbortController().signal);
    assert.ok(reply.ok);
    return reply.value;
  };
  const first = await turn('', {});
  assert.deepEqual(first.expected, { phrases: ['yes', 'of course', 'no'] });
  const again = await turn('what', first.context);
  assert.deepEqual(again.expected, first.expected);
  assert.equal((await turn('no', again.context)).expected, undefined);
});
