import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecognitionEvent, RecognitionOptions } from '../../speech/index.ts';
import type { DetectionListener } from './detector.ts';
import type { RecognitionJob } from './recogniser.ts';
import { LocalRecognitionSession } from './recognition-session.ts';

interface Bench {
  readonly session: LocalRecognitionSession;
  readonly events: RecognitionEvent[];
  /** Jobs asked for, in order, with the kind they were asked (or promoted) as. */
  readonly jobs: { kind: string; job: RecognitionJob }[];
  readonly cancelled: RecognitionJob[];
  readonly frames: Int16Array[];
  readonly counters: { dropped: number; closed: number; streamsClosed: number };
  listener: DetectionListener;
  isFull: boolean;
  /** Writes one frame of 32 ms, each sample of which is the frame's number, and answers with a probability. */
  frame(probability: number): void;
  say(frames: number): void;
  pause(frames: number): void;
}

function openBench(options: Partial<RecognitionOptions> = {}, partialEveryMs = 0): Bench {
  const frameSamples = options.sampleRateHz === 16_000 ? 512 : 256;
  let written = 0;
  const unopened = (): never => assert.fail('no stream was opened');
  const bench: Omit<Bench, 'session'> & { session?: LocalRecognitionSession } = {
    events: [],
    jobs: [],
    cancelled: [],
    frames: [],
    counters: { dropped: 0, closed: 0, streamsClosed: 0 },
    listener: { onProbability: unopened, onLost: unopened },
    isFull: false,
    frame: (probability) => {
      written += 1;
      session.write(new Int16Array(frameSamples).fill(written), written * 32);
      bench.listener.onProbability(probability);
    },
    say: (frames) => {
      for (let i = 0; i < frames; i++) bench.frame(0.9);
    },
    pause: (frames) => {
      for (let i = 0; i < frames; i++) bench.frame(0.01);
    },
  };
  const session = new LocalRecognitionSession(
    { sampleRateHz: 8000, endOfSpeechMs: 640, ...options },
    (event) => bench.events.push(event),
    {
      nowMs: () => written * 32 + 1,
      openStream: (listener) => {
        bench.listener = listener;
        return {
          push: (frame) => {
            if (!bench.isFull) bench.frames.push(frame);
            return !bench.isFull;
          },
          close: () => {
            bench.counters.streamsClosed += 1;
          },
        };
      },
      recogniser: {
        add: (kind, job) => bench.jobs.push({ kind, job }),
        promote: (job) => {
          for (const entry of bench.jobs) if (entry.job === job) entry.kind = 'promoted';
        },
        cancel: (job) => bench.cancelled.push(job),
      },
      partialEveryMs,
      onFrameDropped: () => {
        bench.counters.dropped += 1;
      },
      onClosed: () => {
        bench.counters.closed += 1;
      },
    },
  );
  return Object.assign(bench, { session });
}

const types = (bench: Bench): string[] => bench.events.map((event) => event.type);

test('an utterance gives started, ended and a final with the instants of its audio', () => {
  const bench = openBench();
  bench.pause(20);
  bench.say(10);
  bench.pause(8);
  assert.deepEqual(
    bench.jobs.map(({ kind }) => kind),
    ['speculative'],
  );
  bench.pause(12);
  assert.deepEqual(types(bench), ['speech-started', 'speech-ended']);
  assert.deepEqual(
    bench.jobs.map(({ kind }) => kind),
    ['promoted'],
  );
  bench.jobs[0]!.job.onTranscript({ text: 'Hello.', confidence: 0.9 });
  assert.deepEqual(bench.events, [
    { type: 'speech-started', onsetAtMs: 21 * 32, atMs: 23 * 32 + 1 },
    { type: 'speech-ended', lastVoiceAtMs: 30 * 32, atMs: 50 * 32 + 1 },
    {
      type: 'final',
      text: 'Hello.',
      confidence: 0.9,
      lastVoiceAtMs: 30 * 32,
      speechEndedAtMs: 50 * 32 + 1,
      atMs: 50 * 32 + 1,
    },
  ]);
});

test('words decoded in the pause are final at the moment the end is certain', () => {
  const bench = openBench();
  bench.say(10);
  bench.pause(8);
  bench.jobs[0]!.job.onTranscript({ text: 'Early.', confidence: 0.9 });
  const paused = { confidence: 0.9, lastVoiceAtMs: 10 * 32 };
  assert.deepEqual(bench.events.slice(1), [{ type: 'partial', text: 'Early.', atMs: 18 * 32 + 1, paused }]);
  bench.pause(12);
  assert.deepEqual(types(bench), ['speech-started', 'partial', 'speech-ended', 'final']);
  assert.equal(bench.jobs.length, 1);
});

test('words of a pause are taken back when the voice goes on, and told anew in the next pause', () => {
  const bench = openBench();
  bench.say(10);
  bench.pause(8);
  bench.jobs[0]!.job.onTranscript({ text: 'Half', confidence: 0.9 });
  bench.say(3);
  bench.pause(8);
  bench.jobs[1]!.job.onTranscript({ text: 'Half and half.', confidence: 0.9 });
  bench.jobs[1]!.job.onTranscript({ text: 'Again', confidence: 0.9 });
  const told = bench.events.flatMap((event) =>
    event.type === 'partial' ? [[event.text, event.paused?.lastVoiceAtMs]] : [],
  );
  assert.deepEqual(told, [
    ['Half', 10 * 32],
    ['Half', undefined],
    ['Half and half.', 21 * 32],
  ]);
});

test('a pause without words is nothing to tell', () => {
  const bench = openBench();
  bench.say(10);
  bench.pause(8);
  bench.jobs[0]!.job.onTranscript({ text: '', confidence: 0 });
  bench.say(3);
  assert.deepEqual(types(bench), ['speech-started']);
});

test('voice after a pause makes the decode of that pause worthless', () => {
  const bench = openBench();
  bench.say(10);
  bench.pause(9);
  bench.say(3);
  assert.deepEqual(bench.cancelled, [bench.jobs[0]!.job]);
  bench.jobs[0]!.job.onTranscript({ text: 'Half', confidence: 0.9 });
  bench.pause(20);
  bench.jobs[1]!.job.onTranscript({ text: 'Half and half.', confidence: 0.9 });
  const finals = bench.events.flatMap((event) => (event.type === 'final' ? [event.text] : []));
  assert.deepEqual(finals, ['Half and half.']);
});

test('the recogniser is given 320 ms before the onset, what followed, and silence up to 500 ms', () => {
  const bench = openBench();
  bench.pause(40);
  bench.say(10);
  bench.pause(8);
  const { pcm, speechMs, sampleRateHz } = bench.jobs[0]!.job;
  assert.equal(speechMs, 320);
  assert.equal(sampleRateHz, 8000);
  const missingMs = 500 - 8 * 32;
  assert.equal(pcm.length, (10 + 10 + 8) * 256 + missingMs * 8);
  assert.equal(pcm[0], 31);
  assert.equal(pcm.at(-1 - missingMs * 8), 58);
  assert.equal(pcm.at(-1), 0);
});

test('at the start of a call silence stands for the audio there was not', () => {
  const bench = openBench();
  bench.say(3);
  bench.pause(8);
  const { pcm } = bench.jobs[0]!.job;
  assert.equal(
    pcm.findIndex((sample) => sample === 1),
    250 * 8,
  );
});

test('the next utterance does not hear the end of the one before', () => {
  const bench = openBench({ endOfSpeechMs: 200 });
  bench.say(5);
  bench.pause(7);
  bench.say(3);
  bench.pause(7);
  assert.deepEqual(
    bench.jobs.map(({ kind }) => kind),
    ['final', 'final'],
  );
  const { pcm } = bench.jobs[1]!.job;
  assert.equal(
    pcm.find((sample) => sample !== 0),
    6,
  );
});

test('finals leave in the order of their utterances', () => {
  const bench = openBench({ endOfSpeechMs: 200 });
  bench.say(5);
  bench.pause(7);
  bench.say(5);
  bench.pause(7);
  bench.jobs[1]!.job.onTranscript({ text: 'second', confidence: 1 });
  assert.ok(!types(bench).includes('final'));
  bench.jobs[0]!.job.onTranscript({ text: 'first', confidence: 1 });
  const finals = bench.events.flatMap((event) => (event.type === 'final' ? [event.text] : []));
  assert.deepEqual(finals, ['first', 'second']);
});

test('a decode thrown out of the queue before the end is asked for again, one after it gives no words', () => {
  const early = openBench();
  early.say(5);
  early.pause(8);
  early.jobs[0]!.job.onDropped();
  early.pause(12);
  assert.deepEqual(
    early.jobs.map(({ kind }) => kind),
    ['speculative', 'final'],
  );
  early.jobs[1]!.job.onDropped();
  const final = early.events.at(-1);
  assert.ok(final?.type === 'final' && final.text === '' && final.confidence === 0);

  const late = openBench();
  late.say(5);
  late.pause(20);
  late.jobs[0]!.job.onDropped();
  assert.deepEqual(types(late), ['speech-started', 'speech-ended', 'final']);
});

test('guesses come while voice goes on, one at a time, and none after the end', () => {
  const bench = openBench({}, 320);
  bench.say(40);
  assert.deepEqual(
    bench.jobs.map(({ kind }) => kind),
    ['partial'],
  );
  bench.jobs[0]!.job.onTranscript({ text: 'I would', confidence: 0.5 });
  bench.say(1);
  assert.equal(bench.jobs.length, 2);
  bench.pause(20);
  assert.deepEqual(bench.cancelled, [bench.jobs[1]!.job]);
  bench.jobs[1]!.job.onTranscript({ text: 'I would like', confidence: 0.5 });
  bench.jobs[2]!.job.onTranscript({ text: 'I would like tea.', confidence: 0.9 });
  assert.deepEqual(types(bench), ['speech-started', 'partial', 'speech-ended', 'final']);
});

test('15 s of voice are cut, and the rest is an utterance of its own that repeats nothing', () => {
  const bench = openBench();
  bench.say(440);
  bench.frame(0.55);
  bench.say(50);
  assert.deepEqual(types(bench), ['speech-started', 'speech-ended', 'speech-started']);
  bench.pause(20);
  assert.deepEqual(
    bench.jobs.map(({ kind }) => kind),
    ['final', 'promoted'],
  );
  const [first, second] = bench.jobs.map(({ job }) => job.pcm);
  assert.equal(
    first!.findLast((sample) => sample !== 0),
    441,
  );
  assert.equal(
    second!.find((sample) => sample !== 0),
    442,
  );
  const onset = bench.events[2];
  assert.ok(onset?.type === 'speech-started' && onset.onsetAtMs === 442 * 32);
});

test('frames are cut from writes of any length and the buffer may be used again', () => {
  const bench = openBench();
  const packet = new Int16Array(160);
  for (let i = 1; i <= 8; i++) bench.session.write(packet.fill(i), i * 20);
  packet.fill(99);
  assert.equal(bench.frames.length, 5);
  assert.deepEqual([bench.frames[0]![0], bench.frames[0]![255], bench.frames[1]![0]], [1, 2, 2]);
  bench.session.write(new Int16Array(1000).fill(9), 1000);
  bench.session.write(new Int16Array(0), 1000);
  assert.equal(bench.frames.length, Math.floor((8 * 160 + 1000) / 256));
});

test('wideband audio is judged at 8 kHz and recognised at 16 kHz', () => {
  const bench = openBench({ sampleRateHz: 16_000 });
  bench.say(5);
  bench.pause(8);
  assert.equal(bench.frames[0]!.length, 256);
  const { pcm, sampleRateHz } = bench.jobs[0]!.job;
  assert.equal(sampleRateHz, 16_000);
  assert.equal(pcm.length, 250 * 16 + 13 * 512 + (500 - 256) * 16);
});

test('frames the detector refuses are counted and leave no gap in the numbering', () => {
  const bench = openBench();
  bench.isFull = true;
  bench.session.write(new Int16Array(512), 0);
  bench.isFull = false;
  assert.equal(bench.counters.dropped, 2);
  bench.say(3);
  assert.deepEqual(bench.events, [{ type: 'speech-started', onsetAtMs: 32, atMs: 97 }]);
});

test('after close there is no event, whatever still comes', () => {
  const bench = openBench();
  bench.say(5);
  bench.pause(8);
  bench.session.close();
  bench.session.close();
  bench.session.write(new Int16Array(512), 0);
  bench.listener.onLost('late');
  bench.jobs[0]!.job.onTranscript({ text: 'late', confidence: 1 });
  assert.deepEqual(types(bench), ['speech-started']);
  assert.deepEqual(bench.cancelled, [bench.jobs[0]!.job]);
  assert.deepEqual(bench.counters, { dropped: 0, closed: 1, streamsClosed: 1 });
});

test('a lost detection or recogniser thread ends the session with failed', () => {
  const detection = openBench();
  detection.listener.onLost('out of memory');
  assert.deepEqual(detection.events, [
    {
      type: 'failed',
      error: {
        code: 'speech.recognition-failed',
        message: 'Local speech: speech detection stopped: out of memory.',
      },
    },
  ]);
  const recogniser = openBench();
  recogniser.say(5);
  recogniser.pause(20);
  recogniser.jobs[0]!.job.onFailed('crash');
  assert.deepEqual(types(recogniser), ['speech-started', 'speech-ended', 'failed']);
  assert.equal(recogniser.counters.streamsClosed, 1);
});
