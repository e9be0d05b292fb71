/**
 * What is expected as a graph over tokens, in all the ways the recogniser writes it: "One, two." "1-2" "12", in small
 * letters or capitals, with punctuation or without.
 */
import llamaTokenizer from 'llama-tokenizer-js';
import type { ExpectedSpeech } from '../../speech/index.ts';
import { cardinal, ordinal } from './spoken-english/numbers.ts';
import { TokenGrammar, type Tokenize } from './token-grammar.ts';

/** The vocabulary of Moonshine. */
export const moonshineTokens: Tokenize = (text, place) => llamaTokenizer.encode(text, false, place === 'after space');

const ones = Array.from({ length: 10 }, (_, value) => cardinal(value));
/** Words that may stand as figures: "twelve" as "12", "third" as "3rd". */
const figuresOfWords: ReadonlyMap<string, string> = new Map([
  ...Array.from({ length: 20 }, (_, value): [string, string] => [cardinal(value), String(value)]),
  ...Array.from({ length: 19 }, (_, value): [string, string] => [ordinal(value + 1), inFigures(value + 1)]),
]);
const months = 'January February March April May June July August September October November December'.split(' ');
const weekdays = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');

/** After a word: what follows stands after a space, or joined to it. */
interface Gap {
  readonly spaced: number;
  readonly joined: number | undefined;
}

/** A way through the graph, from one gap between words to another. */
type Path = (from: Gap) => Gap;

export function expectedGrammar(expected: ExpectedSpeech, tokenize: Tokenize = moonshineTokens): TokenGrammar {
  const writer = new GrammarWriter(tokenize);
  const { phrases, digits } = expected;
  for (const phrase of phrases) writer.addWhole(writer.phrase(phrase));
  if (digits !== undefined) writer.addWhole(writer.repeat(writer.digit, digits.minCount, digits.maxCount));
  if (expected.dates === true) writer.addWhole(datePath(writer));
  return writer.grammar;
}

class GrammarWriter {
  readonly grammar: TokenGrammar;

  constructor(tokenize: Tokenize) {
    this.grammar = new TokenGrammar(remembering(tokenize));
  }

  /** The path as a whole text, with or without punctuation after it. */
  addWhole(path: Path): void {
    const { start, end } = this.grammar;
    const { spaced, joined } = path({ spaced: start, joined: undefined });
    // A phrase of no words would make every text end before it begins.
    if (spaced === start) return;
    for (const last of joined === undefined ? [spaced] : [spaced, joined]) {
      this.grammar.addFree(last, end);
      for (const mark of ['.', '!', '?', ',', '...']) this.grammar.addText(last, mark, 'joined', end);
    }
  }

  /** Words one after the other, whatever stands between them; numbers in figures or in words. */
  phrase(text: string): Path {
    const words = text.match(/[\p{L}\p{M}\p{N}'’&]+/gu) ?? [];
    return sequence(words.map((word) => (/^\d+$/.test(word) ? this.#number(word) : this.#word(word))));
  }

  texts(texts: readonly string[]): Path {
    return this.choice(texts.map((text) => this.phrase(text)));
  }

  readonly digit: Path = (from) => {
    const [word, figure] = [this.grammar.addNode(), this.grammar.addNode()];
    ones.forEach((one, value) => {
      for (const spelling of [one, capitalised(one)]) this.#addSpelling(from, spelling, word);
      this.#addSpelling(from, String(value), figure);
    });
    for (const spelling of ['oh', 'Oh', 'O']) this.#addSpelling(from, spelling, word);
    const gap = this.#gapAfter(word);
    const afterFigure = this.#gapAfter(figure);
    this.grammar.addFree(afterFigure.spaced, gap.spaced);
    // Figures stand side by side.
    this.grammar.addFree(figure, gap.joined);
    this.grammar.addFree(afterFigure.joined, gap.joined);
    return gap;
  };

  repeat(path: Path, least: number, most: number): Path {
    return (from) => {
      const ways: Gap[] = [];
      let at = from;
      for (let count = 1; count <= most; count++) {
        at = path(at);
        if (count >= least) ways.push(at);
      }
      return this.#join(ways);
    };
  }

  choice(paths: readonly Path[]): Path {
    return (from) => this.#join(paths.map((path) => path(from)));
  }

  optional(path: Path): Path {
    return this.choice([(from) => from, path]);
  }

  #word(word: string): Path {
    return (from) => {
      const to = this.grammar.addNode();
      for (const spelling of spellingsOf(word)) this.#addSpelling(from, spelling, to);
      return this.#gapAfter(to);
    };
  }

  #number(figures: string): Path {
    const inWords = wordsOfNumber(figures);
    return (from) => {
      const to = this.grammar.addNode();
      this.#addSpelling(from, figures, to);
      return this.#join([this.#gapAfter(to), sequence(inWords.map((word) => this.#word(word)))(from)]);
    };
  }

  #join(ways: readonly Gap[]): Gap {
    const gap = { spaced: this.grammar.addNode(), joined: this.grammar.addNode() };
    for (const { spaced, joined } of ways) {
      this.grammar.addFree(spaced, gap.spaced);
      if (joined !== undefined) this.grammar.addFree(joined, gap.joined);
    }
    return gap;
  }

  #addSpelling(from: Gap, spelling: string, to: number): void {
    this.grammar.addText(from.spaced, spelling, 'after space', to);
    if (from.joined !== undefined) this.grammar.addText(from.joined, spelling, 'joined', to);
  }

  /** Between two words stands a space, with a comma or a full stop before it or not, or a dash or slash alone. */
  #gapAfter(word: number): { readonly spaced: number; readonly joined: number } {
    const gap = { spaced: this.grammar.addNode(), joined: this.grammar.addNode() };
    this.grammar.addFree(word, gap.spaced);
    for (const mark of [',', '.']) this.grammar.addText(word, mark, 'joined', gap.spaced);
    for (const mark of ['-', '/']) this.grammar.addText(word, mark, 'joined', gap.joined);
    return gap;
  }
}

/** For the writer of one grammar: that of a date asks for 900 texts, 33,000 times in all. */
function remembering(tokenize: Tokenize): Tokenize {
  const known = { 'after space': new Map<string, readonly number[]>(), joined: new Map<string, readonly number[]>() };
  return (text, place) => {
    const tokens = known[place].get(text) ?? tokenize(text, place);
    known[place].set(text, tokens);
    return tokens;
  };
}

function sequence(paths: readonly Path[]): Path {
  return (from) => paths.reduce((at, path) => path(at), from);
}

function spellingsOf(word: string): ReadonlySet<string> {
  const lower = word.toLowerCase();
  const spellings = new Set([word, lower, capitalised(lower)]);
  if (lower.length <= 3) spellings.add(lower.toUpperCase());
  if (lower === 'ok' || lower === 'okay') for (const same of ['OK', 'Okay', 'okay']) spellings.add(same);
  const figures = figuresOfWords.get(lower);
  if (figures !== undefined) spellings.add(figures);
  return spellings;
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** "42" as "forty two"; what is longer than two figures, figure by figure. */
function wordsOfNumber(figures: string): readonly string[] {
  if (/^[1-9]\d?$/.test(figures)) return cardinal(Number(figures)).split(' ');
  return Array.from(figures, (figure) => cardinal(Number(figure)));
}

/** 1 as "1st". */
function inFigures(value: number): string {
  const isTeen = value % 100 > 10 && value % 100 < 14;
  return `${value}${(isTeen ? undefined : ['th', 'st', 'nd', 'rd'][value % 10]) ?? 'th'}`;
}

/** A date in the ways it is said: "July 4th", "the fourth of July 1982", "next Monday", "Monday, the 4th", "7/4/1982". */
function datePath(writer: GrammarWriter): Path {
  const days = Array.from({ length: 31 }, (_, index) => index + 1).flatMap((day) => [
    String(day),
    inFigures(day),
    ordinal(day),
  ]);
  const centuries = ['eighteen', 'nineteen', 'twenty'];
  const rest = Array.from({ length: 99 }, (_, index) => cardinal(index + 1));
  const year = writer.choice([
    writer.texts(Array.from({ length: 200 }, (_, index) => String(1900 + index))),
    sequence([
      writer.texts(centuries),
      writer.choice([writer.texts(rest), writer.texts(ones.map((one) => `oh ${one}`))]),
    ]),
    sequence([
      writer.phrase('two thousand'),
      writer.optional(writer.phrase('and')),
      writer.optional(writer.texts(rest)),
    ]),
  ]);
  const [month, day] = [writer.texts(months), writer.texts(days)];
  const the = writer.optional(writer.phrase('the'));
  const weekday = writer.texts(weekdays);
  const dayOfMonth = writer.choice([
    sequence([month, the, day]),
    sequence([the, day, writer.optional(writer.phrase('of')), month]),
  ]);
  return writer.choice([
    writer.texts(['today', 'tomorrow', 'yesterday', 'the day after tomorrow']),
    sequence([writer.optional(writer.texts(['next', 'this', 'on', 'last'])), weekday]),
    sequence([writer.optional(weekday), the, day]),
    sequence([writer.optional(weekday), writer.optional(writer.phrase('on')), dayOfMonth, writer.optional(year)]),
    sequence([day, day, writer.optional(year)]),
  ]);
}
