import assert from 'node:assert/strict';
import test from 'node:test';
import { diffJson } from './json-diff.ts';

test('what is new, gone and different is told by its place', () => {
  const before = { clinic: { day: 'Monday', time: 'nine' }, misses: 0, list: [1, 2] };
  const after = { clinic: { day: 'Tuesday', time: 'nine', room: 4 }, list: [1, 3, 5] };
  assert.deepEqual(diffJson(before, after), [
    { path: 'clinic.day', kind: 'changed', before: 'Monday', after: 'Tuesday' },
    { path: 'clinic.room', kind: 'added', after: 4 },
    { path: 'list[1]', kind: 'changed', before: 2, after: 3 },
    { path: 'list[2]', kind: 'added', after: 5 },
    { path: 'misses', kind: 'removed', before: 0 },
  ]);
});

test('equal values have no differences, and values of other kinds differ as a whole', () => {
  assert.deepEqual(diffJson({ a: [{ b: null }] }, { a: [{ b: null }] }), []);
  assert.deepEqual(diffJson({ a: [] }, { a: {} }), [{ path: 'a', kind: 'changed', before: [], after: {} }]);
  assert.deepEqual(diffJson({ a: null }, { a: { b: 1 } }), [
    { path: 'a', kind: 'changed', before: null, after: { b: 1 } },
  ]);
});

test('names like those of every object are only names', () => {
  const after: unknown = JSON.parse('{"__proto__": 1, "constructor": 2}');
  assert.deepEqual(
    diffJson({}, after).map(({ path, kind }) => [path, kind]),
    [
      ['__proto__', 'added'],
      ['constructor', 'added'],
    ],
  );
});
