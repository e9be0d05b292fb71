/** The telephone of somebody at a microphone: RTP on the loopback interface, to and from the gateway's media. */
import { createSocket, type Socket } from 'node:dgram';
import { talkAddress } from '../../app/index.ts';
import type { Random } from '../../kit/index.ts';
import { type FrameEncoder, noOpus, openDecoder, openEncoder, type PacketDecoder } from '../../media/index.ts';
import { decodeRtpPacket, encodeRtpPacket, RtpPacket } from '../../rtp/index.ts';
import type { AgreedAudio } from '../../sdp/index.ts';
import type { SampleRateHz } from '../../speech/index.ts';

/** One packet: 20 ms, by the clock of RTP that all these codecs have. */
const packetUnits = 160;
const packetsPerSecond = 50;
const largestPacket = 1500;
/** Pairs of ports that are tried. */
const mostTries = 50;

export class AudioLine {
  readonly port: number;
  readonly #socket: Socket;
  readonly #control: Socket;
  readonly #ssrc: number;
  readonly #packet = new Uint8Array(largestPacket);
  readonly #received = new RtpPacket();
  readonly #payload = new Uint8Array(largestPacket);
  readonly #decoded = new Int16Array(largestPacket);
  #way: Way | undefined;
  /** What was recorded and is not a whole frame yet. */
  #rest = Buffer.alloc(0);
  #sequenceNumber: number;
  #timestamp: number;

  private constructor(socket: Socket, control: Socket, random: Random) {
    this.#socket = socket;
    this.#control = control;
    this.port = socket.address().port;
    this.#ssrc = random.uint32();
    this.#sequenceNumber = random.uint32() % 65_536;
    this.#timestamp = random.uint32();
  }

  /** An even port for RTP and the one above it (RFC 3550 §11). */
  static async open(random: Random): Promise<AudioLine> {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const socket = await bind(0);
      if (socket === undefined) continue;
      const { port } = socket.address();
      const control = port % 2 === 0 ? await bind(port + 1) : undefined;
      if (control !== undefined) return new AudioLine(socket, control, random);
      socket.close();
    }
    throw new Error('no pair of UDP ports is free');
  }

  /** What it hears from now on goes to `onHeard`, whose samples are overwritten afterwards. */
  connect(audio: AgreedAudio, rateHz: SampleRateHz, onHeard: (samples: Int16Array) => void): void {
    this.#way = {
      audio,
      samples: rateHz / packetsPerSecond,
      encoder: openEncoder(audio.codec, rateHz, {}, noOpus),
      decoder: openDecoder(audio.codec, rateHz, noOpus),
    };
    this.#socket.removeAllListeners('message').on('message', (bytes) => {
      this.#hear(bytes, onHeard);
    });
  }

  /** Sends what was recorded, signed 16 bits, in pieces of any length. */
  speak(recorded: Buffer): void {
    const way = this.#way;
    if (way === undefined) return;
    const bytesPerPacket = 2 * way.samples;
    const all = this.#rest.length === 0 ? recorded : Buffer.concat([this.#rest, recorded]);
    let at = 0;
    for (; at + bytesPerPacket <= all.length; at += bytesPerPacket)
      this.#send(way, all.subarray(at, at + bytesPerPacket));
    this.#rest = Buffer.from(all.subarray(at));
  }

  close(): void {
    this.#socket.close();
    this.#control.close();
  }

  #send({ audio, samples, encoder }: Way, bytes: Buffer): void {
    const pcm = new Int16Array(samples);
    for (let i = 0; i < samples; i += 1) pcm[i] = bytes.readInt16LE(2 * i);
    const payload = this.#payload.subarray(0, encoder.encode(pcm, this.#payload, 0));
    const fields = {
      payloadType: audio.payloadType,
      sequenceNumber: this.#sequenceNumber,
      timestamp: this.#timestamp,
      ssrc: this.#ssrc,
      marker: false,
      payload,
    };
    const length = encodeRtpPacket(fields, this.#packet);
    this.#sequenceNumber = (this.#sequenceNumber + 1) % 65_536;
    this.#timestamp = (this.#timestamp + packetUnits) % 2 ** 32;
    if (length === undefined) return;
    this.#socket.send(Uint8Array.from(this.#packet.subarray(0, length)), audio.remotePort, audio.remoteAddress);
  }

  #hear(bytes: Uint8Array, onHeard: (samples: Int16Array) => void): void {
    const way = this.#way;
    if (way === undefined || decodeRtpPacket(bytes, this.#received) !== undefined) return;
    const { payloadType, payloadStart, payloadEnd } = this.#received;
    if (payloadType !== way.audio.payloadType) return;
    const count = way.decoder.decode(bytes, this.#decoded, payloadStart, payloadEnd);
    onHeard(this.#decoded.subarray(0, count));
  }
}

interface Way {
  readonly audio: AgreedAudio;
  /** Of a packet. */
  readonly samples: number;
  readonly encoder: FrameEncoder;
  readonly decoder: PacketDecoder;
}

function bind(port: number): Promise<Socket | undefined> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind(port, talkAddress, () => {
      // A port that nobody listens on any more is no fault of a call that is over.
      socket.removeAllListeners('error').on('error', () => undefined);
      resolve(socket);
    });
  });
}
