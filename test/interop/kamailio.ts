/** kamailio as the trunk between the gateway and the callee, as a child process on loopback. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const kamailioPort = 25_080;

export interface Kamailio {
  close(): Promise<void>;
}

/** Resolves when it answers OPTIONS; rejects with its own words when it does not within 10 s. */
export async function startKamailio(defines: readonly string[]): Promise<Kamailio> {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-kamailio-'));
  const child = spawn(
    'kamailio',
    [
      ...['-f', resolve('test/interop/kamailio.cfg'), '-DD', '-E', '-m', '32', '-M', '4'],
      ...['-w', folder, '-Y', folder, '-P', join(folder, 'kamailio.pid')],
      ...defines.flatMap((name) => ['-A', name]),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-4000);
  });
  const isOver = new Promise<void>((resolveOver) => {
    child.once('exit', () => {
      resolveOver();
    });
    child.once('error', (error) => {
      words += String(error);
      resolveOver();
    });
  });
  const kamailio = {
    async close() {
      child.kill('SIGTERM');
      await isOver;
      await rm(folder, { recursive: true, force: true });
    },
  };
  if (await answersOptions(isOver)) return kamailio;
  await kamailio.close();
  throw new Error(`kamailio did not start: ${words}`);
}

async function answersOptions(isOver: Promise<void>): Promise<boolean> {
  const socket = createSocket('udp4');
  await new Promise<void>((bound) => {
    socket.bind(0, '127.0.0.1', bound);
  });
  const { port } = socket.address();
  const text = [
    `OPTIONS sip:127.0.0.1:${kamailioPort} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bKready`,
    'Max-Forwards: 5',
    'From: <sip:test@127.0.0.1>;tag=1',
    'To: <sip:127.0.0.1>',
    'Call-ID: ready',
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
  ].join('\r\n');
  const timer = setInterval(() => {
    socket.send(`${text}\r\n\r\n`, kamailioPort, '127.0.0.1');
  }, 100);
  try {
    return await new Promise<boolean>((tell) => {
      socket.once('message', () => {
        tell(true);
      });
      setTimeout(tell, 10_000, false).unref();
      void isOver.then(() => {
        tell(false);
      });
    });
  } finally {
    clearInterval(timer);
    socket.close();
  }
}
