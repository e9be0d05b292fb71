/** The owners of the inference threads, on threads that only pretend: who is served when, and what a death does. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { Detector } from './detector.ts';
import { Recogniser, type RecognitionJob } from './recogniser.ts';
import { VoicePool } from './voice-pool.ts';
import { WorkerLink } from './worker-link.ts';

function script(body: string): URL {
  const source = `import { parentPort as port, workerData } from 'node:worker_threads';\n${body}`;
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}

const unexpected = (): never => assert.fail('called back unexpectedly');

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((onResolve) => {
    resolve = onResolve;
  });
  return { promise, resolve };
}

/** A queue a test can wait on. */
function inbox<T>(): { put: (value: T) => void; next: () => Promise<T> } {
  const values: T[] = [];
  const waiters: ((value: T) => void)[] = [];
  return {
    put: (value) => {
      const waiter = waiters.shift();
      if (waiter === undefined) values.push(value);
      else waiter(value);
    },
    next: () =>
      new Promise((resolve) => {
        const value = values.shift();
        if (value === undefined) waiters.push(resolve);
        else resolve(value);
      }),
  };
}

test('a thread that dies is reported and started again; a thread that cannot start throws its own error', async () => {
  const lost = deferred<string>();
  const readyAgain = deferred<void>();
  const replies = inbox<string>();
  let starts = 0;
  const link = await WorkerLink.open<string, string>({
    entry: script(`port.on('message', (text) => {
      if (text === 'die') throw new Error('on request');
      port.postMessage(text + workerData);
    }); port.postMessage({ type: 'ready' });`),
    name: 'echo',
    data: '!',
    onReady: () => {
      starts += 1;
      if (starts === 2) readyAgain.resolve();
    },
    onReply: replies.put,
    onLost: lost.resolve,
  });
  assert.equal(link.post('one', []), true);
  assert.equal(await replies.next(), 'one!');
  link.post('die', []);
  assert.equal(await lost.promise, 'on request');
  assert.equal(link.post('too early', []), false);
  await readyAgain.promise;
  link.post('two', []);
  assert.equal(await replies.next(), 'two!');
  await link.close();
  assert.equal(link.post('too late', []), false);

  const broken = { name: 'broken', data: 0, onReady: unexpected, onReply: unexpected, onLost: unexpected };
  await assert.rejects(WorkerLink.open({ ...broken, entry: script('throw new Error("no model")') }), /no model/);
  await assert.rejects(
    WorkerLink.open({ ...broken, entry: script('process.exit(3)') }),
    /broken thread ended with code 3/,
  );
});

/** Probability 1 for a frame of ones, 0 for others; a frame of sevens kills it. */
const fakeDetection = script(`port.on('message', ({ streamIds, frames }) => {
  if (frames[0] === 7) throw new Error('seven');
  const probabilities = Float32Array.from(streamIds, (_, i) => frames[i * 256] === 1 ? 1 : 0);
  port.postMessage({ type: 'judged', probabilities }, [probabilities.buffer]);
}); port.postMessage({ type: 'ready' });`);

test('frames of several streams come back to their stream in order', async () => {
  const detector = await Detector.open(fakeDetection);
  const probabilities: [string, number][] = [];
  const done = deferred<void>();
  const listen = (name: string): ReturnType<Detector['openStream']> =>
    detector.openStream({
      onProbability: (probability) => {
        probabilities.push([name, probability]);
        if (probabilities.length === 5) done.resolve();
      },
      onLost: unexpected,
    });
  const [a, b, c] = [listen('a'), listen('b'), listen('c')];
  const frame = (value: number): Int16Array => new Int16Array(256).fill(value);
  for (const [stream, value] of [
    [a, 1],
    [c, 1],
    [b, 0],
    [a, 0],
    [b, 1],
    [a, 1],
  ] as const)
    stream.push(frame(value));
  c.close();
  await done.promise;
  assert.deepEqual(probabilities, [
    ['a', 1],
    ['b', 0],
    ['a', 0],
    ['b', 1],
    ['a', 1],
  ]);
  await detector.close();
});

test('ten seconds of backlog are kept, more is refused', async () => {
  const detector = await Detector.open(script(`port.postMessage({ type: 'ready' });`));
  const stream = detector.openStream({ onProbability: unexpected, onLost: unexpected });
  const taken = Array.from({ length: 400 }, () => stream.push(new Int16Array(256))).filter(Boolean);
  assert.equal(taken.length, 312);
  await detector.close();
});

test('when the detection thread dies every stream is told, and new streams work on the next thread', async () => {
  const detector = await Detector.open(fakeDetection);
  const lost = inbox<string>();
  const streams = [1, 2].map(() => detector.openStream({ onProbability: unexpected, onLost: lost.put }));
  streams[0]!.push(new Int16Array(256).fill(7));
  assert.deepEqual([await lost.next(), await lost.next()], ['seven', 'seven']);
  assert.equal(streams[1]!.push(new Int16Array(256)), false);
  const judged = inbox<number>();
  detector.openStream({ onProbability: judged.put, onLost: unexpected }).push(new Int16Array(256).fill(1));
  assert.equal(await judged.next(), 1);
  await detector.close();
});

/** Answers with the first sample and with how many decodes it saw; 7 kills it, 5 fails, 9 waits for its cancel. */
const fakeRecogniser = script(`let seen = 0;
port.on('message', (request) => {
  if (request.type === 'cancel') return port.postMessage({ type: 'decoded', id: request.id, text: '', confidence: 0 });
  const { id, pcm } = request; seen += 1;
  if (pcm[0] === 7) throw new Error('seven');
  if (pcm[0] === 9) return;
  if (pcm[0] === 5) port.postMessage({ type: 'decode-failed', id, reason: 'five' });
  else port.postMessage({ type: 'decoded', id, text: String(pcm[0]), confidence: seen });
}); port.postMessage({ type: 'ready' });`);

function jobOf(value: number, outcome: (text: string) => void): RecognitionJob {
  return {
    pcm: Int16Array.of(value),
    sampleRateHz: 8000,
    speechMs: 500,
    onTranscript: ({ text, confidence }) => outcome(`${text} as ${confidence}`),
    onDropped: () => outcome(`${value} dropped`),
    onFailed: (reason) => outcome(`${value} failed: ${reason}`),
  };
}

let nowMs = 0;

test('while one utterance is decoded the others wait, and finals overtake', async () => {
  const options = { model: 'tiny', recogniserThreads: 1, recognitionQueueLimit: 3 } as const;
  const recogniser = await Recogniser.open(options, () => nowMs, fakeRecogniser);
  const outcomes = inbox<string>();
  const blocking = jobOf(9, outcomes.put);
  recogniser.add('final', blocking);
  recogniser.add('partial', jobOf(1, outcomes.put));
  recogniser.add('speculative', jobOf(2, outcomes.put));
  const promoted = jobOf(3, outcomes.put);
  recogniser.add('speculative', promoted);
  recogniser.promote(promoted);
  assert.equal(recogniser.queueLength, 3);
  nowMs += 300;
  recogniser.add('final', jobOf(5, outcomes.put));
  assert.equal(await outcomes.next(), '1 dropped');
  nowMs += 100;
  // None waited for the thread so far, and the promoted one has waited since it was promoted.
  assert.deepEqual(recogniser.takeWaitsMs(), [0, 400]);
  recogniser.cancel(blocking);
  assert.equal(await outcomes.next(), '3 as 2');
  assert.equal(await outcomes.next(), '5 failed: five');
  assert.equal(await outcomes.next(), '2 as 4');
  assert.deepEqual(recogniser.takeWaitsMs(), [400, 100]);
  assert.deepEqual(recogniser.takeWaitsMs(), []);
  await recogniser.close();
});

test('when the only recogniser thread dies its utterance and those that wait fail, and later ones are heard', async () => {
  const options = { model: 'tiny', recogniserThreads: 1, recognitionQueueLimit: 64 } as const;
  const recogniser = await Recogniser.open(options, () => nowMs, fakeRecogniser);
  const outcomes = inbox<string>();
  recogniser.add('final', jobOf(7, outcomes.put));
  recogniser.add('final', jobOf(1, outcomes.put));
  assert.equal(await outcomes.next(), '7 failed: seven');
  assert.equal(await outcomes.next(), '1 failed: seven');
  recogniser.add('final', jobOf(2, outcomes.put));
  assert.equal(await outcomes.next(), '2 as 1');
  await recogniser.close();
});

/** Speaks as many samples as it has spoken sentences; "die" kills it, "hang" never ends, "fail" fails. */
const fakeVoice = script(`let spoken = 0;
port.on('message', ({ sentence }) => {
  if (sentence === 'die') throw new Error('died');
  while (sentence === 'hang');
  if (sentence === 'fail') return port.postMessage({ type: 'speak-failed', reason: 'failed' });
  spoken += 1;
  port.postMessage({ type: 'spoken', pcm: new Int16Array(spoken) });
}); port.postMessage({ type: 'ready' });`);

const voiceOptions = { voice: 'slt', voiceThreads: 1, voiceCacheBytes: 1000 } as const;

test('a sentence wanted twice is spoken once, then comes from the cache', async () => {
  const pool = await VoicePool.open(voiceOptions, fakeVoice);
  const tickets = [pool.ask('hello', 8000), pool.ask('hello', 8000), pool.ask('hello', 16_000), pool.ask('bye', 8000)];
  const lengths = await Promise.all(tickets.map(async (ticket) => (await ticket.pcm).length));
  assert.deepEqual(lengths, [1, 1, 2, 3]);
  assert.equal((await pool.ask('hello', 8000).pcm).length, 1);
  await pool.close();
});

test('a sentence nobody waits for any more is not spoken', async () => {
  const pool = await VoicePool.open(voiceOptions, fakeVoice);
  const first = pool.ask('first', 8000);
  const unwanted = pool.ask('unwanted', 8000);
  const shared = [pool.ask('shared', 8000), pool.ask('shared', 8000)];
  unwanted.release();
  unwanted.release();
  shared[0]!.release();
  assert.equal(pool.queueLength, 1);
  assert.equal((await first.pcm).length, 1);
  assert.equal((await shared[1]!.pcm).length, 2);
  await pool.close();
});

test('a failed sentence fails alone; one that kills its thread twice fails, and those that wait are spoken', async () => {
  const pool = await VoicePool.open(voiceOptions, fakeVoice);
  const [failed, fine] = [pool.ask('fail', 8000), pool.ask('fine', 8000)];
  await assert.rejects(failed.pcm, /failed/);
  assert.equal((await fine.pcm).length, 1);
  const [dead, waiting] = [pool.ask('die', 8000), pool.ask('waiting', 8000)];
  await assert.rejects(dead.pcm, /the voice thread died: died/);
  assert.equal((await waiting.pcm).length, 1);
  assert.equal((await pool.ask('again', 8000).pcm).length, 2);
  const late = pool.ask('late', 8000);
  await pool.close();
  await assert.rejects(late.pcm, /closed/);
});

test('a thread that hangs is replaced, its sentence tried once more; what waits for a thread that cannot start fails', async () => {
  const pool = await VoicePool.open(voiceOptions, fakeVoice, 300);
  const [hung, waiting] = [pool.ask('hang', 8000), pool.ask('waiting', 8000)];
  await assert.rejects(hung.pcm, /the voice thread died/);
  assert.equal((await waiting.pcm).length, 1);
  await pool.close();

  const folder = await mkdtemp(join(tmpdir(), 'outdial-voice-'));
  const entry = join(folder, 'voice.mjs');
  await writeFile(entry, decodeURIComponent(fakeVoice.href.slice(fakeVoice.href.indexOf(',') + 1)));
  const broken = await VoicePool.open(voiceOptions, pathToFileURL(entry));
  await writeFile(entry, 'throw new Error("cannot start");');
  await assert.rejects(broken.ask('die', 8000).pcm, /cannot start/);
  await broken.close();
  await rm(folder, { recursive: true });
});
