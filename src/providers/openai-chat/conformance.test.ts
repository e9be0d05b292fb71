import { test } from 'node:test';
import { noAuthorization } from '../../authorization/index.ts';
import { servedBotConformance } from '../../testing/index.ts';
import { chatPrompt, chatProtocol } from './chat-server.fixture.ts';
import { createOpenaiChat, openaiChatOptions } from './index.ts';

const cases = servedBotConformance({
  protocol: chatProtocol,
  connect: (_post, postStream) => {
    const input = { url: 'https://llm.example.net/v1', model: 'small', prompt: chatPrompt };
    return createOpenaiChat(openaiChatOptions.parse(input), postStream, noAuthorization);
  },
});
for (const { name, run } of cases) test(name, run);
