import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { createLines } from './terminal-lines.ts';
import { lookOf } from './terminal.ts';
import { widthOf, wrapText } from './wrap-text.ts';

function printed(columns: number | undefined, isStyled: boolean, text: string, aside?: string): readonly string[] {
  const lines: string[] = [];
  const line = createLines({ columns, isStyled, print: (each) => void lines.push(each) });
  line(0, 'bot', 'magenta', 'x');
  line(1234, 'bot', 'magenta', text, aside);
  return lines.slice(1);
}

test('an aside stands beside the text where there is room, and else below it, in the column of the text', () => {
  assert.deepEqual(printed(60, false, 'short', 'in 5 ms'), ['   1.23  bot      short  in 5 ms']);
  assert.deepEqual(printed(40, false, 'this is a longer text', 'answered in 5 ms'), [
    '   1.23  bot      this is a longer text',
    '                  answered in 5 ms',
  ]);
  assert.deepEqual(printed(40, false, '', 'an aside alone'), ['   1.23  bot      an aside alone']);
  assert.deepEqual(printed(undefined, false, 'a '.repeat(100).trim(), 'in 5 ms'), [
    `   1.23  bot      ${'a '.repeat(100).trim()}  in 5 ms`,
  ]);
});

test('whatever is said, no line is wider than the terminal and its words stand in their column', () => {
  const texts = fc
    .array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 12 })
    .map((words) => words.join(' '));
  fc.assert(
    fc.property(texts, texts, fc.integer({ min: 36, max: 120 }), fc.boolean(), (text, aside, columns, isStyled) => {
      for (const [index, line] of printed(columns, isStyled, text, aside).entries()) {
        const shown = stripVTControlCharacters(line);
        assert.ok(widthOf(shown) <= columns, `${widthOf(shown)} > ${columns}: ${shown}`);
        assert.equal(shown.slice(0, 17).trim(), index === 0 ? '1.23  bot' : '');
        if (!isStyled) assert.equal(line, shown);
      }
    }),
  );
});

test('words longer than a line are broken, wide characters count as two columns, and none is lost', () => {
  assert.deepEqual(wrapText('see http://example.net/a/long/path now', 10), [
    'see',
    'http://exa',
    'mple.net/a',
    '/long/path',
    'now',
  ]);
  assert.deepEqual(wrapText('日本語日本語', 5), ['日本', '語日', '本語']);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 30 }), (text, width) => {
      const lines = wrapText(text, width);
      assert.equal(lines.join('').replaceAll(' ', ''), text.replaceAll(' ', ''));
    }),
  );
});

test('colours only in a terminal that wants them', () => {
  assert.deepEqual(lookOf({ isTTY: true, columns: 80 }, {}), { isStyled: true, columns: 80 });
  assert.deepEqual(lookOf({ isTTY: true, columns: 300 }, { NO_COLOR: '' }), { isStyled: true, columns: 120 });
  assert.deepEqual(lookOf({ isTTY: true, columns: 0 }, { NO_COLOR: '1' }), { isStyled: false, columns: 80 });
  assert.deepEqual(lookOf({ isTTY: true, columns: 80 }, { TERM: 'dumb' }), { isStyled: false, columns: 80 });
  assert.deepEqual(lookOf({ isTTY: false, columns: 80 }, {}), { isStyled: false });
});
