import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { loadDialog } from './index.ts';
import { likelyName } from './likely-name.ts';

const problemsOf = (text: string): readonly string[] => {
  const loaded = loadDialog(text, 'd.yaml');
  return loaded.ok ? [] : loaded.error;
};

const lines = (...text: string[]): string => text.join('\n');

describe('a faulty dialog is refused with file, line and the nearest known name', () => {
  for (const [name, text, expected] of [
    ['empty', '', [/^d\.yaml:1: a dialog is a map/]],
    ['no YAML', 'steps: "a', [/^d\.yaml:1: /]],
    ['a text', 'hello', [/a dialog is a map/]],
    ['no steps', 'steps: {}', [/has no steps/]],
    ['steps missing', 'start: a', [/"steps"/]],
    [
      'a misspelt key of a step',
      lines('steps:', '  a:', '    sya: Hi', '    hangup: true'),
      [/^d\.yaml:3: unknown key "sya" in step "a"; did you mean "say"\?$/],
    ],
    [
      'a misspelt key of the file',
      lines('stpes:', '  a: { hangup: true }'),
      [/"steps"/, /^d\.yaml:1: unknown key "stpes"; did you mean "steps"\?$/],
    ],
    [
      'a key like no other',
      lines('steps:', '  a: { hangup: true, colour: red }'),
      [/unknown key "colour" in step "a"; known are say, listen/],
    ],
    [
      'an unknown start',
      lines('start: b', 'steps:', '  abc: { hangup: true }'),
      [/^d\.yaml:1: there is no step "b"; known are abc$/],
    ],
    [
      'an unknown answer',
      lines('steps:', '  greet:', '    listen:', '      yes: gret'),
      [/^d\.yaml:4: there is no step "gret"; did you mean "greet"\?$/],
    ],
    ['an unknown next', lines('steps:', '  a:', '    next: bb'), [/^d\.yaml:3: there is no step "bb"/]],
    [
      'a numeric phrase has a line too',
      lines('steps:', '  a:', '    listen:', '      1: zzz'),
      [/^d\.yaml:4: there is no step "zzz"/],
    ],
    [
      'nowhere to go',
      lines('steps:', '  a: { say: Hi }'),
      [/^d\.yaml:2: step "a" needs exactly one of listen, next and hangup; it has none$/],
    ],
    [
      'two ways to go',
      lines('steps:', '  a: { next: a, hangup: true }'),
      [/it has next and hangup/, /leads back to itself/],
    ],
    [
      'a ring of next',
      lines('steps:', '  a: { next: b }', '  b: { next: a }'),
      [/^d\.yaml:2: step "a" leads back/, /^d\.yaml:3: step "b" leads back/],
    ],
    [
      'silence without listening',
      lines('steps:', '  a: { hangup: true, silence: a }'),
      [/"silence" is for steps that listen/],
    ],
    ['nothing to listen to', lines('steps:', '  a: { listen: {} }'), [/listens to nothing/]],
    ['a phrase without words', lines('steps:', '  a: { listen: { "yes, ?": a } }'), [/has no words: "\?"/]],
    ['a phrase listed twice', lines('steps:', '  a: { listen: { "one": a, "two, 1": a } }'), [/lists "1" twice/]],
    [
      'a broken place',
      lines('steps:', '  a:', '    hangup: true', '    say: Hi {{name}, bye'),
      [/^d\.yaml:4: write a place to fill as/],
    ],
    [
      'a broken place in a list',
      lines('steps:', '  a:', '    hangup: true', '    say: [Hi, "{{}}"]'),
      [/^d\.yaml:4: write a place/],
    ],
    [
      'a text that is a map',
      lines('steps:', '  a:', '    hangup: true', '    say: {{name}}'),
      [/d\.yaml:4: .*needs quotes/],
    ],
    ['a reserved variable', lines('steps:', '  a: { hangup: true, set: { dialog: 1 } }'), [/"dialog" cannot be/]],
    ['too many attempts', lines('steps:', '  a: { listen: { yes: a }, max: 99 }'), [/^d\.yaml:2: "steps\.a\.max"/]],
    ['hangup: false', lines('steps:', '  a: { hangup: false }'), [/"steps\.a\.hangup"/]],
    [
      'the same step twice',
      lines('steps:', '  a: { hangup: true }', '  a: { hangup: true }'),
      [/^d\.yaml:3: .*unique/],
    ],
  ] as const) {
    test(name, () => {
      const problems = problemsOf(text);
      assert.equal(problems.length, expected.length, problems.join('\n'));
      for (const [index, pattern] of expected.entries()) assert.match(problems[index] ?? '', pattern);
    });
  }

  test('aliases that multiply are refused', () => {
    const text = lines(
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'
        .split('')
        .map(
          (name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefg'[index]}`).join(',')}]`,
        ),
    );
    assert.ok(problemsOf(text).length > 0);
  });

  test('a file without end is refused', () => {
    assert.match(problemsOf('#'.repeat(300_000))[0] ?? '', /is longer than/);
  });

  test('any text gives a dialog or problems, never an exception', () => {
    const piece = fc.constantFrom(
      'steps:',
      '\n',
      '  ',
      'a',
      ': ',
      '{',
      '}',
      '[',
      ']',
      '&a',
      '*a',
      '"',
      '- ',
      'say',
      'listen',
      'next',
      '|',
      '#',
      '!!',
      '%',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 30 }), (pieces) => {
        const loaded = loadDialog(pieces.join(''), 'd.yaml');
        assert.ok(loaded.ok || loaded.error.length > 0);
      }),
    );
  });
});

test('the nearest name is near: a letter more, less, other or swapped', () => {
  const known = ['say', 'listen', 'otherwise', 'silence'];
  for (const [name, nearest] of [
    ['sya', 'say'],
    ['lisen', 'listen'],
    ['Listen', 'listen'],
    ['othervise', 'otherwise'],
    ['colour', undefined],
    ['', undefined],
  ] as const) {
    assert.equal(likelyName(name, known), nearest, name);
  }
});
