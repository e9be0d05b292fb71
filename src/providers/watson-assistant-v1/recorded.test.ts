import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createAuthorization } from '../../authorization/index.ts';
import { type RecordedExchange, replayExchange } from '../../testing/index.ts';
import { createWatsonAssistantV1, watsonAssistantV1Options } from './index.ts';

const file = join('src', 'providers', 'watson-assistant-v1', 'fixtures', 'orchestration-engine.json');

test('a call with a service orchestration engine, byte for byte', async () => {
  const exchange = JSON.parse(readFileSync(file, 'utf8')) as RecordedExchange;
  await replayExchange(exchange, (post) => {
    const options = watsonAssistantV1Options.parse({ url: 'https://bot.example.net/turn?line=1' });
    const authorization = createAuthorization({ kind: 'none' }, { post, clock: { nowMs: () => 0 } });
    return createWatsonAssistantV1(options, post, authorization);
  });
});
