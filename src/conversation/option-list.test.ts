import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  chooseOption,
  defaultOptionConfig,
  type OptionConfig,
  type OptionList,
  optionPhrases,
  readOutOptions,
} from './index.ts';

const list = (...labels: readonly string[]): OptionList => ({
  kind: 'option',
  title: 'Where to?',
  options: labels.map((label) => ({ label, input: { text: label } })),
});
const said = (text: string, labels: readonly string[], config: OptionConfig = defaultOptionConfig): unknown =>
  chooseOption(list(...labels), config, { type: 'speech', text })?.['text'];
const places = ['Rent a boat', 'Book a flight', 'Book a hotel', 'Café Zoë'];

test('read out: title, then every label with its number', () => {
  assert.equal(readOutOptions(list('A boat', 'A car!')), 'Where to? 1. A boat. 2. A car!');
  const config = { prefixText: 'Press or say %s for', hearsSpeech: true };
  assert.equal(
    readOutOptions(list('A boat', 'A car'), config),
    'Where to? Press or say 1 for A boat. Press or say 2 for A car.',
  );
  assert.equal(readOutOptions({ ...list('A'), title: ' ' }), '1. A.');
});

describe('words choose', () => {
  const rows: readonly (readonly [words: string, label: string | undefined])[] = [
    ['two', 'Book a flight'],
    ['Number two, please.', 'Book a flight'],
    ['the second one', 'Book a flight'],
    ["I'd like option 3", 'Book a hotel'],
    ['option 3', 'Book a hotel'],
    ['4th', 'Café Zoë'],
    ['one', 'Rent a boat'],
    ['five', undefined],
    ['0', undefined],
    ['no', undefined],
    ['not two', undefined],
    ['two or three', undefined],
    ['rent a boat', 'Rent a boat'],
    ['well rent a boat then', 'Rent a boat'],
    ['boat', 'Rent a boat'],
    ['the hotel please', 'Book a hotel'],
    ['book', undefined],
    ['book a', undefined],
    ['cafe zoe', 'Café Zoë'],
    ['please', undefined],
    ['', undefined],
  ];
  for (const [words, label] of rows) test(`"${words}"`, () => assert.equal(said(words, places), label));

  test('a label wins over a number', () => assert.equal(said('two', ['Three', 'One', 'Two']), 'Two'));

  test('match words take the place of numbers', () => {
    const config = { matchWords: ['rouge', 'bleu clair'], hearsSpeech: true };
    assert.equal(said('le bleu clair', places, config), 'Book a flight');
    assert.equal(said('two', places, config), undefined);
    assert.equal(said('rouge ou bleu clair', places, config), undefined);
    assert.equal(said('boat', places, config), 'Rent a boat');
  });

  test('not when speech is disabled', () => assert.equal(said('two', places, { hearsSpeech: false }), undefined));

  test('any text of any length gives an option or none, in linear time', () => {
    fc.assert(fc.property(fc.string(), (text) => void said(text, places)));
    assert.equal(said('a '.repeat(500_000), places), undefined);
  });
});

test('keys choose by number, whether speech counts or not', () => {
  const pressed = (text: string): unknown =>
    chooseOption(list(...places), { hearsSpeech: false }, { type: 'digits', text })?.['text'];
  assert.deepEqual(['1', '4', '04', '0', '5', '*', '12345', ''].map(pressed), [
    'Rent a boat',
    'Café Zoë',
    'Café Zoë',
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('what is likely to be said to a list chooses from it', () => {
  const phrases = optionPhrases(list(...places), defaultOptionConfig);
  for (const phrase of ['Rent a boat', 'boat', 'hotel', 'two', 'number three', 'the fourth one']) {
    assert.ok(phrases.includes(phrase), phrase);
  }
  for (const phrase of phrases) assert.notEqual(said(phrase, places), undefined, phrase);
  const own: OptionConfig = { hearsSpeech: true, matchWords: ['eins', 'zwei'] };
  assert.deepEqual(optionPhrases(list('Ja', 'Nein'), own), ['Ja', 'Nein', 'nein', 'eins', 'zwei']);
  assert.deepEqual(optionPhrases(list('Yes', 'No'), { hearsSpeech: false }), []);
});
