/**
 * The codecs of calls, from packets to the audio of a call and back. A call has one sample rate inside, that of the codec it
 * began with; another codec that comes in the middle of it is brought to that rate here, so that nothing behind notices.
 */
import {
  decodeAlaw,
  decodeUlaw,
  encodeAlaw,
  encodeUlaw,
  G722Decoder,
  G722Encoder,
  type Resampler,
  resamplerFor,
} from '../audio/index.ts';
import type { SampleRateHz } from '../speech/index.ts';
import type { AudioCodec, OpusWishes } from './contract.ts';
import { frameSamplesAt } from './frame.ts';

/** One direction of one call, so that it may remember. */
export interface PacketDecoder {
  /** Writes the audio of `bytes[start..end)` to the beginning of `into`; returns the samples, 0 for what cannot be read. */
  decode(bytes: Uint8Array, into: Int16Array, start: number, end: number): number;
  /** Makes up `samples` of the packet before this one, which is lost, from what this one tells of it; returns the samples. */
  recover?(bytes: Uint8Array, start: number, end: number, into: Int16Array, samples: number): number;
  /** Makes up `samples` of which nothing is known. */
  conceal?(into: Int16Array, samples: number): number;
  close?(): void;
}

export interface FrameEncoder {
  /** Longest payload of a frame. */
  readonly maxBytes: number;
  /** Writes one frame to `into` from `at` on; returns its bytes. */
  encode(pcm: Int16Array, into: Uint8Array, at: number): number;
  close?(): void;
}

export type OpusDecoder = Required<PacketDecoder>;
export type OpusEncoder = Required<FrameEncoder>;

/** Opus takes and gives audio of any rate of ours. What is opened must be closed: its memory is nobody else's to free. */
export interface OpusLibrary {
  openDecoder(sampleRateHz: SampleRateHz): OpusDecoder;
  openEncoder(sampleRateHz: SampleRateHz, wishes: OpusWishes): OpusEncoder;
  /** The heap of all calls: it grows and never shrinks, and what is closed is used again. */
  readonly memoryBytes: number;
}

/** Opens the library when a call needs it; throws an `Error` that says why it cannot. */
export type OpenOpus = () => OpusLibrary;

export function noOpus(): never {
  throw new Error('there is no Opus here');
}

interface CodecFacts {
  /** Of RTP timestamps: not that of the samples with G.722 (RFC 3551 §4.5.2). */
  readonly clockRateHz: number;
  /** The rate of a call that begins with it. */
  readonly sampleRateHz: SampleRateHz;
}

export const codecFacts: Readonly<Record<AudioCodec, CodecFacts>> = {
  PCMU: { clockRateHz: 8000, sampleRateHz: 8000 },
  PCMA: { clockRateHz: 8000, sampleRateHz: 8000 },
  G722: { clockRateHz: 8000, sampleRateHz: 16_000 },
  opus: { clockRateHz: 48_000, sampleRateHz: 16_000 },
};

/** The rate of a call that begins with a codec. */
export function sampleRateOf(codec: AudioCodec): SampleRateHz {
  return codecFacts[codec].sampleRateHz;
}

export function openDecoder(codec: AudioCodec, sampleRateHz: SampleRateHz, openOpus: OpenOpus): PacketDecoder {
  if (codec === 'opus') return openOpus().openDecoder(sampleRateHz);
  const decoder = ownDecoder(codec);
  const { sampleRateHz: ownRateHz } = codecFacts[codec];
  const resampler = resamplerFor(ownRateHz, sampleRateHz);
  return resampler === undefined ? decoder : resampled(decoder, resampler, ownRateHz / sampleRateHz);
}

export function openEncoder(
  codec: AudioCodec,
  sampleRateHz: SampleRateHz,
  wishes: OpusWishes,
  openOpus: OpenOpus,
): FrameEncoder {
  if (codec === 'opus') return openOpus().openEncoder(sampleRateHz, wishes);
  const encoder = ownEncoder(codec);
  const { sampleRateHz: ownRateHz } = codecFacts[codec];
  const resampler = resamplerFor(sampleRateHz, ownRateHz);
  return resampler === undefined ? encoder : resampling(encoder, resampler, ownRateHz);
}

/** These keep nothing: one for all calls. */
const ulawDecoder: PacketDecoder = { decode: decodeUlaw };
const alawDecoder: PacketDecoder = { decode: decodeAlaw };
const g711Bytes = 160;
const ulawEncoder: FrameEncoder = { maxBytes: g711Bytes, encode: encodeUlaw };
const alawEncoder: FrameEncoder = { maxBytes: g711Bytes, encode: encodeAlaw };

type OwnCodec = Exclude<AudioCodec, 'opus'>;

function ownDecoder(codec: OwnCodec): PacketDecoder {
  if (codec === 'G722') return new G722Decoder();
  return codec === 'PCMU' ? ulawDecoder : alawDecoder;
}

function ownEncoder(codec: OwnCodec): FrameEncoder {
  if (codec !== 'G722') return codec === 'PCMU' ? ulawEncoder : alawEncoder;
  const g722 = new G722Encoder();
  return { maxBytes: g711Bytes, encode: (pcm, into, at) => g722.encode(pcm, into, at) };
}

/** `ownShare`: how many samples of its own make one of the call. */
function resampled(decoder: PacketDecoder, resampler: Resampler, ownShare: number): PacketDecoder {
  let own = new Int16Array(0);
  return {
    decode: (bytes, into, start, end) => {
      const most = Math.floor(into.length * ownShare);
      if (own.length !== most) own = new Int16Array(most);
      return resampler.process(own, into, decoder.decode(bytes, own, start, end));
    },
  };
}

function resampling(encoder: FrameEncoder, resampler: Resampler, ownRateHz: SampleRateHz): FrameEncoder {
  const own = new Int16Array(frameSamplesAt(ownRateHz));
  return {
    maxBytes: encoder.maxBytes,
    encode: (pcm, into, at) => {
      resampler.process(pcm, own);
      return encoder.encode(own, into, at);
    },
  };
}
