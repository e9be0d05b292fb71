import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { skipWithout } from './programs.ts';
import { withSpokenCall } from './spoken-call.ts';

const port = 25_096;
const sayings = {
  phone: 'Good morning, I would like to change my address, please.',
  bot: 'Certainly. Please tell me the name of your street. Goodbye.',
};

const settings = `[sip]
sip_port=${port}
sip_tcp_port=-1
sip_tls_port=-1
default_proxy=-1
media_encryption=srtp
media_encryption_mandatory=1
register_only_when_network_is_up=0
[rtp]
audio_rtp_port=26800-26900
[video]
enabled=0
`;

/** linphonec as a phone that answers by itself, plays `callee.wav` of the folder and records to `heard.wav`. */
async function startLinphone(folder: string) {
  // Without this folder it does not open its SIP port.
  await mkdir(join(folder, '.local/share/linphone'), { recursive: true });
  await writeFile(join(folder, 'linphonerc'), settings);
  const phone: ChildProcessWithoutNullStreams = spawn('linphonec', ['-a', '-c', 'linphonerc'], {
    cwd: folder,
    env: { ...process.env, HOME: folder },
  });
  const ended = once(phone, 'exit');
  let output = '';
  const isReady = new Promise<void>((resolve) => {
    phone.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      // The file to record to is the last thing it was told.
      if (/heard\.wav/.test(output)) resolve();
    });
  });
  phone.stderr.resume();
  phone.stdin.write('soundcard use files\nplay callee.wav\nrecord heard.wav\n');
  await Promise.race([isReady, ended.then(() => assert.fail(`linphonec ended: ${output}`))]);
  return {
    output: () => output,
    async close() {
      phone.stdin.end('quit\n');
      const tooLong = setTimeout(() => phone.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(tooLong);
    },
  };
}

/** It counts the 44 bytes of the header to the data, which other readers take for a file that was cut off. */
async function mendLength(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes.writeUInt32LE(bytes.length - 44, 40);
  await writeFile(file, bytes);
}

describe('linphonec as callee', { skip: skipWithout('linphonec') }, () => {
  it('RFC 3264 §6.1: agrees on G.711; the words reach the bot, and it has recorded the words of the bot', async () => {
    const encrypted = { OUTDIAL_MEDIA_ENCRYPTION: 'required', OUTDIAL_MEDIA_KEYS_IN_CLEAR: 'true' };
    await withSpokenCall(sayings, encrypted, async ({ gateway, folder, answer, checkHeard, checkRecorded }) => {
      const phone = await startLinphone(folder);
      try {
        const call = await gateway.call(`sip:callee@127.0.0.1:${port}`, answer);
        assert.deepEqual(
          call.states.filter((state) => state !== 'ringing'),
          ['started', 'active', 'ended'],
        );
        assert.equal(call.record.endCode, 'completed.bot');
        checkHeard(call.record, phone.output());
      } finally {
        await phone.close();
      }
      const recording = join(folder, 'heard.wav');
      await mendLength(recording);
      await checkRecorded(recording, phone.output());
    });
  });
});
