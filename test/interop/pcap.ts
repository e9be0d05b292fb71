/** UDP datagrams kept as a capture file, and read by tshark: no rights to capture are needed. */
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Capture {
  /** Sends a datagram from the port; it is kept like those that come. */
  send(payload: Uint8Array, to: number): void;
  /** The port that the first datagram comes from, once it has come. */
  readonly firstSource: Promise<number>;
  /** A report of tshark over all datagrams, such as `rtp,streams`. */
  statistics(report: string, options: readonly string[]): Promise<string>;
  /** What tshark says of the datagrams that came so far: one line for each that `filter` lets through. */
  read(filter: string, fields: readonly string[], options: readonly string[]): Promise<string[][]>;
  close(): Promise<void>;
}

/** Takes what comes to a loopback port; `onDatagram` is told of it. */
export async function captureUdp(
  port: number,
  onDatagram: (payload: Buffer) => void = () => undefined,
): Promise<Capture> {
  const records: Buffer[] = [];
  const socket = createSocket('udp4');
  const firstSource = new Promise<number>((resolve) => {
    socket.on('message', (payload, { port: sourcePort }) => {
      records.push(recordOf(payload, sourcePort, port));
      resolve(sourcePort);
      onDatagram(payload);
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject).bind(port, '127.0.0.1', resolve);
  });
  async function tshark(options: readonly string[]): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'outdial-capture-'));
    try {
      const file = join(folder, 'capture.pcap');
      await writeFile(file, Buffer.concat([fileHeader(), ...records]));
      const { stdout } = await promisify(execFile)('tshark', ['-r', file, ...options], { timeout: 60_000 });
      return stdout;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return {
    send(payload, to) {
      records.push(recordOf(Buffer.from(payload), port, to));
      socket.send(payload, to, '127.0.0.1');
    },
    firstSource,
    statistics: (report, options) => tshark([...options, '-q', '-z', report]),
    async read(filter, fields, options) {
      const wanted = fields.flatMap((field) => ['-e', field]);
      const lines = await tshark([...options, '-Y', filter, '-T', 'fields', ...wanted]);
      return lines.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')]));
    },
    close: () =>
      new Promise((resolve) => {
        socket.close(() => {
          resolve();
        });
      }),
  };
}

/** The classic format in little-endian, of raw IP packets (link type 101). */
function fileHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(101, 20);
  return header;
}

function recordOf(payload: Buffer, sourcePort: number, port: number): Buffer {
  const length = 28 + payload.length;
  const packet = Buffer.alloc(16 + 28);
  const nowUs = Math.floor((performance.timeOrigin + performance.now()) * 1000);
  packet.writeUInt32LE(Math.floor(nowUs / 1e6), 0);
  packet.writeUInt32LE(nowUs % 1e6, 4);
  packet.writeUInt32LE(length, 8);
  packet.writeUInt32LE(length, 12);
  packet.writeUInt8(0x45, 16);
  packet.writeUInt16BE(length, 18);
  packet.writeUInt8(64, 24);
  packet.writeUInt8(17, 25);
  packet.writeUInt32BE(0x7f000001, 28);
  packet.writeUInt32BE(0x7f000001, 32);
  packet.writeUInt16BE(sourcePort, 36);
  packet.writeUInt16BE(port, 38);
  packet.writeUInt16BE(8 + payload.length, 40);
  return Buffer.concat([packet, payload]);
}
