import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../config/index.ts';
import { createTenantDirectory } from '../tenants/index.ts';
import { createDialogCache } from './bots.ts';
import { fixedPromptsOf } from './fixed-prompts.ts';

const dialogs = createDialogCache().services;

function promptsOf(environment: Readonly<Record<string, string>>, tenants?: readonly object[]) {
  const file = tenants === undefined ? {} : { MULTI_TENANT_CONFIG_FILE: 'tenants.json' };
  const read = readSettings({ ...file, ...environment });
  assert.ok(read.ok, JSON.stringify(read));
  const { settings } = read.value;
  const directory = createTenantDirectory(settings, JSON.stringify({ tenants }));
  assert.ok(directory.ok, JSON.stringify(directory));
  return fixedPromptsOf(directory.value, dialogs, settings);
}

test('the dialog first, then the messages about failures; nothing with a variable', () => {
  const environment = {
    CONVERSATION_FAILED_REPLY_MESSAGE: 'It failed.',
    TRANSFER_FAILED_REPLY_MESSAGE: ' Dear {{name}}, no. ',
  };
  const [order, ...others] = promptsOf(environment);
  assert.equal(others.length, 0);
  assert.deepEqual(order?.speech.tts, [{ kind: 'local', options: {} }]);
  assert.ok(order.texts.length > 4 && order.texts.includes('Thank you. Goodbye.'));
  assert.equal(order.texts.at(-1), 'It failed.');
  assert.ok(order.texts.every((text) => !text.includes('{{')));
});

test('OUTDIAL_PREPARED_PROMPTS bounds them all together; 0 speaks none ahead', () => {
  const countOf = (limit: string): number =>
    promptsOf({ OUTDIAL_PREPARED_PROMPTS: limit }).reduce((sum, { texts }) => sum + texts.length, 0);
  assert.equal(countOf('3'), 3);
  assert.equal(countOf('0'), 0);
});

test('a text is spoken once for each voice; a service that keeps nothing is not asked', () => {
  const tenant = (tenantURI: string, tts: object | undefined, message: string): object => ({
    tenantURI,
    conversation: { url: 'https://bot.example' },
    conversationFailedReplyMessage: message,
    ...(tts === undefined ? {} : { tts }),
  });
  const tts = (voice: string, more: object) => ({
    credentials: { url: 'https://tts.example' },
    config: { voice },
    ...more,
  });
  const orders = promptsOf({ TRANSFER_FAILED_REPLY_MESSAGE: 'No transfer.' }, [
    tenant('a', undefined, 'Failed.'),
    tenant('b', undefined, 'Failed.'),
    tenant('c', tts('en-US_A', { cacheTimeToLive: 2 }), 'Failed.'),
    tenant('d', tts('en-US_A', { cacheTimeToLive: 2 }), 'Failed, too.'),
    tenant('e', tts('en-US_B', {}), 'Failed.'),
  ]);
  assert.deepEqual(
    orders.map(({ speech, texts }) => [speech.tts.map(({ kind }) => kind), speech.ttsCacheMs, texts]),
    [
      [['local'], 0, ['Failed.', 'No transfer.']],
      [['watson'], 7_200_000, ['Failed.', 'No transfer.', 'Failed, too.']],
    ],
  );
});

test('who offers a wideband codec first has its texts spoken at 16 kHz', () => {
  const rates = (codecs: string): unknown[] => promptsOf({ OUTDIAL_CODECS: codecs }).map((order) => order.sampleRateHz);
  assert.deepEqual([rates('G722,PCMU'), rates('PCMU,G722')], [[16_000], [8000]]);
});
