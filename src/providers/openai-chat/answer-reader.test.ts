import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ok } from '../../kit/index.ts';
import { AnswerReader } from './answer-reader.ts';
import { EventStream } from './event-stream.ts';
import { brokenAnswers, recordedAnswers } from './recorded-answers.fixture.ts';
import { SentenceStream } from './sentence-stream.ts';

/** What comes of a reply that is cut before each of the places. */
function read(wire: string, cuts: readonly number[] = [], status = 200) {
  const bytes = new TextEncoder().encode(wire);
  const heard: string[] = [];
  const reader = new AnswerReader((text) => heard.push(text));
  const places = [...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].toSorted((a, b) => a - b);
  let from = 0;
  for (const to of places) {
    if (to > from) reader.push(bytes.subarray(from, to), status);
    from = to;
  }
  return { result: reader.end(status), heard: heard.join('') };
}

describe('an answer', () => {
  for (const { name, wire, answer } of recordedAnswers) {
    test(`is read: ${name}`, () => {
      const { result, heard } = read(wire);
      assert.deepEqual(result, ok(answer));
      assert.equal(heard, answer.text);
    });

    test(`is read however it is cut: ${name}`, () => {
      const { length } = new TextEncoder().encode(wire);
      for (let cut = 1; cut < length; cut++) assert.deepEqual(read(wire, [cut]).result, ok(answer), `cut at ${cut}`);
      const everywhere = Array.from({ length }, (_, index) => index);
      assert.deepEqual(read(wire, everywhere), { result: ok(answer), heard: answer.text });
    });
  }

  for (const [name, wire, code] of brokenAnswers) {
    test(`that ${name} is ${code}`, () => {
      const { result } = read(wire);
      assert.equal(!result.ok && result.error.code, code);
      assert.ok(!result.ok && !result.error.message.includes('secret'));
      const cut = read(wire, [10, 100, 1000]);
      assert.deepEqual(cut.result, result);
    });
  }

  for (const [status, body, message] of [
    [
      401,
      '{"error":{"message":"Wrong key sk-1234","type":"x","code":"invalid_api_key"}}',
      /401 \(invalid_api_key\)\. .*key/,
    ],
    [404, '{"error":{"message":"no such model","code":null,"type":"not_found"}}', /404 \(not_found\)\. .*model/],
    [429, '', /429\. Too much/],
    [500, '<html>', /500\.$/],
    [302, '', /302\. Redirects/],
    [503, `{"error":{"code":"${'x'.repeat(100)}"}}`, /503\.$/],
  ] as const) {
    const code = status === 401 ? 'bot.unauthorized' : 'bot.bad-status';
    test(`with status ${status} and ${body.slice(0, 20)} is ${code}`, () => {
      const { result } = read(body, [3], status);
      assert.ok(!result.ok);
      assert.equal(result.error.code, code);
      assert.match(result.error.message, message);
      assert.doesNotMatch(result.error.message, /sk-1234/);
    });
  }

  test('whatever comes, reading it ends in a value', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 20 }), (pieces) => {
        const reader = new AnswerReader(() => undefined);
        for (const piece of pieces) reader.push(piece, 200);
        assert.equal(typeof reader.end(200).ok, 'boolean');
      }),
    );
  });
});

test('comments and half events are no progress', () => {
  const reader = new AnswerReader(() => undefined);
  const push = (text: string) => reader.push(new TextEncoder().encode(text), 200);
  assert.equal(push(': waiting\n\n'), 'nothing');
  assert.equal(push('data: {"choices":'), 'nothing');
  assert.equal(push('[]}\n\n'), 'progress');
});

test('events are the same however their bytes are cut', () => {
  const line = fc.constantFrom('data: a', 'data:b', 'data', ': x', 'event: y', 'id: 1', '', 'data:  ü€😀');
  const end = fc.constantFrom('\n', '\r\n', '\r');
  fc.assert(
    fc.property(fc.array(line), end, fc.array(fc.nat(200)), (lines, eol, cuts) => {
      const bytes = new TextEncoder().encode(lines.map((each) => each + eol).join('') + eol);
      const whole = new EventStream().push(bytes);
      const stream = new EventStream();
      const events: string[] = [];
      let from = 0;
      for (const to of [...cuts, bytes.length].toSorted((a, b) => a - b)) {
        events.push(...stream.push(bytes.subarray(from, to)));
        from = Math.max(from, to);
      }
      assert.deepEqual(events, whole);
    }),
  );
});

describe('sentences', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['Hello there. How are you? Fine! Good', ['Hello there.', 'How are you?', 'Fine!', 'Good']],
    ['Dr. Smith costs 3.50 or 1,000.25 dollars. Yes.', ['Dr. Smith costs 3.50 or 1,000.25 dollars.', 'Yes.']],
    [
      'Come at 9 a.m. or later, to No. 5. Bring e.g. Apples.',
      ['Come at 9 a.m. or later, to No. 5.', 'Bring e.g. Apples.'],
    ],
    ['He lives in the U.S. Army base. "Really?" Yes.', ['He lives in the U.S. Army base.', '"Really?"', 'Yes.']],
    ['# Plan\n\n- **First**, call.\n- Then `wait`\n\n---\n', ['Plan', 'First, call.', 'Then wait']],
    ['Wait... What?!', ['Wait...', 'What?!']],
    ['Grüezi. Über uns: 5 Räume.', ['Grüezi.', 'Über uns: 5 Räume.']],
    ['', []],
    ['  \n ', []],
  ];
  for (const [text, sentences] of cases) {
    test(JSON.stringify(text), () => {
      const whole = new SentenceStream();
      assert.deepEqual([...whole.push(text), ...whole.end()], sentences);
      const stream = new SentenceStream();
      assert.deepEqual([...Array.from(text).flatMap((letter) => stream.push(letter)), ...stream.end()], sentences);
    });
  }

  test('a sentence is handed on as soon as it is certain, and not before', () => {
    const stream = new SentenceStream();
    assert.deepEqual(stream.push('It costs 3.'), []);
    assert.deepEqual(stream.push('50 euros.'), []);
    assert.deepEqual(stream.push(' Do'), ['It costs 3.50 euros.']);
    assert.deepEqual(stream.push(' you want it?\n'), ['Do you want it?']);
    assert.deepEqual(stream.end(), []);
  });

  test('nobody waits for the end of a very long sentence, and nothing of it is lost', () => {
    const stream = new SentenceStream();
    const text = 'word '.repeat(200).trim();
    const pieces = [...stream.push(text), ...stream.end()];
    assert.ok(pieces.length > 2 && pieces.every((piece) => piece.length <= 300));
    assert.equal(pieces.join(' '), text);
    assert.deepEqual(
      new SentenceStream().push('x'.repeat(650)).map((piece) => piece.length),
      [300, 300],
    );
  });
});
