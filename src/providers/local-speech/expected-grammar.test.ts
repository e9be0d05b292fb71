import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ExpectedSpeech } from '../../speech/index.ts';
import { expectedGrammar, moonshineTokens } from './expected-grammar.ts';

/** Whether the recogniser may write this text, token by token. */
function mayWrite(expected: ExpectedSpeech): (text: string) => boolean {
  const grammar = expectedGrammar(expected);
  return (text) => {
    let place: ReturnType<typeof grammar.follow> = grammar.origin;
    for (const token of moonshineTokens(text, 'after space')) {
      if (place === undefined) return false;
      place = grammar.follow(place, token);
    }
    return place !== undefined && grammar.mayEndAt(place);
  };
}

function assertWrites(expected: ExpectedSpeech, texts: readonly string[], others: readonly string[]): void {
  const writes = mayWrite(expected);
  for (const text of texts) assert.ok(writes(text), `"${text}" is expected`);
  for (const text of others) assert.ok(!writes(text), `"${text}" is not expected`);
}

test('phrases are expected in every case, with punctuation or without, and nothing between them', () => {
  assertWrites(
    { phrases: ['yes', 'no thank you', 'OK', "I don't know", 'check-in'] },
    ['yes', 'Yes.', 'YES', 'Yes!', 'No, thank you.', 'no thank you', 'Ok', "I don't know.", 'Check-in', 'Check in?'],
    ['', '.', 'y', 'Yes no', 'no', 'No thank', 'no thank you yes', 'yesno'],
  );
});

test('numbers in phrases are expected in figures and in words', () => {
  assertWrites(
    { phrases: ['option 2', 'gate 42', 'room 105', 'the third one'] },
    ['Option 2.', 'option two', 'Gate 42', 'gate forty-two.', 'Room 105', 'Room one zero five', 'the 3rd 1.'],
    ['option', 'option 3', 'gate 4', 'room 1', 'gate forty'],
  );
});

test('rows of digits are expected in all the ways they are written, of no other length', () => {
  assertWrites(
    { phrases: [], digits: { minCount: 2, maxCount: 4 } },
    ['12', '1234.', '1, 2, 3', '1-2-3-4', 'One, two, three.', 'one two', 'Nine-oh-five', '1 2 3 4', 'Five five.'],
    ['1', 'one', '12345', 'one two three four five', 'twelve', 'one and two', '1, 2, 3, 4, 5'],
  );
});

test('dates are expected in figures and in words, with the year or without', () => {
  assertWrites(
    { phrases: [], dates: true },
    [
      'July 4th, 1982.',
      'the fourth of July',
      'Next Monday.',
      'Tuesday, the 3rd',
      'On December thirty-first, 2026',
      'tomorrow',
      'The twenty-second of May, nineteen eighty-two.',
      'January 1, two thousand and five',
      '7/4/1982',
      'March the 30th',
      'the thirtieth of March',
    ],
    ['yesterday morning', 'July', 'the of July', '1982', 'Monday Tuesday'],
  );
});

test('several kinds are expected side by side', () => {
  assertWrites(
    { phrases: ['operator'], digits: { minCount: 1, maxCount: 3 } },
    ['Operator.', '1, 2', 'seven'],
    ['operator 1', '1 operator'],
  );
});

test('any phrase of words is expected as it stands, and its end is not expected sooner', () => {
  const word = fc.constantFrom('please', 'Repeat', 'the', 'menu', 'straße', '好', "o'clock", '7', 'x', 'sixth');
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
      const writes = mayWrite({ phrases: [words.join(' ')] });
      assert.ok(writes(words.join(' ')));
      assert.ok(writes(`${words.join(' ').toLowerCase()}.`));
      assert.ok(!writes(words.slice(0, -1).join(' ')));
    }),
  );
});

test('a phrase without words expects nothing', () => {
  const grammar = expectedGrammar({ phrases: ['...', ''] });
  assert.ok(!grammar.mayEndAt(grammar.origin));
  assert.deepEqual(grammar.tokensAt(grammar.origin), []);
});
