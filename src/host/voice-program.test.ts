/** espeak-ng as a voice, played by scripts: what they are given, and that none of them is left. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { encodeWav, findTone, tone } from '../audio/index.ts';
import { createEspeakTextToSpeech } from '../providers/espeak-ng/index.ts';
import { createVoiceProgram } from './voice-program.ts';

const folder = await mkdtemp(join(tmpdir(), 'outdial-espeak-'));
after(() => rm(folder, { recursive: true }));
const said = join(folder, 'said.json');
const pids = join(folder, 'pids');
const wav = join(folder, 'tone.wav');
await writeFile(wav, encodeWav({ sampleRateHz: 22_050, channelCount: 1, samples: tone(440, 22_050, 500) }));

/** A program whose body may use `text`, `fs` and `wav`. */
async function program(body: string): Promise<string> {
  const path = join(folder, `program-${body.length}.cjs`);
  const head = `#!${process.execPath}
const fs = require('node:fs');
fs.appendFileSync(${JSON.stringify(pids)}, process.pid + '\\n');
const text = () => fs.readFileSync(0, 'utf8');
const wav = fs.readFileSync(${JSON.stringify(wav)});
`;
  await writeFile(path, head + body);
  await chmod(path, 0o755);
  return path;
}

const speaks = await program(`fs.writeFileSync(${JSON.stringify(said)}, JSON.stringify({
  given: process.argv.slice(2), text: text(), environment: Object.keys(process.env) }));
for (let at = 0; at < wav.length; at += 333) fs.writeSync(1, wav, at, Math.min(333, wav.length - at));`);

async function speak(path: string, text: string, options: object = {}, signal = new AbortController().signal) {
  const voice = createEspeakTextToSpeech(options, createVoiceProgram(path));
  const samples: number[] = [];
  for await (const chunk of voice.synthesize({ text, sampleRateHz: 8000 }, signal)) samples.push(...chunk);
  return Int16Array.from(samples);
}

/** Asks the system until no process is left; the test's own time limit is the bound. */
async function noneLeft(): Promise<void> {
  const isThere = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const started = (await readFile(pids, 'utf8')).trim().split('\n').map(Number);
  while (started.some(isThere)) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('text goes to standard input and nowhere else; voice, rate and pitch are arguments; no secret is in the environment', async () => {
  process.env['OUTDIAL_TEST_SECRET'] = 'C4NARY';
  const text = '$(reboot) `id`; -w /tmp/x <audio src="/etc/passwd"/>Gr\u00fc\u00dfe &amp; [[h@l\u0259U]]';
  const pcm = await speak(speaks, text, { parameters: { voice: 'de+f3', rate: 140, pitch: 60 } });
  const found: { given: string[]; text: string; environment: string[] } = JSON.parse(await readFile(said, 'utf8'));
  assert.deepEqual(found.given, ['-v', 'de+f3', '-s', '140', '-p', '60', '-b', '1', '--stdin', '--stdout']);
  assert.equal(found.text.replaceAll(/ +/g, ' '), '$(reboot) `id`; -w /tmp/x Gr\u00fc\u00dfe & h@l\u0259U]]');
  assert.ok(!found.environment.includes('OUTDIAL_TEST_SECRET'));
  delete process.env['OUTDIAL_TEST_SECRET'];
  assert.ok(Math.abs(pcm.length - 4000) < 40, `${pcm.length} samples`);
  assert.equal(findTone(pcm, 8000, [350, 440, 620]), 440);
});

test('a voice that is an option or a path, and an option that is not known, are refused', () => {
  const runs = createVoiceProgram('none');
  for (const voice of ['-w/tmp/x', '../../etc', 'de f', 'de;id', '']) {
    assert.throws(() => createEspeakTextToSpeech({ parameters: { voice } }, runs), /no name of a voice/, voice);
  }
  assert.throws(() => createEspeakTextToSpeech({ parameters: { path: '/tmp/x' } }, runs), /path/);
});

test('a text without words starts no program', async () => {
  assert.equal((await speak('/none', ' <break/> ... ')).length, 0);
  await assert.rejects(speak('/none', 'a'.repeat(5001)), /5001 characters/);
});

test('a program that is not there, fails, writes no audio or hangs is told with its reason', async () => {
  await assert.rejects(speak(join(folder, 'none'), 'a'), /is not installed \(set OUTDIAL_ESPEAK_PROGRAM\)/);
  await assert.rejects(speak(folder, 'a'), /EACCES/);
  await assert.rejects(
    speak(await program(`console.error('no such voice'); process.exit(3);`), 'a'),
    /it ended with 3: no such voice/,
  );
  await assert.rejects(speak(await program(`console.log('hello'.repeat(20));`), 'a'), /no audio/);
  await assert.rejects(speak(await program('text();'), 'a'), /wrote no audio/);
  await assert.rejects(speak(await program('for (;;);'), 'a', { requestTimeoutMs: 200 }), /it took more than 200 ms/);
  await noneLeft();
});

test('without file descriptors the text fails with the reason, and the thread lives on', async () => {
  const script = `
    const { openSync } = require('node:fs');
    import(${JSON.stringify(new URL('voice-program.js', import.meta.url).href)}).then(async ({ createVoiceProgram }) => {
      const run = createVoiceProgram(${JSON.stringify(speaks)});
      const speak = async () => {
        const { signal } = new AbortController();
        for await (const bytes of run({ arguments: [], input: 'a', timeoutMs: 5000 }, signal)) void bytes;
      };
      try { for (;;) openSync('/dev/null'); } catch {}
      for (let i = 0; i < 6; i++) await speak().catch((error) => console.log(error.message));
    });`;
  const { stdout } = await promisify(execFile)('sh', [
    '-c',
    'ulimit -n 100; exec "$0" -e "$1"',
    process.execPath,
    script,
  ]);
  assert.deepEqual(stdout.trim().split('\n'), Array(6).fill(`${speaks}: spawn ${speaks} EMFILE`));
});

test('an aborted text ends at once and kills its program; the next one gets its turn', async () => {
  const startedBefore = (await readFile(pids, 'utf8')).trim().split('\n').length;
  const hangs = await program(`fs.writeSync(1, wav); for (;;) ;`);
  const runProgram = createVoiceProgram(hangs);
  const voice = createEspeakTextToSpeech({}, runProgram);
  const stop = new AbortController();
  let isFirst: (() => void) | undefined;
  const firstChunks = new Promise<void>((resolve) => (isFirst = resolve));
  let heard = 0;
  const texts = Array.from({ length: 6 }, async () => {
    for await (const chunk of voice.synthesize({ text: 'a', sampleRateHz: 8000 }, stop.signal)) {
      assert.ok(chunk.length > 0);
      heard += 1;
      if (heard === 4) isFirst?.();
    }
  });
  await firstChunks;
  assert.equal((await readFile(pids, 'utf8')).trim().split('\n').length, startedBefore + 4);
  stop.abort();
  await Promise.all(texts);
  await noneLeft();
  // All turns were given back.
  const again = new AbortController();
  for await (const chunk of voice.synthesize({ text: 'a', sampleRateHz: 8000 }, again.signal)) {
    assert.ok(chunk.length > 0);
    break;
  }
  await noneLeft();
});
