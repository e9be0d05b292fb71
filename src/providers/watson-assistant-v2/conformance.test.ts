import { describe, test } from 'node:test';
import { createAuthorization } from '../../authorization/index.ts';
import { servedBotConformance } from '../../testing/index.ts';
import { createWatsonAssistantV2, watsonAssistantV2Options } from './index.ts';
import { v2Protocol } from './v2-server.fixture.ts';

for (const mode of ['sessions', 'stateless'] as const) {
  describe(mode, () => {
    const cases = servedBotConformance({
      protocol: v2Protocol,
      connect: (post) => {
        const authorization = createAuthorization({ kind: 'none' }, { post, clock: { nowMs: () => 0 } });
        const input = { url: 'https://bot.example.net/api', assistantId: 'a-1', mode };
        return createWatsonAssistantV2(watsonAssistantV2Options.parse(input), post, authorization);
      },
    });
    for (const { name, run } of cases) test(name, run);
  });
}
