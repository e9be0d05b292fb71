/** kamailio as the trunk between the gateway and the callee, as a child process on loopback. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const kamailioPort = 25_080;

export interface Kamailio {
  /** The end of what it has written. */
  words(): string;
  close(): Promise<void>;
}

/** Resolves when it answers OPTIONS, or refuses it aloud as a capture server does; rejects with its own words when it does not within 10 s. */
export async function startKamailio(
  defines: readonly string[],
  { config, port } = { config: 'kamailio.cfg', port: kamailioPort },
): Promise<Kamailio> {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-kamailio-'));
  const child = spawn(
    'kamailio',
    [
      ...['-f', resolve('test/interop', config), '-DD', '-E', '-m', '32', '-M', '4'],
      ...['-w', folder, '-Y', folder, '-P', join(folder, 'kamailio.pid')],
      ...defines.flatMap((name) => ['-A', name]),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-16_000);
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
    words: () => words,
    async close() {
      child.kill('SIGTERM');
      await isOver;
      await rm(folder, { recursive: true, force: true });
    },
  };
  if (await hearsOptions(port, isOver, () => words.includes('hep_msg_received'))) return kamailio;
  await kamailio.close();
  throw new Error(`kamailio did not start: ${words}`);
}

async function hearsOptions(port: number, isOver: Promise<void>, isRefused: () => boolean): Promise<boolean> {
  const socket = createSocket('udp4');
  await new Promise<void>((bound) => {
    socket.bind(0, '127.0.0.1', bound);
  });
  const own = socket.address().port;
  const text = [
    `OPTIONS sip:127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${own};branch=z9hG4bKready`,
    'Max-Forwards: 5',
    'From: <sip:test@127.0.0.1>;tag=1',
    'To: <sip:127.0.0.1>',
    'Call-ID: ready',
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
  ].join('\r\n');
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<boolean>((tell) => {
      timer = setInterval(() => {
        if (isRefused()) tell(true);
        else socket.send(`${text}\r\n\r\n`, port, '127.0.0.1');
      }, 100);
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
