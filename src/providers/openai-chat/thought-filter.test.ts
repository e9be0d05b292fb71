import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AnswerReader } from './answer-reader.ts';
import { ThoughtFilter } from './thought-filter.ts';

function filtered(pieces: readonly string[]): string {
  const filter = new ThoughtFilter();
  return [...pieces.map((piece) => filter.push(piece)), filter.end()].join('');
}

const cases = [
  ['<think>He said yes.\nSo I confirm.</think>\n\nGreat, see you.', 'Great, see you.'],
  ['<think>\n\n</think>\n\nGreat.', 'Great.'],
  ['One. <THINK>two</Think> Three.', 'One. Three.'],
  ['<thinking>a < b</thinking>Yes.', 'Yes.'],
  ['No thoughts, 1 < 2 and 3 <t', 'No thoughts, 1 < 2 and 3 <t'],
  ['Yes. <think>and it never ends', 'Yes. '],
  ['</think>Hello.', 'Hello.'],
  ['<think>a</think><think>b</think>c', 'c'],
  ['a <thinker>b</thinker>', 'a <thinker>b</thinker>'],
] as const;

for (const [text, said] of cases) {
  test(`of ${JSON.stringify(text)} only ${JSON.stringify(said)} is said, however it is cut`, () => {
    assert.equal(filtered([text]), said);
    assert.equal(filtered(text.split('')), said);
    for (let cut = 1; cut < text.length; cut++) assert.equal(filtered([text.slice(0, cut), text.slice(cut)]), said);
  });
}

test('any text in any pieces comes to the same', () => {
  const part = fc.constantFrom('<think>', '</think>', '<thinking>', '<', '</', 'thi', 'nk>', ' ', '\n', 'word');
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join('');
      assert.equal(filtered(text.split('')), filtered([text]));
    }),
  );
});

test('a streamed answer is spoken and kept without its thoughts', () => {
  const heard: string[] = [];
  const reader = new AnswerReader((text) => heard.push(text));
  const deltas = ['<thi', 'nk>Let me see', '. He', '</th', 'ink>\n\n', 'See ', 'you.'];
  const wire = deltas.map((content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`).join('');
  const end = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
  reader.push(new TextEncoder().encode(wire + end), 200);
  const result = reader.end(200);
  assert.deepEqual([result.ok && result.value.text, heard], ['See you.', ['See ', 'you.']]);
});
