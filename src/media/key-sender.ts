/**
 * Keys on their way to the far end as telephone events (RFC 4733 §2.5.1): a packet per frame time, the last one sent three
 * times (§2.5.1.4), then silence until the next key. A far end that has not agreed to such events hears the tones of the keys
 * instead. Left out: several segments, for keys that last longer than their duration can tell: 8 s, with Opus 1.3 s. They end with the
 * longest one.
 */
import { DtmfGenerator } from '../audio/index.ts';
import type { MediaCommand, MediaEvent, NegotiatedAudio } from './contract.ts';
import { frameMs } from './frame.ts';
import type { RtpSender } from './rtp-sender.ts';

type Order = Extract<MediaCommand, { type: 'send-keys' }>;

/** Packets that repeat the end of a key. */
const endRepeats = 2;

export class KeySender {
  readonly #emit: (event: MediaEvent) => void;
  #order: Order | undefined = undefined;
  /** Index of the present key, and how many frame times of it have been sent. */
  #key = 0;
  #frame = 0;
  /** The present key as it sounds, and how many samples of it, and of the pause behind it, have sounded. */
  #tone: DtmfGenerator | undefined = undefined;
  #sample = 0;
  #startedAtMs = 0;

  constructor(emit: (event: MediaEvent) => void) {
    this.#emit = emit;
  }

  /** Whether the stream belongs to the keys. */
  get isSending(): boolean {
    return this.#order !== undefined;
  }

  send(order: Order, nowMs: number): void {
    this.stop(nowMs);
    this.#order = order;
    this.#key = 0;
    this.#frame = 0;
    this.#tone = undefined;
    this.#sample = 0;
    this.#startedAtMs = nowMs;
  }

  /** Forgets everything at once. The far end ends a key that it hears no more of (§2.5.1.4). */
  stop(nowMs: number): void {
    this.#finish(nowMs, 'stopped');
  }

  /**
   * The packet of this frame time, if one is due; returns the instant of its send. Else `into` is what is to be sent: silence,
   * or tones.
   */
  sendFrame(
    sender: RtpSender,
    remote: NegotiatedAudio,
    address: string,
    port: number,
    nowMs: number,
    into: Int16Array,
  ): number | undefined {
    into.fill(0);
    const order = this.#order;
    const key = order?.keys[this.#key];
    const { telephoneEventPayloadType: payloadType, telephoneEventClockHz = 8000 } = remote;
    if (order === undefined) return undefined;
    if (key === undefined) {
      this.#finish(nowMs, 'sent');
      return undefined;
    }
    if (payloadType === undefined) {
      this.#sound(order, into);
      if (order.keys[this.#key] === undefined) this.#finish(nowMs, 'sent');
      return undefined;
    }
    const frames = Math.ceil(key.durationMs / frameMs);
    this.#frame += 1;
    const number = this.#frame;
    if (number >= frames + Math.max(endRepeats, this.#isLast(order) ? 0 : Math.ceil(order.gapMs / frameMs))) {
      this.#key += 1;
      this.#frame = 0;
    }
    let sentAtMs: number | undefined;
    if (number <= frames + endRepeats) {
      const event = {
        digit: key.digit,
        volume: key.attenuationDb,
        isEnd: number >= frames,
        duration: Math.min(0xffff, Math.min(number * frameMs, key.durationMs) * (telephoneEventClockHz / 1000)),
      };
      sentAtMs = sender.sendEvent(event, number === 1 ? 'first' : 'further', payloadType, address, port);
    }
    if (order.keys[this.#key] === undefined) this.#finish(sentAtMs ?? nowMs, 'sent');
    return sentAtMs;
  }

  /** Writes the next frame of the tones and of the pauses between them. */
  #sound(order: Order, into: Int16Array): void {
    const samplesPerMs = into.length / frameMs;
    for (let at = 0; at < into.length;) {
      const key = order.keys[this.#key];
      if (key === undefined) return;
      const soundSamples = Math.round(key.durationMs * samplesPerMs);
      const pauseSamples = this.#isLast(order) ? 0 : Math.round(order.gapMs * samplesPerMs);
      const isSounding = this.#sample < soundSamples;
      const left = (isSounding ? soundSamples : soundSamples + pauseSamples) - this.#sample;
      if (left <= 0) {
        this.#key += 1;
        this.#sample = 0;
        this.#tone = undefined;
        continue;
      }
      const until = Math.min(into.length, at + left);
      if (isSounding) {
        this.#tone ??= new DtmfGenerator(key.digit, 1000 * samplesPerMs, key.attenuationDb);
        this.#tone.generate(into, at, until);
      }
      this.#sample += until - at;
      at = until;
    }
    // A key that ends with the frame is over, so that nothing is owed to another one.
    if (this.#isLast(order) && this.#sample >= (order.keys[this.#key]?.durationMs ?? 0) * samplesPerMs) this.#key += 1;
  }

  #isLast({ keys }: Order): boolean {
    return this.#key === keys.length - 1;
  }

  #finish(atMs: number, end: 'sent' | 'stopped'): void {
    const order = this.#order;
    if (order === undefined) return;
    this.#order = undefined;
    const { playbackId } = order;
    const playedMs = atMs - this.#startedAtMs;
    this.#emit({ type: 'playback-finished', playbackId, isComplete: end === 'sent', playedMs, atMs });
  }
}
