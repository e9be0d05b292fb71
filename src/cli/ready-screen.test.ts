import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tellReady } from './ready-screen.ts';

function told(environment: Readonly<Record<string, string>>, isTTY = true): readonly string[] {
  let text = '';
  const stream = { isTTY, columns: 80, write: (more: string | Uint8Array) => (text += String(more)).length > 0 };
  tellReady({ httpUrl: 'http://127.0.0.1:9080', sipPort: 5060 }, { NO_COLOR: '1', ...environment }, stream);
  return text.split('\n');
}

test('a gateway in a terminal tells its doors, what is off and how to switch it on, and what to try', () => {
  const empty = told({}).join('\n');
  for (const words of [
    'console   http://127.0.0.1:9080/console',
    'API       http://127.0.0.1:9080/docs',
    'off       placing calls: ENABLE_OUTBOUND_CALLS=true',
    'credentials: REST_API_USERNAME and REST_API_PASSWORD',
    '  ENABLE_OUTBOUND_CALLS=true REST_API_USERNAME=campaign REST_API_PASSWORD=change-me npx outdial serve',
    'npx outdial demo',
  ]) {
    assert.ok(empty.includes(words), `${words} is missing in\n${empty}`);
  }
  assert.ok(!empty.includes('curl'));

  const ready = told({
    ENABLE_OUTBOUND_CALLS: 'true',
    REST_API_USERNAME: 'campaign',
    REST_API_PASSWORD: 'hidden',
    OUTDIAL_SIP_TRUNK: 'sip:trunk.example.net',
    WATSON_CONVERSATION_URL: 'http://127.0.0.1:8000/',
    OUTDIAL_BOT_TYPE: 'webhook',
  }).join('\n');
  assert.match(
    ready,
    /-u campaign \\\n.*\n {4}http:\/\/127\.0\.0\.1:9080\/vgw\/outboundCalls\/clinic\/startOutboundCall/,
  );
  assert.ok(!ready.includes(' off ') && !ready.includes('hidden'));
});

test('where nobody sits it says nothing', () => {
  assert.deepEqual(told({}, false), ['']);
});
