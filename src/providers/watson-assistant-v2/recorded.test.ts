import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createAuthorization } from '../../authorization/index.ts';
import { type RecordedExchange, replayExchange } from '../../testing/index.ts';
import { createWatsonAssistantV2, watsonAssistantV2Options } from './index.ts';

for (const mode of ['sessions', 'stateless'] as const) {
  test(`a call with an assistant (${mode}), byte for byte`, async () => {
    const file = join('src', 'providers', 'watson-assistant-v2', 'fixtures', `${mode}.json`);
    const exchange = JSON.parse(readFileSync(file, 'utf8')) as RecordedExchange;
    await replayExchange(exchange, (post) => {
      const options = watsonAssistantV2Options.parse({
        url: 'https://bot.example.net/api',
        assistantId: 'a-1',
        mode,
        apiVersion: '2017-05-26',
      });
      const authorization = createAuthorization({ kind: 'none' }, { post, clock: { nowMs: () => 0 } });
      return createWatsonAssistantV2(options, post, authorization);
    });
  });
}
