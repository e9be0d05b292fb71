/**
 * JSON (RFC 8259) that knows where everything stands, for files that people write: the value, the place of every path in
 * it, keys that stand twice in one object, and of a fault the line and column. No message quotes the text: it may hold a
 * secret. Linear in the length of the text; nesting is bounded.
 */
import type { Json } from './json.ts';
import { err, ok, type Result } from './result.ts';

/** Names of keys and indexes of lists, from the root. */
export type JsonPath = readonly (string | number)[];

/** Both count from 1; a column is a UTF-16 unit, as editors count. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

export interface JsonText {
  readonly value: Json;
  /** Where the value of a path begins, or its key when it has one; of a path that is not there, its nearest ancestor. */
  placeOf(path: JsonPath): TextPlace;
  /** Keys that stand again in the same object; the last one counts in `value`. */
  readonly repeated: readonly JsonPath[];
}

export interface JsonFault {
  readonly reason: string;
  readonly place: TextPlace;
}

const maxDepth = 64;

/** Reads a text. A byte order mark at the start is skipped. */
export function readJsonText(text: string): Result<JsonText, JsonFault> {
  const reader = new Reader(text);
  const root = reader.document();
  if ('reason' in root) return err({ reason: root.reason, place: placeAt(lineStartsOf(text), root.offset) });
  const { repeated } = reader;
  let lineStarts: readonly number[] | undefined;
  return ok({
    value: root.value,
    repeated,
    placeOf: (path) => placeAt((lineStarts ??= lineStartsOf(text)), offsetOf(root, path)),
  });
}

/** A value, where it (or its key) begins, and the same of what is in it. */
interface Node {
  readonly value: Json;
  readonly offset: number;
  readonly inner?: ReadonlyMap<string | number, Node>;
}

interface Fault {
  readonly reason: string;
  readonly offset: number;
}

function offsetOf(root: Node, path: JsonPath): number {
  let node = root;
  for (const key of path) {
    const next = node.inner?.get(key);
    if (next === undefined) break;
    node = next;
  }
  return node.offset;
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function placeAt(lineStarts: readonly number[], offset: number): TextPlace {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 };
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const words: readonly (readonly [string, Json])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/** Recursive descent; the depth is bounded, so that the stack is. */
class Reader {
  readonly repeated: JsonPath[] = [];
  readonly #text: string;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Node | Fault {
    if (this.#text.startsWith('\uFEFF')) this.#at = 1;
    this.#skipSpace();
    const root = this.#value(this.#at);
    if ('reason' in root) return root;
    this.#skipSpace();
    return this.#at === this.#text.length ? root : this.#fault('there is something after the end of the JSON');
  }

  #value(offset: number): Node | Fault {
    const letter = this.#text[this.#at];
    if (letter === '{' || letter === '[') {
      if (this.#path.length >= maxDepth) return this.#fault(`it is nested deeper than ${maxDepth} levels`);
      this.#at += 1;
      return letter === '{' ? this.#object(offset) : this.#list(offset);
    }
    if (letter === '"') {
      const text = this.#string();
      return typeof text === 'string' ? { value: text, offset } : text;
    }
    for (const [word, value] of words) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return { value, offset };
    }
    numberPattern.lastIndex = this.#at;
    const number = numberPattern.exec(this.#text)?.[0];
    if (number === undefined) return this.#fault('a value was expected here');
    this.#at += number.length;
    return { value: Number(number), offset };
  }

  #object(offset: number): Node | Fault {
    const inner = new Map<string, Node>();
    const done = (): Node => ({
      value: Object.fromEntries([...inner].map(([key, node]) => [key, node.value])),
      offset,
      inner,
    });
    if (this.#takes('}')) return done();
    for (;;) {
      this.#skipSpace();
      const keyOffset = this.#at;
      if (this.#text[this.#at] !== '"') return this.#fault('a key in double quotes was expected here');
      const key = this.#string();
      if (typeof key !== 'string') return key;
      if (!this.#takes(':')) return this.#fault('a colon was expected here');
      this.#skipSpace();
      this.#path.push(key);
      if (inner.has(key)) this.repeated.push([...this.#path]);
      const node = this.#value(keyOffset);
      this.#path.pop();
      if ('reason' in node) return node;
      inner.set(key, node);
      if (this.#takes('}')) return done();
      if (!this.#takes(',')) return this.#fault('a comma or the end of the object was expected here');
    }
  }

  #list(offset: number): Node | Fault {
    const inner = new Map<number, Node>();
    const done = (): Node => ({ value: [...inner.values()].map((node) => node.value), offset, inner });
    if (this.#takes(']')) return done();
    for (;;) {
      this.#skipSpace();
      this.#path.push(inner.size);
      const node = this.#value(this.#at);
      this.#path.pop();
      if ('reason' in node) return node;
      inner.set(inner.size, node);
      if (this.#takes(']')) return done();
      if (!this.#takes(',')) return this.#fault('a comma or the end of the list was expected here');
    }
  }

  /** The string that begins here. Escapes are left to the platform, once its end is known. */
  #string(): string | Fault {
    const start = this.#at;
    let end = start + 1;
    for (; end < this.#text.length && this.#text[end] !== '"'; end += 1) {
      if (this.#text[end] === '\\') end += 1;
      else if (this.#text.charCodeAt(end) < 0x20) {
        return { reason: 'a control character must be escaped in a text', offset: end };
      }
    }
    if (end >= this.#text.length) return { reason: 'this text has no closing quote', offset: start };
    this.#at = end + 1;
    try {
      return String(JSON.parse(this.#text.slice(start, end + 1)));
    } catch {
      return { reason: 'this text holds an escape that JSON does not know', offset: start };
    }
  }

  #takes(letter: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== letter) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    while (this.#at < this.#text.length && ' \t\n\r'.includes(this.#text.charAt(this.#at))) this.#at += 1;
  }

  #fault(reason: string): Fault {
    return this.#at >= this.#text.length
      ? { reason: 'the file ends too early', offset: this.#text.length }
      : { reason, offset: this.#at };
  }
}
