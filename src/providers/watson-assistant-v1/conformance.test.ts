import { describe, test } from 'node:test';
import { createAuthorization } from '../../authorization/index.ts';
import { servedBotConformance } from '../../testing/index.ts';
import { createWatsonAssistantV1, watsonAssistantV1Options } from './index.ts';
import { v1Protocol } from './v1-server.fixture.ts';

for (const [kind, input] of [
  ['a workspace', { url: 'https://bot.example.net/api', workspaceId: 'w-1' }],
  ['a service orchestration engine', { url: 'https://bot.example.net/turn?line=1' }],
] as const) {
  describe(kind, () => {
    const cases = servedBotConformance({
      protocol: v1Protocol,
      connect: (post) => {
        const authorization = createAuthorization({ kind: 'none' }, { post, clock: { nowMs: () => 0 } });
        return createWatsonAssistantV1(watsonAssistantV1Options.parse(input), post, authorization);
      },
    });
    for (const { name, run } of cases) test(name, run);
  });
}
