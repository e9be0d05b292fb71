/**
 * Words through the real media path: spoken by one call, sent as G.711 over real sockets, through a relay that loses packets and adds
 * noise, and understood by another call with the engines inside.
 */
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { after, before, test } from 'node:test';
import { decodeUlaw, encodeUlaw } from '../../src/audio/index.ts';
import { type MediaThreads, startMediaThreads } from '../../src/host/index.ts';
import { type Random, seededRandom } from '../../src/kit/index.ts';
import type { MediaEvent } from '../../src/media/index.ts';
import type { ExpectedSpeech } from '../../src/speech/index.ts';
import { wordErrorRate } from '../../src/testing/index.ts';

const address = '127.0.0.1';
const rtpHeaderBytes = 12;

/** Hands what one port sends to the other one, a packet in so many lost, µ-law with noise of so much amplitude. */
class Relay {
  readonly #socket: Socket = createSocket('udp4');
  readonly #random: Random = seededRandom(5);
  #ends: readonly number[] = [];

  async open(lossShare: number, noiseAmplitude: number): Promise<number> {
    const share = (): number => this.#random.uint32() / 2 ** 32;
    const pcm = new Int16Array(2048);
    this.#socket.on('message', (bytes, { port }) => {
      if (share() < lossShare) return;
      if (noiseAmplitude > 0) {
        const count = decodeUlaw(bytes, pcm, rtpHeaderBytes, bytes.length);
        for (let i = 0; i < count; i++) pcm[i] = (pcm[i] ?? 0) + (share() - 0.5) * 2 * noiseAmplitude;
        encodeUlaw(pcm.subarray(0, count), bytes, rtpHeaderBytes);
      }
      this.#socket.send(bytes, this.#ends.find((end) => end !== port) ?? 0, address);
    });
    await new Promise<void>((resolve) => {
      this.#socket.bind(0, address, resolve);
    });
    return this.#socket.address().port;
  }

  join(...ends: readonly number[]): void {
    this.#ends = ends;
  }

  close(): void {
    this.#socket.close();
  }
}

interface Said {
  readonly text: string;
  readonly expected?: ExpectedSpeech;
  /** As the bot gets it. */
  readonly understood: string;
}

const menu: ExpectedSpeech = { phrases: ['opening hours', 'speak to an agent', 'cancel my order', 'repeat'] };
const yesOrNo: ExpectedSpeech = { phrases: ['yes', 'no'] };
const digits: ExpectedSpeech = { phrases: [], digits: { minCount: 4, maxCount: 4 } };
const answers: readonly Said[] = [
  { text: 'yes', expected: yesOrNo, understood: 'yes' },
  { text: 'three nine one four', expected: digits, understood: '3914' },
  { text: 'speak to an agent', expected: menu, understood: 'speak to an agent' },
  { text: 'no', expected: yesOrNo, understood: 'no' },
  { text: 'opening hours', expected: menu, understood: 'opening hours' },
];
const sentence = 'I would like to move my appointment to Thursday afternoon, if that is possible.';

let plane: MediaThreads;
const events: { readonly sessionId: string; readonly event: MediaEvent }[] = [];
let waiting: (() => void)[] = [];

before(async () => {
  const speechModule = new URL('../../src/providers/local-speech/index.js', import.meta.url).href;
  const speech = { model: 'base', voice: 'rms' };
  plane = startMediaThreads({ rtpPorts: { min: 36_000, max: 36_198 }, bindAddress: address, speech, speechModule });
  plane.onEvent((sessionId, event) => {
    events.push({ sessionId, event });
    const told = waiting;
    waiting = [];
    for (const resolve of told) resolve();
  });
  await plane.whenReady();
});
after(() => plane.close());

/** What `pick` makes of the first event of the call, from the given one on, that it makes something of. */
async function next<T>(sessionId: string, from: number, pick: (event: MediaEvent) => T | undefined): Promise<T> {
  for (;;) {
    for (const each of events.slice(from)) {
      if (each.sessionId !== sessionId) continue;
      assert.notEqual(each.event.type, 'failed', JSON.stringify(each));
      const found = pick(each.event);
      if (found !== undefined) return found;
    }
    await new Promise<void>((resolve) => void waiting.push(resolve));
  }
}

interface Line {
  readonly name: string;
  readonly lossShare: number;
  readonly noiseAmplitude: number;
}

/** What the bot understands of the sentence and of the answers, over such a line. */
async function talk({ name, lossShare, noiseAmplitude }: Line): Promise<readonly string[]> {
  const [bot, callee] = [`bot ${name}`, `callee ${name}`];
  const relay = new Relay();
  const remotePort = await relay.open(lossShare, noiseAmplitude);
  const ports: number[] = [];
  for (const call of [bot, callee]) {
    const recognition = { endOfSpeechMs: 600, confidenceThreshold: 0 };
    plane.send(call, { type: 'open', recognition, sourcePolicy: 'strict' });
    ports.push(await next(call, 0, (event) => (event.type === 'opened' ? event.port : undefined)));
  }
  relay.join(...ports);
  for (const call of [bot, callee]) {
    const codec = { codec: 'PCMU', payloadType: 0, canSend: true, canReceive: true } as const;
    plane.send(call, { type: 'connect', remote: { remoteAddress: address, remotePort, ...codec } });
  }
  plane.send(bot, { type: 'listen' });
  const understood: string[] = [];
  for (const [index, { text, expected }] of [{ text: sentence, expected: undefined }, ...answers].entries()) {
    const from = events.length;
    plane.send(bot, { type: 'expect', expected });
    plane.send(callee, { type: 'play', playbackId: String(index), text });
    const words = await next(bot, from, (event) =>
      event.type === 'recognition' && event.event.type === 'final' ? event.event.text : undefined,
    );
    understood.push(words);
  }
  for (const call of [bot, callee]) {
    plane.send(call, { type: 'close' });
    await next(call, 0, (event) => (event.type === 'closed' ? true : undefined));
  }
  relay.close();
  return understood;
}

test(
  'sentences, digits, yes and no, and commands over RTP, and the same amid noise with one packet in fifty lost',
  { timeout: 90_000 },
  async () => {
    const [clean, noisy] = await Promise.all([
      talk({ name: 'clean', lossShare: 0, noiseAmplitude: 0 }),
      talk({ name: 'noisy', lossShare: 0.02, noiseAmplitude: 600 }),
    ]);
    assert.ok(wordErrorRate(sentence, clean[0] ?? '') <= 0.15, clean[0]);
    const wanted = answers.map(({ understood }) => understood);
    assert.deepEqual(clean.slice(1), wanted);
    assert.ok(wordErrorRate(sentence, noisy[0] ?? '') <= 0.34, noisy[0]);
    const wrong = wanted.filter((words, index) => noisy[index + 1] !== words);
    assert.ok(wrong.length <= 1, JSON.stringify(noisy));
  },
);
