/** UDP datagrams kept as a capture file, and read by tshark: no rights to capture are needed. */
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Capture {
  /** What tshark says of the datagrams that came so far: one line for each that `filter` lets through. */
  read(filter: string, fields: readonly string[], options: readonly string[]): Promise<string[][]>;
  close(): Promise<void>;
}

/** Takes what comes to a loopback port. */
export async function captureUdp(port: number): Promise<Capture> {
  const records: Buffer[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (payload, { port: sourcePort }) => {
    records.push(recordOf(payload, sourcePort, port));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject).bind(port, '127.0.0.1', resolve);
  });
  return {
    async read(filter, fields, options) {
      const folder = await mkdtemp(join(tmpdir(), 'outdial-capture-'));
      try {
        const file = join(folder, 'capture.pcap');
        await writeFile(file, Buffer.concat([fileHeader(), ...records]));
        const wanted = fields.flatMap((field) => ['-e', field]);
        const { stdout } = await promisify(execFile)(
          'tshark',
          ['-r', file, ...options, '-Y', filter, '-T', 'fields', ...wanted],
          { timeout: 60_000 },
        );
        return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')]));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
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
  const nowMs = Date.now();
  packet.writeUInt32LE(Math.floor(nowMs / 1000), 0);
  packet.writeUInt32LE((nowMs % 1000) * 1000, 4);
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
