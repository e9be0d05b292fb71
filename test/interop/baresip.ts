/** baresip as a phone on loopback that answers by itself and plays a file. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Baresip {
  /** What it wrote up to now. */
  output(): string;
  /** A command of its menu, such as `hold`; only when it was started with a port for them. */
  command(name: string, parameters?: string): Promise<void>;
  close(): Promise<void>;
}

/** Of its TLS, on the port above; it is then `plain`, too, which knows nothing of SRTP. */
export interface BaresipTls {
  /** Key and certificate in one. */
  readonly pemFile: string;
  readonly caFile: string;
}

const configOf = (
  port: number,
  controlPort: number | undefined,
  tls: BaresipTls | undefined,
  rateHz: 8000 | 16000,
): string => `poll_method epoll
sip_listen 127.0.0.1:${port}
call_local_timeout 120
audio_source aufile,callee.wav
ausrc_srate ${rateHz}
auplay_srate ${rateHz}
ausrc_channels 1
auplay_channels 1
rtp_ports 26500-26700
rtp_stats yes
module_path /usr/lib/baresip/modules
module g711.so
module g722.so
module opus.so
module aufile.so
module sndfile.so
module srtp.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
${tls === undefined ? '' : `sip_certificate ${tls.pemFile}\nsip_cafile ${tls.caFile}\n`}${controlPort === undefined ? '' : `module_app ctrl_tcp.so\nctrl_tcp_listen 127.0.0.1:${controlPort}\n`}`;

/**
 * Starts it as `sip:callee@127.0.0.1:port` in a folder that holds `callee.wav` (it hangs up when that file ends) and that
 * its recordings go to; resolves when it is ready. `parameters` of its account, such as `;mediaenc=srtp-mand`. `codecs`: users of further
 * accounts with the one codec that each has; the file is then of 16 kHz.
 */
export async function startBaresip(
  folder: string,
  port: number,
  controlPort?: number,
  parameters = '',
  tls?: BaresipTls,
  codecs?: Readonly<Record<string, string>>,
): Promise<Baresip> {
  const place = tls === undefined ? `${port}` : `${port + 1};transport=tls`;
  const accountOf = (user: string, more: string, names = 'PCMU/8000/1,PCMA/8000/1'): string =>
    `<sip:${user}@127.0.0.1:${place}>;regint=0;answermode=auto;audio_codecs=${names}${more}\n`;
  const account =
    accountOf('callee', parameters) +
    (tls === undefined ? '' : accountOf('plain', '')) +
    Object.entries(codecs ?? {})
      .map(([user, codec]) => accountOf(user, parameters, codec))
      .join('');
  await writeFile(join(folder, 'config'), configOf(port, controlPort, tls, codecs === undefined ? 8000 : 16_000));
  await writeFile(join(folder, 'accounts'), account);
  await writeFile(join(folder, 'contacts'), '');
  const baresip = spawn('baresip', ['-f', folder], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(baresip, 'exit');
  let output = '';
  const isReady = new Promise<void>((resolve) => {
    baresip.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      if (output.includes('baresip is ready')) resolve();
    });
  });
  baresip.stderr.resume();
  await Promise.race([isReady, ended.then(() => assert.fail(`baresip ended: ${output}`))]);
  return {
    output: () => output,
    command: (command, params = '') =>
      new Promise((resolve, reject) => {
        const text = JSON.stringify({ command, params, token: 't' });
        const socket = connect(controlPort ?? 0, '127.0.0.1', () => {
          // A netstring; its answer says that the command was carried out.
          socket.write(`${Buffer.byteLength(text)}:${text},`);
        });
        socket.once('error', reject).once('data', (answer) => {
          output += `\n${String(answer)}\n`;
          socket.end();
          resolve();
        });
      }),
    async close() {
      baresip.kill('SIGTERM');
      await ended;
    },
  };
}

/** What it has heard, a file for each call, once it is closed. */
export async function recordingsIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('-dec.wav')).map((name) => join(folder, name));
}
