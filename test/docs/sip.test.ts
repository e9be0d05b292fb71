/** docs/sip.md names every item once, and for what it calls done a test that is there. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

interface Item {
  readonly number: number;
  readonly priority: number;
  readonly status: string;
  readonly text: string;
  readonly titles: readonly string[];
}

const items = readFileSync('docs/sip.md', 'utf8')
  .split(/^(?=\*\*\d+\.\*\* )/m)
  .slice(1)
  .map((block): Item => {
    const head = /^\*\*(\d+)\.\*\* P([123]), (done|in part|not done)\. ([^]*?)(?:\n\n|$)/.exec(block);
    assert.ok(head !== null, `an item that cannot be read: ${block.slice(0, 100)}`);
    const [, number, priority, status = '', text = ''] = head;
    const titles = [...block.matchAll(/^- `(.+)`$/gm)].map(([, title = '']) => title);
    return { number: Number(number), priority: Number(priority), status, text, titles };
  });

function testFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return testFiles(path);
    return path.endsWith('.test.ts') ? [path] : [];
  });
}

/** Titles as they stand in the sources; what is only known when they run is an ellipsis. */
function titlesIn(source: string): string[] {
  const calls = source.matchAll(/\b(?:test|it)\(\s*(?:'((?:[^'\\]|\\.)*)'|`((?:[^`\\$]|\\.|\$\{[^}]*\})*)`)/g);
  return [...calls].map(([, plain, template]) =>
    plain === undefined ? (template ?? '').replaceAll(/\$\{[^}]*\}/g, '…') : plain.replaceAll(/\\(.)/g, '$1'),
  );
}

test('docs/sip.md has the items 1 to 73, each once and in order', () => {
  assert.deepEqual(
    items.map(({ number }) => number),
    Array.from({ length: 73 }, (_, index) => index + 1),
  );
});

test('what docs/sip.md calls done has a test, and what is not done says what is missing', () => {
  for (const { number, status, text, titles } of items) {
    assert.equal(titles.length > 0, status !== 'not done', `item ${number} is ${status}`);
    assert.equal(text.includes('Missing: '), status !== 'done', `item ${number} is ${status}`);
  }
});

test('every test that docs/sip.md names is there', () => {
  const known = new Set(
    [...testFiles('src'), ...testFiles('test')].flatMap((path) => titlesIn(readFileSync(path, 'utf8'))),
  );
  assert.ok(known.size > 1000, `${known.size} titles found`);
  const named = items.flatMap(({ number, titles }) => titles.map((title) => ({ number, title })));
  assert.ok(named.length > 200);
  assert.deepEqual(
    named.filter(({ title }) => !known.has(title)),
    [],
  );
});
