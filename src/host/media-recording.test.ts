import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { decodeWav } from '../audio/index.ts';
import { Recordings } from './media-recording.ts';

const run = promisify(execFile);
const bounded = { timeout: 30_000 };

async function withRecordings(act: (recordings: Recordings, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-'));
  const recordings = new Recordings();
  try {
    await act(recordings, folder);
  } finally {
    await recordings.close();
    await rm(folder, { recursive: true });
  }
}

const mono = { layout: 'mono', sampleRateHz: 8000 } as const;
const frame = new Uint8Array(320).fill(1);

test('what is written, in whatever pieces, is in the file in order, under a final header', bounded, async () => {
  await withRecordings(async (recordings, folder) => {
    const filePath = join(folder, 'a', 'b', 'c.wav');
    const recording = recordings.open({ ...mono, filePath }, (message) => assert.fail(message));
    const samples = Int16Array.from({ length: 20_000 }, (_, i) => i);
    const bytes = new Uint8Array(samples.buffer);
    const piece = new Uint8Array(640);
    for (let at = 0; at < bytes.length; at += piece.length) {
      const part = bytes.subarray(at, at + piece.length);
      piece.set(part);
      recording.write(piece.subarray(0, part.length));
      piece.fill(0xee);
    }
    recording.close();
    recording.write(piece);
    recording.close();
    await recording.finished;
    const file = await readFile(filePath);
    assert.equal(file.length, 44 + 40_000);
    assert.equal((await stat(filePath)).mode & 0o777, 0o600);
    assert.deepEqual(decodeWav(file), { ok: true, value: { sampleRateHz: 8000, channelCount: 1, samples } });
  });
});

test('silence that is skipped has its place, in the middle and at the end, however long it is', bounded, async () => {
  await withRecordings(async (recordings, folder) => {
    const filePath = join(folder, 'c.wav');
    const recording = recordings.open({ ...mono, filePath }, (message) => assert.fail(message));
    recording.write(frame);
    recording.skip(600_000);
    recording.write(frame);
    recording.skip(320);
    recording.close();
    await recording.finished;
    const wav = decodeWav(await readFile(filePath));
    assert.ok(wav.ok);
    const { samples } = wav.value;
    assert.equal(samples.length, (320 + 600_000 + 320 + 320) / 2);
    const loud = [...samples.keys()].filter((at) => samples[at] !== 0);
    assert.deepEqual([loud.length, loud[0], loud[160], loud.at(-1)], [320, 0, 300_160, 300_319]);
  });
});

test(
  'a disk that hangs holds up no file of anybody else, and ends the recording after 5 s of audio',
  bounded,
  async () => {
    await withRecordings(async (recordings, folder) => {
      const failures: string[] = [];
      const pipes = Array.from({ length: 8 }, (_, index) => join(folder, `${index}.pipe`));
      await run('mkfifo', pipes);
      // Opened by nobody else, a pipe makes whoever opens it wait: for more files than Node has threads for them.
      const hanging = pipes.map((filePath) =>
        recordings.open({ ...mono, filePath }, (message) => failures.push(message)),
      );
      assert.ok((await stat(folder)).isDirectory());
      for (const recording of hanging) for (let i = 0; i < 6000 / 20; i++) recording.write(frame);
      assert.deepEqual([failures.length, new Set(failures).size], [8, 1]);
      assert.match(failures[0] ?? '', /more than 5000 ms behind/);
      // Let go one after the other.
      for (const [index, recording] of hanging.entries()) {
        const reader = createReadStream(pipes[index] ?? '').resume();
        recording.close();
        await recording.finished;
        reader.destroy();
      }
      const filePath = join(folder, 'after.wav');
      const after = recordings.open({ ...mono, filePath }, (message) => assert.fail(message));
      after.write(frame);
      after.close();
      await after.finished;
      assert.equal((await stat(filePath)).size, 44 + 320);
    });
  },
);

test('a file that cannot be created, and a full disk, are told once each', bounded, async () => {
  await withRecordings(async (recordings) => {
    for (const [filePath, reason] of [
      ['/dev/null/x.wav', /ENOTDIR|EEXIST/],
      ['/dev/full', /ENOSPC/],
    ] as const) {
      const failures: string[] = [];
      const recording = recordings.open({ ...mono, filePath }, (message) => failures.push(message));
      recording.write(frame);
      await recording.finished;
      recording.write(frame);
      recording.close();
      assert.equal(failures.length, 1);
      assert.match(failures[0] ?? '', reason);
    }
  });
});

test('recordings leave a reserve on their disk, and say so', bounded, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-'));
  const recordings = new Recordings(2 ** 70);
  try {
    const failures: string[] = [];
    const filePath = join(folder, 'a.wav');
    const recording = recordings.open({ ...mono, filePath }, (message) => failures.push(message));
    recording.write(frame);
    recording.close();
    await recording.finished;
    assert.match(failures.join(), /^Less than \d+ MiB are free .*OUTDIAL_RECORDING_RESERVE/);
    await assert.rejects(stat(filePath), /ENOENT/);
  } finally {
    await recordings.close();
    await rm(folder, { recursive: true });
  }
});

test('no room is left in the middle of a recording: it stops, and what was written is playable', bounded, async () => {
  await withRecordings(async (_recordings, folder) => {
    const filePath = join(folder, 'cut.wav');
    // No file of this shell may have more than 16 blocks of 512 or 1,024 bytes; Node asks to be told instead of ended.
    const script = `
      process.on('SIGXFSZ', () => undefined);
      const { Recordings } = await import(${JSON.stringify(new URL('./media-recording.js', import.meta.url).href)});
      const recordings = new Recordings();
      const order = { filePath: ${JSON.stringify(filePath)}, layout: 'mono', sampleRateHz: 8000 };
      const recording = recordings.open(order, (message) => console.log(message));
      for (let i = 0; i < 100; i++) recording.write(new Uint8Array(320).fill(1));
      await recording.finished;
      await recordings.close();`;
    const scriptFile = join(folder, 'record.mjs');
    await writeFile(scriptFile, script);
    const { stdout } = await run('sh', ['-c', 'ulimit -f 16 && exec "$0" "$1"', process.execPath, scriptFile]);
    assert.match(stdout, /^EFBIG: .*\n$/);
    const wav = decodeWav(await readFile(filePath));
    assert.ok(wav.ok);
    const { samples } = wav.value;
    assert.ok(samples.length >= 4000 && samples.length < 16_000 && samples.every((sample) => sample === 0x0101));
  });
});
