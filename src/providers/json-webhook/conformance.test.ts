import { test } from 'node:test';
import { noAuthorization } from '../../authorization/index.ts';
import { servedBotConformance } from '../../testing/index.ts';
import { createJsonWebhook, jsonWebhookOptions } from './index.ts';
import { webhookProtocol } from './webhook-server.fixture.ts';

const cases = servedBotConformance({
  protocol: webhookProtocol,
  connect: (post) =>
    createJsonWebhook(jsonWebhookOptions.parse({ url: 'https://bot.example.net/turn' }), post, noAuthorization),
  // A list is what to say, and everything in a reply may be left out.
  accepts: ['answers with a list', 'answers with another object', 'answers with nothing'],
});
for (const { name, run } of cases) test(name, run);
