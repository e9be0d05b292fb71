import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TextToSpeech } from './contract.ts';
import { PreparedPrompts, type PromptNews, type PromptOrder } from './prepared-prompts.ts';
import type { SpeechSelection } from './selection.ts';

const local: SpeechSelection = { stt: [], tts: [{ kind: 'local', options: {} }], ttsCacheMs: 0 };
const service: SpeechSelection = {
  stt: [],
  tts: [{ kind: 'watson', options: { url: 'https://tts.example', authorization: { token: 'C4NARY' } } }],
  ttsCacheMs: 1000,
};

/** Speaks a second for every text; `fail` fails and `hang` never ends. Waits end when `elapse` is called. */
function world() {
  const spoken: string[] = [];
  const news: PromptNews[] = [];
  const waits: (() => void)[] = [];
  const surroundings = { isBusy: false };
  const voice: TextToSpeech = {
    spec: 'tts/1',
    name: 'fake',
    async *synthesize({ text, sampleRateHz }, signal) {
      spoken.push(text);
      if (text.startsWith('fail')) throw new Error('no voice');
      if (text === 'hang') await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      yield new Int16Array(text === 'endless' ? 600 * sampleRateHz : sampleRateHz);
    },
  };
  const prompts = new PreparedPrompts({
    nowMs: () => 0,
    after: (_delayMs, callback) => {
      waits.push(callback);
      return () => void waits.splice(waits.indexOf(callback), 1);
    },
    newAbort: () => new AbortController(),
    isBusy: () => surroundings.isBusy,
    openVoice: () => voice,
    tell: (each) => news.push(each),
  });
  const say = async (selection: SpeechSelection, text: string, cache?: 'skip'): Promise<void> => {
    const { signal } = new AbortController();
    const request = { text, sampleRateHz: 8000, ...(cache === undefined ? {} : { cache }) } as const;
    for await (const _chunk of prompts.watch(selection, voice).synthesize(request, signal)) void _chunk;
  };
  const outcomes = (): string[] => news.map(({ outcome }) => outcome);
  return { prompts, spoken, news, outcomes, say, surroundings, elapse: () => waits.shift()?.(), waits };
}

const order = (speech: SpeechSelection, ...texts: string[]): PromptOrder => ({ speech, texts });

test('each text is spoken once for each voice, and a call that says it is told of, unless it wants no cache', async () => {
  const { prompts, spoken, outcomes, say } = world();
  await prompts.prepare([order(local, 'one', 'two'), order(service, 'one')]);
  assert.deepEqual(spoken, ['one', 'two', 'one']);
  assert.deepEqual(outcomes(), ['prepared', 'prepared', 'prepared']);
  await say(local, 'two');
  await say(service, 'one');
  await say(service, 'two');
  await say(local, 'one', 'skip');
  assert.deepEqual(outcomes().slice(3), ['used', 'used']);
});

test('a text that fails is told and left out; a voice that fails three times in a row is given up', async () => {
  const { prompts, spoken, news, say } = world();
  await prompts.prepare([order(service, 'fail 1', 'one', 'fail 2', 'fail 3', 'fail 4', 'two'), order(local, 'three')]);
  assert.deepEqual(spoken, ['fail 1', 'one', 'fail 2', 'fail 3', 'fail 4', 'three']);
  assert.deepEqual(news[0], { outcome: 'failed', reason: 'no voice' });
  await assert.rejects(say(service, 'fail 1'), /no voice/);
  assert.equal(news.filter(({ outcome }) => outcome === 'used').length, 0);
});

test('while there are calls every text waits', async () => {
  const { prompts, spoken, surroundings, elapse, waits } = world();
  surroundings.isBusy = true;
  const done = prompts.prepare([order(local, 'one', 'two')]);
  assert.deepEqual([spoken, waits.length], [[], 1]);
  elapse();
  while (waits.length === 0 || spoken.length < 1) await Promise.resolve();
  assert.deepEqual(spoken, ['one']);
  surroundings.isBusy = false;
  while (waits.length > 0) elapse();
  await done;
  assert.deepEqual(spoken, ['one', 'two']);
  assert.equal(waits.length, 0);
});

test('new texts replace those still to be spoken, and what was prepared before counts no more', async () => {
  const { prompts, spoken, outcomes, say } = world();
  const first = prompts.prepare([order(local, 'old', 'hang', 'never')]);
  while (!spoken.includes('hang')) await Promise.resolve();
  await prompts.prepare([order(local, 'new')]);
  await first;
  assert.deepEqual(spoken, ['old', 'hang', 'new']);
  await say(local, 'old');
  assert.deepEqual(outcomes(), ['prepared', 'prepared']);
});

test('a voice that never ends is given up after its time, and too much speech ends the work', async () => {
  const { prompts, spoken, news, waits, elapse } = world();
  const done = prompts.prepare([order(local, 'hang', 'endless', 'endless 2', 'endless', 'three')]);
  while (waits.length === 0) await Promise.resolve();
  elapse();
  await done;
  assert.deepEqual(news[0], { outcome: 'failed', reason: 'it was not spoken within 30 s' });
  assert.deepEqual(spoken, ['hang', 'endless', 'endless 2', 'endless']);
});
