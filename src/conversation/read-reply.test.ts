import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type ReplyStep, readMessageResponse, type TurnReply } from './index.ts';
import { maxReplyItems } from './reply-values.ts';
import { maxReplyCharacters } from './step-list.ts';

const sent = { campaign: 'recall-07' };

function read(body: unknown): TurnReply {
  const result = readMessageResponse(body, sent);
  assert.ok(result.ok, result.ok ? '' : result.error.message);
  return result.value;
}

/** Steps in shorthand: what is said, and `<hang-up>`. */
function heard(steps: readonly ReplyStep[]): string[] {
  return steps.map((step) => (step.type === 'say' ? step.text : '<hang-up>'));
}

const play = (text?: unknown): object => ({
  command: 'vgwActPlayText',
  ...(text !== undefined && { parameters: { text } }),
});
const hangUp = { command: 'vgwActHangup' };

describe('the rules of envelope and order (§6.1), each by name', () => {
  const rules: readonly (readonly [
    rule: string,
    output: object,
    steps: readonly string[],
    problems?: readonly RegExp[],
  ])[] = [
    ['no action: the texts are said', { text: ['Hello.', 'Who is there?'] }, ['Hello.', 'Who is there?']],
    ['a text may be one string', { text: 'Hello.' }, ['Hello.']],
    ['no text is a reply too', {}, []],
    ['empty and blank texts are silence', { text: ['', '  ', 'Hello.'] }, ['Hello.']],
    ['what is no string is left out and said', { text: [7, 'Hello.', null] }, ['Hello.'], [/output\.text holds/]],
    ['generic texts count when text is absent', { generic: [{ response_type: 'text', text: 'Hi.' }] }, ['Hi.']],
    [
      'generic texts count when text is empty',
      { text: [], generic: [{ response_type: 'text', text: 'Hi.' }] },
      ['Hi.'],
    ],
    [
      'generic texts repeat text and are not said twice',
      { text: ['Hi.'], generic: [{ response_type: 'text', text: 'Hi.' }] },
      ['Hi.'],
    ],
    [
      'of generic values the first is said',
      { generic: [{ response_type: 'text', values: [{ text: 'A' }, { text: 'B' }] }] },
      ['A'],
    ],
    [
      'of multiline values all are said',
      { generic: [{ response_type: 'text', selection_policy: 'multiline', values: [{ text: 'A' }, { text: 'B' }] }] },
      ['A', 'B'],
    ],
    [
      'another response type is skipped and said',
      { generic: [{ response_type: 'video' }] },
      [],
      [/response type "video"/],
    ],
    [
      'a response type that is no string is skipped and said',
      { generic: [{ response_type: { toString: 1 } }, {}] },
      [],
      [/response type an object/, /response type missing/],
    ],
    [
      'a response for another channel is not ours',
      { generic: [{ response_type: 'text', text: 'A', channels: [{ channel: 'chat' }] }] },
      [],
    ],
    [
      'one action: hang-up takes effect after the node text',
      { text: ['Bye.'], vgwAction: hangUp },
      ['Bye.', '<hang-up>'],
    ],
    ['one action: playing the node text plays it once', { text: ['Hello.'], vgwAction: play() }, ['Hello.']],
    ['one action: its own text, then the node text', { text: ['B'], vgwAction: play('A') }, ['A', 'B']],
    ['one action: the same text is not said twice', { text: ['A'], vgwAction: play(['A']) }, ['A']],
    [
      'one action we do not know: the node text is played',
      { text: ['A'], vgwAction: { command: 'vgwActDance' } },
      ['A'],
      [/"vgwActDance" is not supported/],
    ],
    [
      'one action without a command: the node text is played',
      { text: ['A'], vgwAction: {} },
      ['A'],
      [/vgwAction has no command/],
    ],
    ['one action that is a list is malformed', { text: ['A'], vgwAction: [hangUp] }, ['A'], [/vgwAction is a list/]],
    ['a null action is no action', { text: ['A'], vgwAction: null, vgwActionSequence: null }, ['A']],
    [
      'a sequence does not play the node text by itself',
      { text: ['Never.'], vgwActionSequence: [hangUp] },
      ['<hang-up>'],
    ],
    [
      'a sequence plays the node text where it stands',
      { text: ['Node.'], vgwActionSequence: [play('First.'), play(), hangUp] },
      ['First.', 'Node.', '<hang-up>'],
    ],
    ['a sequence may play the node text twice', { text: ['A'], vgwActionSequence: [play(), play()] }, ['A', 'A']],
    [
      'the node text may be a generic one',
      { generic: [{ response_type: 'text', text: 'G' }], vgwActionSequence: [play()] },
      ['G'],
    ],
    ['a text parameter may be a list', { vgwActionSequence: [play(['A', 'B'])] }, ['A', 'B']],
    ['nothing follows a hang-up', { vgwActionSequence: [hangUp, play('late')] }, ['<hang-up>'], [/after vgwActHangup/]],
    [
      'an unknown action in a sequence is skipped',
      { vgwActionSequence: [{ command: 'vgwActSendSMS' }, play('A')] },
      ['A'],
      [/"vgwActSendSMS" is not supported/],
    ],
    [
      'a malformed action in a sequence is skipped',
      { vgwActionSequence: [null, { command: 7 }, play('A')] },
      ['A'],
      [/\[0\] is null/, /\[1\] has no command/],
    ],
    [
      'malformed parameters are said',
      { text: ['A'], vgwActionSequence: [{ command: 'vgwActPlayText', parameters: 'x' }] },
      ['A'],
      [/parameters of "vgwActPlayText"/],
    ],
    ['an empty sequence is no sequence', { text: ['A'], vgwActionSequence: [] }, ['A']],
    [
      'a sequence that is no list: the text is said',
      { text: ['A'], vgwActionSequence: 'x' },
      ['A'],
      [/vgwActionSequence is a string/],
    ],
    [
      'a sequence wins over a single action',
      { vgwAction: hangUp, vgwActionSequence: [play('A')] },
      ['A'],
      [/vgwAction was ignored/],
    ],
    [
      'commands are case-insensitive',
      { text: ['A'], vgwActionSequence: [{ command: 'VGWACTPLAYTEXT' }, { command: 'vgwActHangUp' }] },
      ['A', '<hang-up>'],
    ],
  ];
  for (const [rule, output, steps, problems = []] of rules) {
    test(rule, () => {
      const reply = read({ output, context: {} });
      assert.deepEqual(heard(reply.steps), steps);
      assert.equal(reply.problems.length, problems.length, reply.problems.join('\n'));
      for (const [index, pattern] of problems.entries()) assert.match(reply.problems[index] ?? '', pattern);
    });
  }
});

describe('context', () => {
  test('a context that came is the one to post back', () => {
    assert.deepEqual(read({ output: {}, context: { a: [1] } }).context, { a: [1] });
  });

  test('without a context the one that was sent is kept', () => {
    assert.deepEqual(read({ output: {} }).context, sent);
    assert.deepEqual(read({ output: {}, context: null }).problems, []);
  });

  test('a context of another type is refused and said', () => {
    const reply = read({ output: {}, context: 'x' });
    assert.deepEqual(reply.context, sent);
    assert.match(reply.problems[0] ?? '', /"context" is a string/);
  });

  test('deprecated vgwHangUp hangs up after the text, once', () => {
    assert.deepEqual(heard(read({ output: { text: 'Bye.' }, context: { vgwHangUp: 'Yes' } }).steps), [
      'Bye.',
      '<hang-up>',
    ]);
    assert.deepEqual(heard(read({ output: { vgwAction: hangUp }, context: { vgwHangUp: 'yes' } }).steps), [
      '<hang-up>',
    ]);
    assert.deepEqual(heard(read({ output: { text: 'Hi.' }, context: { vgwHangUp: 'No' } }).steps), ['Hi.']);
  });
});

describe('bounds and bad input', () => {
  for (const [name, body] of [
    ['null', null],
    ['a list', []],
    ['a string', 'hello'],
    ['undefined', undefined],
    ['no output', { context: {} }],
    ['output null', { output: null }],
    ['output a list', { output: [] }],
  ] as const) {
    test(`bad reply: ${name}`, () => {
      const result = readMessageResponse(body, sent);
      assert.ok(!result.ok);
      assert.equal(result.error.code, 'bot.bad-reply');
    });
  }

  test('a context that nests too deeply is a bad reply', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    const result = readMessageResponse({ output: {}, context: { deep } }, sent);
    assert.equal(!result.ok && result.error.code, 'bot.bad-reply');
  });

  test('texts are cut at their bound, over all steps, with one problem', () => {
    const reply = read({ output: { text: ['a'.repeat(6000)], vgwActionSequence: [play(), play(), play()] } });
    assert.equal(heard(reply.steps).join('').length, maxReplyCharacters);
    assert.equal(reply.steps.length, 2);
    assert.equal(reply.problems.length, 1);
  });

  test('a cut never leaves half a character', () => {
    const [text = ''] = heard(read({ output: { text: [`${'a'.repeat(maxReplyCharacters - 1)}😀`] } }).steps);
    assert.equal(text.length, maxReplyCharacters - 1);
  });

  test('a hang-up survives texts that are too long', () => {
    assert.equal(heard(read({ output: { text: ['a'.repeat(20_000)], vgwAction: hangUp } }).steps).at(-1), '<hang-up>');
  });

  test('only so many actions are carried out', () => {
    const reply = read({ output: { vgwActionSequence: Array.from({ length: 5000 }, () => play('x')) } });
    assert.equal(reply.steps.length, maxReplyItems);
    assert.match(reply.problems[0] ?? '', /5000 actions/);
  });

  test('any JSON gives steps within the bounds or one expected error', () => {
    const output = fc.record(
      { text: fc.jsonValue(), generic: fc.jsonValue(), vgwAction: fc.jsonValue(), vgwActionSequence: fc.jsonValue() },
      { requiredKeys: [] },
    );
    const body = fc.oneof(fc.jsonValue(), fc.record({ output, context: fc.jsonValue() }, { requiredKeys: ['output'] }));
    fc.assert(
      fc.property(body, (value) => {
        const result = readMessageResponse(value, sent);
        if (!result.ok) return assert.equal(result.error.code, 'bot.bad-reply');
        const said = heard(result.value.steps);
        assert.ok(said.join('').length <= maxReplyCharacters + '<hang-up>'.length);
        assert.ok(!said.slice(0, -1).includes('<hang-up>'));
      }),
    );
  });
});
