// Messages broken at random: nothing throws, nothing that is not ours changes, and no text costs more than its length.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { type Random, seededRandom } from '../../src/kit/index.ts';
import { createUserAgent, headerValue, parseMessage, printMessage, type SipEffect } from '../../src/sip/index.ts';
import { acceptAudioAnswer, answerAudioOffer, parseSdp } from '../../src/sdp/index.ts';

const folder = join(dirname(createRequire(import.meta.url).resolve('sip')), 'test', 'messages');
const messages = readdirSync(folder)
  .filter((name) => name.endsWith('.dat'))
  .map((name) => new Uint8Array(readFileSync(join(folder, name))));
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const stranger = { transport: 'udp', host: '203.0.113.9', port: 5060 } as const;

/** Bytes that mean something to the grammar, and one that means nothing anywhere. */
const delicate = [...encoder.encode('\r\n \t:;,<>"\\@?=/%[]0z'), 0, 255, 0xc3];

/** The bytes with `count` of them at `at` replaced by others. */
function spliced(bytes: Uint8Array, at: number, count: number, others: Uint8Array): Uint8Array {
  const end = Math.min(at + count, bytes.length);
  const result = new Uint8Array(bytes.length - (end - at) + others.length);
  result.set(bytes.subarray(0, at));
  result.set(others, at);
  result.set(bytes.subarray(end), at + others.length);
  return result;
}

const none = new Uint8Array(0);

function mutate(source: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = Uint8Array.from(source);
  const pick = (count: number): number => random.uint32() % Math.max(count, 1);
  for (let times = 1 + pick(3); times > 0; times -= 1) {
    const at = pick(bytes.length);
    switch (pick(5)) {
      case 0:
        bytes[at] = delicate[pick(delicate.length)] ?? 0;
        break;
      case 1:
        bytes = spliced(bytes, at, 1 + pick(6), none);
        break;
      case 2: {
        const more = Array.from({ length: 1 + pick(4) }, () => delicate[pick(delicate.length)] ?? 0);
        bytes = spliced(bytes, at, 0, Uint8Array.from(more));
        break;
      }
      case 3:
        bytes = spliced(bytes, at, 0, bytes.slice(at, at + pick(60)));
        break;
      default:
        bytes[at] = pick(256);
    }
  }
  return bytes;
}

const brokenMessages = 250_000;

test('250,000 broken messages: never an exception, what parses prints and parses again', () => {
  const random = seededRandom(20_240_001);
  let good = 0;
  for (let count = 0; count < brokenMessages; count += 1) {
    const bytes = mutate(messages[count % messages.length] ?? new Uint8Array(0), random);
    const result = parseMessage(bytes);
    if (!result.ok) {
      assert.ok(result.error.position >= 0 && result.error.position <= bytes.length);
      assert.ok(result.error.reason.length > 0 && result.error.reason.length < 200);
      continue;
    }
    good += 1;
    const again = parseMessage(printMessage(result.value));
    if (!again.ok) assert.fail(`${again.error.reason}\n${decoder.decode(bytes)}`);
    const [before, after] = [result.value, again.value];
    assert.ok(before.cseq.number === after.cseq.number && before.fromTag === after.fromTag);
    assert.ok(before.viaCount === after.viaCount && before.callId === after.callId && before.toTag === after.toTag);
  }
  assert.ok(good > brokenMessages / 10 && good < (brokenMessages * 9) / 10, `${good} still parse`);
});

test('a user agent under fire keeps its own call alive and its memory bounded', () => {
  const random = seededRandom(7);
  const agent = createUserAgent({
    random: seededRandom(8),
    sentBy: { host: '198.51.100.7', port: 5060 },
    userAgent: 'x',
  });
  const order = { legId: 'mine', to: 'sip:bob@192.0.2.2', from: 'sip:a@198.51.100.7', routes: [], sdp: 'v=0\r\n' };
  const sent = agent.invite({ ...order, ringTimeoutMs: 60_000 }, 0).find(({ type }) => type === 'send');
  assert.ok(sent?.type === 'send');
  const invite = parseMessage(sent.bytes);
  assert.ok(invite.ok);
  const { headers } = invite.value;
  const answer = encoder.encode(
    `SIP/2.0 200 OK\r\nVia: ${headerValue(headers, 'via')}\r\nFrom: ${headerValue(headers, 'from')}\r\n` +
      `To: <sip:bob@192.0.2.2>;tag=b\r\nCall-ID: mine\r\nCSeq: 1 INVITE\r\nContact: <sip:bob@192.0.2.2>\r\n\r\n`,
  );
  agent.receive(answer, { transport: 'udp', host: '192.0.2.2', port: 5060 }, 0);
  for (let count = 0; count < 20_000; count += 1) {
    const bytes = mutate(messages[count % messages.length] ?? answer, random);
    const legs = agent.receive(bytes, stranger, 1).filter(({ type }) => type === 'leg');
    assert.deepEqual(legs, []);
  }
  // Only the INVITE's own Timer M waits: no stranger left anything behind.
  assert.equal(agent.deadlineMs(), 32_000);
  agent.onDeadline(32_000);
  assert.equal(agent.deadlineMs(), undefined);
  const bye = agent.hangUp('mine', 40_000).find(({ type }) => type === 'send');
  assert.ok(bye?.type === 'send');
  assert.match(decoder.decode(bye.bytes), /^BYE sip:bob@192\.0\.2\.2 /);
});

test('20,000 broken answers to our own call: never an exception, one ending at most', () => {
  const random = seededRandom(99);
  const source = { transport: 'udp', host: '192.0.2.2', port: 5060 } as const;
  for (let calls = 0; calls < 100; calls += 1) {
    const agent = createUserAgent({ random, sentBy: { host: '198.51.100.7', port: 5060 }, userAgent: 'x' });
    const legId = `call-${calls}`;
    const order = { legId, to: 'sip:bob@192.0.2.2', from: 'sip:a@198.51.100.7', routes: [], sdp: 'v=0\r\n' };
    const effects: SipEffect[] = [...agent.invite({ ...order, ringTimeoutMs: 60_000 }, 0)];
    const sent = effects.find(({ type }) => type === 'send');
    assert.ok(sent?.type === 'send');
    const head = decoder.decode(sent.bytes);
    const line = (name: string): string => new RegExp(`^${name}: .*$`, 'm').exec(head)?.[0] ?? '';
    for (let count = 0; count < 200; count += 1) {
      const status = [100, 180, 183, 200, 302, 486, 503][random.uint32() % 7] ?? 200;
      const text = `SIP/2.0 ${status} X\r\n${line('Via')}\r\n${line('From')}\r\n${line('To')};tag=b\r\n${line('Call-ID')}\r\n${line('CSeq')}\r\nContact: <sip:bob@192.0.2.2>\r\nRecord-Route: <sip:p;lr>\r\nRetry-After: 5\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n`;
      effects.push(...agent.receive(mutate(encoder.encode(text), random), source, count));
      effects.push(...agent.onDeadline(count));
    }
    const ends = effects.filter(
      (effect) => effect.type === 'leg' && ['rejected', 'unreachable'].includes(effect.event.type),
    );
    assert.ok(ends.length <= 1);
  }
});

test('20,000 broken descriptions: never an exception', () => {
  const random = seededRandom(3);
  const source = encoder.encode(
    'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0 8 101\r\n' +
      'a=rtpmap:101 telephone-event/8000\r\na=sendonly\r\nm=video 0 RTP/AVP 31\r\n',
  );
  let good = 0;
  for (let count = 0; count < 20_000; count += 1) {
    const text = decoder.decode(mutate(source, random));
    if (parseSdp(text).ok) good += 1;
    acceptAudioAnswer(text);
    answerAudioOffer(text, { address: '192.0.2.9', port: 4000, sessionId: 1, version: 1 });
  }
  assert.ok(good > 2000 && good < 18_000, `${good} of 20,000 still parse`);
});

test('RFC 8866 §5: 100,000 lines are refused by their length, 50,000 short ones by their number, both in linear cost', () => {
  for (let round = 0; round < 500; round += 1) {
    assert.match(faultOf(`v=0\r\n${'a=x\r\n'.repeat(100_000)}`), /64 kB/);
    assert.match(faultOf(`v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n${'\n'.repeat(50_000)}x`), /empty line|500 lines/);
    assert.match(faultOf(`v=0\r\n${'a=x\n'.repeat(16_000)}`), /500 lines/);
  }
});

function faultOf(text: string): string {
  const parsed = parseSdp(text);
  return parsed.ok ? 'none' : parsed.error.reason;
}

test('a 60 kB header of one kind of character is refused in linear cost', () => {
  const base =
    'OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:b>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n';
  const fillers = [' ', '\t', ',', ';', '"', '<', '\\', '=', ':', '\r\n '];
  // Each pass over all of them may cost milliseconds; a quadratic scanner would need many minutes for these rounds.
  for (let round = 0; round < 50; round += 1) {
    for (const filler of fillers) {
      for (const name of ['Contact', 'Via', 'From', 'X']) {
        const long = `${base}${name}: a${filler.repeat(Math.floor(60_000 / filler.length))}x\r\n\r\n`;
        assert.equal(parseMessage(encoder.encode(long)).ok, false);
        // Just inside the limit, so that every scanner sees it.
        parseMessage(encoder.encode(`${base}${name}: a${filler.repeat(Math.floor(8000 / filler.length))}x\r\n\r\n`));
      }
    }
  }
});
