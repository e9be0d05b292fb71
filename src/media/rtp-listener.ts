/** The incoming stream of one call: from datagrams of anybody to frames of the callee, and the keys pressed. */
import {
  decodeRtpPacket,
  isRtcp,
  JitterBuffer,
  ReceiveStatistics,
  RtpPacket,
  SampleClock,
  TelephoneEventReceiver,
} from '../rtp/index.ts';
import type { SampleRateHz } from '../speech/index.ts';
import { ArrivalFeed, type HearSamples } from './arrival-feed.ts';
import { codecFacts, noOpus, type OpenOpus, openDecoder, type PacketDecoder } from './codec.ts';
import { GapFiller } from './gap-filler.ts';
import type { AudioCodec, NegotiatedAudio, SourcePolicy } from './contract.ts';
import { frameSamplesAt, narrowbandHz } from './frame.ts';
import type { RtpSocket } from './ports.ts';
import { SourceGuard } from './source-guard.ts';

type OnDigit = (digit: string, durationMs: number, atMs: number) => void;

/** A datagram is dropped beyond this: with one byte per sample of 8000 Hz, the most that any codec of ours says in a packet. */
const maxDatagramBytes = 2048;

/** What comes of one codec. */
interface Track {
  readonly clockRateHz: number;
  readonly decoder: PacketDecoder;
  readonly sampleClock: SampleClock;
  /** Where the decoder can make up for what is lost. */
  readonly gaps?: GapFiller;
}

/** Everything that depends on the rate of the call. */
interface Reception {
  readonly sampleRateHz: SampleRateHz;
  readonly jitterBuffer: JitterBuffer;
  readonly arrivals: ArrivalFeed;
  readonly samples: Int16Array;
  /** Kept from one description to the next: a decoder goes on where it was. */
  readonly tracks: Map<AudioCodec, Track>;
}

export class RtpListener {
  readonly guard: SourceGuard;
  readonly statistics = new ReceiveStatistics(narrowbandHz);
  readonly #openOpus: OpenOpus;
  readonly #onDigit: OnDigit;
  readonly #hear: HearSamples;
  #reception: Reception;
  #eventClockHz = 8000;
  #events: TelephoneEventReceiver;
  readonly #packet = new RtpPacket();
  #remote: NegotiatedAudio | undefined = undefined;
  /** By payload type; of the agreed one by itself, as nearly every packet has it. */
  #agreed: Track | undefined = undefined;
  readonly #others = new Map<number, Track>();
  #present: Track | undefined = undefined;
  packetsFromStrangers = 0;
  packetsMalformed = 0;

  /** It opens what is sealed; without one, datagrams are as they come. */
  socket: Pick<RtpSocket, 'open'> | undefined = undefined;
  readonly #onMuxedControl: (bytes: Uint8Array, nowMs: number) => void;

  /**
   * `hear` is told of the callee's audio as it arrives, and of silence while none does; `onMuxedControl` of RTCP at the RTP port,
   * where that was agreed on.
   */
  constructor(
    policy: SourcePolicy,
    onDigit: OnDigit,
    hear: HearSamples,
    onMuxedControl: (bytes: Uint8Array, nowMs: number) => void,
    openOpus: OpenOpus = noOpus,
  ) {
    this.#openOpus = openOpus;
    this.#onMuxedControl = onMuxedControl;
    this.guard = new SourceGuard(policy);
    this.#onDigit = onDigit;
    this.#hear = hear;
    this.#reception = openReception(narrowbandHz, hear);
    this.#events = new TelephoneEventReceiver(this.#eventClockHz, onDigit);
  }

  get jitterBuffer(): JitterBuffer {
    return this.#reception.jitterBuffer;
  }

  /** Takes from there what was agreed on, and makes audio of `sampleRateHz` of it; another rate than before begins anew. */
  expect(remote: NegotiatedAudio, sampleRateHz: SampleRateHz): void {
    this.#remote = remote;
    this.guard.expect(remote.remoteAddress, remote.remotePort);
    if (sampleRateHz !== this.#reception.sampleRateHz) {
      this.close();
      this.#reception = openReception(sampleRateHz, this.#hear);
    }
    const { telephoneEventClockHz = 8000 } = remote;
    if (telephoneEventClockHz !== this.#eventClockHz) {
      this.#eventClockHz = telephoneEventClockHz;
      this.#events = new TelephoneEventReceiver(telephoneEventClockHz, this.#onDigit);
    }
    this.#others.clear();
    for (const [payloadType, codec] of staticFormats) this.#others.set(payloadType, this.#trackOf(codec));
    for (const { payloadType, codec } of remote.otherFormats ?? []) {
      this.#others.set(payloadType, this.#trackOf(codec));
    }
    this.#agreed = this.#trackOf(remote.codec);
  }

  onDatagram(datagram: Uint8Array, address: string, port: number, nowMs: number): void {
    const remote = this.#remote;
    if (remote === undefined || !this.guard.isAllowed(address, port)) {
      this.packetsFromStrangers++;
      return;
    }
    const bytes = this.socket === undefined ? datagram : this.socket.open(datagram);
    if (remote.rtcp?.isMuxed === true && isRtcp(bytes)) {
      this.#onMuxedControl(bytes, nowMs);
      return;
    }
    const packet = this.#packet;
    const isRtp = bytes.length <= maxDatagramBytes && decodeRtpPacket(bytes, packet) === undefined;
    // Payload types 64 to 95 are RTCP that strayed here (RFC 5761 §4).
    if (!isRtp || packet.payloadType >> 5 === 2) {
      this.packetsMalformed++;
      return;
    }
    const isEvent = packet.payloadType === remote.telephoneEventPayloadType;
    const track = isEvent ? undefined : this.#trackFor(packet.payloadType, remote);
    const isNoise = track === undefined && packet.payloadType === comfortNoise;
    if (isEvent || isNoise || track !== undefined) this.guard.confirm(address, port);
    // The first packet of a jump proves nothing yet; the jitter buffer judges audio by itself.
    this.statistics.onPacket(packet.ssrc, packet.sequenceNumber);
    if (track === undefined) this.#reception.arrivals.pass(packet, nowMs);
    if (isEvent) {
      const { payloadStart, payloadEnd, timestamp } = packet;
      if (remote.canReceive) this.#events.push(bytes, payloadStart, payloadEnd, timestamp, nowMs);
    } else if (isNoise) {
      this.#pause(bytes);
    } else if (track !== undefined) {
      if (track !== this.#present) this.#changeTo(track);
      this.statistics.onArrival(packet.timestamp, nowMs);
      if (remote.canReceive) this.#queue(bytes, track, nowMs);
    }
  }

  /** Once per frame time: fills `into` with the callee's audio or silence. */
  takeFrame(into: Int16Array, nowMs: number): void {
    this.#events.expire(nowMs);
    const { jitterBuffer, arrivals } = this.#reception;
    jitterBuffer.pull(nowMs, into);
    arrivals.tick(nowMs);
  }

  /** The far end suppresses silence: what it leaves out is no loss, and is recorded as the noise that it tells of. */
  #pause(bytes: Uint8Array): void {
    const packet = this.#packet;
    const { payloadStart, payloadEnd, ssrc, timestamp } = packet;
    const track = this.#present;
    if (payloadStart === payloadEnd || track === undefined) return;
    packet.timestamp = track.sampleClock.samplesAt(ssrc, timestamp);
    this.#reception.jitterBuffer.pause(packet, (bytes[payloadStart] ?? 0) & 0x7f);
  }

  #queue(bytes: Uint8Array, { decoder, sampleClock, gaps }: Track, nowMs: number): void {
    const packet = this.#packet;
    const { jitterBuffer, arrivals, samples } = this.#reception;
    packet.timestamp = sampleClock.samplesAt(packet.ssrc, packet.timestamp);
    // What was made up for it has been heard already.
    if (gaps?.hasFilled(packet) === true) return;
    gaps?.fill(bytes, packet, samples, (header, made) => {
      jitterBuffer.fill(header, samples, made);
      arrivals.push(header, samples, made, 'queued', nowMs);
    });
    const count = decoder.decode(bytes, samples, packet.payloadStart, packet.payloadEnd);
    gaps?.onDecoded(packet, count);
    if (count === 0) {
      arrivals.pass(packet, nowMs);
      return;
    }
    const verdict = jitterBuffer.push(packet, samples, count, nowMs);
    arrivals.push(packet, samples, count, verdict, nowMs);
  }

  /**
   * What the far end may send beside what was agreed on: the other formats of the descriptions, and either G.711 law under its
   * static number (RFC 3551 §6), because some answer with one and send the other. The rest is counted and not heard.
   */
  #trackFor(payloadType: number, remote: NegotiatedAudio): Track | undefined {
    return payloadType === remote.payloadType ? this.#agreed : this.#others.get(payloadType);
  }

  #trackOf(codec: AudioCodec): Track {
    const { tracks, sampleRateHz } = this.#reception;
    const known = tracks.get(codec);
    if (known !== undefined) return known;
    const { clockRateHz } = codecFacts[codec];
    const sampleClock = new SampleClock(clockRateHz, sampleRateHz);
    const decoder = openDecoder(codec, sampleRateHz, this.#openOpus);
    const track = { clockRateHz, sampleClock, decoder, ...(codec === 'opus' ? { gaps: new GapFiller(decoder) } : {}) };
    tracks.set(codec, track);
    return track;
  }

  /** Frees the decoders. */
  close(): void {
    for (const { decoder } of this.#reception.tracks.values()) decoder.close?.();
    this.#reception.tracks.clear();
  }

  #changeTo(track: Track): void {
    this.#present = track;
    this.statistics.useClock(track.clockRateHz);
  }
}

/** Static payload type of comfort noise (RFC 3389 §4). */
const comfortNoise = 13;

const staticFormats: readonly (readonly [number, AudioCodec])[] = [
  [0, 'PCMU'],
  [8, 'PCMA'],
];

function openReception(sampleRateHz: SampleRateHz, hear: HearSamples): Reception {
  const mostSamples = maxDatagramBytes * (sampleRateHz / 8000);
  return {
    sampleRateHz,
    jitterBuffer: new JitterBuffer(sampleRateHz, frameSamplesAt(sampleRateHz)),
    arrivals: new ArrivalFeed(mostSamples, sampleRateHz, hear),
    samples: new Int16Array(mostSamples),
    tracks: new Map(),
  };
}
