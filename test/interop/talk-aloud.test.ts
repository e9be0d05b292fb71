/**
 * `outdial talk --microphone` with programs in place of ALSA's: one delivers real speech at the pace of a microphone, the other keeps
 * what the loudspeaker would say. Words are compared at both ends.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeWav, encodeWav, wavChannel } from '../../src/audio/index.ts';
import { wordErrorRate } from '../../src/testing/index.ts';
import { Words } from './words.ts';

const program = fileURLToPath(new URL('../../src/cli/outdial.js', import.meta.url));
const rateHz = 8000;
const dialog = `steps:
  ask: { say: Is it raining today?, listen: { yes: umbrella, no: sun }, otherwise: sun }
  umbrella: { say: Then take your big umbrella with you., set: { take: umbrella }, hangup: true }
  sun: { say: Then enjoy the sun., hangup: true }
`;

let folder = '';
let words: Words | undefined;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outdial-aloud-'));
  words = await Words.open();
});
after(async () => {
  await words?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A folder for PATH, with these programs of Node in it. */
async function programs(name: string, sources: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  for (const [each, source] of Object.entries(sources)) {
    const file = join(path, each);
    await writeFile(
      file,
      `#!${process.execPath}\nconst { readFileSync, createWriteStream } = require('node:fs');\n${source}`,
    );
    await chmod(file, 0o755);
  }
  return path;
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function talk(path: string, ...args: readonly string[]): Promise<Ran> {
  const file = join(folder, 'weather.yaml');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, 'talk', '--microphone', '--dialog', file, ...args],
      { env: { PATH: path }, timeout: 60_000 },
      (fault, out, err) => {
        const code = fault === null ? 0 : typeof fault.code === 'number' ? fault.code : -1;
        resolve({ code, out, err });
      },
    );
  });
}

test(
  'what is said into the microphone is understood, and what the bot says is heard',
  { timeout: 90_000 },
  async () => {
    assert.ok(words !== undefined);
    await writeFile(join(folder, 'weather.yaml'), dialog);
    const spoken = join(folder, 'callee.wav');
    await words.speak(spoken, 'Yes, it is.', 3500, 0, rateHz);
    const heard = join(folder, 'heard.raw');
    const path = await programs('alsa', {
      // 20 ms of what was spoken at a time, and silence behind it, until it is stopped.
      arecord: `
      const rate = Number(process.argv[process.argv.indexOf('-r') + 1]);
      if (rate !== ${rateHz}) throw new Error('another rate: ' + rate);
      const all = readFileSync(${JSON.stringify(spoken)}).subarray(44);
      const bytes = rate / 25;
      const startMs = Date.now();
      let at = 0;
      setInterval(() => {
        for (; at < (Date.now() - startMs) / 20 * bytes; at += bytes) {
          process.stdout.write(Buffer.concat([all.subarray(at, at + bytes), Buffer.alloc(bytes)]).subarray(0, bytes));
        }
      }, 10);`,
      aplay: `process.stdin.pipe(createWriteStream(${JSON.stringify(heard)}));`,
    });
    const { code, out, err } = await talk(path, '--json');
    assert.equal(code, 0, out + err);
    const items = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; data?: Record<string, unknown> });
    const understood = items.flatMap(({ type, data }) =>
      type === 'speech.recognized' ? [String(data?.['text'])] : [],
    );
    assert.ok(wordErrorRate('yes it is', understood.join(' ')) <= 0.34, understood.join(' '));
    assert.ok(
      items.some(({ data }) => JSON.stringify(data?.['variables'] ?? {}).includes('umbrella')),
      out,
    );

    const raw = await readFile(heard);
    const samples = new Int16Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + 2 * Math.floor(raw.length / 2)));
    const wav = join(folder, 'heard.wav');
    await writeFile(wav, encodeWav({ sampleRateHz: rateHz, channelCount: 1, samples }));
    const decoded = decodeWav(await readFile(wav));
    assert.ok(decoded.ok && wavChannel(decoded.value, 'left').length > 4 * rateHz);
    const said = await words.recognise(wav, 'left');
    const expected = 'Is it raining today? Then take your big umbrella with you.';
    assert.ok(wordErrorRate(expected, said) <= 0.2, said);
  },
);

test('without programs or a device it says what is missing and what to install', { timeout: 60_000 }, async () => {
  const none = await talk(await programs('none', {}));
  assert.equal(none.code, 1);
  assert.match(
    none.err,
    /No program that records.*arecord, rec, sox[^]*apt install alsa-utils[^]*talk\.no-sound-program/,
  );
  const mute = await talk(await programs('mute', { arecord: '' }));
  assert.match(mute.err, /No program that plays.*aplay, play/);
  const broken = await talk(
    await programs('broken', { arecord: `console.error('audio open error: No such device'); process.exit(1);` }),
    '--no-speaker',
  );
  assert.equal(broken.code, 1);
  assert.match(broken.err, /arecord ended: audio open error: No such device[^]*arecord -l[^]*code: talk\.sound-failed/);
});
