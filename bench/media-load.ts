/**
 * The far ends of `bench/media.ts`, in a process of their own: sends each call a packet of G.711 every 20 ms, and looks at what comes
 * back. All calls have one address here, but for the watched ones, whose packets are timed.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { encodeUlaw, decodeUlaw } from '../src/audio/index.ts';

/** What is said to this process. */
export type ToLoad =
  /** Ports of the calls; the first `watched` of them are those of the sockets told. */
  | {
      readonly type: 'start';
      readonly ports: readonly number[];
      readonly speech: readonly number[];
      readonly speechShare: number;
    }
  /** The call begins to speak now, and has been silent so far. */
  | { readonly type: 'speak'; readonly call: number }
  | { readonly type: 'stop' };

/** What it says. */
export type FromLoad =
  | { readonly type: 'ports'; readonly many: number; readonly watched: readonly number[] }
  /** When a packet with sound, and then one without, came to a watched call, and when it began to speak. */
  | { readonly type: 'sound'; readonly call: number; readonly isSound: boolean; readonly atMs: number }
  | { readonly type: 'speaking'; readonly call: number; readonly atMs: number }
  | {
      readonly type: 'stopped';
      readonly deviationsMs: readonly number[];
      readonly packets: number;
      readonly sent: number;
    };

const frameMs = 20;
const payloadBytes = 160;
const rateHz = 8000;

const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

function say(message: FromLoad): void {
  process.send?.(message);
}

interface Watched {
  readonly socket: Socket;
  lastAtMs: number;
  isSound: boolean | undefined;
}

const watchedCount = Number(process.argv[2] ?? 8);
const many = createSocket('udp4');
const watched: Watched[] = [];
const deviationsMs: number[] = [];
let packets = 0;
let sent = 0;
let isTiming = false;

async function bind(socket: Socket): Promise<number> {
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket.address().port;
}

function watch(call: number): Watched {
  const own: Watched = { socket: createSocket({ type: 'udp4' }), lastAtMs: Number.NaN, isSound: undefined };
  const samples = new Int16Array(payloadBytes);
  own.socket.on('message', (bytes) => {
    const atMs = nowMs();
    packets++;
    if (isTiming && !Number.isNaN(own.lastAtMs)) deviationsMs.push(Math.abs(atMs - own.lastAtMs - frameMs));
    own.lastAtMs = atMs;
    decodeUlaw(bytes, samples, 12, bytes.length);
    const isSound = samples.some((sample) => Math.abs(sample) > 500);
    if (isSound === own.isSound) return;
    own.isSound = isSound;
    say({ type: 'sound', call, isSound, atMs });
  });
  return own;
}

const manyPort = await bind(many);
for (let i = 0; i < watchedCount; i++) watched.push(watch(i));
const watchedPorts = await Promise.all(watched.map(({ socket }) => bind(socket)));
say({ type: 'ports', many: manyPort, watched: watchedPorts });

/** A second of speech and its silence, repeated, as packets; each call begins at another place. */
function makePayloads(speech: readonly number[], share: number): Uint8Array[] {
  const silenceSamples = Math.round((speech.length * (1 - share)) / share);
  const pcm = new Int16Array(speech.length + silenceSamples);
  pcm.set(speech);
  // A quiet line is not digital silence: -60 dBFS of noise.
  for (let i = speech.length; i < pcm.length; i++) pcm[i] = Math.round((Math.random() - 0.5) * 60);
  return Array.from({ length: Math.floor(pcm.length / payloadBytes) }, (_, i) => {
    const payload = new Uint8Array(payloadBytes);
    encodeUlaw(pcm.subarray(i * payloadBytes, (i + 1) * payloadBytes), payload);
    return payload;
  });
}

function start({ ports, speech, speechShare }: Extract<ToLoad, { type: 'start' }>): void {
  const payloads = makePayloads(speech, speechShare);
  const quiet = new Uint8Array(payloadBytes).fill(0xff);
  const loud = payloads.slice(0, Math.floor((speech.length - rateHz / 50) / payloadBytes));
  /** Packet of the speech that is next; undefined: not speaking. Watched calls only. */
  const speaking: (number | undefined)[] = watched.map(() => undefined);
  const asked = new Set<number>();
  onSpeak = (call) => void asked.add(call);
  const packet = Buffer.alloc(12 + payloadBytes);
  packet[0] = 0x80;
  const calls = ports.map((port, i) => ({
    port,
    socket: watched[i]?.socket ?? many,
    ssrc: 1000 + i,
    // Speech begins at another packet for each.
    offset: Math.floor((i * payloads.length) / ports.length),
    // Calls are spread over the 20 ms.
    phaseMs: (i * frameMs) / ports.length,
  }));
  const startMs = nowMs() + 50;
  let frame = 0;
  let next = 0;

  function payloadOf(call: number, offset: number): Uint8Array {
    if (call >= watched.length) return payloads[(frame + offset) % payloads.length] ?? quiet;
    if (asked.delete(call)) {
      speaking[call] = 0;
      say({ type: 'speaking', call, atMs: nowMs() });
    }
    const at = speaking[call];
    if (at === undefined) return quiet;
    speaking[call] = at + 1 < loud.length ? at + 1 : undefined;
    return loud[at] ?? quiet;
  }

  function run(): void {
    if (isStopped) return;
    for (;;) {
      const call = calls[next];
      if (call === undefined) {
        next = 0;
        frame++;
        continue;
      }
      if (startMs + frame * frameMs + call.phaseMs > nowMs()) break;
      packet.writeUInt16BE(0x0000 + (frame & 0xffff), 2);
      packet.writeUInt32BE((frame * payloadBytes) >>> 0, 4);
      packet.writeUInt32BE(call.ssrc, 8);
      packet.set(payloadOf(next, call.offset), 12);
      // The socket copies nothing: each packet in flight needs bytes of its own.
      call.socket.send(Buffer.from(packet), call.port, '127.0.0.1');
      sent++;
      next++;
    }
    setTimeout(run, 1);
  }
  run();
}

let onSpeak: (call: number) => void = () => undefined;
let isStopped = false;

process.on('message', (message: ToLoad) => {
  if (message.type === 'start') {
    start(message);
    setTimeout(() => (isTiming = true), 3000);
  } else if (message.type === 'speak') {
    onSpeak(message.call);
  } else {
    isStopped = true;
    say({ type: 'stopped', deviationsMs, packets, sent });
    process.disconnect();
    many.close();
    for (const { socket } of watched) socket.close();
  }
});
