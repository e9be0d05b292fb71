/** The outgoing stream of one call: header fields that go on through every re-INVITE, and the pace it left at. */
import type { Random } from '../kit/index.ts';
import { encodeRtpHeader, encodeTelephoneEvent, type RtpHeader, rtpHeaderBytes } from '../rtp/index.ts';
import type { SampleRateHz } from '../speech/index.ts';
import { codecFacts, type FrameEncoder, noOpus, type OpenOpus, openEncoder } from './codec.ts';
import type { AudioCodec, OpusWishes } from './contract.ts';
import { frameMs } from './frame.ts';
import type { RtpSocket } from './ports.ts';
import { SendClock } from './send-clock.ts';

type TelephoneEvent = Parameters<typeof encodeTelephoneEvent>[0];

const telephoneEventBytes = 4;

export class RtpSender {
  readonly #socket: RtpSocket;
  readonly #openOpus: OpenOpus;
  /** What the encoder was opened with. */
  #manner = '';
  #encoder: FrameEncoder | undefined = undefined;
  /** Of the timestamps; 8000 before a codec is known. */
  clockRateHz = 8000;
  #ticksPerFrame = 0;
  #bytes = new Uint8Array(0);
  readonly #eventBytes = new Uint8Array(rtpHeaderBytes + telephoneEventBytes);
  /** When the present telephone event began: the timestamp of all of its packets. */
  #eventTimestamp = 0;
  /** First values are random (RFC 3550 §5.1). */
  readonly #header: { -readonly [key in keyof RtpHeader]: RtpHeader[key] };
  /** Of the packets that are sent on time, told by whoever does. */
  readonly clock = new SendClock();
  packetsSent = 0;
  /** Of payload (RFC 3550 §6.4.1). */
  octetsSent = 0;

  constructor(socket: RtpSocket, random: Random, openOpus: OpenOpus = noOpus) {
    this.#socket = socket;
    this.#openOpus = openOpus;
    this.#header = {
      marker: true,
      payloadType: 0,
      // In the lower half, so that losing the first packets does not cost an SRTP receiver its rollover counter (RFC 3711 §3.3.1).
      sequenceNumber: random.uint32() & 0x7fff,
      timestamp: random.uint32(),
      ssrc: random.uint32(),
    };
  }

  get ssrc(): number {
    return this.#header.ssrc;
  }

  /** The timestamp of an instant that the packet which is sent next is `framesAhead` frames ahead of. */
  timestampBefore(framesAhead: number): number {
    return (this.#header.timestamp - framesAhead * this.#ticksPerFrame) >>> 0;
  }

  /** What frames of `sampleRateHz` are sent as from now on; an encoder whose codec stays goes on where it was. */
  use(codec: AudioCodec, sampleRateHz: SampleRateHz, opus: OpusWishes = {}): void {
    const manner = JSON.stringify([codec, sampleRateHz, opus]);
    if (manner === this.#manner) return;
    this.close();
    this.#manner = manner;
    this.#encoder = openEncoder(codec, sampleRateHz, opus, this.#openOpus);
    this.clockRateHz = codecFacts[codec].clockRateHz;
    this.#ticksPerFrame = (this.clockRateHz * frameMs) / 1000;
    this.#bytes = new Uint8Array(rtpHeaderBytes + this.#encoder.maxBytes);
  }

  /** Sends one frame; returns the instant of the send. The first packet, also after a pause, carries the marker. */
  send(pcm: Int16Array, payloadType: number, address: string, port: number): number {
    this.#header.payloadType = payloadType;
    encodeRtpHeader(this.#header, this.#bytes);
    const length = rtpHeaderBytes + (this.#encoder?.encode(pcm, this.#bytes, rtpHeaderBytes) ?? 0);
    const packet = length === this.#bytes.length ? this.#bytes : this.#bytes.subarray(0, length);
    const sentAtMs = this.#hand(packet, address, port);
    this.#header.marker = false;
    return sentAtMs;
  }

  /** Sends one packet of a telephone event instead of a frame; the first one carries the marker (RFC 4733 §2.2.1). */
  sendEvent(
    event: TelephoneEvent,
    place: 'first' | 'further',
    payloadType: number,
    address: string,
    port: number,
  ): number {
    if (place === 'first') this.#eventTimestamp = this.#header.timestamp;
    const header = { ...this.#header, payloadType, marker: place === 'first', timestamp: this.#eventTimestamp };
    encodeRtpHeader(header, this.#eventBytes);
    encodeTelephoneEvent(event, this.#eventBytes, rtpHeaderBytes);
    return this.#hand(this.#eventBytes, address, port);
  }

  #hand(bytes: Uint8Array, address: string, port: number): number {
    const sentAtMs = this.#socket.send(bytes, address, port);
    this.packetsSent++;
    this.octetsSent += bytes.length - rtpHeaderBytes;
    this.#header.sequenceNumber = (this.#header.sequenceNumber + 1) & 0xffff;
    this.pass(1);
    return sentAtMs;
  }

  /** Lets `frames` frame times go by unsent: the timestamp is the time of the samples, whether sent or not. */
  pass(frames: number): void {
    this.#header.timestamp = (this.#header.timestamp + frames * this.#ticksPerFrame) >>> 0;
  }

  /** Frees the encoder. */
  close(): void {
    this.#encoder?.close?.();
    this.#encoder = undefined;
    this.#manner = '';
  }

  /** Sending stops on purpose. */
  pause(): void {
    this.#header.marker = true;
    this.clock.pause();
  }
}
