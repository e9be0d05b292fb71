/**
 * Opus (RFC 6716) of a thread: libopus as WebAssembly, from a package of which nothing but that file is used. Its own loader takes a
 * native build where there is one, which ends the whole process when several threads load it, and knows neither FEC nor
 * concealment. Inside WebAssembly, what a packet of a stranger could break is a memory of its own: at worst a call
 * ends. The library is loaded at the start of a thread where a tenant has Opus among its codecs, else by the first call that agrees
 * on it.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { OpusDecoder, OpusEncoder, OpusLibrary, OpusWishes } from '../media/index.ts';

interface LibopusExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly malloc: (bytes: number) => number;
  readonly free: (pointer: number) => void;
  readonly opus_decoder_get_size: (channels: number) => number;
  readonly opus_decoder_init: (decoder: number, rateHz: number, channels: number) => number;
  readonly opus_decode: (
    decoder: number,
    data: number,
    bytes: number,
    pcm: number,
    samples: number,
    fec: number,
  ) => number;
  readonly opus_encoder_get_size: (channels: number) => number;
  readonly opus_encoder_init: (encoder: number, rateHz: number, channels: number, application: number) => number;
  readonly opus_encode: (encoder: number, pcm: number, samples: number, data: number, maxBytes: number) => number;
  readonly opus_encoder_ctl_set: (encoder: number, request: number, value: number) => number;
}

/** Of opus_defines.h. */
const applicationVoip = 2048;
const setBitrate = 4002;
const setMaxBandwidth = 4004;
const setVbr = 4006;
const setComplexity = 4010;
const setInbandFec = 4012;
const setPacketLossPercent = 4014;
const setSignal = 4024;
const signalVoice = 3001;
const narrowband = 1101;

/** Speech of 8 kHz bandwidth is clear at 24 kbit/s (RFC 7587 §3.1.1); a far end may ask for less. */
const usualBitrate = 24_000;
const leastBitrate = 6000;
/** Half of what libopus can do: beyond it speech gains little, and the encoder takes twice the time. */
const complexity = 5;
/** What the encoder is told to expect: it spends bits on the last packet only where there is loss. */
const expectedLossPercent = 10;
/** A packet is at most 1275 bytes a frame (RFC 6716 §3.1); more than a datagram of ours is dropped before. */
const mostPacketBytes = 2048;
/** 120 ms at 16 kHz. */
const mostSamples = 1920;
/** A second and a half of sound and silence. */
const warmUpFrames = 75;
/** Longest payload that we send: 24 kbit/s has 60 bytes on average, and bursts where speech begins. */
const sentBytes = 400;

class Libopus implements OpusLibrary {
  readonly #exports: LibopusExports;
  /** Where packets and samples are handed over. */
  readonly #packet: number;
  readonly #samples: number;
  #bytes = new Uint8Array(0);
  #pcm = new Int16Array(0);

  constructor(exports: LibopusExports) {
    this.#exports = exports;
    this.#packet = this.#allocate(mostPacketBytes);
    this.#samples = this.#allocate(2 * mostSamples);
  }

  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  openDecoder(sampleRateHz: number): OpusDecoder {
    const { opus_decoder_get_size: sizeOf, opus_decoder_init: init, free } = this.#exports;
    const decoder = this.#allocate(sizeOf(1));
    checkState(init(decoder, sampleRateHz, 1));
    const decode = (packet: number, bytes: number, into: Int16Array, samples: number, fec: 0 | 1): number => {
      const room = Math.min(samples, into.length, mostSamples);
      let count: number;
      try {
        count = this.#exports.opus_decode(decoder, packet, bytes, this.#samples, room, fec);
      } catch (trap) {
        // The call ends by this; what else its packet broke is left to the calls that are in there already.
        library = undefined;
        throw trap;
      }
      return count > 0 ? this.#takeSamples(into, count) : 0;
    };
    return {
      decode: (bytes, into, start, end) => {
        if (!this.#handPacket(bytes, start, end)) return 0;
        return decode(this.#packet, end - start, into, mostSamples, 0);
      },
      recover: (bytes, start, end, into, samples) => {
        if (!this.#handPacket(bytes, start, end)) return 0;
        return decode(this.#packet, end - start, into, samples, 1);
      },
      conceal: (into, samples) => decode(0, 0, into, samples, 0),
      close: () => free(decoder),
    };
  }

  openEncoder(sampleRateHz: number, wishes: OpusWishes): OpusEncoder {
    const { opus_encoder_get_size: sizeOf, opus_encoder_init: init, free } = this.#exports;
    const encoder = this.#allocate(sizeOf(1));
    checkState(init(encoder, sampleRateHz, 1, applicationVoip));
    const { maxBitrate = usualBitrate, isFecWanted, isConstantRate, maxPlaybackRateHz = 48_000 } = wishes;
    this.#set(encoder, setBitrate, Math.max(leastBitrate, Math.min(usualBitrate, maxBitrate)));
    this.#set(encoder, setComplexity, complexity);
    this.#set(encoder, setSignal, signalVoice);
    this.#set(encoder, setVbr, isConstantRate === true ? 0 : 1);
    this.#set(encoder, setInbandFec, isFecWanted === true ? 1 : 0);
    this.#set(encoder, setPacketLossPercent, isFecWanted === true ? expectedLossPercent : 0);
    if (maxPlaybackRateHz <= 8000) this.#set(encoder, setMaxBandwidth, narrowband);
    return {
      maxBytes: sentBytes,
      encode: (pcm, into, at) => {
        this.#refreshViews();
        this.#pcm.set(pcm);
        const room = Math.min(sentBytes, into.length - at);
        const bytes = this.#exports.opus_encode(encoder, this.#samples, pcm.length, this.#packet, room);
        if (bytes <= 0) return 0;
        this.#refreshViews();
        for (let i = 0; i < bytes; i++) into[at + i] = this.#bytes[i] ?? 0;
        return bytes;
      },
      close: () => free(encoder),
    };
  }

  #handPacket(bytes: Uint8Array, start: number, end: number): boolean {
    if (end <= start || end - start > mostPacketBytes) return false;
    this.#refreshViews();
    for (let i = start; i < end; i++) this.#bytes[i - start] = bytes[i] ?? 0;
    return true;
  }

  #takeSamples(into: Int16Array, count: number): number {
    this.#refreshViews();
    for (let i = 0; i < count; i++) into[i] = this.#pcm[i] ?? 0;
    return count;
  }

  #set(encoder: number, request: number, value: number): void {
    checkState(this.#exports.opus_encoder_ctl_set(encoder, request, value));
  }

  #allocate(bytes: number): number {
    const pointer = this.#exports.malloc(bytes);
    if (pointer === 0) throw new Error('Opus has no memory left for another call');
    return pointer;
  }

  /** A memory that has grown is another buffer. */
  #refreshViews(): void {
    const { buffer } = this.#exports.memory;
    if (this.#bytes.buffer === buffer) return;
    this.#bytes = new Uint8Array(buffer, this.#packet, mostPacketBytes);
    this.#pcm = new Int16Array(buffer, this.#samples, mostSamples);
  }
}

function checkState(status: number): void {
  if (status < 0) throw new Error(`Opus could not be set up (libopus says ${status})`);
}

let library: OpusLibrary | undefined;

/**
 * Loads the library and has its code compiled by using all of it: the first packets of the first call would else cost the
 * thread a tenth of a second, in which no other call has its beat.
 */
export function warmUpOpus(): void {
  const opus = openOpus();
  const encoder = opus.openEncoder(16_000, { isFecWanted: true });
  const decoder = opus.openDecoder(16_000);
  const packet = new Uint8Array(encoder.maxBytes);
  const samples = new Int16Array(mostSamples);
  for (let frame = 0; frame < warmUpFrames; frame++) {
    // Silence takes other ways through the code than sound does.
    const pcm = Int16Array.from({ length: 320 }, (_, i) => (frame < 5 ? 0 : ((i * i * (frame + 3)) % 8000) - 4000));
    const bytes = encoder.encode(pcm, packet, 0);
    if (frame % 5 === 4) decoder.recover(packet, 0, bytes, samples, 320);
    if (frame % 5 === 2) decoder.conceal(samples, 320);
    decoder.decode(packet, samples, 0, bytes);
  }
  encoder.close();
  decoder.close();
}

/** The library of this thread. */
export function openOpus(): OpusLibrary {
  library ??= new Libopus(load());
  return library;
}

function load(): LibopusExports {
  const file = createRequire(import.meta.url).resolve('@evan/opus/wasm/simd.wasm');
  const nothing = (): number => 0;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), {
    wasi_snapshot_preview1: { fd_seek: nothing, fd_write: nothing, fd_close: nothing, proc_exit: nothing },
    env: { emscripten_notify_memory_growth: nothing },
  });
  const { _initialize: initialize } = exports;
  if (typeof initialize === 'function') initialize();
  // What the file exports is known: it is pinned with its package.
  return exports as unknown as LibopusExports;
}
