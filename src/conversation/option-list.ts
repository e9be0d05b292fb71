/**
 * Lists of options (specification §6.3): how they are read out, and which option the callee's words or keys mean. An option
 * is chosen by its number as keys; by its number in figures or English words ("two", "number two", "the second one"), or the
 * match words that the bot gave instead; or by its label, whole or in part. What means two options means none.
 */
import type { JsonObject } from '../kit/index.ts';
import type { OptionConfig, OptionList } from './contract.ts';

export const defaultOptionConfig: OptionConfig = { hearsSpeech: true };

/** What is spoken: the title, then every label with its number before it. */
export function readOutOptions({ title, options }: OptionList, config: OptionConfig = defaultOptionConfig): string {
  const { prefixText } = config;
  const lines = options.map(({ label }, index) => {
    const number = String(index + 1);
    return `${prefixText === undefined ? `${number}.` : prefixText.replaceAll('%s', number)} ${label}`;
  });
  return [title, ...lines]
    .filter((line) => line.trim() !== '')
    .map(asSentence)
    .join(' ');
}

/** The input of the option that was chosen, or undefined. */
export function chooseOption(
  { options }: OptionList,
  config: OptionConfig,
  answer: { readonly type: 'speech' | 'digits'; readonly text: string },
): JsonObject | undefined {
  if (answer.type === 'digits')
    return /^\d{1,3}$/.test(answer.text) ? options[Number(answer.text) - 1]?.input : undefined;
  if (!config.hearsSpeech) return undefined;
  const words = wordsOf(answer.text);
  const labels = options.map(({ label }) => wordsOf(label));
  const index =
    only(labels, (label) => isSame(label, words)) ??
    (config.matchWords === undefined
      ? numberIn(words)
      : only(config.matchWords.slice(0, options.length), (word) => contains(words, wordsOf(word)))) ??
    only(labels, (label) => contains(words, label)) ??
    only(labels, (label) => contains(label, withoutFillers(words)));
  return index === undefined ? undefined : options[index]?.input;
}

/**
 * What is likely to be said to choose from the list: labels, words that one label alone has, and numbers. Nothing when
 * speech does not choose.
 */
export function optionPhrases({ options }: OptionList, config: OptionConfig): readonly string[] {
  if (!config.hearsSpeech) return [];
  const words = options.flatMap(({ label }) => [...new Set(wordsOf(label))].filter((word) => !fillers.has(word)));
  const labelsWith = new Map<string, number>();
  for (const word of words) labelsWith.set(word, (labelsWith.get(word) ?? 0) + 1);
  const own = words.filter((word) => word.length > 2 && labelsWith.get(word) === 1);
  const spoken = (index: number): string[] => {
    const [cardinal, ordinal] = [cardinals[index], ordinals[index]];
    return [
      ...(cardinal === undefined ? [] : [cardinal, `number ${cardinal}`, `option ${cardinal}`]),
      ...(ordinal === undefined ? [] : [ordinal, `the ${ordinal} one`]),
    ];
  };
  const chosenBy = config.matchWords?.slice(0, options.length) ?? options.flatMap((_, index) => spoken(index));
  return [...new Set([...options.map(({ label }) => label), ...own, ...chosenBy])];
}

const cardinals =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );
const ordinals = 'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(' ');
const numbers: ReadonlyMap<string, number> = new Map(
  [cardinals, ordinals].flatMap((list) => list.map((word, index): [string, number] => [word, index + 1])),
);
const fillers = new Set(
  "a an and choice choose for i i'd i'll is it like my number of option please pick press say select take that the this to want would".split(
    ' ',
  ),
);

/** The index that the words name when they are a number and nothing else of weight. */
function numberIn(words: readonly string[]): number | undefined {
  let rest = withoutFillers(words);
  // "the second one"
  if (rest.length === 2 && rest[1] === 'one') rest = rest.slice(0, 1);
  const [word] = rest;
  if (word === undefined || rest.length > 1) return undefined;
  const number = numbers.get(word) ?? (/^\d{1,3}(st|nd|rd|th)?$/.test(word) ? Number.parseInt(word, 10) : undefined);
  return number === undefined ? undefined : number - 1;
}

function withoutFillers(words: readonly string[]): readonly string[] {
  return words.filter((word) => !fillers.has(word));
}

/** The index of the one item that fits; undefined when none does, or several do. */
function only<Item>(items: readonly Item[], fits: (item: Item) => boolean): number | undefined {
  const first = items.findIndex(fits);
  return first >= 0 && items.findLastIndex(fits) === first ? first : undefined;
}

function contains(words: readonly string[], part: readonly string[]): boolean {
  if (part.length === 0) return false;
  return words.some((_, start) => part.every((word, offset) => words[start + offset] === word));
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && contains(one, other);
}

/** Lower case, without punctuation and accents of any script. */
function wordsOf(text: string): readonly string[] {
  return (
    text
      .slice(0, 1000)
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll(/\p{M}/gu, '')
      .match(/[\p{L}\p{N}']+/gu) ?? []
  );
}

function asSentence(text: string): string {
  const line = text.trim();
  return /[.!?:;,…]$/.test(line) ? line : `${line}.`;
}
