/** The incoming stream of one call: from datagrams of anybody to frames of the callee, and the keys pressed. */
import { decodeAlaw, decodeUlaw } from '../audio/index.ts';
import { decodeRtpPacket, JitterBuffer, ReceiveStatistics, RtpPacket, TelephoneEventReceiver } from '../rtp/index.ts';
import { ArrivalFeed, type HearSamples } from './arrival-feed.ts';
import type { AudioCodec, NegotiatedAudio, SourcePolicy } from './contract.ts';
import { frameSamples, sampleRateHz } from './frame.ts';
import { SourceGuard } from './source-guard.ts';

/** A datagram is dropped beyond this, so no packet holds more samples. */
const maxDatagramBytes = 2048;

export class RtpListener {
  readonly guard: SourceGuard;
  readonly statistics = new ReceiveStatistics(sampleRateHz);
  readonly jitterBuffer = new JitterBuffer(sampleRateHz, frameSamples);
  readonly #arrivals: ArrivalFeed;
  readonly #events: TelephoneEventReceiver;
  readonly #packet = new RtpPacket();
  readonly #samples = new Int16Array(maxDatagramBytes);
  #remote: NegotiatedAudio | undefined = undefined;
  packetsFromStrangers = 0;
  packetsMalformed = 0;

  /** `hear` is told of the callee's audio as it arrives, and of silence while none does. */
  constructor(
    policy: SourcePolicy,
    onDigit: (digit: string, durationMs: number, atMs: number) => void,
    hear: HearSamples,
  ) {
    this.guard = new SourceGuard(policy);
    this.#arrivals = new ArrivalFeed(maxDatagramBytes, hear);
    this.#events = new TelephoneEventReceiver(sampleRateHz, onDigit);
  }

  expect(remote: NegotiatedAudio): void {
    this.#remote = remote;
    this.guard.expect(remote.remoteAddress, remote.remotePort);
  }

  onDatagram(bytes: Uint8Array, address: string, port: number, nowMs: number): void {
    const remote = this.#remote;
    if (remote === undefined || !this.guard.isAllowed(address, port)) {
      this.packetsFromStrangers++;
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
    const codec = isEvent ? undefined : codecOf(packet.payloadType, remote);
    if (isEvent || codec !== undefined) this.guard.confirm(address, port);
    // The first packet of a jump proves nothing yet; the jitter buffer judges audio by itself.
    this.statistics.onPacket(packet.ssrc, packet.sequenceNumber);
    if (codec === undefined) this.#arrivals.pass(packet, nowMs);
    if (isEvent) {
      const { payloadStart, payloadEnd, timestamp } = packet;
      if (remote.canReceive) this.#events.push(bytes, payloadStart, payloadEnd, timestamp, nowMs);
    } else if (codec !== undefined) {
      this.statistics.onArrival(packet.timestamp, nowMs);
      if (remote.canReceive) this.#queue(bytes, codec, nowMs);
    }
  }

  /** Once per frame time: fills `into` with the callee's audio or silence. */
  takeFrame(into: Int16Array, nowMs: number): void {
    this.#events.expire(nowMs);
    this.jitterBuffer.pull(nowMs, into);
    this.#arrivals.tick(nowMs);
  }

  #queue(bytes: Uint8Array, codec: AudioCodec, nowMs: number): void {
    const { payloadStart, payloadEnd } = this.#packet;
    if (payloadStart === payloadEnd) {
      this.#arrivals.pass(this.#packet, nowMs);
      return;
    }
    const decode = codec === 'PCMU' ? decodeUlaw : decodeAlaw;
    const count = decode(bytes, this.#samples, payloadStart, payloadEnd);
    const verdict = this.jitterBuffer.push(this.#packet, this.#samples, count, nowMs);
    this.#arrivals.push(this.#packet, this.#samples, count, verdict, nowMs);
  }
}

/**
 * The agreed payload type, or either G.711 law under its static number (RFC 3551 §6): some far ends answer with one and
 * send the other. Anything else (comfort noise, say) is counted and not heard.
 */
function codecOf(payloadType: number, remote: NegotiatedAudio): AudioCodec | undefined {
  if (payloadType === remote.payloadType) return remote.codec;
  return payloadType === 0 ? 'PCMU' : payloadType === 8 ? 'PCMA' : undefined;
}
