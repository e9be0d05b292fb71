// The 49 messages of RFC 4475, each with the outcome it must have: parsed with the values named here, or refused for the reason
// named here; and what a user agent answers to it. The message files come with the development dependency `sip`.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { headerValue, listValues, parseMessage, printMessage, type SipMessage } from '../../src/sip/index.ts';
import { type Reaction, reactionTo } from './reaction.ts';

const folder = join(dirname(createRequire(import.meta.url).resolve('sip')), 'test', 'messages');

/** In the folder and not in RFC 4475: a draft's leftovers, and the end of `baddn`, which stands in a file of its own. */
const notInTheRfc = new Set(['badcseq', 'test', 'baddn_sep']);

function bytesOf(name: string): Uint8Array {
  const bytes = readFileSync(join(folder, `${name}.dat`));
  return name === 'baddn' ? Buffer.concat([bytes, readFileSync(join(folder, 'baddn_sep.dat'))]) : bytes;
}

interface Outcome {
  readonly section: string;
  /** Checks the values of a message that must parse. */
  readonly parsed?: (message: SipMessage) => void;
  /** The reason why it must not. */
  readonly refused?: RegExp;
  readonly answer: Reaction;
}

const text = new TextDecoder();
const requestUri = (message: SipMessage): string => (message.kind === 'request' ? message.requestUri : '');
const method = (message: SipMessage): string => (message.kind === 'request' ? message.method : '');
const values = (message: SipMessage, key: string): string[] => listValues(message.headers, key);

const outcomes: Readonly<Record<string, Outcome>> = {
  wsinv: {
    section: '3.1.1.1',
    parsed: (message) => {
      assert.equal(message.toTag, '1918181833n');
      assert.equal(message.from.display, '"J Rosenberg \\\\\\""');
      assert.equal(message.fromTag, '98asjd8');
      assert.equal(headerValue(message.headers, 'max-forwards'), '0068');
      assert.deepEqual(message.cseq, { number: 9, method: 'INVITE' });
      assert.equal(message.via.host, '192.0.2.2');
      assert.equal(message.viaCount, 3);
      assert.equal(headerValue(message.headers, 'subject'), '');
      assert.equal(headerValue(message.headers, 'newfangledheader'), 'newfangled value continued newfangled value');
      assert.equal(headerValue(message.headers, 'unknownheaderwithunusualvalue'), ';;,,;;,;');
      assert.deepEqual(values(message, 'route'), ['<sip:services.example.com;lr;unknownwith=value;unknown-no-value>']);
      assert.equal(message.body.length, 150);
    },
    answer: 481,
  },
  intmeth: {
    section: '3.1.1.2',
    parsed: (message) => {
      assert.equal(method(message), "!interesting-Method0123456789_*+`.%indeed'~");
      assert.equal(message.to.display, '"BEL:\\\u0007 NUL:\\\u0000 DEL:\\\u007f"');
      assert.equal(message.from.display, "token1~` token2'+_ token3*%!.-");
      assert.equal(message.fromTag, "_token~1'+`*%!-.");
      assert.equal(message.callId, 'intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{');
      assert.equal(headerValue(message.headers, "extensionheader-!.%*+_`'~"), '\ufeff大停電');
    },
    answer: 501,
  },
  esc01: {
    section: '3.1.1.3',
    parsed: (message) => {
      assert.equal(requestUri(message), 'sip:sips%3Auser%40example.com@example.net');
      assert.equal(message.to.uri, 'sip:%75se%72@example.com');
      assert.deepEqual(values(message, 'contact'), ['<sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>']);
    },
    answer: 'incoming',
  },
  escnull: {
    section: '3.1.1.4',
    parsed: (message) => {
      assert.equal(message.from.uri, 'sip:null-%00-null@example.com');
      assert.equal(values(message, 'contact').length, 2);
    },
    answer: 405,
  },
  esc02: {
    section: '3.1.1.5',
    parsed: (message) => {
      assert.equal(method(message), 'RE%47IST%45R');
      assert.equal(message.to.display, '"%Z%45"');
      assert.deepEqual(values(message, 'contact'), [
        '<sip:alias1@host1.example.com>',
        '<sip:alias3@host3.example.com>',
      ]);
      assert.equal(headerValue(message.headers, 'c%6fntact'), '<sip:alias2@host2.example.com>');
    },
    answer: 501,
  },
  lwsdisp: {
    section: '3.1.1.6',
    parsed: (message) => {
      assert.equal(message.from.display, 'caller');
      assert.equal(message.from.uri, 'sip:caller@example.com');
    },
    answer: 200,
  },
  longreq: {
    section: '3.1.1.7',
    parsed: (message) => {
      assert.equal(message.viaCount, 34);
      assert.equal(message.via.host, 'sip33.example.com');
      assert.equal(message.callId.length, 'longreq.one'.length + 'really'.length * 20 + 'longcallid'.length);
      assert.equal(message.body.length, 150);
    },
    answer: 'incoming',
  },
  dblreq: {
    section: '3.1.1.8',
    parsed: (message) => {
      assert.equal(method(message), 'REGISTER');
      assert.equal(message.body.length, 0);
    },
    answer: 405,
  },
  semiuri: {
    section: '3.1.1.9',
    parsed: (message) => {
      assert.equal(requestUri(message), 'sip:user;par=u%40example.net@example.com');
      assert.deepEqual(values(message, 'accept').length, 6);
    },
    answer: 200,
  },
  transports: {
    section: '3.1.1.10',
    parsed: (message) => assert.equal(message.viaCount, 5),
    answer: 200,
  },
  mpart01: {
    section: '3.1.1.11',
    parsed: (message) => {
      assert.equal(message.body.length, 553);
      assert.equal(headerValue(message.headers, 'content-type'), 'multipart/mixed;boundary=7a9cbec02ceef655');
    },
    answer: 405,
  },
  unreason: {
    section: '3.1.1.12',
    parsed: (message) => {
      assert.equal(message.kind === 'response' && message.status, 200);
      assert.equal(message.kind === 'response' && message.reason, '= 2**3 * 5**2 но сто девяносто девять - простое');
    },
    answer: 'nothing',
  },
  noreason: {
    section: '3.1.1.13',
    parsed: (message) => {
      assert.equal(message.kind === 'response' && message.status, 100);
      assert.equal(message.kind === 'response' && message.reason, '');
    },
    answer: 'nothing',
  },
  badinv01: { section: '3.1.2.1', refused: /Via has an empty parameter/, answer: 400 },
  clerr: { section: '3.1.2.2', refused: /Content-Length is beyond the datagram/, answer: 400 },
  ncl: { section: '3.1.2.3', refused: /Content-Length is no length/, answer: 400 },
  scalar02: { section: '3.1.2.4', refused: /CSeq has no number below 2\^31/, answer: 400 },
  scalarlg: { section: '3.1.2.5', refused: /CSeq has no number below 2\^31/, answer: 'nothing' },
  quotbal: { section: '3.1.2.6', refused: /To: a quoted display name is never closed/, answer: 400 },
  ltgtruri: { section: '3.1.2.7', refused: /invalid request line/, answer: 400 },
  lwsruri: { section: '3.1.2.8', refused: /invalid request line/, answer: 400 },
  lwsstart: { section: '3.1.2.9', refused: /invalid request line/, answer: 400 },
  trws: { section: '3.1.2.10', refused: /invalid request line/, answer: 400 },
  escruri: { section: '3.1.2.11', refused: /invalid request line/, answer: 400 },
  baddate: { section: '3.1.2.12', refused: /Date is not in GMT/, answer: 400 },
  regbadct: { section: '3.1.2.13', refused: /Contact: a URI with "\?"/, answer: 400 },
  badaspec: { section: '3.1.2.14', refused: /To: what stands between/, answer: 400 },
  baddn: { section: '3.1.2.15', refused: /From: a display name outside quotes/, answer: 400 },
  badvers: { section: '3.1.2.16', refused: /version is not 2.0/, answer: 505 },
  mismatch01: { section: '3.1.2.17', refused: /CSeq names another method/, answer: 400 },
  mismatch02: { section: '3.1.2.18', refused: /CSeq names another method/, answer: 400 },
  bigcode: { section: '3.1.2.19', refused: /invalid status line/, answer: 'nothing' },
  badbranch: {
    section: '3.2.1',
    parsed: (message) => assert.deepEqual(message.via.parameters, [{ name: 'branch', value: 'z9hG4bK' }]),
    answer: 200,
  },
  insuf: { section: '3.3.1', refused: /From is missing/, answer: 400 },
  unkscm: {
    section: '3.3.2',
    parsed: (message) => assert.equal(requestUri(message), 'nobodyKnowsThisScheme:totallyopaquecontent'),
    answer: 416,
  },
  novelsc: {
    section: '3.3.3',
    parsed: (message) => assert.equal(requestUri(message), 'soap.beep://192.0.2.103:3002'),
    answer: 416,
  },
  unksm2: {
    section: '3.3.4',
    parsed: (message) => {
      assert.equal(message.to.uri, 'isbn:2983792873');
      assert.equal(message.from.uri, 'http://www.example.com');
      assert.deepEqual(values(message, 'contact'), ['<name:John_Smith>']);
    },
    answer: 405,
  },
  bext01: {
    section: '3.3.5',
    parsed: (message) =>
      assert.deepEqual(values(message, 'require'), ['nothingSupportsThis', 'nothingSupportsThisEither']),
    answer: 420,
  },
  invut: {
    section: '3.3.6',
    parsed: (message) => assert.equal(headerValue(message.headers, 'content-type'), 'application/unknownformat'),
    answer: 415,
  },
  regaut01: {
    section: '3.3.7',
    parsed: (message) =>
      assert.equal(headerValue(message.headers, 'authorization'), 'NoOneKnowsThisScheme opaque-data=here'),
    answer: 405,
  },
  multi01: { section: '3.3.8', refused: /CSeq appears twice/, answer: 400 },
  mcl01: { section: '3.3.9', refused: /Content-Length appears twice/, answer: 400 },
  bcast: {
    section: '3.3.10',
    parsed: (message) => assert.equal(message.viaCount, 2),
    answer: 'nothing',
  },
  zeromf: {
    section: '3.3.11',
    parsed: (message) => assert.equal(headerValue(message.headers, 'max-forwards'), '0'),
    answer: 200,
  },
  cparam01: {
    section: '3.3.12',
    parsed: (message) =>
      assert.deepEqual(values(message, 'contact'), ['sip:+19725552222@gw1.example.net;unknownparam']),
    answer: 405,
  },
  cparam02: {
    section: '3.3.13',
    parsed: (message) =>
      assert.deepEqual(values(message, 'contact'), ['<sip:+19725552222@gw1.example.net;unknownparam>']),
    answer: 405,
  },
  regescrt: {
    section: '3.3.14',
    parsed: (message) =>
      assert.deepEqual(values(message, 'contact'), ['<sip:user@example.com?Route=%3Csip:sip.example.com%3E>']),
    answer: 405,
  },
  sdp01: {
    section: '3.3.15',
    parsed: (message) => assert.deepEqual(values(message, 'accept'), ['text/nobodyKnowsThis']),
    answer: 406,
  },
  inv2543: {
    section: '3.4.1',
    parsed: (message) => {
      assert.equal(message.fromTag, undefined);
      assert.deepEqual(message.via.parameters, []);
      assert.equal(text.decode(message.body).startsWith('v=0\r\n'), true);
    },
    answer: 'incoming',
  },
};

test('the table names all 49 messages of RFC 4475, and every one has its file', () => {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.dat'))
    .map((name) => name.slice(0, -4))
    .filter((name) => !notInTheRfc.has(name));
  assert.equal(files.length, 49);
  assert.deepEqual(files.sort(), Object.keys(outcomes).sort());
});

for (const [name, { section, parsed, refused, answer }] of Object.entries(outcomes)) {
  test(`RFC 4475 §${section} ${name}: ${refused === undefined ? 'parsed' : 'refused'}, ${answer}`, () => {
    const bytes = bytesOf(name);
    const result = parseMessage(bytes);
    if (refused === undefined) {
      assert.ok(result.ok, result.ok ? '' : result.error.reason);
      parsed?.(result.value);
      const again = parseMessage(printMessage(result.value));
      assert.ok(again.ok);
      // Content-Length may have been absent; everything else is what it was.
      const named = (message: SipMessage) => message.headers.filter(({ key }) => key !== 'content-length');
      assert.deepEqual(named(again.value), named(result.value));
    } else {
      assert.equal(result.ok, false);
      assert.match(result.ok ? '' : result.error.reason, refused);
    }
    assert.equal(reactionTo(bytes).reaction, answer);
  });
}

test('RFC 4475 §3.1.2.1 badinv01: the answer gives the broken Via back as it came, marked with where it came from', () => {
  const { response } = reactionTo(bytesOf('badinv01'));
  assert.match(response ?? '', /^Via: SIP\/2\.0\/UDP 192\.0\.2\.15;;;received=192\.0\.2\.200, ;, ,?/m);
});

test('what is no RFC 4475 message in the folder is refused as well', () => {
  for (const name of notInTheRfc) assert.equal(parseMessage(bytesOf(name)).ok, false, name);
});
