import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Framed, StreamFramer } from './stream-framer.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const message = (
  name: string,
  body = '',
  length: string | undefined = `Content-Length: ${encoder.encode(body).length}`,
): string =>
  ['OPTIONS sip:x SIP/2.0', `Call-ID: ${name}`, ...(length === undefined ? [] : [length]), '', body].join('\r\n');

const shown = (framed: Framed): string =>
  framed.type === 'message'
    ? decoder.decode(framed.bytes)
    : framed.type === 'ping'
      ? '(ping)'
      : `(broken: ${framed.reason})`;

function cut(stream: Uint8Array, at: readonly number[]): string[] {
  const framer = new StreamFramer();
  const edges = [0, ...at.toSorted((a, b) => a - b), stream.length];
  return edges.flatMap((edge, index) => framer.push(stream.subarray(edges[index - 1] ?? 0, edge)).map(shown));
}

test('RFC 3261 §18.3: one message, cut at every byte, and in pieces of one byte', () => {
  const text = message('a', 'v=0\r\nä\r\n\r\n');
  const stream = encoder.encode(text);
  for (let at = 0; at <= stream.length; at += 1) assert.deepEqual(cut(stream, [at]), [text], `cut at ${at}`);
  assert.deepEqual(cut(stream, Array.from(stream.keys())), [text]);
});

test('RFC 3261 §18.3: several messages in one segment', () => {
  const texts = [message('a', 'body one'), message('b'), message('c', 'x'.repeat(5000))];
  assert.deepEqual(cut(encoder.encode(texts.join('')), []), texts);
});

test('RFC 3261 §18.3: any cutting of a stream gives the same messages and pings', () => {
  const parts = fc.array(
    fc.oneof(
      fc.string({ maxLength: 300 }).map((body) => message('m', body)),
      fc.constant('\r\n'),
      fc.constant('\r\n\r\n'),
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(parts, fc.array(fc.nat(4000), { maxLength: 40 }), (texts, cuts) => {
      const stream = encoder.encode(texts.join(''));
      const whole = cut(stream, []);
      assert.deepEqual(
        cut(
          stream,
          cuts.map((at) => Math.min(at, stream.length)),
        ),
        whole,
      );
      assert.deepEqual(
        whole.filter((text) => text !== '(ping)'),
        texts.filter((text) => text.trim() !== ''),
      );
    }),
  );
});

test('RFC 3261 §7.5: line ends in front of a message are skipped', () => {
  assert.deepEqual(cut(encoder.encode(`\r\n${message('a')}\r\n${message('b')}`), []), [message('a'), message('b')]);
});

test('RFC 5626 §3.5.1: two line ends between messages are a ping, whole or cut', () => {
  const stream = encoder.encode(`\r\n\r\n${message('a')}\r\n\r\n\r\n\r\n`);
  const expected = ['(ping)', message('a'), '(ping)', '(ping)'];
  assert.deepEqual(cut(stream, []), expected);
  assert.deepEqual(cut(stream, Array.from(stream.keys())), expected);
});

test('RFC 3261 §20.14: Content-Length by its short name, folded, in any case', () => {
  for (const length of [
    'l: 4',
    'L : 4',
    'CONTENT-LENGTH:4',
    'Content-Length:\r\n  4',
    'content-length: \t4 ',
    'l: 04',
  ]) {
    const text = message('a', 'body', length);
    assert.deepEqual(cut(encoder.encode(text + message('b')), []), [text, message('b')], length);
  }
});

test('RFC 3261 §18.3: without a Content-Length, or with one that cannot be trusted, the stream is of no more use', () => {
  for (const [length, said] of [
    [undefined, /missing/],
    ['Content-Length: -1', /no length/],
    ['Content-Length: 4x', /no length/],
    ['Content-Length: 99999999999', /no length/],
    ['Content-Length: 4\r\nl: 5', /appears twice/],
    ['Content-Length: 70000', /more than 65536/],
    ['X: a\r\n Content-Length: 4', /missing/],
  ] as const) {
    const framer = new StreamFramer();
    const text = ['OPTIONS sip:x SIP/2.0', 'Call-ID: a', ...(length === undefined ? [] : [length]), '', 'body'].join(
      '\r\n',
    );
    const [first, ...more] = framer.push(encoder.encode(text + message('b')));
    assert.ok(first?.type === 'broken');
    assert.match(first.reason, said);
    assert.equal(decoder.decode(first.head), text.slice(0, -'body'.length));
    assert.deepEqual(more, []);
    assert.deepEqual(framer.push(encoder.encode(message('c'))), []);
  }
});

test('headers without an end are given up at 64 kB, in time that grows with their length', () => {
  for (const filler of ['x', '\r\n y', '\r', 'a: b\r\n']) {
    const framer = new StreamFramer();
    const chunk = encoder.encode(filler);
    let pushed = 0;
    let framed: readonly Framed[] = [];
    framer.push(encoder.encode('INVITE sip:x SIP/2.0\r\nX: '));
    while (framed.length === 0 && pushed < 70_000) {
      framed = framer.push(chunk);
      pushed += chunk.length;
    }
    assert.ok(framed[0]?.type === 'broken', filler);
    assert.ok(pushed <= 65_536);
    assert.equal(framer.isMidMessage, false);
  }
});

test('it is told whether a message is under way', () => {
  const framer = new StreamFramer();
  assert.equal(framer.isMidMessage, false);
  framer.push(encoder.encode('\r\n\r\n'));
  assert.equal(framer.isMidMessage, false);
  const text = message('a', 'body');
  framer.push(encoder.encode(text.slice(0, -1)));
  assert.equal(framer.isMidMessage, true);
  framer.push(encoder.encode(text.slice(-1)));
  assert.equal(framer.isMidMessage, false);
});
