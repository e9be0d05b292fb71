import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AudioReader, AudioWriter, createAudioMemory } from './shared-audio.ts';

interface Heard {
  readonly streamId: number;
  readonly samples: readonly number[];
  readonly atMs: number;
}

function createRing() {
  const memory = createAudioMemory();
  const writer = new AudioWriter(memory);
  const reader = new AudioReader(memory);
  const heard: Heard[] = [];
  const read = (until: number): Heard[] => {
    heard.length = 0;
    reader.readUntil(until, (streamId, pcm, atMs) => heard.push({ streamId, samples: [...pcm], atMs }));
    return heard;
  };
  return { writer, read };
}

test('audio of several streams and lengths comes out as it went in, up to where it may be read', () => {
  const { writer, read } = createRing();
  writer.write(1, Int16Array.of(1, -2, 3), 10.5);
  const until = writer.position;
  const long = Int16Array.from({ length: 700 }, (_, i) => i - 350);
  writer.write(2, long, 20);
  assert.deepEqual(read(until), [{ streamId: 1, samples: [1, -2, 3], atMs: 10.5 }]);
  const rest = read(writer.position);
  assert.deepEqual(
    rest.flatMap(({ samples }) => samples),
    [...long],
  );
  assert.ok(rest.every(({ streamId, atMs, samples }) => streamId === 2 && atMs === 20 && samples.length <= 320));
  assert.deepEqual(read(writer.position), []);
});

test('what finds no room is dropped and counted; what was read makes room, round after round', () => {
  const { writer, read } = createRing();
  let written = 0;
  const fill = (): void => {
    for (const before = writer.dropped; writer.dropped === before; written++) {
      writer.write(written, Int16Array.of(written & 0x7fff), written);
    }
  };
  for (let round = 1; round <= 3; round++) {
    const first = written;
    fill();
    assert.equal(writer.dropped, round);
    const heard = read(writer.position);
    // The last one written is the one that was dropped.
    assert.equal(heard.length, written - first - 1);
    assert.deepEqual(heard.at(-1), { streamId: written - 2, samples: [(written - 2) & 0x7fff], atMs: written - 2 });
  }
});
