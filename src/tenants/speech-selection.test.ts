/** What of a tenant reaches the media thread, and what a bot may change of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../config/index.ts';
import type { Json, JsonObject } from '../kit/index.ts';
import { applyTenantConfig, configureSpeech, createTenantDirectory, speechSelectionOf, type Tenant } from './index.ts';
import { requestedSpeechUrls } from './speech-selection.ts';

const environment = {
  WATSON_STT_URL: 'https://stt.example/instances/1',
  WATSON_STT_APIKEY: 'KEY',
  WATSON_STT_TOKEN_SERVICE_PROVIDER_URL: 'https://iam.example/token',
  WATSON_STT_MODEL: 'it-IT_Telephony',
  WATSON_TTS_URL: 'https://tts.example',
  WATSON_TTS_USERNAME: 'u',
  WATSON_TTS_PASSWORD: 'pw',
  TTS_CACHE_TIME_TO_LIVE: '2',
};

function tenantOf(variables: Record<string, string> = environment): Tenant {
  const read = readSettings(variables);
  assert.ok(read.ok, JSON.stringify(read));
  assert.deepEqual(read.value.notices, []);
  const directory = createTenantDirectory(read.value.settings);
  assert.ok(directory.ok);
  return directory.value.deployment;
}

function withConfig(config: JsonObject, tenant = tenantOf()): Tenant {
  const applied = applyTenantConfig(tenant, tenant, { config });
  assert.ok(applied.ok, JSON.stringify(applied));
  return applied.value.tenant;
}

function configured(tenant: Tenant, update: 'replace' | 'merge', service: 'stt' | 'tts', config: JsonObject): Tenant {
  const result = configureSpeech(tenant, service, update, config);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

const first = (tenant: Tenant, service: 'stt' | 'tts'): JsonObject => speechSelectionOf(tenant)[service][0]!.options;

test('speech_detector_sensitivity is handed on, and heeded inside when it is a share', () => {
  const sensitivityIn = (value: Json) =>
    withConfig({ stt: { config: { speech_detector_sensitivity: value } } }).stt.sensitivity;
  assert.deepEqual([0, 0.7, 1, 1.5, -1, 'high'].map(sensitivityIn), [0, 0.7, 1, undefined, undefined, undefined]);
  assert.equal(withConfig({}).stt.sensitivity, undefined);
});

test('without a URL the engines inside are chosen', () => {
  assert.deepEqual(speechSelectionOf(tenantOf({})), {
    stt: [{ kind: 'local', options: {} }],
    tts: [{ kind: 'local', options: {} }],
    ttsCacheMs: 0,
  });
});

test('broadbandConfig stands beside config for audio of 16 kHz, with a model and a customisation of its own', () => {
  const tenant = withConfig({
    stt: { config: { customization_id: 'c' }, broadbandConfig: { model: 'it-IT_Multimedia' } },
  });
  assert.deepEqual(first(tenant, 'stt')['broadbandParameters'], {
    'x-watson-learning-opt-out': true,
    model: 'it-IT_Multimedia',
  });
  assert.equal(first(tenantOf(), 'stt')['broadbandParameters'], undefined);
});

test('the settings of the original choose its services; what a service does by itself is not asked for', () => {
  assert.deepEqual(speechSelectionOf(tenantOf()), {
    stt: [
      {
        kind: 'watson',
        options: {
          url: 'https://stt.example/instances/1',
          trust: 'operator',
          authorization: { kind: 'api-key', apikey: 'KEY', tokenUrl: 'https://iam.example/token' },
          parameters: { 'x-watson-learning-opt-out': true, model: 'it-IT_Telephony' },
        },
      },
    ],
    tts: [
      {
        kind: 'watson',
        options: {
          url: 'https://tts.example/',
          trust: 'operator',
          authorization: { kind: 'basic', username: 'u', password: 'pw' },
          parameters: { voice: 'en-US_AllisonVoice' },
        },
      },
    ],
    ttsCacheMs: 7_200_000,
  });
});

test('every option of a tenant reaches its service, and its standbys come after it', () => {
  const { stt } = speechSelectionOf(
    withConfig({
      stt: [
        {
          name: 'one',
          credentials: { url: 'https://mine.example', bearerToken: 'T' },
          config: {
            model: 'm',
            profanity_filter: 'false',
            smart_formatting: true,
            max_alternatives: 2,
            customization_id: 'c',
            low_latency: true,
          },
          connectionTimeout: 2,
          requestTimeout: '3',
        },
        { name: 'two', providerType: 'local' },
      ],
    }),
  );
  assert.deepEqual(stt, [
    {
      kind: 'watson',
      name: 'one',
      options: {
        url: 'https://mine.example/',
        trust: 'request',
        authorization: { kind: 'bearer', token: 'T' },
        parameters: {
          profanity_filter: false,
          smart_formatting: true,
          max_alternatives: 2,
          language_customization_id: 'c',
          'x-watson-learning-opt-out': true,
          model: 'm',
          low_latency: true,
        },
        connectTimeoutMs: 2000,
        requestTimeoutMs: 3000,
      },
    },
    { kind: 'local', name: 'two', options: {} },
  ]);
});

test('URLs of a request are its own word, those of its standbys too', () => {
  assert.deepEqual(requestedSpeechUrls(tenantOf()), []);
  const list = [{ credentials: { url: 'http://a.test' } }, { credentials: { url: 'http://b.test' } }];
  const tenant = withConfig({
    stt: list,
    tts: { credentials: { tokenServiceProviderUrl: 'http://c.test', apikey: 'k' } },
  });
  assert.deepEqual(
    requestedSpeechUrls(tenant).map(({ url }) => url),
    ['http://a.test/', 'http://b.test/', 'https://tts.example/', 'http://c.test/'],
  );
  assert.equal(first(tenant, 'stt')['trust'], 'request');
});

test('§4 merge changes the given keys, however deep they stand', () => {
  const before = withConfig({ stt: { config: { low_latency: true, smart_formatting: true } } });
  const after = configured(before, 'merge', 'stt', { config: { model: 'fr-FR_Telephony', firmup_silence_time: 1.5 } });
  assert.deepEqual(first(after, 'stt'), {
    ...first(before, 'stt'),
    parameters: {
      smart_formatting: true,
      'x-watson-learning-opt-out': true,
      model: 'fr-FR_Telephony',
      low_latency: true,
    },
  });
  assert.deepEqual([after.stt.endOfSpeechMs, before.stt.endOfSpeechMs], [1500, 600]);
  assert.equal(configured(before, 'merge', 'stt', { confidenceScoreThreshold: 0.4 }).stt.confidenceThreshold, 0.4);
});

test('§4 replace overwrites the fields that stand at the top, and leaves the others', () => {
  const before = withConfig({ stt: { config: { low_latency: true, smart_formatting: true }, connectionTimeout: 4 } });
  const after = configured(before, 'replace', 'stt', { config: { model: 'fr-FR_Telephony' } });
  assert.deepEqual(first(after, 'stt'), {
    ...first(before, 'stt'),
    parameters: { 'x-watson-learning-opt-out': true, model: 'fr-FR_Telephony' },
  });
  assert.equal(first(after, 'stt')['connectTimeoutMs'], 4000);
});

test('credentials stay with the URL that they were configured for', () => {
  const tenant = tenantOf();
  for (const update of ['merge', 'replace'] as const) {
    const moved = configured(tenant, update, 'stt', { credentials: { url: 'https://elsewhere.example' } });
    assert.deepEqual(first(moved, 'stt')['authorization'], { kind: 'none' });
    assert.equal(first(moved, 'stt')['trust'], 'request');
  }
  const own = configured(tenant, 'merge', 'tts', { credentials: { url: 'https://x.example', apikey: 'THEIRS' } });
  assert.deepEqual(first(own, 'tts')['authorization'], { kind: 'api-key', apikey: 'THEIRS' });
});

test('doing it twice is doing it once', () => {
  const config = { credentials: { url: 'https://x.example', apikey: 'k' }, config: { model: 'm', a: { b: 1 } } };
  for (const update of ['merge', 'replace'] as const) {
    const once = configured(tenantOf(), update, 'stt', config);
    assert.deepEqual(speechSelectionOf(configured(once, update, 'stt', config)), speechSelectionOf(once));
  }
});

test('what cannot be is refused in a sentence without values', () => {
  for (const [config, reason] of [
    [{ config: { firmup_silence_time: 'C4NARY' } }, /^stt\.config\.firmup_silence_time: /],
    [{ crednetials: {} }, /no such key; the nearest known one is "credentials"/],
    [{ credentials: { apikey: 'C4NARY', bearerToken: 'C4NARY' } }, /more than one way to authenticate/],
    [{ credentials: { password: '${env:C4NARY}' } }, /cannot refer to secrets/],
  ] as const) {
    const result = configureSpeech(tenantOf({ WATSON_STT_URL: 'https://x/' }), 'stt', 'merge', config);
    assert.ok(!result.ok, JSON.stringify(config));
    assert.match(result.error, reason);
    assert.ok(!result.error.includes('C4NARY'));
  }
});

test('a provider of another maker is found at its usual place, with its own model, voice and options', () => {
  const tenant = tenantOf({ OUTDIAL_STT_PROVIDER: 'deepgram', WATSON_STT_APIKEY: 'K', WATSON_STT_MODEL: 'nova-3' });
  assert.deepEqual(speechSelectionOf(tenant).stt, [
    {
      kind: 'deepgram',
      options: { trust: 'operator', authorization: { kind: 'api-key', apikey: 'K' }, parameters: { model: 'nova-3' } },
    },
  ]);
  const { tts } = speechSelectionOf(
    withConfig(
      { tts: { providerType: 'deepgram', credentials: { bearerToken: 'T' }, config: { speed: 0.9 } } },
      tenant,
    ),
  );
  assert.deepEqual(tts, [
    {
      kind: 'deepgram',
      options: { trust: 'operator', authorization: { kind: 'bearer', token: 'T' }, parameters: { speed: 0.9 } },
    },
  ]);
});

test('with another provider nothing of the one before is kept: no key, no URL, no model, no option', () => {
  const before = withConfig({ stt: { config: { low_latency: true } } });
  const other = { stt: { providerType: 'deepgram', config: { language: 'it' } } };
  const merged = first(withConfig(other, before), 'stt');
  const bare = { trust: 'operator', authorization: { kind: 'none' } };
  assert.deepEqual(merged, { ...bare, parameters: { language: 'it' } });
  assert.deepEqual(first(configured(before, 'merge', 'stt', other.stt), 'stt'), merged);
  const standby = withConfig({ stt: [{ credentials: { url: 'http://a.test' } }, { providerType: 'deepgram' }] });
  assert.deepEqual(speechSelectionOf(standby).stt[1], {
    kind: 'deepgram',
    options: { ...bare, trust: 'request', parameters: {} },
  });
  const inside = withConfig({ stt: { providerType: 'local' } });
  assert.equal(speechSelectionOf(inside).stt[0]?.kind, 'local');
  assert.deepEqual(first(withConfig({ stt: { providerType: 'watson' } }, inside), 'stt'), first(tenantOf(), 'stt'));
});

test('a URL elsewhere does not get the key of the usual place', () => {
  const tenant = tenantOf({ OUTDIAL_TTS_PROVIDER: 'deepgram', WATSON_TTS_APIKEY: 'K' });
  const moved = withConfig({ tts: { credentials: { url: 'https://evil.example' } } }, tenant);
  assert.deepEqual(first(moved, 'tts')['authorization'], { kind: 'none' });
});

test('a protocol without a usual place needs an URL', () => {
  const faulty = configureSpeech(tenantOf(), 'stt', 'merge', { providerType: 'websocket' });
  assert.ok(!faulty.ok && /stt\.credentials: websocket needs an url/.test(faulty.error));
  const sound = configured(tenantOf(), 'merge', 'stt', {
    providerType: 'websocket',
    credentials: { url: 'http://e.test' },
  });
  assert.equal(speechSelectionOf(sound).stt[0]?.kind, 'websocket');
});

test('a key file goes to Google alone, and not along to another token service', () => {
  const keyFile = { type: 'service_account', client_email: 'a@b.test' };
  const own = { stt: { providerType: 'google', thirdPartyCredentials: keyFile } };
  const tenant = withConfig(own, tenantOf({}));
  assert.deepEqual(first(tenant, 'stt')['authorization'], { kind: 'key-file', text: JSON.stringify(keyFile) });
  const elsewhere = { stt: { credentials: { tokenServiceProviderUrl: 'https://evil.example/token' } } };
  assert.deepEqual(first(withConfig(elsewhere, tenant), 'stt')['authorization'], { kind: 'none' });
  const other = { stt: { providerType: 'azure', credentials: { url: 'https://azure.test' } } };
  assert.deepEqual(first(withConfig(other, tenant), 'stt')['authorization'], { kind: 'none' });
});

test('espeak-ng has a voice and no address: what is configured for others stays behind', () => {
  const tenant = configured(tenantOf(), 'merge', 'tts', {
    providerType: 'espeak-ng',
    config: { voice: 'de', rate: 140 },
  });
  assert.deepEqual(speechSelectionOf(tenant).tts, [
    { kind: 'espeak-ng', options: { parameters: { voice: 'de', rate: 140 } } },
  ]);
  const usual = configured(tenantOf({}), 'merge', 'tts', { providerType: 'espeak-ng' });
  assert.deepEqual(speechSelectionOf(usual).tts, [{ kind: 'espeak-ng', options: { parameters: {} } }]);
});
