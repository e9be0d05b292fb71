import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readJsonText } from './index.ts';

function parsed(text: string) {
  const read = readJsonText(text);
  assert.ok(read.ok, read.ok ? '' : read.error.reason);
  return read.value;
}

test('what JSON.parse reads is read the same, however it is laid out', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, 2, '\t'), (value, space) => {
      const text = JSON.stringify(value, undefined, space);
      assert.deepEqual(parsed(text).value, JSON.parse(text));
    }),
  );
});

test('what JSON.parse refuses is refused, and nothing else', () => {
  const mutated = fc
    .tuple(fc.jsonValue(), fc.nat(), fc.constantFrom('', '"', '{', '}', ',', ':', '\\', '\n', '0', '-', 't', '.'))
    .map(([value, at, put]) => {
      const text = JSON.stringify(value);
      const index = at % (text.length + 1);
      return text.slice(0, index) + put + text.slice(index + 1);
    });
  fc.assert(
    fc.property(fc.oneof(mutated, fc.string()), (text) => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      assert.equal(readJsonText(text).ok, isJson, text);
    }),
    { numRuns: 2000 },
  );
});

test('every path has a place; a missing one that of its nearest ancestor', () => {
  const text = parsed('\uFEFF{\n  "a": [1,\n    {"b": "x"}],\r\n  "c": null\n}\n');
  for (const [path, line, column] of [
    [[], 1, 2],
    [['a'], 2, 3],
    [['a', 0], 2, 9],
    [['a', 1], 3, 5],
    [['a', 1, 'b'], 3, 6],
    [['a', 1, 'missing', 'x'], 3, 5],
    [['c'], 4, 3],
  ] as const) {
    assert.deepEqual(text.placeOf(path), { line, column }, path.join('.'));
  }
});

test('keys that stand twice are told, the inherited names are keys like any other', () => {
  const text = parsed('{"a": 1, "__proto__": {"x": 1}, "l": [{"b": 1, "b": 2}], "a": 3}');
  assert.deepEqual(text.repeated, [['l', 0, 'b'], ['a']]);
  assert.deepEqual(Object.keys(Object(text.value)).sort(), ['__proto__', 'a', 'l']);
  assert.equal(JSON.stringify(text.value), '{"a":3,"__proto__":{"x":1},"l":[{"b":2}]}');
});

test('a fault says where and what was expected, and quotes nothing', () => {
  for (const [text, line, column, reason] of [
    ['', 1, 1, /ends too early/],
    ['{\n  "a": 1,\n}', 3, 1, /key in double quotes/],
    ['{\n  "a" 1}', 2, 7, /colon/],
    ['[1 2]', 1, 4, /comma/],
    ['{"password": c4n4ry}', 1, 14, /value was expected/],
    ['{"a": "c4n4ry', 1, 7, /closing quote/],
    ['{"a": "\\x"}', 1, 7, /escape/],
    ['{"a": "b\nc"}', 1, 9, /control character/],
    ['{} {}', 1, 4, /after the end/],
    ['['.repeat(65), 1, 65, /nested deeper than 64/],
    ['['.repeat(100_000), 1, 65, /nested deeper than 64/],
  ] as const) {
    const read = readJsonText(text);
    assert.ok(!read.ok, text);
    assert.deepEqual([read.error.place.line, read.error.place.column], [line, column], text);
    assert.match(read.error.reason, reason);
    assert.ok(!read.error.reason.includes('c4n4ry'));
  }
});
