import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeWav } from '../audio/index.ts';
import { WavRecording } from './media-recording.ts';

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('what is written, in whatever pieces, is in the file in order, under a final header', async () => {
  await inFolder(async (folder) => {
    const filePath = join(folder, 'a', 'b', 'c.wav');
    const recording = new WavRecording({ filePath, layout: 'mono', sampleRateHz: 8000 }, (message) =>
      assert.fail(message),
    );
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

test('a disk that is more than 5 s behind ends the recording, and what was written stays playable', async () => {
  await inFolder(async (folder) => {
    const filePath = join(folder, 'c.wav');
    const failures: string[] = [];
    const recording = new WavRecording({ filePath, layout: 'stereo', sampleRateHz: 8000 }, (message) =>
      failures.push(message),
    );
    // No turn of the event loop is left to the disk meanwhile.
    for (let i = 0; i < 6000 / 20; i++) recording.write(new Uint8Array(640));
    assert.equal(failures.length, 1);
    recording.close();
    await recording.finished;
    assert.equal(failures.length, 1);
    const wav = decodeWav(await readFile(filePath));
    assert.ok(wav.ok);
  });
});

test('a file that cannot be created is told once', async () => {
  const failures: string[] = [];
  const recording = new WavRecording({ filePath: '/dev/null/x.wav', layout: 'mono', sampleRateHz: 8000 }, (m) =>
    failures.push(m),
  );
  recording.write(new Uint8Array(640));
  await recording.finished;
  recording.close();
  assert.equal(failures.length, 1);
});

test('a full disk is told', async () => {
  const failures: string[] = [];
  const recording = new WavRecording({ filePath: '/dev/full', layout: 'mono', sampleRateHz: 8000 }, (message) =>
    failures.push(message),
  );
  recording.close();
  await recording.finished;
  assert.equal(failures.length, 1);
  assert.match(failures[0]!, /ENOSPC/);
});
