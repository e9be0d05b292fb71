/** Bots that tests invent are held against the same suite as those that are connected to. */
import { test } from 'node:test';
import { ok } from '../../src/kit/index.ts';
import { botConformance, conformingBot } from '../../src/testing/index.ts';
import { World } from '../scenarios/world.ts';

const cases = botConformance(() => {
  const world = new World({
    bot: (request) => {
      const { texts, hangsUp, context } = conformingBot(request);
      const said = texts.map((text) => ({ type: 'say', text }) as const);
      return ok({ steps: hangsUp ? [...said, { type: 'hang-up' }] : said, context, problems: [] });
    },
  });
  return world.bot;
});
for (const { name, run } of cases) test(`the bot of the simulated world: ${name}`, run);
