/** Speech in whole calls of the simulated world: the actions of §6.2 that concern it, and engines that fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MediaPorts } from '../../src/media/index.ts';
import type { SpeechSelection, TextToSpeech } from '../../src/speech/index.ts';
import { fakeSpeechToText, fakeTextToSpeech } from '../../src/testing/index.ts';
import { gatewayError } from '../../src/kit/index.ts';
import { answers, politePhone, World } from './world.ts';

interface Opened {
  readonly selection: SpeechSelection | undefined;
  readonly tell: Parameters<MediaPorts['openSpeech']>[2];
}

/** The fake engines, and everything that was asked of them. `textToSpeech` instead of the fake voice. */
function watched(textToSpeech: TextToSpeech = fakeTextToSpeech) {
  const opened: Opened[] = [];
  const spoken: { readonly text: string; readonly isKept: boolean }[] = [];
  const openSpeech: MediaPorts['openSpeech'] = (_sessionId, selection, tell) => {
    opened.push({ selection, tell });
    return {
      speechToText: fakeSpeechToText,
      textToSpeech: {
        ...textToSpeech,
        synthesize: (request, signal) => {
          spoken.push({ text: request.text, isKept: request.cache !== 'skip' });
          return textToSpeech.synthesize(request, signal);
        },
      },
    };
  };
  // The phone has a media plane of its own: only the gateway's calls carry a selection.
  return { opened, spoken, openSpeech, ofCall: () => opened.filter(({ selection }) => selection !== undefined) };
}

const modelOf = ({ selection }: Opened): unknown => {
  const parameters = selection?.stt[0]?.options['parameters'];
  return typeof parameters === 'object' && parameters !== null && 'model' in parameters
    ? parameters['model']
    : undefined;
};
const stt = (updateMethod: string, config: object) => ({
  command: 'vgwActSetSTTConfig',
  parameters: { updateMethod, ...config },
});
const service = { credentials: { url: 'https://stt.example' } };

test('§6.2 vgwActSetSTTConfig: replace and merge stay, the once forms last until the next turn', async () => {
  const { openSpeech, ofCall } = watched();
  const world = new World({
    bot: answers(
      {},
      {
        vgwActionSequence: [stt('replace', { ...service, config: { model: 'a' } }), { command: 'vgwActPlayText' }],
        text: ['one'],
      },
      {
        vgwActionSequence: [stt('mergeOnce', { config: { model: 'b' } }), { command: 'vgwActPlayText' }],
        text: ['two'],
      },
      { text: ['three'], vgwAction: { command: 'vgwActHangup' } },
    ),
    phone: { ...politePhone, lines: ['hello?', 'yes', 'no'] },
    openSpeech,
  });
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(ofCall().map(modelOf), [undefined, 'a', 'b', 'a']);
  assert.deepEqual(
    world.asked.map(({ text }) => text),
    ['', 'hello?', 'yes', 'no', 'vgwHangUp'],
  );
  const completed = JSON.stringify(world.asked[2]?.context['vgwCompletedActions']);
  assert.match(completed, /vgwActSetSTTConfig/);
});

test('§6.2 vgwActSetTTSConfig before the first text: the greeting is already spoken with it', async () => {
  const { openSpeech, opened, spoken } = watched();
  const configure = { command: 'vgwActSetTTSConfig', parameters: { credentials: { url: 'https://tts.example' } } };
  const world = new World({
    bot: answers(
      { text: ['good morning'], vgwActionSequence: [configure, { command: 'vgwActPlayText' }] },
      { vgwAction: { command: 'vgwActHangup' } },
    ),
    openSpeech,
  });
  world.call();
  await world.runToTheEnd();
  assert.equal(spoken.filter(({ text }) => text === 'good morning').length, 1);
  const kinds = opened.flatMap(({ selection }) => selection?.tts.map(({ kind }) => kind) ?? []);
  assert.deepEqual(kinds, ['local', 'watson']);
});

test('what cannot be configured is said, and the call goes on', async () => {
  const { openSpeech, ofCall } = watched();
  const bad = [
    stt('swap', {}),
    stt('merge', { config: { firmup_silence_time: 'C4NARY' } }),
    stt('merge', { credentials: { url: 'http://169.254.169.254/C4NARY' } }),
    { command: 'vgwActHangup' },
  ];
  const world = new World({
    bot: answers({}, { vgwActionSequence: bad }),
    openSpeech,
    checkRequestUrl: () => ({ ok: false, error: 'It is link-local.' }),
  });
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(world.states(), ['started', 'ringing', 'active', 'ended']);
  const warnings = world.records[0]?.warnings ?? [];
  assert.equal(warnings.length, 3, warnings.join('\n'));
  assert.match(warnings.join('\n'), /no updateMethod "swap"/);
  assert.match(warnings.join('\n'), /stt\.config\.firmup_silence_time/);
  assert.match(warnings.join('\n'), /stt\.credentials\.url is not allowed: It is link-local/);
  assert.ok(!warnings.join('\n').includes('C4NARY'));
  assert.equal(ofCall().length, 1);
});

test('§6.2 vgwActExcludeFromTTSCache: all texts of that answer, and no other', async () => {
  const { openSpeech, spoken } = watched();
  const world = new World({
    bot: answers(
      { text: ['hello'] },
      { text: ['your code is 1'], vgwAction: { command: 'vgwActExcludeFromTTSCache' } },
      { text: ['bye'], vgwAction: { command: 'vgwActHangup' } },
    ),
    phone: { ...politePhone, lines: ['hello?', 'thanks'] },
    openSpeech,
  });
  world.call();
  await world.runToTheEnd();
  const own = spoken.filter(({ text }) => !politePhone.lines.includes(text) && text !== 'thanks');
  assert.deepEqual(own, [
    { text: 'hello', isKept: true },
    { text: 'your code is 1', isKept: false },
    { text: 'bye', isKept: true },
  ]);
});

test('§5.2 vgwSTTProvider, vgwTTSProvider: the names in use at each turn', async () => {
  const { openSpeech, ofCall } = watched();
  const world = new World({
    bot: ({ text }) => {
      if (text === 'hello?') ofCall().at(-1)?.tell('stt', 'second');
      if (text === 'yes') ofCall().at(-1)?.tell('tts', undefined);
      const outputs: Record<string, object> = { no: { vgwAction: { command: 'vgwActHangup' } } };
      return answers({ text: ['go on'], ...outputs[text] })({ text, context: {}, sessionId: '', tenantId: '' }, 0);
    },
    phone: { ...politePhone, lines: ['hello?', 'yes', 'no'] },
    openSpeech,
  });
  const { tenant } = await import('./world.ts');
  world.call({ tenant: { ...tenant, settings: { ...tenant.settings, sttName: 'first', ttsName: 'voice' } } });
  await world.runToTheEnd();
  assert.deepEqual(
    world.asked.map(({ context }) => [context['vgwSTTProvider'], context['vgwTTSProvider']]),
    [
      ['first', 'voice'],
      ['first', 'voice'],
      ['second', 'voice'],
      ['second', undefined],
      ['second', undefined],
    ],
  );
});

test('R14, the failure path: a recogniser that is gone is apologised for, and the call has failed', async () => {
  const world = new World({
    bot: answers({ text: ['hello'] }),
    phone: { ...politePhone, speaksFirst: false },
    openSpeech: (_sessionId, selection) => ({
      speechToText:
        selection === undefined
          ? fakeSpeechToText
          : {
              ...fakeSpeechToText,
              open: (options, onEvent) => {
                const session = fakeSpeechToText.open(options, onEvent);
                let frames = 0;
                return {
                  write: (pcm, atMs) => {
                    frames += 1;
                    if (frames !== 100) return session.write(pcm, atMs);
                    onEvent({ type: 'failed', error: gatewayError('speech.recognition-failed', 'It is gone.') });
                  },
                  close: () => session.close(),
                };
              },
            },
      textToSpeech: fakeTextToSpeech,
    }),
  });
  world.call();
  await world.runToTheEnd();
  assert.deepEqual(world.told.at(-1)?.callState, 'failed');
  assert.equal(world.told.at(-1)?.failureReason, 'It is gone.');
  assert.deepEqual(world.phone.understood, ['hello', 'Sorry.']);
});
